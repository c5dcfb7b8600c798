"""What the registry owes: the data validation audit, its report, feedback."""

import csv
import io
import json
import os
import re
import stat

from log_commands import season

SEED = "00000000000000aa"
SCRIPT = re.compile(r"<script|https?://[^\"<]*\.(?:js|css)|<link|<img", re.IGNORECASE)


def plan_of(suite, name, *arguments):
    place, _ = season(suite)
    path = suite.folder / f"{name}.json"
    path.unlink(missing_ok=True)
    ran = suite.qcdr("audit", "plan", *place, "--year", 2022, "--out", path, *arguments)
    return ran, (json.loads(path.read_text("utf-8")) if path.exists() else None), path


def audit_plans(suite):
    ran, plan, path = plan_of(suite, "plan", "--seed", SEED)
    if not suite.equal("audit plan: exit code", ran.code, 0):
        return
    place, _ = season(suite)
    rows = json.loads(suite.qcdr("score", "list", *place, "--json").text)["rows"]
    sent = [row for row in rows if row.get("clinician") and row.get("willBeSent")]
    suite.check("audit plan: drawn from who will be sent", plan["universe"]["tinNpiPairs"] > 0,
                plan["universe"])
    suite.check("audit plan: not fewer than are sent in their own name",
                plan["universe"]["tinNpiPairs"] >= len(sent), (plan["universe"], len(sent)))
    suite.equal("audit plan: ten, or all there are", plan["selectedPairs"],
                min(10, plan["universe"]["tinNpiPairs"]))
    for each in plan["sample"]:
        least = min(each["patients"], 50, max(5, -(-each["patients"] // 4)))
        suite.equal(f"audit plan: cases of number {each['number']}", len(each["cases"]), least)
    first = path.read_bytes()
    _, _, again = plan_of(suite, "plan-again", "--seed", SEED)
    suite.check("audit plan: the same seed draws the same", again.read_bytes() == first)
    _, other, _ = plan_of(suite, "plan-by-chance")
    suite.check("audit plan: without a seed one is made", re.fullmatch("[0-9a-f]{16}", other["seed"])
                and other["seed"] != SEED)
    ran = suite.qcdr("audit", "plan", *place, "--year", 2022, "--out", path)
    suite.equal("audit plan: is never written over", (ran.code != 0, path.read_bytes()), (True, first))
    ran, redrawn, _ = plan_of(suite, "redrawn", "--seed", "00000000000000ab", "--replaces", path,
                              "--because", "a practice closed")
    suite.equal("audit plan: a redraw says why", redrawn["replaces"]["reason"], "a practice closed")
    ran, _, _ = plan_of(suite, "redrawn-same", "--seed", SEED, "--replaces", path, "--because", "x")
    suite.check("audit plan: the same seed is no redraw", ran.code == 2, ran.tail())
    ran, _, _ = plan_of(suite, "redrawn-silent", "--replaces", path)
    suite.equal("audit plan: a redraw without a reason", ran.code, 2)
    ran, targeted, _ = plan_of(suite, "targeted", "--seed", SEED, "--targeted-after", path)
    drawn = {each["entityId"] for each in plan["sample"]}
    suite.check("audit plan: a targeted audit looks elsewhere",
                not drawn & {each["entityId"] for each in targeted["sample"]}, targeted)
    ran, _, _ = plan_of(suite, "no-year", "--year", 2016)
    suite.check("audit plan: a year without the rule", ran.code == 2, ran.tail())


def work_list(suite, name="work-list"):
    """The plan and its list, as rows."""
    path = suite.folder / f"{name}.csv"
    path.unlink(missing_ok=True)
    ran, plan, plan_path = plan_of(suite, f"{name}-plan", "--seed", SEED, "--work-list", path)
    if ran.code != 0:
        raise RuntimeError(ran.tail())
    return plan, plan_path, path, list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def write_rows(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def audit_reports(suite):
    plan, plan_path, path, rows = work_list(suite)
    suite.equal("work list: its owner's alone", stat.S_IMODE(os.stat(path).st_mode), 0o600)
    suite.equal("work list: a line for each check", len(rows),
                4 * plan["selectedPairs"] + plan["selectedCases"])
    suite.check("work list: who is meant", all(re.fullmatch(r"\d{9}", row["tin"]) and
                                               re.fullmatch(r"\d{10}", row["npi"]) for row in rows))
    listed = {row["tin"] for row in rows} | {row["npi"] for row in rows}
    text = plan_path.read_text("utf-8")
    suite.check("plan: no identifier", not [each for each in listed if each in text])
    report = lambda *more: suite.qcdr("audit", "report", "--plan", plan_path, "--results", path, *more)
    ran = report()
    suite.equal("report: nothing answered yet", (ran.code, json.loads(ran.text)["complete"]), (3, False))
    for row in rows:
        row["outcome"] = "agreed"
    write_rows(path, rows)
    page = suite.fresh("report.html")
    ran = report("--html", page)
    suite.equal("report: all agreed", (ran.code, json.loads(ran.text)["results"]["casesWithError"]), (0, 0))
    html = page.read_text("utf-8")
    suite.check("report: the page needs nothing else and prints",
                not SCRIPT.search(html) and "@media print" in html and 'lang="en"' in html)
    case = next(row for row in rows if row["case"])
    case |= {"outcome": "deficient", "error_type": "CODE_NOT_SUPPORTED", "detected": "2023-02-20"}
    write_rows(path, rows)
    ran = report()
    results = json.loads(ran.text)
    suite.equal("report: an error that is not corrected", ran.code, 3)
    suite.equal("report: the sample's rate", results["results"]["sampleCliniciansAffectedPct"],
                round(100 / plan["selectedPairs"], 2))
    suite.equal("report: that of all", results["results"]["allCliniciansAffectedPct"],
                round(100 / plan["universe"]["tinNpiPairs"], 2))
    suite.equal("report: a targeted audit is asked for", results["withoutTargetedAudit"],
                ["CODE_NOT_SUPPORTED"])
    suite.check("report: no identifier", not [each for each in listed if each in ran.text])
    case["outcome"] = "wrong"
    write_rows(path, rows)
    ran = report()
    suite.check("report: a line that cannot be is named",
                ran.code == 2 and f"line {rows.index(case) + 2}" in ran.errors, ran.tail())


def feedback(suite):
    place, _ = season(suite)
    folders = [suite.fresh(name) for name in ("feedback", "feedback-again", "feedback-whole")]
    for folder in folders[:2]:
        ran = suite.qcdr("feedback", "build", *place, "--quarter", "2022Q3", "--out", folder)
        suite.equal("feedback: exit code", ran.code, 0)
    suite.qcdr("feedback", "build", *place, "--quarter", "2022Q4", "--cumulative", "--unsuppressed",
               "--out", folders[2])
    read = lambda folder: {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    suite.check("feedback: the same bytes", read(folders[0]) == read(folders[1]))
    names = json.loads((folders[0] / "index.json").read_text("utf-8"))["reports"]
    suite.equal("feedback: two files for each", len(read(folders[0])), 2 * len(names) + 1)
    suite.check("feedback: there are reports", names)
    small = []
    for path in folders[0].glob("*-*.json"):
        report = json.loads(path.read_text("utf-8"))
        for measure in report["measures"]:
            small += [measure[name] for name in ("eligible", "met", "notMet", "exception", "notReported")
                      if measure[name] and 0 < measure[name] < 11]
    suite.equal("feedback: no small count is shown", small, [])
    pages = [data.decode() for name, data in read(folders[0]).items() if name.endswith(".html")]
    suite.check("feedback: pages need nothing else and print",
                all(not SCRIPT.search(page) and "@media print" in page for page in pages))
    # The whole year without suppression: what `score list` counts.
    rows = json.loads(suite.qcdr("score", "list", *place, "--json").text)["rows"]
    groups = sorted(row["cases"]["counted"] for row in rows if not row.get("clinician")
                    and row["cases"]["counted"] > 0)
    whole = [json.loads(path.read_text("utf-8")) for path in folders[2].glob("group-*.json")]
    suite.equal("feedback: cumulative counts are those of the scores",
                sorted(report["cases"] for report in whole), groups)
    ran = suite.qcdr("feedback", "build", *place, "--quarter", "2022Q5", "--out", folders[0])
    suite.equal("feedback: no such quarter", ran.code, 2)
    everything = b"".join(read(folders[0]).values()) + b"".join(read(folders[2]).values())
    suite.check("feedback: no whole identifier",
                not re.search(rb"(?<![0-9a-f])\d{9,10}(?![0-9a-f])", everything))


GROUPS = (audit_plans, audit_reports, feedback)
