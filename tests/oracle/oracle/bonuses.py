"""Measure bonus points, 42 CFR 414.1380(b)(1)(v), and the complex organization adjustment."""

from fractions import Fraction

from oracle.exact import ZERO

_EXPERIENCE = "patient-engagement"
_NO_BONUS_METHODS = ("cmsWebInterface",)
_CLAIMS = "claims"
_ELECTRONIC = "electronicHealthRecord"
_ORGANIZATIONS = ("virtualGroup", "apm")


def _tenth(available):
    return Fraction(available, 10)


def priority(measures, best, picked, available):
    """(A): 2 points an outcome or experience measure, 1 another high-priority one, beyond the
    required one, each measure once, at most a tenth of the available points."""
    points = {}
    for entry in measures:
        measure = entry.measure
        if entry.suppressed or not entry.earns_bonus or not measure.high_priority:
            continue
        if entry.method in _NO_BONUS_METHODS:
            continue
        points[measure.id] = 2 if measure.outcome or measure.type == _EXPERIENCE else 1
    points.pop(required_one(best, picked, points), None)
    return min(Fraction(sum(points.values())), _tenth(available))


def required_one(best, picked, earned):
    """The measure that 414.1335 requires has no bonus. CMS's engine takes the one with the most points,
    outcome and experience measures before other high-priority ones; of equal ones, picked or not
    for want of a place, the one that costs least here."""
    if not picked:
        return None
    reached = min(entry.points for entry in picked)
    for fits in (lambda measure: measure.outcome, lambda measure: measure.type == _EXPERIENCE,
                 lambda measure: measure.high_priority):
        fitting = [entry for entry in best if entry.points >= reached and fits(entry.measure)]
        if fitting:
            return max(fitting, key=lambda entry: (entry.points, -earned.get(entry.id, 0))).id
    return None


def end_to_end(measures, available):
    """(B): 1 point a measure, except claims, at most a tenth of the available points."""
    ids = {entry.id for entry in measures
           if entry.end_to_end and entry.method != _CLAIMS and not entry.suppressed}
    return min(Fraction(len(ids)), _tenth(available))


def organization(measures, entity, rules, available):
    """(b)(1)(vii)(C): 1 point an eCQM with enough complete cases, at most a tenth."""
    if entity not in _ORGANIZATIONS:
        return ZERO
    ids = {entry.id for entry in measures
           if entry.method == _ELECTRONIC and not entry.suppressed and entry.complete
           and entry.rates.cases >= rules.case_minimum}
    return min(Fraction(len(ids)), _tenth(available))


def total(result, best, picked, submission, small, rules):
    extra = ZERO
    if rules.bonus_for_priority:
        extra += priority(result.measures, best, picked, result.available)
    if rules.bonus_end_to_end:
        extra += end_to_end(result.measures, result.available)
    if rules.complex_organization:
        extra += organization(result.measures, submission.get("entityType"), rules,
                              result.available)
    # (C): "if they submit data to MIPS on at least 1 quality measure".
    if small and result.submitted:
        extra += rules.small_practice_bonus
    return extra
