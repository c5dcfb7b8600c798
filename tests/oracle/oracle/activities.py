"""Improvement activities, 42 CFR 414.1380(b)(3)."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.exact import HUNDRED, ZERO

_FULL = 40
_MEDICAL_HOME = "IA_PCMH"  # attesting to it is the whole category
_SPECIAL = ("smallPractice", "rural", "hpsa", "nonPatientFacing")


@dataclass
class ActivitiesScore:
    percent: Fraction = ZERO
    submitted: bool = False


def performed(submission):
    """Ids answered with yes, each once, in order."""
    seen = []
    for part in submission.get("measurementSets", ()):
        if part["category"] != "ia":
            continue
        for entry in part["measurements"]:
            if entry["value"] is True and entry["measureId"] not in seen:
                seen.append(entry["measureId"])
    return seen


def points_of(weight, special, mvp, rules):
    """Points of one activity; weight None: the year counts activities."""
    if rules.activities_counted:
        # Two activities make the category, or one for special statuses; in an MVP one always
        # (414.1365(d)(3)(iii): 40 points each).
        return 40 if special or mvp else 20
    # Medium 10, high 20, "20 points for each medium ... 40 points for each high" with a special
    # status, and in an MVP whatever the status (414.1365(d)(3)(iii)).
    return {"medium": 10, "high": 20}[weight] * (2 if special or mvp else 1)


def score(submission, profile, rules, tables, facts):
    """`facts`: what of the other categories the APM credit depends on."""
    result = ActivitiesScore()
    ids = performed(submission)
    # The medical home counts once it is attested to, which is a submission.
    result.submitted = bool(ids) or profile.get("pcmh", False)
    special = any(profile.get(status, False) for status in _SPECIAL)
    mvp = profile.get("participation") == "mvp"
    total = 0
    for activity in ids:
        home = activity == _MEDICAL_HOME
        total += _FULL if home else points_of(tables.activities[activity], special, mvp, rules)
    percent = HUNDRED * min(_FULL, total) / _FULL
    # (b)(3)(ii): a certified medical home has 100 percent.
    if profile.get("pcmh", False):
        percent = HUNDRED
    # Who reports through the APM performance pathway, or is scored by the APM scoring standard, has
    # full credit without attesting (CMS, APP improvement activities).
    pathway = profile.get("participation") in ("app", "apmScoringStandard")
    if pathway:
        percent = HUNDRED
    elif profile.get("apmParticipant", False) and apm_credit(result.submitted, rules, facts):
        percent = max(percent, HUNDRED / 2)
    result.percent = percent
    return result


def apm_credit(submitted, rules, facts):
    """(b)(3)(i): at least 50 percent; not beside granted circumstances, (c)(2)(iv)."""
    if facts["circumstances"]:  # of whatever category
        return False
    if not rules.apm_credit_needs_attestation:
        return True
    return submitted or (facts["quality_submitted"] and facts["interoperability_submitted"])
