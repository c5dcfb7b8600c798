"""The page docs/scoring-conformance.md, of what `qcdr rulebook show --json` says and of rules_held.json."""

import csv
import pathlib
from collections import Counter
from decimal import Decimal

DATA = pathlib.Path(__file__).resolve().parents[2] / "pipeline/rulebook/data"
CATEGORIES = ("quality", "cost", "ia", "pi")
CONFIDENCES = ("regulation", "cms-data", "secondary", "unverified")
TABLES = ("measures", "benchmarks", "activities", "interoperability", "cost", "clusters", "pathways")
AREAS = {
    "quality": "Quality", "cost": "Cost", "activities": "Improvement activities",
    "pi": "Promoting interoperability", "weights": "Weights of the categories",
    "reweighting": "Reweighting", "final": "Final score", "adjustment": "Payment adjustment",
    "participation": "Ways to take part", "registry": "The registry's own",
}
HEAD = """# Scoring: what holds each rule

Written by `tests/conformance/rules` from the rulebook; a test fails when it is not up to date. Every value of
`pipeline/rulebook/data/parameters` with its years, its source, how sure the source is, and what holds it:

- **oracle**: with another value scores differ from those of the second implementation in exact fractions
  (`tests/oracle`), on up to {profiles:,} profiles of that year;
- **published**: with another value an answer that CMS published differs (`tests/data/expected`);
- **loader**: a rulebook with another value is refused;
- **-**: no comparison of scores notices; unit tests and scenarios may.

Sources: **regulation** is a paragraph of 42 CFR, **cms-data** a file of CMS, **secondary** what societies and vendors
print, **unverified** what no source was found for; the score's tree marks the last where it is used.

The rest of the evidence, by year:

- 2017: the final scores of 10,847 groups that CMS published, composed again (`final_scores_2017.py`): 9,721 without
  reweighting, 1,122 with promoting interoperability reweighted, 4 with quality.
- 2017 to 2026: every example of CMS's developer documentation is scored (`qpp_payloads.py`).
- 2022: the sample season, scenarios, and the independent batch program (`tests/batch`).
- Tables of measures, benchmarks and activities are CMS's own files, named with their SHA-256 in the first lines of
  each table; the second implementation reads the same tables.
"""


def _years_text(years):
    runs = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


def _cell(text):
    return str(text).replace("|", "\\|")


def _value_text(value):
    return f"{Decimal(value).normalize():f}"


class Rule:
    """A parameter, or a row of weights, by year."""

    def __init__(self, name, description, unit):
        self.name, self.description, self.unit = name, description, unit
        self.by_year = {}  # year -> (value, source, confidence)


def rules_of(shown):
    """Rules by name; the four categories of a row of weights are one rule."""
    rules = {}
    for value in shown:
        name, text = value["parameter"], _value_text(value["value"])
        weight = name.startswith("weights/")
        category = ""
        if weight:
            name, category = name.rsplit("/", 1)
        rule = rules.setdefault(name, Rule(name, value["description"], value["unit"]))
        source = (value["citation"], value["confidence"])
        if not weight:
            rule.by_year[value["performanceYear"]] = (text, *source)
            continue
        cells = rule.by_year.setdefault(value["performanceYear"], ({}, *source))[0]
        cells[category] = text
    for rule in rules.values():
        for year, (value, *source) in rule.by_year.items():
            if isinstance(value, dict):
                text = " / ".join(value.get(category, "0") for category in CATEGORIES)
                rule.by_year[year] = (text, *source)
    return rules


def _held_text(held, name, year):
    found = held.get(name, {}).get(str(year))
    return "-" if not found else ", ".join(found)


def _rows(rule, held):
    lines = {}
    for year, (value, source, confidence) in sorted(rule.by_year.items()):
        line = (value, source, confidence, _held_text(held, rule.name, year))
        lines.setdefault(line, []).append(year)
    for (value, source, confidence, by), years in sorted(lines.items(), key=lambda item: item[1]):
        yield (f"| `{rule.name}` | {_years_text(years)} | {value} {_cell(rule.unit)} | "
               f"{_cell(source)} | {confidence} | {by} |")


def _area(name, title, rules, held):
    chosen = [rule for rule in rules.values() if rule.name.split("/")[0] == name]
    if not chosen:
        return []
    lines = [f"\n## {title}\n"]
    if name == "weights":
        lines.append("Quality / cost / activities / promoting interoperability, by what is reweighted.\n")
    else:
        lines += [f"- `{rule.name}`: {rule.description}" for rule in chosen]
        lines.append("")
    lines += ["| Rule | Years | Value | Source | Confidence | Held by |", "|---|---|---|---|---|---|"]
    for rule in chosen:
        lines += _rows(rule, held)
    return lines


def _table_rows(table, year):
    paths = sorted(DATA.glob(f"{table}/{year}*.csv")) + sorted(DATA.glob(f"{table}/{year}/*.csv"))
    if not paths:
        return "-"
    with paths[-1].open(encoding="utf-8", newline="") as file:
        return len(list(csv.reader(line for line in file if not line.startswith("#")))) - 1


def _summary(rules, held, years):
    lines = ["\n## By year\n",
             "| Year | rules | " + " | ".join(CONFIDENCES) + " | noticed when changed | " +
             " | ".join(TABLES) + " |", "|---" * (4 + len(CONFIDENCES) + len(TABLES) - 1) + "|"]
    for year in years:
        known = [rule for rule in rules.values() if year in rule.by_year]
        sure = Counter(rule.by_year[year][2] for rule in known)
        noticed = sum(_held_text(held, rule.name, year) != "-" for rule in known)
        cells = [year, len(known), *(sure[name] for name in CONFIDENCES), noticed,
                 *(_table_rows(table, year) for table in TABLES)]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def page(shown, held):
    import mutants  # pylint: disable=import-outside-toplevel
    rules = rules_of(shown)
    years = sorted({value["performanceYear"] for value in shown})
    lines = [HEAD.format(profiles=mutants.PROFILES).rstrip("\n")]
    lines += _summary(rules, held, years)
    for name, title in AREAS.items():
        lines += _area(name, title, rules, held)
    rest = {rule.name.split("/")[0] for rule in rules.values()} - set(AREAS)
    if rest:
        raise ValueError(f"areas without a title: {sorted(rest)}")
    return "\n".join(lines) + "\n"
