"""The sample practice: the rows worked by hand, repeatability, partitions, explanations, leaks."""

import csv
import decimal
import io
import json
import shutil

import identifiers
from harness import REGISTRY, ROOT, SAMPLE, rounded

A, B = "*****6789", "*****4321"
# From tests/data/sample-practice/README.md, where each is worked by hand.
BY_HAND = {
    (B, "Hale, Hank"): ("42.10", "25.81", "67.24", "-3.95", 43, 3),
    (B, "Ivory, Jr., Iris"): ("21.26", "11.60", "61.46", "-6.45", 30, 0),
    (B, "Gold, Gina"): ("13.75", "7.50", "59.00", "-9.00", 26, 1),
    (B, "Rahn, Ray"): ("67.42", "48.92", "88.92", "-0.91", 60, 0),
    (A, None): ("47.96", "36.33", "76.33", "-3.24", 635, 0),
}
# Who is not sent: as things stand, and if all open items are done; by hand in the sample's README.
NOT_SENT = {
    (B, "Jarvis, Jon"): (("0.00", "-9.00"), ("32.86", "-5.06")),
    (B, "Keller, Kim"): (("0.00", "-9.00"), ("0.00", "-9.00")),
    (B, "Lang, Leo"): (("0.00", "-9.00"), ("0.00", "-9.00")),
    (B, "Pohl, Pam"): (("0.00", "-9.00"), ("0.00", "-9.00")),
    (B, "Sand, Sue"): (("0.00", "-9.00"), ("52.42", "-2.71")),
    (B, "Thorn, Tom"): (("0.00", "-9.00"), ("0.00", "-9.00")),
    (B, "Ulm, Una"): (("0.00", "-9.00"), ("0.00", "-9.00")),
}
# TIN, clinician: consent, cases that count, cases held; from the plan.
PLANNED = {
    (A, None): ("on time", 635, 0), (A, "Adair, Abel"): (None, 55, 0),
    (A, "Ohm, Otto"): (None, 42, 0), (A, "Zorn, Zoe"): (None, 43, 0),
    (B, "Rahn, Ray"): ("on time", 60, 0), (B, "Sand, Sue"): ("on time", 64, 0),
    (B, "Thorn, Tom"): ("on time", 0, 0), (B, "Voss, Val"): ("on time", 8, 0),
    (A, "Abbott, Ann"): (None, 32, 0), (A, "Bauer, Ben"): (None, 26, 0),
    (A, "Castle, Cora"): (None, 30, 0), (A, "Delgado Peña, Dan"): (None, 20, 0),
    (A, "Faro, Finn"): (None, 5, 0), (A, "Gold, Gina"): (None, 5, 0),
    (B, "Faro, Finn"): ("on time", 20, 0), (B, "Gold, Gina"): ("on time", 26, 1),
    (B, "Hale, Hank"): ("on time", 43, 3), (B, "Ivory, Jr., Iris"): ("on time", 30, 0),
    (B, "Jarvis, Jon"): ("held", 30, 0), (B, "Keller, Kim"): ("missing", 43, 3),
    (B, "Lang, Leo"): ("revoked", 26, 0),
}
# Points of the measures, in the order in which the hand-worked text gives them.
POINTS = {"Hale": ("6.8124", "10", "3"), "Ivory": ("9.4619", "3", "3"), "Gold": ("0", "3", "7")}


def parsed(text):
    """JSON with numbers as exact decimals."""
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def rows_of(text):
    """Rows of `score list --json` by TIN and clinician."""
    return {(row["tin"], row["clinician"]): row for row in parsed(text)["rows"]}


def worked(row):
    side = row["asThingsStand"]
    numbers = (side["value"], side["low"], side["high"], side["paymentAdjustment"]["percent"])
    return tuple(rounded(v) for v in numbers) + (
        int(row["cases"]["counted"]), int(row["cases"]["held"]))


def both_numbers(row):
    return tuple((rounded(row[side]["value"]), rounded(row[side]["paymentAdjustment"]["percent"]))
                 for side in ("asThingsStand", "ifAllOpenItemsDone"))


def plan_of_the_sample(suite):
    plan = suite.qcdr("--check", program=ROOT / "tests/data/make-sample-practice")
    suite.check("the committed sample is what its plan says", plan.code == 0, plan.tail())


def rows_worked_by_hand(suite):
    first = suite.play(suite.fresh("first"))
    suite.check("the season is processed", first.code == 0, first.tail())
    rows = rows_of(first.text)
    for key, expected in BY_HAND.items():
        suite.equal(f"by hand: {key[1] or 'group'} {key[0]}", worked(rows[key]), expected)
    for key, (consent, counted, held) in PLANNED.items():
        row = rows[key]
        actual = (row["consent"] if consent else None, int(row["cases"]["counted"]),
                  int(row["cases"]["held"]))
        suite.equal(f"planned: {key[1] or 'group'} {key[0]}", actual, (consent, counted, held))
    suite.check("no row for the assistants, who have no score of their own",
                not any((name or "").startswith(("Engel", "Orth")) for _, name in rows))
    for key, expected in NOT_SENT.items():
        suite.equal(f"not sent: {key[1]}", (rows[key]["willBeSent"], both_numbers(rows[key])),
                    (False, expected))
    not_sent = parsed(first.text)["notSent"]
    suite.equal("who is not sent", ({(who["tin"], who["clinician"]) for who in not_sent["who"]},
                                    int(not_sent["count"]), int(not_sent["of"])),
                (set(NOT_SENT), 7, 46))
    suite.check("a group's score is shown of each of its clinicians",
                all(row["sentAsGroup"] and both_numbers(row) == both_numbers(rows[(A, None)])
                    for key, row in rows.items() if key[0] == A and key[1] is not None), rows)
    levels = {(key[0], row["reportsAs"]) for key, row in rows.items()}
    suite.equal("how each TIN reports", levels, {(A, "group"), (B, "individual")})


def two_runs_agree(suite):
    for form in ((), ("--json",)):
        tables = []
        for name in ("same-1", "same-2"):
            ran = suite.qcdr("dev", "--once", "--inbox", SAMPLE, "--registry-inbox", REGISTRY,
                             "--data-dir", suite.fresh(name), *form)
            tables.append((ran.code, ran.out, ran.err))
        suite.check(f"two runs print the same bytes {' '.join(form)}",
                    tables[0] == tables[1] and tables[0][0] == 0 and tables[0][1], tables)


def again_changes_nothing(suite):
    data = suite.folder / "first"
    before = suite.digest("--data-dir", data)
    again = suite.play(data)
    suite.equal("the same inbox again: exit code", again.code, 0)
    suite.equal("the same inbox again: digest", suite.digest("--data-dir", data), before)
    lists = suite.qcdr("score", "list", "--data-dir", data, "--json")
    suite.equal("the same inbox again: table", again.text, lists.text)


def partitions_do_not_matter(suite):
    seen = {}
    keys = suite.fresh("partition-keys")
    for partitions in (1, 4, 24):
        data = suite.fresh(f"partitions-{partitions}")
        ran = suite.play(data, "--keys", keys, "--partitions", partitions)
        verified = suite.qcdr("state", "verify", "--data-dir", data, "--keys", keys)
        count = sum(line.startswith("partition ") for line in verified.errors.splitlines())
        suite.equal(f"{partitions} partitions are there and verify", (verified.code, count),
                    (0, partitions))
        seen[partitions] = (verified.text, ran.text)
    suite.check("1 and 4 partitions: same digest", seen[1][0] == seen[4][0] and seen[1][0], seen)
    suite.check("24 and 4 partitions: same digest", seen[24][0] == seen[4][0] and seen[4][0], seen)
    suite.check("the same table each time",
                seen[1][1] == seen[4][1] == seen[24][1] and rows_of(seen[4][1]), seen)
    other = suite.play(suite.fresh("partitions-other"), "--partitions", 4)
    suite.equal("other keys give the same table", other.text, seen[4][1])


def lists_parse(suite):
    data = suite.folder / "first"
    rows = rows_of(suite.qcdr("score", "list", "--data-dir", data, "--json").text)
    table = suite.qcdr("score", "list", "--data-dir", data, "--csv")
    lines = list(csv.DictReader(io.StringIO(table.text, newline="")))
    suite.equal("--csv has the rows of --json", {(line["TIN"], line["Clinician"]) for line in lines},
                {(tin, name or "(group)") for tin, name in rows})
    shown = {(line["TIN"], line["Clinician"]): (line["As things stand"], line["If all done"])
             for line in lines}
    suite.equal("--csv has the scores of --json", shown,
                {(tin, name or "(group)"): (rounded(row["asThingsStand"]["value"]),
                                            rounded(row["ifAllOpenItemsDone"]["value"]))
                 for (tin, name), row in rows.items()})
    one = suite.qcdr("score", "show", "Hale", "--data-dir", data, "--json")
    suite.equal("score show", parsed(one.text), rows[(B, "Hale, Hank")])
    said = suite.qcdr("score", "show", "Hale", "--data-dir", data).text
    suite.equal("score show says which score CMS would use", "CMS would use" in said,
                rows[(B, "Hale, Hank")]["receives"] is not None)
    for (tin, name), row in rows.items():
        if name is None or row["displacedBy"]:
            continue
        received = row["receives"]
        known = [each["value"] for each in received["among"]] if received else []
        suite.check(f"what {name} of {tin} receives is the highest of what is sent",
                    bool(known) == row["willBeSent"] and (not known or received["value"] == max(
                        known) == row["asThingsStand"]["value"]), row)
    nobody = suite.qcdr("score", "show", "Nobody", "--data-dir", data)
    suite.equal("score show of nobody: exit code", nobody.code, 2)
    several = suite.qcdr("score", "show", "Gold", "--data-dir", data)
    suite.check("score show of several asks which", several.code == 2 and "--tin" in several.errors,
                several.tail())


def nodes(node):
    """Every object of a score tree."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def explanations(suite):
    data = suite.folder / "first"
    rows = rows_of(suite.qcdr("score", "list", "--data-dir", data, "--json").text)
    text = suite.qcdr("score", "explain", "Hale", "--data-dir", data).text
    for wanted in ("benchmark cut point", "starts at 76.58 %", "42 CFR 414.", "Not a CMS score"):
        suite.check(f"explain says {wanted!r}", wanted in text, text[-400:])
    for (tin, name), row in rows.items():
        who = name or "group"
        ran = suite.qcdr("score", "explain", who, "--tin", tin[-4:], "--data-dir", data, "--json")
        tree = parsed(ran.text)
        value = rounded(decimal.Decimal(tree["receivedData"]["score"]["value"]))
        cited = any("42 CFR 414." in json.dumps(node.get("citation", "")) for node in nodes(
            json.loads(ran.text)))
        own = name is None or tin == B  # of the others the group's score is listed
        sent = rounded(row["asThingsStand"]["value"])
        suite.check(f"explain {who} {tin} comes to the listed score, with paragraphs",
                    cited and (value == sent or not row["willBeSent"] or not own) and
                    tree["row"] == row, ran.text[:300])
    for who, points in POINTS.items():
        ran = suite.qcdr("score", "explain", who, "--tin", B[-4:], "--data-dir", data, "--json")
        found = {node["name"]: str(node["value"]) for node in nodes(
            parsed(ran.text)["receivedData"])
                 if node.get("name") in ("404", "424", "430")}
        suite.equal(f"points of {who} as worked by hand", found,
                    dict(zip(("404", "424", "430"), points)))


def what_is_ready_and_what_if(suite):
    """Readiness, the to-do list, the dry run and assumed numbers, against what is listed."""
    place = ("--data-dir", suite.folder / "first")
    rows = rows_of(suite.qcdr("score", "list", *place, "--json").text)
    ready = {(row["tin"], row["clinician"]): row
             for row in parsed(suite.qcdr("readiness", *place, "--json").text)["rows"]}
    same = ("willBeSent", "blocks", "costs", "doNext", "cases", "consent")
    suite.equal("readiness agrees with the list", {key: [row[name] for name in same]
                                                   for key, row in ready.items()},
                {key: [row[name] for name in same] for key, row in rows.items()})
    table = suite.qcdr("readiness", *place, "--to-do", "--csv").text
    lines = list(csv.DictReader(io.StringIO(table, newline="")))
    listed = parsed(suite.qcdr("readiness", *place, "--to-do", "--json").text)["toDo"]
    suite.equal("the to-do list as CSV and as JSON", [line["What"] for line in lines],
                [item["text"] for item in listed])
    dates = [item["by"] or "9999" for item in listed]
    suite.check("the to-do list stands by date", dates == sorted(dates) and dates, dates)
    documents = parsed(suite.qcdr("submission", "preview", *place, "--json").text)["documents"]
    sent = {(each["tin"], each["clinician"]) for each in documents if each["submission"]}
    suite.equal("a document for each set that is ready, and a reason for each other one",
                (sent, {(each["tin"], each["clinician"]) for each in documents if each["reasons"]}),
                ({(A, None), (B, "Faro, Finn"), (B, "Gold, Gina"), (B, "Hale, Hank"),
                  (B, "Ivory, Jr., Iris"), (B, "Rahn, Ray"), (B, "Voss, Val")}, set(NOT_SENT)))
    hale = next(each["submission"] for each in documents if each["clinician"] == "Hale, Hank")
    counts = {each["measureId"]: (each["value"]["performanceMet"],
                                  each["value"]["performanceNotMet"],
                                  each["value"]["eligiblePopulationException"],
                                  each["value"]["eligiblePopulation"])
              for each in hale["measurementSets"][0]["measurements"]}
    # Counted by hand in the sample's README.
    suite.equal("the counts of a document", counts,
                {"404": (18, 4, 0, 22), "424": (40, 0, 1, 41), "430": (35, 1, 0, 36)})
    # All 22 of 404 met: decile 10, 10 points; (10 + 10 + 3) / 40 = 57.5 %; activities 40 of 40:
    # 0.85 x 57.5 + 15 = 63.88.
    ran = suite.qcdr("score", "what-if", "Hale", *place, "--measure", "404", "--met", "22",
                     "--not-met", "0", "--activities", "40", "--json")
    suite.equal("what if", rounded(parsed(ran.text)["assumed"]["value"]), "63.88")
    changed = json.dumps([{"measureId": "404", "value": {
        "performanceMet": 22, "performanceNotMet": 0, "eligiblePopulation": 22}},
        {"profile": {"given": {"ia": {"percent": 100}}}}])
    same = parsed(suite.qcdr("score", "what-if", "Hale", *place, "--changes", changed, "--json").text)
    suite.equal("what if, as changes of a submission", same["assumed"], parsed(ran.text)["assumed"])
    total = next(each for each in same["differences"] if each["path"] == "/total")
    suite.equal("what differs", (total["before"], total["after"]),
                (same["before"]["score"]["value"], same["after"]["score"]["value"]))
    bad = suite.qcdr("score", "what-if", "Hale", *place, "--changes",
                     '[{"measureId": "404", "value": {"performanceMet": 2}}]')
    suite.check("a change that cannot be applied is a usage error", bad.code == 2 and
                "QCDR-SUB-0010" in bad.errors and "/0/value" in bad.errors, bad.tail())
    wrong = suite.qcdr("score", "what-if", "Hale", *place, "--assume", "rich=yes")
    suite.equal("an unknown status is a usage error", wrong.code, 2)


def whose_points_move(suite):
    """Rules from a directory: the same ones move nobody, a table published again those who have it."""
    place = ("--data-dir", suite.folder / "first")
    rules = suite.fresh("republished")
    shutil.copytree(ROOT / "pipeline/rulebook/data", rules)
    diff = ("rulebook", "diff", 2022, "--rulebook", rules)
    suite.equal("the same rules differ in nothing", parsed(suite.qcdr(*diff, "--json").text), [])
    suite.equal("the same rules move nobody",
                parsed(suite.qcdr(*diff, "--moved", "--json", *place).text), [])
    table = rules / "benchmarks/2022.csv"
    text = table.read_text(encoding="utf-8")
    row = "404,registry,2020,,2,0 53.76 63.03 70.59 76.58 83.03 88.99 92.91 99.6"
    table.write_text(text.replace(row, "404,registry,2020,,2,0 10 20 30 40 50 60 70 80"),
                     encoding="utf-8")
    found = parsed(suite.qcdr(*diff, "--json").text)
    suite.equal("the table published again", [(each["kind"], each["subject"]) for each in found],
                [("benchmark", "404 registry")])
    moved = parsed(suite.qcdr(*diff, "--moved", "--json", *place).text)
    # Hale met 404 in 18 of 22 cases, 81.82 %: the highest decile of that table.
    hale = next(each for each in moved if each["clinician"] == "Hale, Hank")
    points = next(each for each in hale["differences"] if each["path"].endswith("/404"))
    suite.equal("points under the table published again", rounded(points["after"]), "10.00")
    # Who had all of its points keeps the score: only the cut point is another one.
    suite.check("only who has the measure moves, and never downwards", all(
        each["after"] >= each["before"] and
        any("/404" in one["path"] for one in each["differences"]) for each in moved), moved)
    broken = rules / "benchmarks/2022.csv"
    broken.write_text("measure\n", encoding="utf-8")
    refused = suite.qcdr(*diff)
    suite.check("rules that do not load are refused, with the file", refused.code == 2 and
                "benchmarks/2022.csv" in refused.errors and not refused.out, refused.tail())


def nothing_in_clear_on_disk(suite):
    names = identifiers.of_folder(SAMPLE)
    forms = identifiers.stored_forms(names)
    suite.check("the sample has identifiers to look for",
                len(names["TIN"]) == 2 and len(names["NPI"]) >= 13 and len(names["id"]) > 190,
                {kind: len(values) for kind, values in names.items()})
    in_clear, _ = identifiers.find_below(forms, SAMPLE)
    plain = identifiers.printed_forms({**names, "TIN": set()}) | {t.encode() for t in names["TIN"]}
    suite.equal("the search finds each of them in the inbox",
                {form for _, form in in_clear} & plain, plain)
    planted = suite.fresh("planted")
    planted.mkdir()
    for number, form in enumerate(sorted(forms)):
        (planted / str(number)).write_bytes(b"\x08\x01" + form + b"\x10\x02")
    found, _ = identifiers.find_below(forms, planted)
    suite.equal("the search finds each planted form", {form for _, form in found}, forms)
    for part in ("log", "state", "blobs", "keys"):
        found, searched = identifiers.find_below(forms, suite.folder / "first" / part)
        suite.check(f"none of them in {part}", not found and searched > 0,
                    f"{len(found)} found, {searched} bytes searched: {sorted(found)[:5]}")
