"""What may be measured in a year: the repository's own tables, which hold CMS's lists.

Read once at start from pipeline/rulebook/data: quality measures, activities, rows of promoting
interoperability, who may send a QCDR measure, what a value pathway offers, least days of a period.
Immutable after that, so thread-safe.
"""

import csv
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parents[2] / "pipeline/rulebook/data"


class Measure:
    """One measure in one year. `methods` and `vendors` are None where no list says it."""

    def __init__(self, identifier, category, metric, methods=None, strata=(), algorithm="", flags=(),
                 vendors=None, excludes=(), substitutes=()):
        self.identifier = identifier
        self.category = category
        self.metric = metric
        self.methods = methods
        self.strata = strata
        self.algorithm = algorithm
        self.is_qcdr = "qcdr" in flags
        self.pathways_only = "pathways-only" in flags
        self.vendors = vendors
        self.excludes = excludes
        self.substitutes = substitutes


def _rows(folder, year):
    path = DATA / folder / f"{year}.csv"
    if not path.exists():
        return None
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def _items(text, separator=";"):
    return tuple(item.strip() for item in text.split(separator) if item.strip())


def _quality(year):
    rows = _rows("measures", year)
    if rows is None:
        return None
    vendor_rows = _rows("vendors", year)
    vendors = {row["measure"]: frozenset(_items(row["vendors"])) for row in vendor_rows or ()}
    measures = {}
    for row in rows:
        measures[row["measure"]] = Measure(
            row["measure"], "quality", row["metric"], frozenset(_items(row["collection_types"])),
            _items(row["strata"]), row["algorithm"], _items(row["flags"]), vendors.get(row["measure"]))
    return measures


def _activities(year):
    rows = _rows("activities", year)
    return None if rows is None else {
        row["activity"]: Measure(row["activity"], "ia", "boolean") for row in rows}


def _interoperability(year):
    rows = _rows("interoperability", year)
    return None if rows is None else {
        row["measure"]: Measure(row["measure"], "pi",
                                "proportion" if row["metric"] == "ratio" else "boolean",
                                excludes=_items(row["excludes"]),
                                substitutes=_items(row["substitutes"])) for row in rows}


def _pathways(year):
    return {row["pathway"]: frozenset(_items(row["quality"]) + _items(row["activities"]))
            for row in _rows("pathways", year) or ()}


def _days(parameter):
    """Year -> value of a parameter of whole days."""
    text = (DATA / "parameters" / f"{parameter}.yaml").read_text("utf-8")
    days = {}
    for first, last, value in re.findall(
            r"^  (\d{4})(?:-(\d{4}))?:\n    value: (\d+)$", text, re.MULTILINE):
        days.update(dict.fromkeys(range(int(first), int(last or first) + 1), int(value)))
    return days


class Tables:
    def __init__(self):
        self.years = sorted(int(path.stem) for path in (DATA / "measures").glob("*.csv"))
        self._measures = {}
        self._pathways = {}
        for year in self.years:
            self._measures[year] = {"quality": _quality(year), "ia": _activities(year),
                                    "pi": _interoperability(year)}
            self._pathways[year] = _pathways(year)
        self._least_days = {"ia": _days("activities/period-days"), "pi": _days("pi/period-days")}

    def measures(self, year, category):
        """Id -> measure; None when there is no list, so that any id has to do."""
        return self._measures[year]["pi" if category == "aci" else category]

    def pathway(self, year, program):
        """What a value pathway offers, or None where no table says it."""
        return self._pathways[year].get(program)

    def least_days(self, year, category):
        return self._least_days["pi" if category == "aci" else category].get(year, 1)
