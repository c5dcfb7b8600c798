"""Cost, 42 CFR 414.1380(b)(2), from what CMS told of the measures attributed."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.benchmark import decile_points
from oracle.exact import HUNDRED, ZERO, clamp, number

_TEN = Fraction(10)
_ONE = Fraction(1)

# 414.1350(c): total per capita cost 20; Medicare spending per beneficiary 35; procedural episodes 10;
# acute inpatient, chronic and care-setting episodes 20. From 2022 colon and rectal resection 20.
_PROCEDURAL = frozenset(
    f"COST_{name}_1" for name in ("AKID", "CCLI", "CRR", "EOPCI", "FIHR", "HAC", "IOL", "KA", "LPMSM",
                                  "LSFDD", "MR", "NECABG", "PHA", "RUSST", "SSC"))


def case_minimum(measure, year):
    if measure.startswith("MSPB"):
        return 35
    if measure.startswith("COST_CRR") and year >= 2022:
        return 20
    return 10 if measure in _PROCEDURAL else 20


@dataclass
class CostScore:
    percent: Fraction = None  # None: not calculated, (b)(2)(v)
    improvement: Fraction = ZERO
    measures: dict = None  # points by measure; None where it is not scored


def measure_points(measure, value, cases, rules, tables):
    """(b)(2)(i), (ii): one to ten points, or None without a benchmark or enough cases."""
    benchmark = tables.benchmark(measure, "administrativeClaims")
    if benchmark is None or cases < case_minimum(measure, rules.year):
        return None
    # Lower cost is better. From 2024 the bounds are standard deviations around the median, but they
    # are read in the same way.
    _, points = decile_points(value, benchmark.bounds, inverse=True)
    return clamp(Fraction(points or 0), _ONE, _TEN)


def score(profile, rules, tables):
    result = CostScore(measures={})
    for entry in profile.get("costMeasures", ()):
        result.measures[entry["measureId"]] = measure_points(
            entry["measureId"], number(entry["value"]), entry["caseCount"], rules, tables)
    points = [value for value in result.measures.values() if value is not None]
    if not points:
        return result
    percent = HUNDRED * sum(points) / (_TEN * len(points))
    prior = profile.get("priorYear", {}).get("costPercent")
    # (iv)(C): the difference by the previous score, times the maximum; without a previous score none.
    if prior is not None and number(prior) > 0:
        gain = (percent - number(prior)) / number(prior) * rules.cost_improvement_maximum
        result.improvement = clamp(gain, ZERO, rules.cost_improvement_maximum)
    result.percent = min(HUNDRED, percent + result.improvement)
    return result
