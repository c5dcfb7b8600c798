"""Files are taken once: again, under other names, by processes that are killed, in data directories of
earlier versions."""

import json
import os
import shutil
import signal
import subprocess
import time

from commands import until
from harness import REGISTRY, SAMPLE
from sample_season import rows_of

ROSTER = ("practice_id,performance_year,tin,npi,last_name,first_name,credential,start_date,end_date,"
          "reporting_role,status\n1234,2022,000654321,2000010068,Faro,Finn,"
          "Certified Registered Nurse Anesthetist,2019-01-01,,ELIGIBLE,ACTIVE\n")


def consent(action, practice=1234):
    return ("practice_id,performance_year,tin,npi,action,signer_name,signed_at\n"
            f"{practice},2022,000654321,2000010068,{action},Finn Faro,2022-11-30\n")


def fill(folder, files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def standing(suite, *place):
    """What the only clinician's consent comes to."""
    rows = json.loads(suite.qcdr("score", "list", *place, "--json").text)["rows"]
    return [row["consent"] for row in rows if row["level"] == "individual"]


def received(ran):
    """Names of the files that it says it received: to people, or in lines of JSON."""
    lines = [json.loads(line) for line in ran.errors.splitlines() if line.startswith("{")]
    return [line.split()[1] for line in ran.errors.splitlines()
            if line.startswith("received ")] + [
                line["file"] for line in lines if line["msg"] == "received"]


def uploads_of(suite, *place):
    return json.loads(suite.qcdr("uploads", *place, "--json").text)["uploads"]


SEASON = {"20221003T090000-0500_roster.csv": ROSTER,
          "20221201T090000-0600_revocation.csv": consent("REVOKE"),
          "20221202T090000-0600_grant.csv": consent("GRANT")}


def sent_again_under_another_name(suite):
    inbox = fill(suite.fresh("once-inbox"), SEASON)
    place = ("--data-dir", suite.fresh("once"))
    play = ("dev", "--once", "--no-table", *place, "--inbox", inbox)
    suite.equal("a revocation and then a consent: exit code", suite.qcdr(*play).code, 0)
    suite.equal("the consent stands", standing(suite, *place), ["on time"])
    digest = suite.digest(*place)
    again = suite.qcdr(*play)
    suite.equal("the same folder again: the same state", (again.code, suite.digest(*place)),
                (0, digest))
    fill(inbox, {"20221203T090000-0600_the-same-revocation.csv": consent("REVOKE")})
    suite.qcdr(*play)
    suite.equal("the revocation under another name is heard", standing(suite, *place), ["revoked"])
    fill(inbox, {"20221204T090000-0600_the-same-consent.csv": consent("GRANT")})
    suite.qcdr(*play)
    suite.equal("the consent under another name, too", standing(suite, *place), ["on time"])
    fill(inbox, {"20221204T090000-0600_the-same-consent.csv": consent("REVOKE")})
    suite.qcdr(*play)
    suite.equal("other bytes under the same name, too", standing(suite, *place), ["revoked"])
    uploads = uploads_of(suite, *place)
    suite.equal("each once on the log", [u["timesReceived"] for u in uploads], [1] * 6)


def files_of_the_command_line(suite):
    place = ("--data-dir", suite.fresh("named"))
    folder = fill(suite.fresh("named-files"), {"a.csv": consent("GRANT")})
    play = ("dev", "--once", "--no-table", *place)
    first = suite.qcdr(*play, folder / "a.csv")
    second = suite.qcdr(*play, folder / "a.csv")
    suite.check("a named file again is told that it was there", first.code == second.code == 0 and
                "received before" in second.errors and "received before" not in first.errors,
                second.tail())
    fill(folder, {"b.csv": consent("GRANT")})
    suite.qcdr(*play, folder / "b.csv")
    suite.equal("two uploads", len(uploads_of(suite, *place)), 2)
    for name, path, code in (("one that is not there", folder / "none", 2),
                             ("a folder", folder, 2)):
        suite.equal(f"dev with {name}: exit code", suite.qcdr(*play, path).code, code)


def killed_while_files_are_taken(suite):
    """Between the blob and its record, and between the record and anything else."""
    keys = suite.folder / "once-keys"
    inbox = fill(suite.fresh("killed-inbox"), SEASON)
    calm = ("--data-dir", suite.fresh("killed-calm"), "--keys", keys)
    suite.qcdr("dev", "--once", "--no-table", *calm, "--inbox", inbox)
    for point in ("ingest-blob-written", "ingest-upload-appended"):
        for visit in range(1, len(SEASON) + 1):
            place = ("--data-dir", suite.fresh("killed"), "--keys", keys)
            play = ("dev", "--once", "--no-table", *place, "--inbox", inbox)
            killed = suite.qcdr(*play, "--crash-at", f"{point}:{visit}")
            ran = suite.qcdr(*play)
            times = [u["timesReceived"] for u in uploads_of(suite, *place)]
            suite.check(f"killed at {point}:{visit}: every file once, and the same state",
                        killed.code == -signal.SIGKILL and ran.code == 0 and times == [1] * 3 and
                        suite.digest(*place) == suite.digest(*calm), f"{times} {ran.tail()}")


def names_that_are_passed_over(suite):
    inbox = fill(suite.fresh("unfinished-inbox"), {
        name: consent("GRANT") for name in (".a.csv", "~$a.csv", "a.csv.part", "a.csv.filepart",
                                            "a.tmp", "a.csv~", "a.crdownload", "notes.md")})
    (inbox / "folder.csv").mkdir()
    os.symlink(inbox / "none", inbox / "broken.csv")
    os.mkfifo(inbox / "pipe.csv")
    place = ("--data-dir", suite.fresh("unfinished"))
    ran = suite.qcdr("dev", "--once", "--no-table", *place, "--inbox", inbox)
    suite.equal("what is no file, or not yet", (ran.code, uploads_of(suite, *place)), (0, []))


def a_file_that_grows(suite):
    """Beside a running process: nothing of half a file, then the whole once."""
    inbox = suite.fresh("growing-inbox")
    inbox.mkdir()
    place = ("--data-dir", suite.fresh("growing"))
    rows = [consent("GRANT")] + [consent("GRANT").splitlines(True)[1]] * 9
    log = suite.folder / "growing.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [str(suite.binary), "dev", "--no-table", *map(str, place), "--inbox", str(inbox)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, cwd=suite.folder)
    try:
        until(lambda: b"running" in log.read_bytes(), "dev does not say that it runs")
        with open(inbox / "growing.csv", "w", encoding="utf-8") as file:
            for row in rows:
                file.write(row)
                file.flush()
                time.sleep(0.4)
        until(lambda: b"received growing.csv" in log.read_bytes(), "it is not taken")
    finally:
        process.terminate()
        process.wait(timeout=30)
    uploads = uploads_of(suite, *place)
    suite.equal("one upload, whole", [(u["bytes"], u["timesReceived"]) for u in uploads],
                [(len("".join(rows)), 1)])


def a_file_before_the_clock(suite):
    inbox = fill(suite.fresh("past-inbox"), SEASON)
    place = ("--data-dir", suite.fresh("past"))
    play = ("dev", "--once", "--no-table", *place, "--inbox", inbox)
    suite.qcdr(*play)
    before = len(uploads_of(suite, *place))
    fill(inbox, {"20221001T090000-0500_late-to-the-folder.csv": consent("GRANT", 1235)})
    ran = suite.qcdr(*play)
    suite.check("a new file of a time that has passed: 2, its name, and what to do",
                ran.code == 2 and "late-to-the-folder.csv" in ran.errors and
                "give the file a name with a later instant" in ran.errors and
                len(uploads_of(suite, *place)) == before, ran.tail())


def directory_of_an_earlier_version(suite):
    """Ids without a key and records without names: every file is known, and the season goes on."""
    tool = suite.binary.parent / "earlier_uploads"
    files = sorted(path for path in SAMPLE.iterdir() if path.suffix != ".md")
    place = ("--data-dir", suite.fresh("earlier"))
    made = suite.qcdr(place[1], *files, program=tool)
    folded = suite.qcdr("dev", "--once", "--no-table", *place, "--clock",
                        "2023-02-20T10:15:00-06:00..2023-02-20T10:15:00-06:00")
    if not suite.check("a directory as an earlier version left it", made.code == folded.code == 0,
                       made.tail() + folded.tail()):
        return
    before = uploads_of(suite, *place)
    digest = suite.digest(*place)
    ran = suite.play(place[1], "--inbox", SAMPLE)
    suite.check("its inbox is known: nothing is taken, nothing moves",
                ran.code == 0 and uploads_of(suite, *place) == before and len(before) == len(files)
                and suite.digest(*place) == digest, ran.tail())
    calm = suite.play(suite.fresh("earlier-calm"), "--inbox", SAMPLE)
    suite.equal("the scores of the season", rows_of(ran.text), rows_of(calm.text))
    inbox = suite.fresh("earlier-inbox")
    shutil.copytree(SAMPLE, inbox)
    fill(inbox, {"20230301T090000-0600_revocation.csv": consent("REVOKE")})
    later = suite.play(place[1], "--inbox", inbox)
    again = suite.play(place[1], "--inbox", inbox)
    suite.check("a later file is taken, once", later.code == again.code == 0 and
                len(uploads_of(suite, *place)) == len(before) + 1 and
                [u["timesReceived"] for u in uploads_of(suite, *place)] == [1] * (len(files) + 1),
                later.tail())
    shutil.copy(next(REGISTRY.glob("*.csv")), inbox / "20221220T120000-0600_list.csv")
    past = suite.play(place[1], "--inbox", inbox)
    suite.check("one that it never took and whose time has passed: 2 and what to do",
                past.code == 2 and "empty --data-dir" in past.errors, past.tail())


def the_registrys_folder(suite):
    place = ("--data-dir", suite.fresh("registry-rights"))
    folder = suite.fresh("registry-folder")
    shutil.copytree(REGISTRY, folder)
    play = ("dev", "--once", "--no-table", *place, "--registry-inbox", folder)
    folder.chmod(0o700)
    ran = suite.qcdr(*play)
    suite.check("a folder of its officers alone", ran.code == 0 and "warning" not in ran.errors,
                ran.tail())
    folder.chmod(0o770)
    ran = suite.qcdr(*play)
    doctor = suite.qcdr("doctor", *place, "--registry-inbox", folder)
    suite.check("one that a group may write into: a warning, from doctor too",
                ran.code == 0 and "may write into the registry's inbox" in ran.errors and
                doctor.code == 0 and "warning  registry inbox: the group" in doctor.text,
                ran.tail() + doctor.tail())
    folder.chmod(0o777)
    ran = suite.qcdr(*play)
    doctor = suite.qcdr("doctor", *place, "--registry-inbox", folder)
    suite.check("one that everybody may write into: 6, and doctor fails", ran.code == 6 and
                "chmod o-w" in ran.errors and doctor.code == 3, ran.tail() + doctor.tail())
    folder.chmod(0o700)
    place = ("--data-dir", suite.fresh("registry-rights"))
    for file in folder.glob("*.csv"):
        file.chmod(0o666)
    ran = suite.qcdr("dev", "--once", "--no-table", *place, "--registry-inbox", folder)
    suite.check("a file that everybody may write to is refused", ran.code == 0 and
                "is refused: everybody may write to it" in ran.errors and
                not uploads_of(suite, *place), ran.tail())


GROUPS = (sent_again_under_another_name, files_of_the_command_line, killed_while_files_are_taken,
          names_that_are_passed_over, a_file_that_grows, a_file_before_the_clock,
          directory_of_an_earlier_version, the_registrys_folder)
