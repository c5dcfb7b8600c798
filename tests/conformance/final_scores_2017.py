#!/usr/bin/env python3
"""Final scores of 10,847 groups that CMS published for 2017, composed again from their categories.

    final_scores_2017.py QCDR

QCDR is the program. CMS published quality and promoting interoperability in percent, improvement
activities in points of 40, and the final score, but not which category it reweighted. So each group is
scored first without reweighting; those that differ by more than 0.1, the last digit of CMS's quality,
with promoting interoperability reweighted; and those that still differ with quality reweighted. How many
match in each pass is known, and other counts fail. Sums are exact decimals.
"""

import csv
import json
import pathlib
import subprocess
import sys
from decimal import Decimal

DATA = pathlib.Path(__file__).resolve().parents[1] / "data/expected/2017-group-final-scores.csv"
TOLERANCE = Decimal("0.1")
ACTIVITY_POINTS = Decimal(40)
# The category that is reweighted, why, and how many groups match.
PASSES = ((None, None, 9721), ("pi", "hardship", 1122), ("quality", "noApplicableMeasure", 4))


def groups():
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given = {"quality": Decimal(row["quality"]), "pi": Decimal(row["pi"]),
                     "ia": Decimal(row["ia"]) * 100 / ACTIVITY_POINTS}
            for _ in range(int(row["groups"])):
                yield given, Decimal(row["final"])


def line(given, reweighted, reason):
    # A percent that is given counts as data, and data cancel a reweighting.
    percents = ", ".join(f'"{name}": {{"percent": {percent}}}' for name, percent in given.items()
                         if name != reweighted)
    reweight = f', "reweight": {{"{reweighted}": "{reason}"}}' if reweighted else ""
    return ('{"submission": {"performanceYear": 2017, "entityType": "group"}, '
            f'"profile": {{"given": {{{percents}}}{reweight}}}}}\n')


def scores(program, asked, reweighted, reason):
    lines = "".join(line(given, reweighted, reason) for given, _ in asked)
    ran = subprocess.run([program, "score-preview", "--batch", "--summary", "-"], input=lines,
                         capture_output=True, encoding="utf-8", check=False)
    if ran.returncode != 0:
        sys.exit(f"score-preview ends with {ran.returncode}: {ran.stderr[:1000]}")
    answers = [json.loads(answer, parse_float=Decimal, parse_int=Decimal)
               for answer in ran.stdout.splitlines()]
    return [answer["score"]["metadata"]["unroundedScoreValue"] for answer in answers]


def main():
    program = sys.argv[1]
    left = list(groups())
    passed = failed = 0
    for reweighted, reason, expected in PASSES:
        found = scores(program, left, reweighted, reason)
        differ = [group for group, score in zip(left, found, strict=True)
                  if abs(score - group[1]) > TOLERANCE]
        matched = len(left) - len(differ)
        print(f"{matched} groups match with {reweighted or 'nothing'} reweighted, "
              f"{expected} are expected")
        passed, failed = (passed + 1, failed) if matched == expected else (passed, failed + 1)
        left = differ
    for given, final in left[:20]:
        print(f"no match: {given}, CMS says {final}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main())
