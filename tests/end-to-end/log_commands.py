"""Commands that read the log: uploads, report, replay, diff; and doctor and findings."""

import collections
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess

from commands import until
from harness import REGISTRY, ROOT, SAMPLE

FAR = "2100-01-01T00:00:00Z"
ROSTER_HEAD = ("practice_id,performance_year,tin,npi,last_name,first_name,credential,"
               "asa_member_id,start_date,end_date,reporting_role,status\n")


def season(suite):
    """The sample, played once with reports; (place options, reports)."""
    data, reports = suite.folder / "logged", suite.folder / "logged-reports"
    if not data.exists():
        played = suite.play(data, "--reports", reports)
        if played.code != 0:
            raise RuntimeError(played.tail())
    return ("--data-dir", data), reports


def read_json(suite, *arguments):
    ran = suite.qcdr(*arguments, "--json")
    if ran.code != 0:
        raise RuntimeError(f"{arguments[0]}: {ran.tail()}")
    return json.loads(ran.text)


def with_environment(suite, name, value, *arguments):
    before = os.environ.get(name)
    os.environ[name] = str(value)
    try:
        return suite.qcdr(*arguments)
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def uploads_and_findings(suite):
    place, _ = season(suite)
    uploads = read_json(suite, "uploads", *place)["uploads"]
    files = [f for inbox in (SAMPLE, REGISTRY) for f in inbox.iterdir() if f.suffix != ".md"]
    suite.equal("uploads: one per file of both inboxes, by hash",
                sorted(u["sha256"] for u in uploads),
                sorted(hashlib.sha256(f.read_bytes()).hexdigest() for f in files))
    suite.equal("uploads: what the registry sent",
                {u["kind"] for u in uploads if u["sentBy"] == "registry"}, {"eligibility-snapshot"})
    suite.equal("uploads: sorted by receipt", [u["receivedAt"] for u in uploads],
                sorted(u["receivedAt"] for u in uploads))
    suite.equal("uploads: all of them are finished",
                {u["state"] for u in uploads} - {"completed", "refused"}, set())
    rows = list(csv.DictReader(io.StringIO(suite.qcdr("uploads", *place, "--csv").text,
                                           newline="")))
    suite.equal("uploads --csv has the ids of --json", [row["Upload"] for row in rows],
                [u["uploadId"] for u in uploads])
    suite.equal("uploads: text has a line for each",
                len(suite.qcdr("uploads", *place).text.splitlines()), len(uploads) + 1)
    kinds = collections.Counter(u["kind"] for u in uploads)
    for kind, count in kinds.items():
        suite.equal(f"uploads --kind {kind}",
                    len(read_json(suite, "uploads", *place, "--kind", kind)["uploads"]), count)
    suite.equal("uploads of a practice that has none",
                read_json(suite, "uploads", *place, "--practice", 9999)["uploads"], [])
    suite.equal("QCDR_DATA_DIR stands in for --data-dir",
                with_environment(suite, "QCDR_DATA_DIR", place[1], "uploads", "--json").text,
                suite.qcdr("uploads", *place, "--json").text)
    document = (ROOT / "docs/findings.md").read_text(encoding="utf-8").lower()
    anchors = {"docs/findings.md#" + a for a in re.findall(r"^### (\S+)$", document, re.MULTILINE)}
    told = 0
    for upload in uploads:
        shown = read_json(suite, "uploads", "show", upload["uploadId"][:16], *place)
        found = collections.Counter(f["code"] for f in shown["findingList"])
        counts = {f["code"]: f["count"] for f in shown["findings"]}
        told += sum(counts.values())
        if not suite.check(f"uploads show {upload['kind']}: list and counts agree",
                           dict(found) == counts and shown["sha256"] == upload["sha256"],
                           f"{found} {counts}"):
            continue
        for finding in shown["findingList"]:
            if finding["docUrl"] not in anchors or not finding["message"] or not re.fullmatch(
                    r"[0-9a-f]{32}", finding["fingerprint"]):
                suite.check("each finding has message, fingerprint and a section", False, finding)
    suite.check("the sample has findings to show", told > 0)
    for name, arguments in (("an unknown upload", ("show", "zzzz")), ("no upload", ("show",)),
                            ("an unknown kind", ("--kind", "nonsense"))):
        suite.equal(f"uploads with {name}: exit code",
                    suite.qcdr("uploads", *arguments, *place).code, 2)
    suite.equal("uploads without a log: exit code",
                suite.qcdr("uploads", "--data-dir", suite.fresh("no-log")).code, 2)


def processing_reports(suite):
    place, reports = season(suite)
    uploads = read_json(suite, "uploads", *place)["uploads"]
    suite.equal("dev --reports: a file for each upload",
                sorted(f.name for f in reports.iterdir()),
                sorted(u["uploadId"] + ".txt" for u in uploads))
    for upload in uploads:
        written = (reports / (upload["uploadId"] + ".txt")).read_text(encoding="utf-8")
        suite.equal(f"report of {upload['kind']} is the one that dev wrote",
                    suite.qcdr("report", upload["uploadId"], *place).text, written)
        facts = read_json(suite, "report", upload["uploadId"], *place)
        wanted = sum(upload["rows"].values())
        suite.check("it has hash, receipt and the number of records",
                    upload["sha256"] in written and upload["receivedAt"] in written and
                    facts["received"] == wanted and
                    re.search(rf"^  received +{wanted}$", written, re.MULTILINE), written)
    late = [u for u in uploads if any(f["code"] == "QCDR-DL-0002" for f in u["findings"])]
    suite.check("a file that came too late is told so",
                late and all("too late for this year" in
                             suite.qcdr("report", u["uploadId"], *place).text for u in late))
    suite.equal("report of an unknown upload: exit code",
                suite.qcdr("report", "zzzz", *place).code, 2)


def npi(number):
    """A made-up NPI: a leading 2 and a check digit that fits."""
    digits = f"80840{2_000_000_00 + number:09d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits[5:] + str(-total % 10)


def roster(credentials):
    text = ROSTER_HEAD
    for number, credential in enumerate(credentials):
        text += (f"4321,2022,000765432,{npi(number)},Name{number},First,{credential},,2015-07-01,,"
                 "ELIGIBLE,ACTIVE\n")
    return text


def fixed_still_there_new(suite):
    inbox = suite.fresh("rosters")
    inbox.mkdir()
    known, bad = "Anesthesiologist", "Sorcerer"
    (inbox / "20221003T090000-0500_first.csv").write_text(
        roster([bad, bad, bad, known, known]), encoding="utf-8")
    # Another order of lines: what is the same does not hang on its place.
    later = roster([known, known, bad, bad, bad]).splitlines(keepends=True)
    (inbox / "20221004T090000-0500_second.csv").write_text(
        later[0] + "".join(reversed(later[1:])), encoding="utf-8")
    place = ("--data-dir", suite.fresh("rosters-data"))
    played = suite.play(place[1], "--inbox", inbox, "--reports", suite.fresh("rosters-reports"))
    suite.equal("two rosters: exit code", played.code, 0)
    first, second = read_json(suite, "uploads", *place)["uploads"]
    suite.equal("the first of its kind is compared with nothing",
                read_json(suite, "report", first["uploadId"], *place)["comparedWithPrevious"],
                None)
    compared = read_json(suite, "report", second["uploadId"], *place)["comparedWithPrevious"]
    suite.equal("the second says fixed, still there, new",
                (compared["receivedAt"], compared["fixed"], compared["stillThere"],
                 compared["new"]), (first["receivedAt"], 2, 1, 2))
    suite.check("in words, too", "2 fixed, 1 still there, 2 new" in
                (suite.folder / "rosters-reports" / f"{second['uploadId']}.txt").read_text(
                    encoding="utf-8"))


def rosters_in_words(suite):
    """A roster goes as a whole: its report must not say that the rest of the file counts."""
    known = "Anesthesiologist"
    inbox = suite.fresh("roster-words")
    inbox.mkdir()
    broken = roster([known] * 10).replace("2015-07-01", "7/1/2015", 1)
    for name, text in (("20221003T090000-0500_first.csv", roster([known] * 10)),
                       ("20221004T090000-0500_broken.csv", broken),
                       ("20221005T090000-0500_small.csv", roster([known] * 5))):
        (inbox / name).write_text(text, encoding="utf-8")
    data, reports = suite.fresh("roster-words-data"), suite.fresh("roster-words-reports")
    suite.play(data, "--inbox", inbox, "--reports", reports)
    first, second, third = (
        (reports / f"{u['uploadId']}.txt").read_text(encoding="utf-8")
        for u in read_json(suite, "uploads", "--data-dir", data)["uploads"])
    suite.check("a roster that is taken", re.search(r"^Outcome +processed$", first, re.M), first)
    suite.check("one with a row that cannot be read is not taken, and nothing of it counts",
                re.search(r"^Outcome +not taken: the roster before it stays in force$", second, re.M)
                and "the rest of the file counts" not in second and
                "number of rows: 1" in second, second)
    suite.check("one that leaves out many waits",
                re.search(r"^Outcome +processed; in force once it is confirmed$", third, re.M), third)


def more_findings_than_are_published(suite):
    head, row = (ROOT / "docs/records/templates/anesthesia-case.csv").read_text(
        encoding="utf-8").splitlines()[:2]
    inbox = suite.fresh("many-findings")
    inbox.mkdir()
    rows = [row.replace("C-1001", f"C-{number}").replace(",57,", ",570,")
            for number in range(10_001)]
    (inbox / "20221003T090000-0500_cases.csv").write_text("\n".join([head] + rows) + "\n",
                                                          encoding="utf-8")
    (inbox / "20221002T090000-0500_cases.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    place = ("--data-dir", suite.fresh("many-findings-data"))
    suite.play(place[1], "--inbox", inbox)
    upload = read_json(suite, "uploads", *place)["uploads"][1]
    shown = suite.qcdr("uploads", "show", upload["uploadId"], *place)
    told = suite.qcdr("report", upload["uploadId"], *place).text
    suite.check("10,001 findings: 10,000 are listed, and that is said",
                len(shown.text.splitlines()) == 10_002 and
                "10000 of 10001 findings are published" in shown.errors, shown.errors[-300:])
    suite.check("the report counts all of them, and compares those that are listed",
                "10001 times" in told and "10000 new among the first 10000" in told, told)


def replays(suite):
    place, _ = season(suite)
    uploads = read_json(suite, "uploads", *place)["uploads"]
    digest = suite.digest(*place)
    scores = read_json(suite, "score", "list", *place)
    for basis in ("--received-by", "--known-at"):
        answer = read_json(suite, "replay", basis, FAR, *place)
        suite.equal(f"replay {basis} the far future: the state's digest", answer["stateDigest"],
                    digest)
        suite.equal(f"replay {basis} the far future: the scores", answer["scores"], scores)
    ran = suite.qcdr("replay", "--received-by", FAR, *place)
    suite.check("it says that nothing later is known, and ends with the digest",
                "nothing later is known" in ran.errors and
                ran.text.rstrip().endswith("state digest " + digest), ran.tail())
    keys = place[1] / "keys"
    for upload in uploads[1::3]:
        instant = upload["receivedAt"]
        wanted = {u["sha256"] for u in uploads if u["receivedAt"] <= instant}
        inboxes = []
        for flag, folder in (("--inbox", SAMPLE), ("--registry-inbox", REGISTRY)):
            inbox = suite.fresh("replayed" + flag)
            inbox.mkdir()
            inboxes += [flag, inbox]
            for file in folder.iterdir():
                if hashlib.sha256(file.read_bytes()).hexdigest() in wanted:
                    shutil.copy(file, inbox)
        until_then = suite.fresh("replayed")
        suite.play(until_then, *inboxes, "--keys", keys)
        played = suite.digest("--data-dir", until_then, "--keys", keys)
        for basis in ("--received-by", "--known-at"):
            suite.equal(f"replay {basis} {instant} is the season played until then",
                        read_json(suite, "replay", basis, instant, *place)["stateDigest"], played)
    nothing = read_json(suite, "replay", "--received-by", "2020-01-01T00:00:00Z", *place)
    rows = nothing["scores"]["rows"] if isinstance(nothing["scores"], dict) else nothing["scores"]
    suite.equal("replay before the first upload: no rows", rows, [])
    scratch = suite.fresh("scratch")
    scratch.mkdir()
    with_environment(suite, "TMPDIR", scratch, "replay", "--known-at", FAR, *place)
    with_environment(suite, "TMPDIR", scratch, "replay", "--received-by", FAR, *place)
    suite.equal("nothing is left of the temporary state", list(scratch.iterdir()), [])
    for name, arguments in (("neither basis", ()),
                            ("both", ("--received-by", FAR, "--known-at", FAR)),
                            ("no instant", ("--known-at", "yesterday"))):
        suite.equal(f"replay with {name}: exit code", suite.qcdr("replay", *arguments, *place).code,
                    2)
    suite.equal("replay without a log: exit code",
                suite.qcdr("replay", "--known-at", FAR, "--data-dir", suite.fresh("none")).code, 2)


def differences(suite):
    place, _ = season(suite)
    uploads = read_json(suite, "uploads", *place)["uploads"]
    last, before = uploads[-1]["receivedAt"], uploads[len(uploads) // 2]["receivedAt"]
    for basis in ("--received-by", "--known-at"):
        same = read_json(suite, "diff", "--from", last, "--to", last, basis, *place)
        suite.equal(f"diff {basis} of one instant with itself", (same["rows"], same["causes"]),
                    ([], []))
        both = read_json(suite, "diff", "--from", before, "--to", last, basis, *place)
        suite.check(f"diff {basis}: rows changed, each says how",
                    both["rows"] and both["stateDigestFrom"] != both["stateDigestTo"] and all(
                        row["changes"] for row in both["rows"] if row["difference"] == "changed"),
                    both)
        suite.equal(f"diff {basis}: the uploads between are its causes",
                    sorted(c["uploadId"] for c in both["causes"] if "uploadId" in c),
                    sorted(u["uploadId"] for u in uploads if before < u["receivedAt"] <= last))
    suite.check("dates that passed are causes, too",
                any(c["what"].startswith("date passed") for c in both["causes"]), both["causes"])
    text = suite.qcdr("diff", "--from", before, "--to", last, *place)
    suite.check("diff in words", text.code == 0 and " -> " in text.text and
                "between the two" in text.text and "rows differ" in text.errors, text.tail())
    for name, arguments in (("--to before --from", ("--from", last, "--to", before)),
                            ("no --to", ("--from", last)),
                            ("both bases", ("--from", before, "--to", last, "--known-at",
                                            "--received-by"))):
        suite.equal(f"diff with {name}: exit code", suite.qcdr("diff", *arguments, *place).code, 2)


def verdicts(suite, *arguments):
    """(exit code, verdict of each check) of doctor."""
    ran = suite.qcdr("doctor", *arguments, "--json")
    return ran.code, {c["check"]: c["verdict"] for c in json.loads(ran.text)["checks"]}


def doctor(suite):
    place, _ = season(suite)
    code, checks = verdicts(suite, *place, "--inbox", SAMPLE)
    checks.pop("disk space", None)  # the machine's, not ours
    suite.check("doctor over a sound directory: all is well",
                code == 0 and set(checks.values()) == {"ok"} and len(checks) >= 10, checks)
    text = suite.qcdr("doctor", *place)
    suite.check("doctor in words: a verdict begins each line",
                all(re.match(r"(ok|warning|failed) +|         to do: ", line)
                    for line in text.text.splitlines()), text.tail())
    suite.equal("doctor without a directory", verdicts(suite, "--data-dir", suite.fresh("gone"))[0],
                3)

    def spoiled(name, change):
        copy = suite.fresh("spoiled")
        shutil.copytree(place[1], copy)
        change(copy)
        code, checks = verdicts(suite, "--data-dir", copy)
        return code, {check for check, verdict in checks.items() if verdict == "failed"}

    def damage(copy):
        segment = copy / "log/segment-0000000000.log"
        bytes_ = bytearray(segment.read_bytes())
        bytes_[len(bytes_) // 2] ^= 0x40
        segment.write_bytes(bytes_)

    def other_keys(copy):
        shutil.rmtree(copy / "keys")
        suite.play(suite.fresh("others"))
        shutil.copytree(suite.folder / "others/keys", copy / "keys")

    def shorter_log(copy):
        inbox = suite.fresh("first-file-inbox")
        inbox.mkdir()
        shutil.copy(sorted(SAMPLE.glob("2022*"))[0], inbox)
        suite.play(suite.fresh("first-file"), "--inbox", inbox, "--keys", copy / "keys")
        shutil.rmtree(copy / "log")
        shutil.copytree(suite.folder / "first-file/log", copy / "log")

    def open_keys(copy):
        os.chmod(copy / "keys/registry.keys", 0o644)

    suite.equal("doctor finds a damaged log", spoiled("damage", damage), (3, {"log"}))
    code, failed = spoiled("keys", other_keys)
    suite.check("doctor finds keys of another registry", code == 3 and "keys fit" in failed, failed)
    code, failed = spoiled("log", shorter_log)
    suite.check("doctor finds a state that is ahead of its log", code == 3 and "state" in failed,
                failed)
    suite.equal("doctor finds keys that others may read", spoiled("open", open_keys),
                (3, {"keys"}))
    suite.equal("doctor is content without a state",
                spoiled("state", lambda copy: shutil.rmtree(copy / "state")), (0, set()))


def findings_explained(suite):
    released = (ROOT / "pipeline/core/finding_codes.released.csv").read_text(encoding="utf-8")
    codes = [line.split(",") for line in released.splitlines()[1:]]
    listed = read_json(suite, "findings", "list")["findings"]
    suite.equal("findings list has the released codes",
                [[f["code"], f["identifier"]] for f in listed], codes)
    suite.check("each has cause, remedy and example",
                all(f["why"] and f["message"] and f["example"] and f["effect"] for f in listed))
    suite.equal("findings list of a family",
                {f["code"][:9] for f in read_json(suite, "findings", "list", "ros")["findings"]},
                {"QCDR-ROS-"})
    pages = {suite.qcdr("findings", "explain", name).text
             for name in ("QCDR-ROS-0007", "ros-0007", "ROSTER_ENTRY_PROVISIONAL")}
    suite.check("explain by code, short code and identifier: one page",
                len(pages) == 1 and "What to do" in next(iter(pages)), pages)
    for name, arguments in (("an unknown code", ("explain", "QCDR-ROS-9999")),
                            ("an unknown family", ("list", "ZZZ")), ("nothing", ())):
        suite.equal(f"findings with {name}: exit code", suite.qcdr("findings", *arguments).code, 2)


def log_beside_a_running_process(suite):
    place, _ = season(suite)
    wanted = suite.qcdr("uploads", *place, "--json").text
    replayed = read_json(suite, "replay", "--received-by", FAR, *place)["stateDigest"]
    log = suite.folder / "beside.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [str(suite.binary), "dev", "--no-table", *map(str, place)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=errors, cwd=suite.folder)
    try:
        until(lambda: b"running" in log.read_bytes(), "dev does not say that it runs")
        suite.equal("uploads beside a running process",
                    suite.qcdr("uploads", *place, "--json").text, wanted)
        suite.equal("replay beside a running process", read_json(
            suite, "replay", "--received-by", "2023-06-01T00:00:00Z", *place)["stateDigest"],
                    replayed)
        code, checks = verdicts(suite, *place)
        suite.check("doctor beside a running process: the state is in use, no more",
                    code == 0 and checks["state"] == "warning" and checks["log"] == "ok", checks)
        relative = subprocess.run(
            [str(suite.binary), "state", "verify", "--data-dir", place[1].name], cwd=place[1].parent,
            capture_output=True, check=False, timeout=60)
        suite.check("state verify by a path relative to the asker", relative.returncode == 0 and
                    re.fullmatch(rb"[0-9a-f]{64}\n", relative.stdout), relative)
    finally:
        process.terminate()
        process.wait(timeout=30)
