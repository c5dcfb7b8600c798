#!/usr/bin/env python3
"""Every example that CMS's developers published, through `score-preview --batch` and as a file.

    qpp_payloads.py QCDR

QCDR is the program. `qpp_payloads.json` says of each file of tests/data/qpp-payloads which findings it
has, and by which rule; a file that it does not name fails, and so does a name without a file. A file
without a fatal finding must be scored. Of a year whose tables the rulebook lacks, the finding that says
so is let through; it fails as soon as the table is there. Then what CMS answered to its own examples is
compared with what the program answers.
"""

import json
import pathlib
import subprocess
import sys
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAYLOADS = ROOT / "tests/data/qpp-payloads"
TABLES = ROOT / "pipeline/rulebook/data"
TABLE_OF = {"quality measures": "measures", "improvement activities": "activities",
            "promoting-interoperability measures": "interoperability"}
NO_TABLE = "QCDR-SUB-0033"
FATAL_EXIT, FINE_EXIT = 3, 0


class Count:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, problems):
        if problems:
            self.failed += 1
            print(f"FAIL {name}")
            for problem in problems:
                print(f"    {problem}")
        else:
            self.passed += 1


def one_line(text):
    """A document as a line of a batch: line feeds between JSON's tokens are white space."""
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ") + "\n"


def run(program, arguments, text=None):
    return subprocess.run([program, "score-preview", *arguments], input=text, capture_output=True,
                          encoding="utf-8", check=False)


def read(text):
    return json.loads(text, parse_float=Decimal)


def without_tables(answer, problems):
    """The findings but for those of tables that are not there, each looked up."""
    kept = []
    for finding in answer["findings"]:
        if finding["code"] != NO_TABLE:
            kept.append(finding)
            continue
        kind, year = finding["params"]
        table = TABLES / TABLE_OF[kind] / f"{year}.csv"
        if table.exists():
            problems.append(f"{kind} of {year} are not known, but {table.name} is there")
    return kept


def judge(expected, answer):
    problems = []
    findings = without_tables(answer, problems)
    untold = len(findings) != len(answer["findings"])
    found = [[finding["code"], finding["location"]["jsonPointer"]] for finding in findings]
    wanted = expected["findings"]
    # What stands in a set without a table cannot be told yet.
    told = [entry for entry in found if entry in wanted]
    if found != wanted and not (untold and told == found):
        problems.append(f"found    {found}")
        problems.append(f"expected {wanted}")
    scored = "score" in answer
    if scored != expected["scored"]:
        problems.append(f"scored is {scored}")
    if wanted and not expected.get("why"):
        problems.append("the findings are not explained")
    return problems


def payloads(program, count):
    expected = read((pathlib.Path(__file__).parent / "qpp_payloads.json").read_text("utf-8"))
    files = sorted(path for path in PAYLOADS.rglob("*.json"))
    names = [path.relative_to(PAYLOADS).as_posix() for path in files]
    count.add("every payload is expected, and every one expected is there",
              [name for name in set(names) ^ set(expected)])
    ran = run(program, ["--batch", "-"], "".join(one_line(path.read_text("utf-8")) for path in files))
    answers = [read(line) for line in ran.stdout.splitlines()]
    count.add("one answer a line", [] if len(answers) == len(files) else [len(answers)])
    count.add("the batch ends with findings", [] if ran.returncode == FATAL_EXIT else [ran.stderr])
    for name, path, answer in zip(names, files, answers):
        problems = judge(expected.get(name, {"findings": [], "scored": True}), answer)
        alone = run(program, [str(path)])
        bad = any(finding["severity"] in ("error", "fatal") for finding in answer["findings"])
        if alone.returncode != (FATAL_EXIT if bad else FINE_EXIT):
            problems.append(f"alone it ends with {alone.returncode}: {alone.stderr[:300]}")
        elif read(alone.stdout).get("score") != answer.get("score"):
            problems.append("alone it has another score")
        count.add(name, problems)
    wrapped = run(program, ["--batch", "-"], "".join(
        '{"submission": ' + one_line(path.read_text("utf-8")).strip() + "}\n" for path in files))
    differ = [name for name, answer, line in zip(names, answers, wrapped.stdout.splitlines())
              if answer.get("score") != read(line).get("score")]
    count.add("the same inside {\"submission\": ...}", differ)


def value_at(answer, path):
    """A number of the score; an item of a list is named by its name."""
    at = answer["score"]
    for step in path.split("/"):
        if isinstance(at, list):
            at = next((item for item in at if item["name"] == step), None)
        else:
            at = at.get(step)
        if at is None:
            return None
    return at


def published(program, count):
    """CMS's own answers to its own examples."""
    cases = read((pathlib.Path(__file__).parent / "qpp_answers.json").read_text("utf-8"))
    lines = []
    for case in cases:
        document = json.loads((PAYLOADS / case["request"]).read_text("utf-8"))
        for extra in case.get("add", ()):
            document["measurements"].append(extra)
        lines.append(json.dumps({"submission": document, "profile": case["profile"]}))
    ran = run(program, ["--batch", "-"], "\n".join(lines) + "\n")
    for case, line in zip(cases, ran.stdout.splitlines(), strict=True):
        answer = read(line)
        problems = []
        if without_tables(answer, problems) != answer["findings"] and not problems:
            print(f"not compared, tables are missing: {case['answer']} to {case['request']}")
            continue
        for path, wanted in case["expect"].items():
            found = value_at(answer, path)
            if found != wanted:
                problems.append(f"{path}: {found}, CMS has {wanted}")
        count.add(f"{case['answer']} to {case['request']}", problems)


def main():
    count = Count()
    payloads(sys.argv[1], count)
    published(sys.argv[1], count)
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
