"""Snapshots of the national register of NPIs: loaded, taken by a running season, and what they say."""

import csv
import json

from generated_seasons import compare_with_batch
from harness import SAMPLE

HEADER = ["NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)",
          "Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)",
          "Provider First Name", "Provider Other Last Name", "NPI Deactivation Reason Code",
          "NPI Deactivation Date", "NPI Reactivation Date"]
LIST_DATE = "2023-01-22"
ROSTER = "20221003T090000-0500_1234_roster-corrected.csv"


def people():
    with open(SAMPLE / ROSTER, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_register(path, entries):
    """CMS's columns, all quoted, and many more of them than are asked for."""
    more = [f"Other Provider Identifier_{number}" for number in range(1, 300)]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER + more)
        for npi, entry in entries.items():
            named = {"NPI": npi, "Entity Type Code": "1", **entry}
            writer.writerow([named.get(column, "") for column in HEADER] + [""] * len(more))


def register_of_the_sample():
    """Everybody as on the roster, apart from five; who they are, by what will be said of them."""
    roster = people()
    entries, expected = {}, {}
    for place, person in enumerate(roster):
        entry = {"Provider Last Name (Legal Name)": person["last_name"].upper(),
                 "Provider First Name": person["first_name"].upper()}
        name = f"{person['last_name']}, {person['first_name']}"
        if place == 0:
            expected["NPI_UNKNOWN"] = name
            continue
        if place == 1:
            entry["Entity Type Code"] = "2"
            expected["NPI_ORGANIZATION"] = name
        if place == 2:
            entry["Provider Last Name (Legal Name)"] = "SOMEBODYELSE"
            expected["NAME_MISMATCH"] = name
        if place == 4:
            entry["NPI Deactivation Date"] = "02/15/2022"
            expected["NPI_DEACTIVATED"] = name
        if place == 5:
            entry["NPI Deactivation Date"] = "01/15/2023"
            expected["NPI_DEACTIVATED_LATER"] = name
        entries.setdefault(person["npi"], entry)  # some stand there under two TINs
    return entries, expected


def a_register_of_npis(suite):
    data = suite.fresh("register")
    entries, expected = register_of_the_sample()
    write_register(suite.folder / "npidata.csv", entries)
    loaded = suite.qcdr("reference", "load", "npidata.csv", "--as-of", LIST_DATE, "--data-dir", data)
    suite.check("a register is loaded", loaded.code == 0 and
                f"{len(entries)} rows, 0 of them not readable" in loaded.text, loaded.tail())
    suite.check("a day that some season takes: no warning", "no season" not in loaded.errors,
                loaded.tail())
    mistyped = suite.qcdr("reference", "load", "npidata.csv", "--as-of", "2203-01-08",
                          "--data-dir", suite.fresh("mistyped-register"))
    suite.check("a day that no season takes is warned of, with the days of seasons",
                mistyped.code == 0 and "no season takes a list of 2203-01-08" in mistyped.errors and
                "2019-01-01" in mistyped.errors, mistyped.tail())
    again = suite.qcdr("reference", "load", "npidata.csv", "--as-of", LIST_DATE, "--data-dir", data,
                       "--json")
    listed = json.loads(suite.qcdr("reference", "list", "--data-dir", data, "--json").text)
    suite.equal("the same file is the same snapshot, listed once",
                [entry["sha256"] for entry in listed["references"]],
                [json.loads(again.text)["sha256"]])
    ran = suite.play(data, "--clock", "2022-09-01T00:00:00Z..2023-02-21T00:00:00Z")
    suite.check("the season is played with it", ran.code == 0, ran.tail())
    found = json.loads(suite.qcdr("reconciliation", "--data-dir", data, "--json").text)
    said = {}
    for finding in found["findings"]:
        if finding["identifier"] in expected:
            said.setdefault(finding["identifier"], set()).add(finding["clinician"])
    everybody = {identifier: {name} for identifier, name in expected.items()}
    everybody["NPI_UNKNOWN"].add("")  # somebody on cases whom neither roster nor register knows
    suite.equal("each is told of whom it is true and of nobody else", said, everybody)
    blocking = {finding["identifier"]: finding["blocks"] for finding in found["findings"]}
    suite.equal("what blocks, and what only warns",
                [blocking[name] for name in ("NPI_UNKNOWN", "NPI_DEACTIVATED", "NAME_MISMATCH",
                                             "NPI_DEACTIVATED_LATER")], ["all", "all", "no", "no"])
    digest = suite.digest("--data-dir", data)
    compare_with_batch(suite, "with a register",
                       ["--log", data / "log", "--reference", data / "reference"], data / "keys",
                       digest)
    replayed = suite.qcdr("replay", "--received-by", "2023-04-01T00:00:00Z", "--data-dir", data)
    suite.check("it can be replayed", replayed.code == 0, replayed.tail())
    what_is_written(suite, data)
    a_newer_register(suite, data, expected)


def what_is_written(suite, data):
    written = suite.folder / "findings.csv"
    ran = suite.qcdr("reconciliation", "--data-dir", data, "--practice", 1234, "--write", written)
    with open(written, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    suite.check("the practice's list names NPIs, to its owner alone",
                ran.code == 0 and not ran.text and written.stat().st_mode & 0o777 == 0o600 and
                all(len(row["npi"]) == 10 for row in rows if row["clinician"]), ran.tail())
    nobody = suite.qcdr("reconciliation", "--data-dir", data, "--practice", 999)
    suite.equal("a practice that nobody knows: exit code", nobody.code, 2)


def a_newer_register(suite, data, expected):
    """CMS's weekly file on top: the organization was a mistake, and who was missing is there now."""
    roster = people()
    base = next((data / "reference").glob("*.qnpi"))
    write_register(suite.folder / "weekly.csv", {
        roster[place]["npi"]: {"Provider Last Name (Legal Name)": roster[place]["last_name"]}
        for place in (0, 1)})
    loaded = suite.qcdr("reference", "load", "weekly.csv", "--as-of", "2023-02-26", "--base", base,
                        "--data-dir", data)
    suite.check("changes are loaded on top", loaded.code == 0, loaded.tail())
    ran = suite.qcdr("dev", "--once", "--json", "--data-dir", data, "--clock",
                     "2023-02-21T00:00:00Z..2023-03-01T00:00:00Z")
    suite.check("the season goes on with it", ran.code == 0, ran.tail())
    found = json.loads(suite.qcdr("reconciliation", "--data-dir", data, "--json").text)
    left = {finding["identifier"] for finding in found["findings"]
            if finding["clinician"]} & set(expected)
    suite.equal("what was mended is gone", left,
                set(expected) - {"NPI_UNKNOWN", "NPI_ORGANIZATION"})
    digest = suite.digest("--data-dir", data)
    compare_with_batch(suite, "with two registers",
                       ["--log", data / "log", "--reference", data / "reference"], data / "keys",
                       digest)


def what_is_no_register(suite):
    data = suite.fresh("no-register")
    (suite.folder / "other.csv").write_text("practice_id,npi\n1,2\n", encoding="utf-8")
    for name, arguments, words in (
            ("another file", ("other.csv", "--as-of", LIST_DATE), "no file of the NPI register"),
            ("no file", ("none.csv", "--as-of", LIST_DATE), "cannot be opened"),
            ("no day", ("other.csv", "--as-of", "13/11/2022"), "")):
        ran = suite.qcdr("reference", "load", *arguments, "--data-dir", data)
        suite.check(f"{name} is refused", ran.code == 2 and words in ran.errors, ran.tail())
    suite.check("and nothing is kept", not list(data.glob("reference/*")))
    ran = suite.qcdr("reference", "list", "--data-dir", data)
    suite.check("an empty list is said", ran.code == 0 and "no reference data" in ran.text, ran.tail())


GROUPS = (a_register_of_npis, what_is_no_register)
