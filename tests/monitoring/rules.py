"""Rules, runbooks and dashboards by themselves, without anything that runs."""

import json
import re
import subprocess

from harness import ROOT

MONITORING = ROOT / "monitoring"
RULES = sorted((MONITORING / "rules").glob("*.yml"))
RULE_TESTS = sorted((MONITORING / "rules/tests").glob("*.yml"))
DASHBOARDS = sorted((MONITORING / "dashboards").glob("*.json"))
PANELS_LEAST = 10
_ALERT = re.compile(r"^\s*- alert: (\w+)$", re.MULTILINE)
_RECORD = re.compile(r"^\s*- record: (\S+)$", re.MULTILINE)


def promtool(*arguments, text=None):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True,
                          input=text, check=False, timeout=120)


def texts():
    return "".join(path.read_text(encoding="utf-8") for path in RULES)


def alerts():
    """{name: text of the rule}"""
    parts = _ALERT.split(texts())
    return dict(zip(parts[1::2], parts[2::2]))


def records():
    return _RECORD.findall(texts())


def queries():
    """(dashboard, panel, expression as Grafana would send it) of every target."""
    found = []
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                found.append((path.stem, panel["title"], filled_in(target["expr"])))
    return found


def filled_in(expression):
    for name, value in (("$__rate_interval", "1m"), ("$job", ".*"), ("$instance", ".*")):
        expression = expression.replace(name, value)
    return expression


def rules_hold(suite):
    for arguments in (("check", "rules", *RULES), ("check", "config", MONITORING / "prometheus.yml"),
                      ("test", "rules", *RULE_TESTS)):
        ran = promtool(*arguments)
        suite.check("promtool " + " ".join(map(str, arguments[:2])), ran.returncode == 0,
                    (ran.stdout + ran.stderr)[-1500:])
    tested = "".join(path.read_text(encoding="utf-8") for path in RULE_TESTS)
    # Both directions: there is a time at which it tells, and one at which it keeps quiet.
    for name in alerts():
        cases = re.split(r"\n +- ", tested)
        of_it = [case for case in cases if re.search(rf"alertname: {name}\b", case)]
        tells = [case for case in of_it if "exp_alerts" in case]
        suite.check(f"{name} is tested", tells, f"{len(of_it)} cases, {len(tells)} tell")
    wrong = (MONITORING / "rules/tests/storage.yml").read_text(encoding="utf-8")
    spoilt = suite.folder / "spoilt.yml"
    spoilt.write_text(wrong.replace("[../", f"[{MONITORING}/rules/").replace(" ../", f" {MONITORING}/rules/")
                      .replace("volume: blobs, instance: a}", "volume: state, instance: a}"),
                      encoding="utf-8")
    suite.check("a test of a rule that expects something else fails",
                promtool("test", "rules", spoilt).returncode != 0)


def alerts_have_runbooks(suite):
    pages = {path.stem for path in (MONITORING / "runbooks").glob("*.md")}
    suite.equal("a runbook for each alert, and no other", sorted(pages), sorted(alerts()))
    boards = {json.loads(path.read_text(encoding="utf-8"))["uid"] for path in DASHBOARDS}
    for name, text in alerts().items():
        missing = [field for field in ("severity:", "summary:", "description:") if field not in text]
        board = re.search(r"dashboard_url: /d/(\S+)", text)
        suite.check(f"{name} says what it is and leads on",
                    not missing and f"runbook_url: runbooks/{name}.md" in text and board and
                    board.group(1) in boards, missing)
        page = (MONITORING / f"runbooks/{name}.md").read_text(encoding="utf-8")
        suite.check(f"the runbook of {name} says what to do",
                    page.startswith(f"# {name}\n") and "## What to do\n\n1. " in page, page[:200])


def problems_of(board):
    """What a dashboard that others import must not lack."""
    variables = [variable["name"] for variable in board["templating"]["list"]]
    if variables != ["datasource", "job", "instance"]:
        yield f"variables {variables}"
    if board["editable"] is not False or not board["description"]:
        yield "editable, or without description"
    for panel in board["panels"]:
        title = panel["title"]
        if not title or not panel["description"]:
            yield f"{title}: no title or description"
        if panel["datasource"]["uid"] != "$datasource" or not panel["targets"]:
            yield f"{title}: data source or targets"
        if not panel["fieldConfig"]["defaults"]["unit"]:
            yield f"{title}: no unit"
        for target in panel["targets"]:
            expression = target["expr"]
            selectors = re.findall(r"\b(?:qcdr|process)_\w+(\{[^}]*\})?", expression)
            if not all('job=~"$job"' in s and 'instance=~"$instance"' in s for s in selectors):
                yield f"{title}: a selector without job and instance"
            if re.search(r"rate\([^)]*\[(?!\$__rate_interval)", expression):
                yield f"{title}: a rate over an interval of its own"


def dashboards_are_in_order(suite):
    suite.equal("two dashboards", len(DASHBOARDS), 2)
    for path in DASHBOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        suite.equal(f"{path.name} is as a dashboard should be", list(problems_of(board)), [])
        numbers = [panel["id"] for panel in board["panels"]]
        suite.check(f"{path.name} has its panels, each under a number of its own",
                    len(numbers) >= PANELS_LEAST and len(set(numbers)) == len(numbers), numbers)
        board["panels"][0]["targets"][0]["expr"] = "rate(qcdr_x_total[7m])"
        board["panels"][1]["description"] = ""
        suite.equal(f"{path.name} with three faults has three", len(list(problems_of(board))), 3)
