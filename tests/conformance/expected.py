#!/usr/bin/env python3
"""Every answer of tests/data/expected, through `score-preview --batch` and compared in exact decimals.

    expected.py QCDR

QCDR is the program. `left-out.json` names the answers that are known, in the order in which they were
collected, and says of those that are not asked why. An answer is of the known one with which its name
begins, up to a space; one that is neither asked nor left out fails, and so does one that is both, or
that nobody knows.
"""

import json
import pathlib
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

EXPECTED = pathlib.Path(__file__).resolve().parents[1] / "data/expected"
SAME = Decimal("0.000000001")
FINE_EXIT = 0


def read(text):
    return json.loads(text, parse_float=Decimal)


def asked():
    for path in sorted(EXPECTED.glob("*.json")):
        yield from read(path.read_text(encoding="utf-8")).get("answers", ())


def at(answer, path):
    """A value of the answer; an item of a list goes by its name. None when there is none."""
    here = answer
    for word in path[1:].split("/"):
        if isinstance(here, list):
            here = next((item for item in here if item["name"] == word), None)
        else:
            here = here.get(word)
        if here is None:
            return None
    return here


def is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_as_expected(found, wanted):
    value = wanted["is"]
    if not is_number(value):
        return found == value
    if not is_number(found):
        return False
    if "decimals" in wanted:
        digit = Decimal(1).scaleb(-wanted["decimals"])
        found = Decimal(found).quantize(digit, ROUND_HALF_UP)
    return abs(Decimal(found) - Decimal(value)) <= wanted.get("within", SAME)


def problems_of(case, answer):
    if "score" not in answer:
        return [f"is not scored: {answer.get('error')}"]
    problems = [f"finding {finding['code']} {finding['message']}" for finding in answer["findings"]
                if finding["severity"] in ("error", "fatal")]
    if not case["expect"]:
        problems.append("expects nothing")
    for wanted in case["expect"]:
        if "within" in wanted and "why" not in case:
            problems.append(f"{wanted['at']}: another number than published, and not said why")
        found = at(answer, wanted["at"])
        if not is_as_expected(found, wanted):
            problems.append(f"{wanted['at']}: {found}, expected {wanted['is']}")
    return problems


def of_known(name, known):
    return next((one for one in known if name == one or name.startswith(one + " ")), None)


def compare_with_known(cases):
    """Whether what is asked and what is left out are together all that is known."""
    document = read((EXPECTED / "left-out.json").read_text(encoding="utf-8"))
    known, left_out, beyond = document["known"], document["leftOut"], document["beyond"]
    problems = [f"{name} is left out and not known" for name in left_out if name not in known]
    problems += [f"{name} is left out without a reason" for name, why in left_out.items() if not why]
    problems += [f"{name} is twice known" for name in set(known) if known.count(name) > 1]
    names = [case["name"] for case in cases]
    problems += [f"{name} is asked twice" for name in set(names) if names.count(name) > 1]
    owners = {name: of_known(name, known) for name in names}
    problems += [f"{name} is of no answer that is known" for name, owner in owners.items()
                 if owner is None and name not in beyond]
    problems += [f"{name} is not asked" for name in beyond if name not in names]
    for name in known:
        if (name in owners.values()) == (name in left_out):
            problems.append(f"{name} is neither asked nor left out" if name not in left_out
                            else f"{name} is asked, and left out")
    return problems, len(known) - len(left_out), len(known)


def main():
    cases = list(asked())
    lines = "".join(json.dumps({"submission": case["submission"], "profile": case["profile"]},
                               default=float) + "\n" for case in cases)
    ran = subprocess.run([sys.argv[1], "score-preview", "--batch", "-"], input=lines,
                         capture_output=True, encoding="utf-8", check=False)
    answers = [read(line) for line in ran.stdout.splitlines()]
    problems, in_full, known = compare_with_known(cases)
    if ran.returncode != FINE_EXIT or len(answers) != len(cases):
        problems.append(f"{len(answers)} lines for {len(cases)}, exit {ran.returncode}: {ran.stderr}")
    failed = 0
    for case, answer in zip(cases, answers):
        wrong = problems_of(case, answer)
        failed += bool(wrong)
        problems += [f"{case['name']}: {text}" for text in wrong]
    for text in problems:
        print(f"FAIL {text}")
    print(f"{len(answers) - failed} of {len(cases)} answers as published; {in_full} of {known} that "
          "are known, the others left out with reasons")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
