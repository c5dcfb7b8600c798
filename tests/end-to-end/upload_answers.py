"""What is answered about uploads and records, whichever way somebody asks."""

import csv
import io
import json
import shutil

from harness import ROOT, SAMPLE
from uploads_http import BAD_CONSENTS, Server

INTAKE = ROOT / "tests/data/intake"
RECEIVED = "20221206T090000-0600"
WAYS = {"bad-records.xml": (INTAKE / "bad-records.xml").read_bytes(),
        "consents.csv": BAD_CONSENTS.encode()}
TEMPLATE = "practice_id,performance_year,tin,month,cases,source,record_action,supersedes"
PUBLISHED = 10_000
MEANT = "2000010142"
MISTYPED = "2900010142"
SEASON = "2022-09-01T00:00:00Z..2023-04-01T00:00:00Z"


def placed(finding):
    """What of a finding all three ways say."""
    location = finding["location"]
    return (finding["code"], finding["severity"], finding["message"], finding["hint"],
            location.get("line", 0), location.get("column", 0), location.get("byteOffset", 0),
            location.get("path", ""))


def validated(suite, path):
    ran = suite.qcdr("validate", path, "--format", "json", "--received-at",
                     "2022-12-06T09:00:00-06:00")
    return [placed(json.loads(line)) for line in ran.text.splitlines()]


def from_the_inbox(suite, name, content, season):
    """Over a copy of the season that the server has."""
    data = suite.fresh("ways-data-" + name.replace(".", "-"))
    shutil.copytree(season, data)
    inbox = suite.fresh("ways-inbox-" + name.replace(".", "-"))
    inbox.mkdir()
    (inbox / f"{RECEIVED}_1234_{name}").write_bytes(content)
    ran = suite.qcdr("dev", "--once", "--no-table", "--inbox", inbox, "--data-dir", data)
    if ran.code != 0:
        raise RuntimeError(ran.tail())
    newest = json.loads(suite.qcdr("uploads", "--json", "--data-dir", data).text)["uploads"][-1]
    shown = json.loads(suite.qcdr("uploads", "show", newest["uploadId"], "--json", "--data-dir",
                                  data).text)
    rejected = suite.qcdr("uploads", "rejected-rows", newest["uploadId"], "--data-dir", data)
    suite.outputs.pop()  # the practice's own data
    return shown, rejected.out


def the_same_answers_three_ways(suite):
    """The checks that need no history say the same offline, of an inbox and over HTTP; what the
    season adds is the same of both that have one."""
    season = suite.fresh("ways-season")
    offline = {}
    for name, content in WAYS.items():
        path = suite.folder / ("ways-" + name)
        path.write_bytes(content)
        offline[name] = validated(suite, path)
        suite.check(f"{name} has findings of several kinds",
                    len({entry[0] for entry in offline[name]}) >= 2, str(offline[name]))
    server = Server(suite, "ways")
    shutil.copytree(server.data, season)
    with server.running():
        for name, content in WAYS.items():
            taken = server.take(content)
            page = server.json(f"/v1/uploads/{taken['uploadId']}/findings?limit=1000")["findings"]
            rows = server.ask("GET", f"/v1/uploads/{taken['uploadId']}/rejected-rows.csv")[1]
            shown, rejected = from_the_inbox(suite, name, content, season)
            told = [placed(finding) for finding in page]
            suite.equal(f"{name}: the inbox and HTTP say the same",
                        [placed(finding) for finding in shown["findingList"]], told)
            suite.equal(f"{name}: the same rows are taken", shown["rows"], taken["rows"])
            suite.equal(f"{name}: the same rows come back", rejected, rows)
            suite.equal(f"{name}: and what validate says is said of both",
                        sorted(entry for entry in offline[name] if entry not in told), [])
            further = {entry[0] for entry in told if entry not in offline[name]}
            suite.check(f"{name}: beyond that only what needs the season",
                        further <= {"QCDR-REC-0010", "QCDR-ROS-0007", "QCDR-CON-0001",
                                    "QCDR-REC-0034", "QCDR-DL-0001", "QCDR-CAS-0001"},
                        str(further))


def rows_of(suite, text):
    suite.outputs.pop()  # the practice's own data
    return list(csv.DictReader(io.StringIO(text, newline="")))


def every_refused_row_comes_back(suite):
    """More rows than findings are published were refused by checks that need the season."""
    data = suite.fresh("refused-data")
    played = suite.play(data, "--clock", SEASON)
    inbox = suite.fresh("refused-inbox")
    inbox.mkdir()
    count = PUBLISHED + 50
    rows = [f"1234,2022,000111222,1,7,billing,WITHDRAW,never-{number}" for number in range(count)]
    rows.append("1234,2022,000456789,11,7,billing,,")
    (inbox / "20230402T090000-0500_billed.csv").write_text("\n".join([TEMPLATE] + rows) + "\n",
                                                           encoding="utf-8")
    ran = suite.qcdr("dev", "--once", "--no-table", "--inbox", inbox, "--data-dir", data)
    suite.check("a file of withdrawals of nothing is judged", (played.code, ran.code) == (0, 0),
                ran.tail())
    upload = json.loads(suite.qcdr("uploads", "--json", "--data-dir", data).text)["uploads"][-1]
    suite.equal("all but one of its rows are refused", upload["rows"]["rejected"], count)
    ran = suite.qcdr("uploads", "rejected-rows", upload["uploadId"], "--data-dir", data)
    back = rows_of(suite, ran.text)
    suite.check("and come back, also those of which nothing is published",
                [row["supersedes"] for row in back] == [f"never-{number}" for number in range(count)],
                f"{len(back)} rows")
    suite.check("with code and hint", all(row["qcdr_code"] and row["qcdr_hint"] for row in back),
                str(back[-1])[:100])
    last = suite.qcdr("uploads", "rejected-rows", upload["uploadId"], "--offset", count - 2,
                      "--data-dir", data)
    suite.equal("from a row on the others are left out",
                [row["supersedes"] for row in rows_of(suite, last.text)],
                [f"never-{count - 2}", f"never-{count - 1}"])


def whom_a_mistyped_npi_may_mean(suite):
    """Two cases name somebody with a digit too many changed: one counts for the other clinician, one
    is not used. The sample's own mistyped NPI is as near to two people, so nobody is named."""
    data = suite.fresh("mistyped")
    suite.play(data, "--clock", SEASON)
    inbox = suite.fresh("mistyped-inbox")
    inbox.mkdir()
    head, row = (ROOT / "docs/records/templates/anesthesia-case.csv").read_text(
        encoding="utf-8").splitlines()[:2]
    columns = head.split(",")
    cells = next(csv.reader([row]))
    right = "000456789:2000010019:Anesthesiologist"
    wrong = f"000456789:{MISTYPED}:Anesthesiologist"
    lines = [head]
    for case, staff in (("M-1", f"{right};{wrong}"), ("M-2", wrong)):
        named = dict(zip(columns, cells), case_id=case, staff=staff)
        lines.append(",".join(named[column] for column in columns))
    (inbox / "20230402T090000-0500_cases.csv").write_text("\n".join(lines) + "\n",
                                                          encoding="utf-8")
    suite.qcdr("dev", "--once", "--no-table", "--inbox", inbox, "--data-dir", data)
    found = json.loads(suite.qcdr("reconciliation", "--json", "--data-dir", data).text)["findings"]
    mistyped = [entry for entry in found if entry["identifier"] == "NPI_CHECK_DIGIT"]
    near = [entry for entry in mistyped if "nearestClinician" in entry]
    suite.equal("two are mistyped, and of one it is known whom it may mean",
                (len(mistyped), len(near)), (2, 1))
    suite.check("on two cases, with the name of whom", near[0]["cases"] == 2
                and near[0]["nearestClinician"] in near[0]["fix"], str(near))
    listed = suite.folder / "mistyped.csv"
    suite.qcdr("reconciliation", "--practice", "1234", "--write", listed, "--data-dir", data)
    rows = list(csv.DictReader(io.StringIO(listed.read_text(encoding="utf-8"), newline="")))
    suite.check("the practice's own list has both NPIs", (MISTYPED, MEANT) in {
        (row["npi"], row["nearest_npi"]) for row in rows if row["finding"] == "NPI_CHECK_DIGIT"}, "")
    newest = json.loads(suite.qcdr("uploads", "--json", "--data-dir", data).text)["uploads"][-1]
    text = suite.qcdr("uploads", "show", newest["uploadId"], "--json", "--data-dir", data).text
    suite.check("a finding says where to look, and no NPI", "qcdr reconciliation" in text
                and MISTYPED not in text and MEANT not in text, text[:300])


def histories_of_the_sample(suite):
    data = suite.fresh("histories")
    suite.play(data, "--clock", SEASON)
    whole = json.loads(suite.qcdr("history", "--practice", "1234", "--json", "--data-dir",
                                  data).text)
    states = {record["state"] for fact in whole["facts"] for record in fact["records"]}
    suite.check("records stand, were superseded, wait or were not used",
                {"inForce", "superseded", "held", "notUsed"} <= states, str(states))
    suite.check("each has its receipt, its sender and a right", all(
        record["receivedAt"] and record["sentBy"] and record["authority"] != "unspecified"
        for fact in whole["facts"] for record in fact["records"]), "")
    one = next(record for fact in whole["facts"] for record in fact["records"]
               if fact["kind"] == "individual-consent")
    same = json.loads(suite.qcdr("history", "--practice", "1234", "--record", one["record"],
                                 "--json", "--data-dir", data).text)
    suite.check("a record leads to its fact", len(same["facts"]) == 1
                and one in same["facts"][0]["records"], str(same)[:300])
    text = suite.qcdr("history", "--practice", "1234", "--kind", "consent", "--data-dir", data).text
    suite.check("as text there is a table for each fact", "individual-consent  2022  *****" in text
                and "practiceAdministrator" in text and "Kept until 2028-12-31" in text, text[:600])
    cases = next(entry["uploadId"] for entry in
                 json.loads(suite.qcdr("uploads", "--kind", "anesthesia-case", "--json",
                                       "--data-dir", data).text)["uploads"]
                 if entry["practice"] == 1234 and entry["rows"]["rejected"] == 0)
    case = json.loads(suite.qcdr("history", "--practice", "1234", "--record", cases + "/0",
                                 "--json", "--data-dir", data).text)
    suite.check("a case has one, too", case["facts"][0]["kind"] == "anesthesia-case"
                and case["facts"][0]["records"][0]["says"]["serviceDate"].startswith("2022-"),
                str(case)[:300])
    refused = suite.qcdr("history", "--practice", "1234", "--kind", "anesthesia-case", "--data-dir",
                         data)
    suite.equal("of cases one must be named", refused.code, 2)
    nobody = suite.qcdr("history", "--practice", "1234", "--tin", "000456789", "--data-dir", data)
    suite.equal("a whole TIN is not asked for", nobody.code, 2)


GROUPS = (the_same_answers_three_ways, every_refused_row_comes_back, whom_a_mistyped_npi_may_mean,
          histories_of_the_sample)
