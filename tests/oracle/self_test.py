"""The oracle against numbers that were published, so that it is judged by something, too.

Years that the engine does not know yet are held by these alone. Sources: CMS's scoring examples for
developers and Quality Payment Program Experience records, and what societies printed of CMS's tables.
"""

from decimal import Decimal
from fractions import Fraction

from oracle import adjustment, composition, interoperability
from oracle.activities import points_of
from oracle.benchmark import decile_points
from oracle.exact import half_up, number
from oracle.weights import CATEGORIES
from oracle.years import YEARS


class NoTables:
    """Composition needs none where every percent is given."""
    measures, benchmarks, activities = {}, {}, {}

    @staticmethod
    def benchmark(_measure, _method):
        return None


def _bounds(first, text):
    values = [Fraction(word) for word in text.split()]
    return dict(zip(range(first, first + len(values)), values))


# (name, first decile, bounds, inverse, rate, points)
_POINTS = (
    ("047 of 2022", 2, "0 28.58 52.17 72.06 85.28 93.67 98.33 99.76 100", False, "76.92", "5.3676"),
    ("AQI48 of 2022", 2, "0 90.3 91.11 91.91 92.5 93.09 94.23 95.42 96.66", False, "96.66", "10"),
    ("430 of 2023, below the last bounds", 1,
     "76.53 98.39 99.665 99.825 99.93 99.99 100 100 100 100", False, "99.99", "6"),
    ("430 of 2023, on the last bounds", 1,
     "76.53 98.39 99.665 99.825 99.93 99.99 100 100 100 100", False, "100", "10"),
    ("a defined ladder of 2025", 1, "84 86 88 90 92 94 96 98 99 100", False, "97", "7.5"),
    ("total per capita cost of 2024 at its median", 1,
     "2383.26 2304.64 2226.03 2147.41 1990.18 1832.95 1675.72 1361.27 1204.04 1046.81", True,
     "1518.495", "7.5"),
)

# (year, profile beyond `given`, entity, percents of quality, cost, ia, pi, final, adjustment)
_FINALS = (
    (2018, {"smallPractice": True, "complexPatientBonus": Decimal("1.46")}, "group",
     ("76", "34.7", "100", "0"), "62.93", "0.18"),
    (2019, {"participation": "apmScoringStandard", "complexPatientBonus": 3}, "individual",
     ("100", None, "100", "73.74"), "95.12", "1.46"),
    (2020, {"reweight": {"pi": "hardship"}, "complexPatientBonus": Decimal("2.78")}, "group",
     ("100", None, "100", None), "100", "1.87"),
    (2021, {"reweight": {"pi": "hardship"}, "complexPatientBonus": Decimal("4.7")}, "group",
     ("70.45", None, "100", None), "79.58", "0.06"),
    (2021, {"complexPatientBonus": Decimal("6.16")}, "group", ("99.51", None, "100", "100"),
     "100", "2.34"),
    (2022, {}, "group", ("75", "61.0461", "100", "100"), "80.81", "0.52"),
    (2023, {}, "group", ("48.32", "57.6377", "100", "100"), "71.79", "-0.39"),
    (2023, {"smallPractice": True}, "group", ("95.71", "100", "100", None), None, None),
)

# (year, score, adjustment) that CMS paid or that societies printed of it
_PAID = (
    (2017, "100", "1.88"), (2018, "27.53", "0.05"), (2018, "39.11", "0.09"), (2018, "100", "1.68"),
    (2019, "75", "0.09"), (2019, "74.99", "0.00"), (2019, "100", "1.79"), (2020, "100", "1.87"),
    (2020, "11.26", "-6.75"), (2020, "11.25", "-9"), (2022, "18.76", "-6.75"), (2022, "100", "8.26"),
    (2023, "100", "2.15"), (2024, "100", "1.05"), (2024, "90", "0.63"), (2024, "80", "0.21"),
    (2024, "75", "0"), (2026, "37.5", "-4.5"),
)


def _two(value):
    return half_up(value, 2) if value >= 0 else -half_up(-value, 2)


def _points():
    for name, first, text, inverse, rate, points in _POINTS:
        _, got = decile_points(Fraction(rate), _bounds(first, text), inverse)
        if got != Fraction(points):
            yield f"{name}: {got}, not {points}"


def _finals():
    for year, profile, entity, percents, final, paid in _FINALS:
        given = {name: {"percent": Decimal(percent)}
                 for name, percent in zip(CATEGORIES, percents) if percent is not None}
        score = composition.score({"entityType": entity, "measurementSets": []},
                                  dict(profile, given=given), YEARS[year], NoTables)
        if final is None:  # weights alone: 40, 30, 30 of a small practice
            if list(score.weights.values()) != [40, 30, 30, 0]:
                yield f"{year}: weights {score.weights}"
            continue
        if _two(score.final) != Fraction(final):
            yield f"{year}: final score {float(score.final)}, not {final}"
        if _two(score.adjustment.low) != Fraction(paid):
            yield f"{year}: adjustment {float(score.adjustment.low)}, not {paid}"


def _paid():
    for year, score, paid in _PAID:
        got = adjustment.of(Fraction(score), YEARS[year]).low
        if abs(got - Fraction(paid)) > Fraction(51, 10_000):
            yield f"{year}: {score} points pay {float(got)}, not {paid}"


def _interoperability():
    """The worked example of 2020: 8, 15, 17, 28 and 10 points."""
    values = {
        "PI_EP_1": {"numerator": 200, "denominator": 250},
        "PI_HIE_1": {"numerator": 135, "denominator": 185},
        "PI_HIE_4": {"numerator": 145, "denominator": 175},
        "PI_PEA_1": {"numerator": 350, "denominator": 500},
        "PI_PHCDRR_1_EX_1": True, "PI_PHCDRR_5": True,
        "PI_PPHI_1": True, "PI_INFBLO_1": True, "PI_ONCDIR_1": True,
    }
    part = {"category": "pi", "cehrtId": "0014E0000000000",
            "measurements": [{"measureId": name, "value": value} for name, value in values.items()]}
    score = interoperability.score({"measurementSets": [part]}, YEARS[2020])
    if score.percent != 78:
        yield f"2020: {score.percent}, not 78: {score.points}"


def _activities():
    if points_of("medium", True, False, YEARS[2022]) != 20:
        yield "a medium activity with a special status is not 20 points"
    if points_of(None, False, False, YEARS[2025]) != 20:
        yield "one of two activities of 2025 is not half"
    if number(Decimal("0.1")) * 10 != 1:
        yield "a decimal is not exact"


def checks():
    """(name, [what is wrong])"""
    return (
        ("oracle: points of published benchmarks", list(_points())),
        ("oracle: published final scores", list(_finals())),
        ("oracle: adjustments that were paid", list(_paid())),
        ("oracle: promoting interoperability of 2020", list(_interoperability())),
        ("oracle: activities", list(_activities())),
    )
