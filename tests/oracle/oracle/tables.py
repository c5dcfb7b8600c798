"""Tables of CMS that no rule can replace: measures, benchmarks, activities.

Read from pipeline/rulebook/data; nothing else of the product is read. Columns go by their names.
"""

import csv
import pathlib
from fractions import Fraction

DATA = pathlib.Path(__file__).resolve().parents[3] / "pipeline" / "rulebook" / "data"

OUTCOME_TYPES = frozenset(("outcome", "intermediate-outcome", "patient-reported-outcome"))


class TableError(Exception):
    pass


def _rows(folder, year):
    path = DATA / folder / f"{year}.csv"
    if not path.exists():
        raise TableError(f"{path}: missing")
    with path.open(encoding="utf-8", newline="") as lines:
        kept = (line for line in lines if line.strip() and not line.startswith("#"))
        return list(csv.DictReader(kept))


def _words(text):
    return tuple(word.strip() for word in (text or "").split(";") if word.strip())


class Measure:
    """A quality measure of one year."""

    __slots__ = ("id", "type", "high_priority", "inverse", "qcdr", "metric", "first_year",
                 "collection_types", "strata", "algorithm", "suppressed", "pathways_only",
                 "uncapped")

    def __init__(self, row):
        flags = _words(row["flags"])
        self.id = row["measure"]
        self.type = row["type"]
        self.high_priority = "high-priority" in flags
        self.inverse = "inverse" in flags
        self.qcdr = "qcdr" in flags
        self.pathways_only = "pathways-only" in flags
        self.uncapped = frozenset(flag[9:] for flag in flags if flag.startswith("uncapped/"))
        self.metric = row["metric"]
        self.first_year = int(row["first_year"]) if row["first_year"] else None
        self.collection_types = _words(row["collection_types"])
        self.strata = _words(row["strata"])
        self.algorithm = row["algorithm"]
        self.suppressed = frozenset(_words(row["suppressed"]))

    @property
    def outcome(self):
        return self.type in OUTCOME_TYPES

    @property
    def percentage(self):
        return self.metric not in ("nonProportion", "costScore")


class Benchmark:
    """Bounds by decile: bounds[k] is where decile k begins; topped_out_cap: the cap applies."""

    __slots__ = ("bounds", "topped_out_cap")

    def __init__(self, row):
        first = int(row["first_decile"])
        values = [Fraction(word) for word in row["bounds"].split()]
        self.bounds = dict(zip(range(first, first + len(values)), values))
        if not values or max(self.bounds) != 10:
            raise TableError(f"benchmark {row['measure']}: the last bound is not of decile 10")
        self.topped_out_cap = "seven-point-cap" in _words(row["flags"])


class Tables:
    """The tables of one year."""

    def __init__(self, year):
        self.measures = {row["measure"]: Measure(row) for row in _rows("measures", year)}
        self.benchmarks = {}
        for row in _rows("benchmarks", year):
            self.benchmarks[row["measure"], row["collection_type"]] = Benchmark(row)
        self.activities = {row["activity"]: row["weight"] for row in _rows("activities", year)}
        # Without a table the engine knows nothing of promoting interoperability in the year.
        self.interoperability = (DATA / "interoperability" / f"{year}.csv").exists()

    def benchmark(self, measure, collection_type):
        return self.benchmarks.get((measure, collection_type))
