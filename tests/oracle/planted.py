"""Rules that are wrong on purpose: the comparison must see each of them."""

from dataclasses import replace
from fractions import Fraction

from oracle.weights import WEIGHTS
from oracle.years import YEARS


def _weights_off_by_one(year):
    """Ten percent from quality to activities, where at most cost is reweighted."""
    tables = {name: {row: dict(line) for row, line in rows.items()}
              for name, rows in WEIGHTS[year].items()}
    for name in (frozenset(), frozenset(("cost",))):
        row = tables["general"].get(name)  # 2017 has none that weighs cost
        if row:
            row["quality"], row["ia"] = row["quality"] - 10, row["ia"] + 10
    return tables


def wrong_rules(year, tables):
    """(what is wrong, rules of the year with it)."""
    right = YEARS[year]
    changes = {
        "a floor one point lower": {"floor": right.floor - 1},
        "completeness ten percent lower": {"completeness": right.completeness - 10},
        "enough cases at 21": {"case_minimum": right.case_minimum + 1},
        "rates to one decimal": {"rate_decimals": 1},
        "a small-practice bonus of 5": {"small_practice_bonus": Fraction(5)},
        "a threshold of 74": {"threshold": right.threshold - 1},
        "seven measures": {"required_measures": 7},
        "other weights": {"weights": _weights_off_by_one(year)},
    }
    if tables.interoperability:
        changes["another period"] = {"interoperability_days": right.interoperability_days + 1}
    if any(benchmark.topped_out_cap for benchmark in tables.benchmarks.values()):
        changes["a cap of 8 points"] = {"topped_out_cap": Fraction(8)}
    if right.improvement_maximum:
        changes["improvement from 29 percent"] = {"prior_percent_floor": Fraction(29)}
    if right.complex_bonus_maximum:
        changes["a complex patient bonus one point lower"] = {
            "complex_bonus_maximum": right.complex_bonus_maximum - 1}
    if right.related:
        changes["no related measures"] = {"related": ()}
    if right.scaling_factor is not None:
        changes["another factor"] = {"scaling_factor": right.scaling_factor + Fraction(1, 1000)}
    return [(name, replace(right, **change)) for name, change in changes.items()]
