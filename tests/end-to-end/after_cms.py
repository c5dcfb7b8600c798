"""After CMS spoke: the preview of a final score, feedback, targeted reviews, payments, audit packs.

The sample season goes on: roles are granted, a user acknowledges that a preview can change, CMS's
answer is shared, rescored and taken back. Scores are those of the sample's README.
"""

import decimal
import json
import os
import re
import shutil
import stat
import subprocess

from harness import REGISTRY, SAMPLE, rounded

A, B = "000456789", "000654321"
HANK, RAY = "2000010084", "2000010415"
COLLEAGUES = ("2000010019", "2000010092", "2000010415", "2000010100")
GRANTS = """practice_id,performance_year,subject,role,organisation,role_action,tin,npi
1234,2022,official-1,SECURITY_OFFICIAL,PRACTICE,GRANT,{B},
1234,2022,staff-gone,STAFF_USER,PRACTICE,GRANT,{B},
1234,2022,hank,CLINICIAN,INDIVIDUAL,GRANT,{B},{HANK}
1234,2022,ann,CLINICIAN,INDIVIDUAL,GRANT,{A},2000010019
""".format(A=A, B=B, HANK=HANK)
GONE = """practice_id,performance_year,subject,role,organisation,role_action,tin
1234,2022,staff-gone,STAFF_USER,PRACTICE,REVOKE,{B}
""".format(B=B)
# Ray as the sample has him, but CMS did not know that he is non-patient-facing.
FEEDBACK_HEAD = ("practice_id,performance_year,tin,npi,stage,released_on,version,sharing,purpose,"
                 "final_score,category_scores,measure_scores,adjustment\n")
AUTHORISED = ("practice_id,performance_year,tin,npi,authorisation,signer_name,signed_at\n"
              f"1234,2022,{B},{RAY},GRANT,Ray Rahn,2023-08-15\n")


def data(suite):
    return ("--data-dir", suite.folder / "after-cms")


def play(suite, *files):
    """The sample's season first, then files (name, text), each at the instant in its name."""
    inbox = suite.folder / f"after-cms-inbox-{len(list(suite.folder.glob('after-cms-inbox-*')))}"
    inbox.mkdir()
    for name, text in files:
        (inbox / name).write_text(text, encoding="utf-8")
    ran = suite.qcdr("dev", "--once", "--no-table", *data(suite), "--inbox", inbox)
    if ran.code != 0:
        raise RuntimeError(ran.tail())


def ask(suite, *arguments, code=0):
    ran = suite.qcdr(*arguments, *data(suite), "--json")
    suite.equal(" ".join(str(each) for each in arguments) + ": exit code", ran.code, code)
    return json.loads(ran.text) if ran.code == 0 else {}


def row_of(suite, clinician):
    rows = ask(suite, "score", "list")["rows"]
    return next(row for row in rows if (row["clinician"] or "").startswith(clinician))


def start(suite):
    place = suite.folder / "after-cms"
    if place.exists():
        return
    ran = suite.qcdr("dev", "--once", "--no-table", *data(suite), "--inbox", SAMPLE,
                     "--registry-inbox", REGISTRY)
    if ran.code != 0:
        raise RuntimeError(ran.tail())
    play(suite, ("20230501T100000-0500_1234_grants.csv", GRANTS),
         ("20230502T100000-0500_1234_gone.csv", GONE))


def previews(suite):
    start(suite)
    told = ask(suite, "final-score", "preview", "Hale", "--tin", "4321")
    row = row_of(suite, "Hale")
    suite.equal("preview: the score is that of the list", told["finalScore"]["value"],
                row["asThingsStand"]["value"])
    suite.equal("preview: categories and weights are those of the list",
                {each["category"]: (each["percent"], each["weight"]) for each in told["categories"]},
                {name: (each["percent"], each["weight"])
                 for name, each in row["asThingsStand"]["categories"].items()})
    suite.check("preview: measures with data and scores", told["measures"] and all(
        "performanceMet" in each and "points" in each for each in told["measures"]))
    suite.check("preview: said to be projected, with dates", told["projected"] and told["asOf"] and
                len(told["rulebookDigest"]) == 64 and told["benchmarks"], told)
    ray = ask(suite, "final-score", "preview", "Rahn", "--tin", "4321")
    suite.equal("preview: activities", len(ray["activities"]), 2)
    for form in ((), ("--json",)):
        ran = suite.qcdr("final-score", "preview", "Rahn", "--tin", "4321", *data(suite), *form)
        suite.check(f"preview {form}: no adjustment, for nobody",
                    "djustment\":" not in ran.text and not re.search(r"[+-]\d+\.\d+ %", ran.text),
                    ran.text)
    text = suite.qcdr("final-score", "preview", "Rahn", "--tin", "4321", *data(suite)).text
    suite.check("preview: in words", "This is projected" in text and "among what this registry "
                "holds" in text and "can change" in text, text)
    suite.equal("preview: nobody of that name", suite.qcdr(
        "final-score", "preview", "Nobody", *data(suite)).code, 2)


def roles(suite):
    start(suite)
    see = lambda user, who, tin: suite.qcdr("final-score", "preview", who, "--tin", tin, "--as", user,
                                            *data(suite), "--json")
    suite.equal("roles: without an acknowledgement", see("hank", "Hale", "4321").code, 6)
    file = suite.fresh("acknowledged.csv")
    for user in ("hank", "official-1", "ann", "stranger", "staff-gone"):
        file.unlink(missing_ok=True)
        ran = suite.qcdr("final-score", "acknowledge", "--user", user, "--practice", 1234, "--year",
                         2022, "--name", "Somebody", "--signed-at", "2023-05-03T09:00:00-05:00",
                         "--out", file)
        suite.equal(f"roles: {user} acknowledges", ran.code, 0)
        suite.equal("roles: the record is its owner's", stat.S_IMODE(os.stat(file).st_mode), 0o600)
        play(suite, (f"20230503T100000-0500_1234_{user}.csv", file.read_text("utf-8")))
    ran = suite.qcdr("final-score", "acknowledge", "--user", 'a"b', "--practice", 1234, "--year", 2022,
                     "--name", "x", "--out", suite.fresh("bad.csv"))
    suite.equal("roles: a user that is no cell", ran.code, 2)
    own = see("hank", "Hale", "4321")
    suite.equal("roles: a clinician sees the own row", own.code, 0)
    if own.code == 0:
        told = json.loads(own.text)
        suite.check("roles: when it was acknowledged", told["acknowledgedAt"]
                    == "2023-05-03T15:00:00.000Z" and told["sight"] == "own", told)
    suite.equal("roles: and no colleague's", see("hank", "Rahn", "4321").code, 6)
    suite.equal("roles: nor the TIN's", see("hank", "group", "4321").code, 6)
    suite.equal("roles: an official sees all of the TIN", see("official-1", "Rahn", "4321").code, 0)
    suite.equal("roles: and no other TIN", see("official-1", "group", "6789").code, 6)
    suite.equal("roles: who has none sees nothing", see("stranger", "Hale", "4321").code, 6)
    suite.equal("roles: nor whose was taken back", see("staff-gone", "Hale", "4321").code, 6)
    of_group = see("ann", "Abbott", "6789")
    suite.equal("roles: of a group that pays a clinician", of_group.code, 0)
    if of_group.code == 0:
        told = json.loads(of_group.text)
        suite.check("roles: total, categories, rates and no counts", told["from"] == "group"
                    and told["measures"] and all("performanceRate" in each and
                                                 "performanceMet" not in each
                                                 for each in told["measures"]), told)
    for command in (("payment",), ("feedback",)):
        ran = suite.qcdr("final-score", *command, "Hale", "--tin", "4321", "--as", "hank", *data(suite))
        suite.equal(f"roles: {command[0]} is for administrators", ran.code, 6)
    ran = suite.qcdr("targeted-review", "compare", "Hale", "--tin", "4321", "--as", "hank", *data(suite))
    suite.equal("roles: reviews are for administrators", ran.code, 6)


def payments(suite):
    start(suite)
    bare = ask(suite, "final-score", "payment", "Hale", "--tin", "4321")["asThingsStand"]
    suite.equal("payment: no dollars unless asked for", bare["dollars"], None)
    paid = ask(suite, "final-score", "payment", "Hale", "--tin", "4321", "--paid-amount", "250000",
               "--measure", "404", "--met", "43", "--not-met", "0")
    own = paid["asThingsStand"]
    for side in ("low", "high"):
        suite.equal(f"payment: dollars, {side}", own["dollars"][side],
                    round(250000 * own["percent"][side] / 100, 2))
    suite.check("payment: a low and a high", own["percent"]["low"] <= own["percent"]["high"], own)
    suite.check("payment: the what-if stands next to it", paid["assumed"]["finalScore"]
                >= own["finalScore"] and paid["assumed"]["dollars"], paid)
    suite.equal("payment: of 2024", paid["paymentYear"], 2024)
    file = suite.fresh("amounts.csv")
    file.write_text(f"tin,npi,paid_amount\n{B},{HANK},1000.50\n{B},{RAY},5\n", encoding="utf-8")
    from_file = ask(suite, "final-score", "payment", "Hale", "--tin", "4321", "--paid-amounts", file)
    suite.equal("payment: an amount of a file", from_file["asThingsStand"]["dollars"]["paidAmount"],
                1000.5)
    for wrong in ("-1", "1.005", "much"):
        ran = suite.qcdr("final-score", "payment", "Hale", "--tin", "4321",
                         f"--paid-amount={wrong}", *data(suite))
        suite.equal(f"payment: {wrong} is no amount", ran.code, 2)


def answer_of_cms(suite):
    """Ray's projection as CMS would have it without the status: 55/0/15/30, and a high and a medium
    activity are 20 + 10 of 40 points = 75 %, since nothing doubles them."""
    quality = decimal.Decimal(str(row_of(suite, "Rahn")["asThingsStand"]["categories"]["quality"]["percent"]))
    score = rounded(decimal.Decimal("0.55") * quality + decimal.Decimal("0.15") * 75)
    return score, f"QUALITY:{rounded(quality, 4)}:55;COST:0:0;IA:75:15;PI:0:30"


def feedback_and_review(suite):
    start(suite)
    nothing = ask(suite, "targeted-review", "compare", "Rahn", "--tin", "4321")
    suite.equal("review: nothing shared", (nothing["feedback"], nothing["authorisation"]),
                (None, "unknown"))
    score, categories = answer_of_cms(suite)
    line = f"1234,2022,{B},{RAY},FINAL,2023-08-10,1,SHARE,targeted review,{score},{categories},,\n"
    play(suite, ("20230814T100000-0500_1234_feedback.csv", FEEDBACK_HEAD + line),
         ("20230815T100000-0500_1234_authorised.csv", AUTHORISED))
    told = ask(suite, "targeted-review", "compare", "Rahn", "--tin", "4321")
    suite.equal("review: the likely cause and what it leaves",
                [(each["cause"], each["differencesLeft"]) for each in told["causes"]][:1],
                [("statusNotRecognised", 0)])
    suite.check("review: with evidence", any("2022-12-14" in each for each in
                                             told["causes"][0]["evidence"]), told["causes"])
    suite.check("review: what it could change, low and high",
                told["effect"]["change"]["low"] <= told["effect"]["change"]["high"], told["effect"])
    suite.equal("review: the registry may file", told["authorisation"], "given")
    for instant, state in (("2023-10-09T20:00:00-04:00", "open"), ("2023-10-09T20:00:01-04:00", "closed")):
        window = ask(suite, "targeted-review", "compare", "Rahn", "--tin", "4321", "--at", instant)
        suite.equal(f"review: at {instant}", window["window"]["state"], state)
    revoke = line.replace("SHARE", "REVOKE")
    second = line.replace("FINAL", "REVISED").replace(",1,SHARE", ",2,SHARE").replace(
        f",{score},", ",50.00,")
    play(suite, ("20230927T100000-0500_1234_rescored.csv", FEEDBACK_HEAD + second))
    versions = ask(suite, "final-score", "feedback", "Rahn", "--tin", "4321")["feedback"]
    suite.equal("feedback: the newest version counts",
                [(each["version"], each["counts"]) for each in versions], [(1, False), (2, True)])
    play(suite, ("20230928T100000-0500_1234_revoked.csv",
                 FEEDBACK_HEAD + revoke.replace("FINAL", "REVISED").replace(",1,REVOKE", ",2,REVOKE")))
    versions = ask(suite, "final-score", "feedback", "Rahn", "--tin", "4321")["feedback"]
    suite.equal("feedback: taken back, the one before counts",
                [(each["version"], each["shared"], each["counts"]) for each in versions],
                [(1, True, True), (2, False, False)])
    suite.check("feedback: nothing of it is shown any more", "finalScore" not in versions[1], versions)


def exports(suite):
    """CMS's JSON becomes a record; what is none is told with its place."""
    start(suite)
    tree = lambda weight: {"name": "total", "value": 50.5, "parts": [
        {"name": "quality", "value": 35.5, "detail": f"Scoring based on weight of {weight}%.", "original": {
            "name": "quality", "value": 64.5, "parts": [{"name": "404", "value": 9.1, "metadata": {
                "performanceRate": 97.25, "processingStatus": "PICKED"}}]}},
        {"name": "ia", "value": 15, "weight": 15, "original": {"name": "ia", "value": 100, "parts": []}}]}
    file, record = suite.fresh("export.json"), suite.fresh("record.csv")
    make = lambda: suite.qcdr("final-score", "read-export", "Hale", "--tin", "4321", "--export", file,
                              "--released-on", "2023-08-10", "--purpose", "comparison", "--out", record,
                              *data(suite))
    file.write_text(json.dumps(tree(55)), encoding="utf-8")
    suite.equal("export: exit code", make().code, 0)
    suite.equal("export: its owner's", stat.S_IMODE(os.stat(record).st_mode), 0o600)
    play(suite, ("20231001T100000-0500_1234_exported.csv", record.read_text("utf-8")))
    told = ask(suite, "final-score", "feedback", "Hale", "--tin", "4321")["feedback"]
    suite.equal("export: as CMS told it", [(each["finalScore"], [
        (one["category"], one["percent"], one["weight"]) for one in each["categories"]], [
            (one["id"], one["points"], one["performanceRate"], one["picked"]) for one in each["measures"]])
                for each in told], [(50.5, [("quality", 64.5455, 55), ("ia", 100, 15)],
                                     [("404", 9.1, 97.25, True)])])
    record.unlink()
    file.write_text(json.dumps(tree("")), encoding="utf-8")
    ran = make()
    suite.check("export: a weight is missing", ran.code == 2 and "/parts/0" in ran.errors, ran.tail())


def check_pack(suite, name, folder, root):
    """Whole as it is; each file changed by one byte is named; a file that is added or missing, too."""
    verify = lambda *more: suite.qcdr("audit", "verify", "--pack", folder, "--json", *more)
    ran = verify("--root", root)
    suite.equal(f"{name}: whole", (ran.code, json.loads(ran.text)["faults"]), (0, []))
    suite.equal(f"{name}: sha256sum agrees", subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=False).returncode, 0)
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        before = path.read_bytes()
        if not before:
            continue
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        suite.equal(f"{name}: a changed byte of {path.relative_to(folder)}", verify().code, 3)
        path.write_bytes(before)
    (folder / "more").write_text("x")
    suite.equal(f"{name}: an added file", json.loads(verify().text)["faults"], ["more: not listed"])
    (folder / "more").unlink()
    suite.equal(f"{name}: another root", verify("--root", "0" * 64).code, 3)
    suite.equal(f"{name}: the folder is its owner's", stat.S_IMODE(os.stat(folder).st_mode), 0o700)


def dossiers(suite):
    start(suite)
    folder = suite.fresh("dossier")
    ran = suite.qcdr("targeted-review", "dossier", "Rahn", "--tin", "4321", "--out", folder, *data(suite))
    if not suite.equal("dossier: exit code", ran.code, 0):
        return
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    suite.equal("dossier: what is in it", {
        "README.txt", "comparison.txt", "comparison.json", "cases.json", "feedback.json", "score.json",
        "uploads.json", "sending/requests.json", "sending/receipts.json",
        "records/individual-consent.ndjson", "records/reconciliation-sign-off.ndjson",
        "records/cms-feedback.ndjson", "records/review-authorisation.ndjson",
        "records/eligibility-snapshot.ndjson", "records/activity-attestation.ndjson"} - names, set())
    suite.check("dossier: a place for receipts", "no receipt" in json.loads(
        (folder / "sending/receipts.json").read_text("utf-8"))["text"])
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    suite.equal("dossier: no TIN, no colleague", [each for each in (A, B, HANK, COLLEAGUES[0])
                                                  if each in text], [])
    check_pack(suite, "dossier", folder, ran.text.strip())
    ran = suite.qcdr("targeted-review", "dossier", "Rahn", "--tin", "4321", "--out", folder, *data(suite))
    suite.equal("dossier: is never written over", ran.code, 2)
    ran = suite.qcdr("targeted-review", "dossier", "Ivory", "--tin", "4321", "--out",
                     suite.fresh("none"), *data(suite))
    suite.equal("dossier: without feedback", ran.code, 2)


def audit_packs(suite):
    start(suite)
    folder = suite.fresh("pack")
    ran = suite.qcdr("audit", "pack", "--npi", HANK, "--year", 2022, "--out", folder, *data(suite))
    if not suite.equal("pack: exit code", ran.code, 0):
        return
    suite.check("pack: the NPI is told nowhere", HANK not in ran.text + ran.errors, ran.tail())
    records = folder / "2022/1234/records"
    lines = lambda kind: [json.loads(line) for line in
                          (records / f"{kind}.ndjson").read_text("utf-8").splitlines()]
    cases = {(each["upload"], each["row"]) for each in lines("anesthesia-case")}
    suite.check("pack: each record with its place", all(each["line"] > 0 and each["upload"]
                                                        for each in lines("anesthesia-case")))
    suite.equal("pack: the consent with the hash of its document",
                [each["fact"]["documentSha256"] for each in lines("individual-consent")],
                ["0ebf1471c8b251f0db667fb011929e8162274a9b1e957ae465d67961786072f6"])
    suite.check("pack: roster, sign-off, registration, election", all(
        lines(kind) for kind in ("roster", "reconciliation-sign-off", "practice-registration",
                                 "reporting-option")))
    behind = set()
    for path in (folder / "2022/1234/cases").glob("*.csv"):
        for line in path.read_text("utf-8").splitlines()[1:]:
            cells = line.split(",")
            behind.add((cells[3], int(cells[4])))
    suite.check("pack: the cases behind each measure are among the records", behind and behind <= cases,
                (len(behind), len(cases)))
    suite.equal("pack: as many as count", len(behind), row_of(suite, "Hale")["cases"]["counted"])
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    suite.check("pack: his NPI stands in it", HANK in text)
    suite.equal("pack: no TIN and no colleague", [each for each in (A, B, *COLLEAGUES) if each in text], [])
    check_pack(suite, "pack", folder, ran.text.strip())
    copy = suite.fresh("copy")
    shutil.copytree(folder, copy)
    ran = suite.qcdr("audit", "verify", "--pack", copy)
    suite.check("pack: a copy is whole, offline", ran.code == 0 and "whole" in ran.text, ran.tail())
    for npi, code in (("2000010027", 0), ("2000019994", 2), ("1234567890", 2)):
        ran = suite.qcdr("audit", "pack", "--npi", npi, "--out", suite.fresh("other"), *data(suite))
        suite.equal(f"pack: exit code of another one ({npi[-4:]})", ran.code, code)
        suite.check("pack: no NPI in what is told", npi not in ran.text + ran.errors, ran.tail())


GROUPS = (previews, roles, payments, feedback_and_review, exports, dossiers,
          audit_packs)
