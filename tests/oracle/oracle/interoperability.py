"""Promoting interoperability, 42 CFR 414.1375 and 414.1380(b)(4)(ii).

Each measure's points follow CMS's tables of the year. Where the points of an exclusion go the
regulation leaves to CMS ("redistributed to another measure(s)"); only prescribing -> exchange and
drug monitoring -> prescribing are published, the other arrows are CMS's of 2020 as vendors print them.
"""

import datetime
from dataclasses import dataclass, field
from fractions import Fraction

from oracle.exact import HUNDRED, ZERO, half_up

EP, PDMP, SEND, RECEIVE = "PI_EP_1", "PI_EP_2", "PI_HIE_1", "PI_HIE_4"
EXCHANGE, TEFCA, ACCESS = "PI_HIE_5", "PI_HIE_6", "PI_PEA_1"
IMMUNIZATION, CASES = "PI_PHCDRR_1", "PI_PHCDRR_3"
EXCLUSION = {EP: ("PI_LVPP_1",), SEND: ("PI_LVOTC_1",), RECEIVE: ("PI_LVITC_2",)}


@dataclass
class InteroperabilityScore:
    percent: Fraction = ZERO
    submitted: bool = False
    points: dict = field(default_factory=dict)


class Report:
    """What one measurement set says."""

    def __init__(self, part):
        self.values = {entry["measureId"]: entry["value"] for entry in part["measurements"]}
        self.cehrt = bool(part.get("cehrtId"))
        self.part = part

    def days(self, year):
        first = datetime.date.fromisoformat(self.part.get("performanceStart", f"{year}-01-01"))
        last = datetime.date.fromisoformat(self.part.get("performanceEnd", f"{year}-12-31"))
        return (last - first).days + 1

    def yes(self, measure):
        return self.values.get(measure) is True

    def answered(self, measure):
        return isinstance(self.values.get(measure), bool)

    def excluded(self, measure, year):
        return any(self.yes(name) for name in exclusions(measure, year))

    def fulfilled(self, measure):
        """"the numerator (of at least one) and denominator, or a yes"."""
        value = self.values.get(measure)
        return value["numerator"] >= 1 if isinstance(value, dict) else value is True

    def earned(self, measure, points):
        """Whole points, half up; at least one with a numerator of one."""
        value = self.values.get(measure)
        if not isinstance(value, dict):
            return Fraction(points) if value is True else ZERO
        if value["numerator"] == 0 or points == 0:
            return ZERO
        share = Fraction(value["numerator"], value["denominator"])
        return max(Fraction(1), half_up(share * points, 0))


def exclusions(measure, year):
    if measure in EXCLUSION:
        return EXCLUSION[measure]
    if measure == PDMP:
        # Three in 2023, two afterwards; a bonus measure before has none.
        return tuple(f"{PDMP}_EX_{i}" for i in range(1, 4 if year == 2023 else 3)
                     ) if year >= 2023 else ()
    if measure.startswith("PI_PHCDRR_"):
        last = 4 if measure == CASES and year == 2022 else 3
        return tuple(f"{measure}_EX_{i}" for i in range(1, last + 1))
    return ()


def attested(report, year):
    """414.1375(b)(2)(ii), (b)(3): what must be answered for any score."""
    needed = ["PI_PPHI_1", "PI_INFBLO_1", "PI_ONCDIR_1"]
    # (b)(2)(ii)(C), (D): either answer in 2022 and 2023, yes from 2024.
    if year >= 2024:
        needed.append("PI_PPHI_2")
    elif year >= 2022 and not report.answered("PI_PPHI_2"):
        return False
    return all(map(report.yes, needed))


def _exchange(report, year):
    """The measure that stands for the whole exchange objective, or None for the pair."""
    if year >= 2021 and report.yes(EXCHANGE):
        return EXCHANGE
    return TEFCA if year >= 2023 and report.yes(TEFCA) else None


def available_points(report, year):
    """Points of each required measure after exclusions, by CMS's table; None: one is missing."""
    modern = year >= 2023
    points = {EP: 10, ACCESS: 25 if modern else 40}
    if modern:
        points[PDMP] = 10
    whole = _exchange(report, year)
    if whole:
        points[whole] = 30 if modern else 40
    else:
        points[SEND] = points[RECEIVE] = 15 if modern else 20
    out = {measure for measure in points if report.excluded(measure, year)}
    if any(not report.fulfilled(measure) for measure in points if measure not in out):
        return None
    exchange = [whole] if whole else [name for name in (SEND, RECEIVE) if name not in out]
    _move_prescribing(points, out, exchange)
    if not whole:
        _move_exchange(points, out)
    return points


def _move_prescribing(points, out, exchange):
    """Drug monitoring -> prescribing; prescribing -> the exchange, or access without one."""
    if PDMP in out:
        points[EP] += points.pop(PDMP)
    if EP in out:
        moved = points.pop(EP)
        for measure in exchange or [ACCESS]:
            points[measure] += Fraction(moved, len(exchange or [ACCESS]))


def _move_exchange(points, out):
    """Receiving -> sending -> access."""
    if RECEIVE in out:
        points[SEND] += points.pop(RECEIVE)
    if SEND in out:
        points[ACCESS] += points.pop(SEND)


def _engaged(report, measure, year):
    """The level of active engagement is reported with each measure from 2023 on."""
    if year < 2023:
        return True
    return report.yes(f"{measure}_PRE") or report.yes(f"{measure}_PROD")


def public_health(report, year, points):
    """Points of the objective by measure; None where it is not met."""
    if year <= 2021:
        return _two_of_five(report, year, points)
    total = 25 if year >= 2023 else 10
    kept = []
    for measure in (IMMUNIZATION, CASES):
        # Case reporting was suppressed for 2025: a yes, a no and an exclusion have the credit.
        credited = measure == CASES and year == 2025 and (
            report.answered(measure) or report.excluded(measure, year))
        if report.excluded(measure, year) and not credited:
            continue
        if not credited and not (report.yes(measure) and _engaged(report, measure, year)):
            return None
        kept.append(measure)
    if not kept:
        points[ACCESS] += total
        return {}
    return {measure: Fraction(total, len(kept)) for measure in kept}


def _two_of_five(report, year, points):
    """Any two of five measures, 5 points each; one with two registries is two; exclusions count as
    reported and leave their points to the other one."""
    ids = [f"PI_PHCDRR_{i}" for i in range(1, 6)]
    reported = [name for name in ids if report.yes(name)]
    # Several registries of one kind are two, with or without the plain answer beside them.
    double = [name for name in ids if report.yes(f"{name}_MULTI")]
    out = [name for name in ids if report.excluded(name, year)]
    if len(reported) + 2 * len(double) + len(out) < 2:
        return None
    if not reported and not double:
        points[ACCESS] += 10
        return {}
    # However it comes to two, the objective earns its ten points.
    return {(reported + double)[0]: Fraction(10)}


def bonus_points(report, year):
    """Optional measures: once for drug monitoring, once for public health."""
    bonus = {}
    if year <= 2022 and report.yes(PDMP):
        bonus[PDMP] = 5 if year == 2020 else 10
    if year >= 2022:
        optional = [f"PI_PHCDRR_{i}" for i in (2, 4, 5)]
        kept = [name for name in optional if report.yes(name) and _engaged(report, name, year)]
        if year >= 2026 and report.yes("PI_PHCDRR_6"):
            kept.append("PI_PHCDRR_6")
        if kept:
            bonus[kept[0]] = 5
    return bonus


def reported_points(report, year):
    """Points by measure, or None where anything required is missing."""
    if not report.cehrt or not attested(report, year):
        return None
    points = available_points(report, year)
    if points is None:
        return None
    health = public_health(report, year, points)
    if health is None:
        return None
    earned = {measure: report.earned(measure, most) for measure, most in points.items()}
    earned.update(health)
    for measure, extra in bonus_points(report, year).items():
        earned[measure] = earned.get(measure, ZERO) + extra
    return earned


def score(submission, rules):
    result = InteroperabilityScore()
    for part in submission.get("measurementSets", ()):
        if part["category"] not in ("pi", "aci"):
            continue
        report = Report(part)
        earned = reported_points(report, rules.year)
        if earned is not None or not rules.submission_is_complete:
            result.submitted = True
        if earned is None or report.days(rules.year) < rules.interoperability_days:
            continue
        percent = min(HUNDRED, sum(earned.values(), ZERO))
        if percent >= result.percent:
            result.percent, result.points = percent, earned
    return result
