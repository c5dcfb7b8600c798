"""The final score: which categories count, their weights, the sum. 42 CFR 414.1380(c)."""

from dataclasses import dataclass
from fractions import Fraction

from oracle import activities, adjustment, cost, interoperability, quality
from oracle.exact import HUNDRED, ZERO, number
from oracle.weights import CATEGORIES

Q, C, I, P = CATEGORIES
APPLIED = "extremeAndUncontrollable"
AUTOMATIC = "automaticExtremeAndUncontrollable"
_PATHWAYS = ("app", "apmScoringStandard")
_STATUSES = ("nonPatientFacing", "hospitalBased", "ascBased")


@dataclass
class FinalScore:
    final: Fraction
    weights: dict
    percents: dict  # by category; None: reweighted without a score
    complex_bonus: Fraction
    adjustment: adjustment.Adjustment
    quality: quality.QualityScore
    cost: cost.CostScore
    interoperability: interoperability.InteroperabilityScore
    given: frozenset
    reweighted: frozenset


class Undefined(Exception):
    """The rules say nothing of this combination; no profile may have it."""


def reasons_of(submission, profile, rules):
    """Category -> reason for reweighting, before data are looked at."""
    reasons = dict(profile.get("reweight", {}))
    if submission.get("entityType") == "subgroup":
        # 414.1365(e)(2): "for the CY 2023 performance period" it can ask for itself.
        if not rules.subgroup_circumstances:
            reasons = {category: reason for category, reason in reasons.items()
                       if reason not in (APPLIED, AUTOMATIC)}
        reasons.update(profile.get("groupReweight", {}))
    if in_covid_policy(submission, rules):
        for category in CATEGORIES:
            # Activities have their credit in a pathway without anybody sending it.
            if category != I or profile.get("participation") not in _PATHWAYS:
                reasons.setdefault(category, AUTOMATIC)
    # In an MVP the lack of an applicable quality measure is no reason (414.1365(e)(2)(i)).
    if profile.get("participation") == "mvp" and reasons.get(Q) == "noApplicableMeasure":
        del reasons[Q]
    if P not in reasons and without_interoperability(profile, rules):
        reasons[P] = "status"
    return reasons


def in_covid_policy(submission, rules):
    """Automatic circumstances for every individual of these years."""
    individual = submission.get("entityType", "individual") == "individual"
    return rules.covid_for_individuals and individual


def without_interoperability(profile, rules):
    """(c)(2)(i)(A)(4), (C)(5)-(7), (9)."""
    if any(profile.get(status, False) for status in _STATUSES):
        return True
    if profile.get("smallPractice", False) and rules.small_practice_without_interoperability:
        return True
    return profile.get("clinicianType") in rules.interoperability_exempt_kinds


def reweighted_categories(submission, profile, rules, submitted, cost_known):
    """What weighs nothing. Data put a category back, with three exceptions."""
    if in_covid_policy(submission, rules) and sum(submitted[name] for name in (Q, I, P)) < 2:
        return frozenset(CATEGORIES)  # the score is neutral
    reasons = reasons_of(submission, profile, rules)
    entity = submission.get("entityType") == "apm"
    out = set()
    for category, reason in reasons.items():
        if entity and reason == APPLIED:
            out.add(category)  # 414.1317(b)(4): data or not
        elif category == C and reason == AUTOMATIC:
            out.add(category)  # (c)(2)(i)(A)(8) names quality and activities only
        elif not submitted[category]:
            out.add(category)
    if not cost_known or not rules.cost_scored:
        out.add(C)  # (b)(2)(v), (c)(2)(i)(A)(2)
    return frozenset(out)


def weights_for(submission, profile, rules, out):
    """The row of the table, or None with fewer than two categories."""
    entity = submission.get("entityType") == "apm"
    apm = entity or profile.get("participation") in _PATHWAYS
    small = profile.get("smallPractice", False)
    table = rules.weights["apm" if apm else "small" if small else "general"]
    row = out | {C} if apm else out
    if len(CATEGORIES) - len(row) < 2:
        return None
    if row not in table:
        raise Undefined(f"{rules.year}: no weights without {sorted(row)}")
    return table[row]


def _scores(submission, profile, rules, tables):
    given = {category: number(value["percent"])
             for category, value in profile.get("given", {}).items()}
    reasons = reasons_of(submission, profile, rules)
    scored_quality = quality.score(submission, profile, rules, tables)
    scored_cost = cost.score(profile, rules, tables)
    scored_pi = interoperability.score(submission, rules)
    facts = {
        "circumstances": {category for category, reason in reasons.items()
                          if reason in (APPLIED, AUTOMATIC)},
        "quality_submitted": scored_quality.submitted or Q in given,
        "interoperability_submitted": scored_pi.submitted or P in given,
    }
    scored_ia = activities.score(submission, profile, rules, tables, facts)
    percents = {Q: scored_quality.percent, C: scored_cost.percent, I: scored_ia.percent,
                P: scored_pi.percent}
    # Nobody submits cost: CMS computes it from claims (414.1325(a)(2)).
    submitted = {Q: scored_quality.submitted, C: False, I: scored_ia.submitted,
                 P: scored_pi.submitted}
    for category, percent in given.items():
        percents[category] = percent
        submitted[category] = True
    return scored_quality, scored_cost, scored_pi, percents, submitted


def of_hospital(submission, profile, rules, submitted):
    """(e): the hospital's percents of quality and cost, where they compete; else nothing."""
    entity = submission.get("entityType", "individual")
    levels = ["individual", "group"] + ["virtualGroup"] * rules.facility_based_virtual_groups
    if not (rules.facility_based and profile.get("facilityBased") is True
            and entity in levels and profile.get("participation") not in _PATHWAYS):
        return {}
    # (e)(4): nothing of an individual, activities or promoting interoperability of a group.
    if entity != "individual" and not (submitted[I] or submitted[P]):
        return {}
    figures = profile.get("facility")
    return figures and {Q: number(figures["qualityPercent"]), C: number(figures["costPercent"])}


def score(submission, profile, rules, tables):
    """The whole score of one profile."""
    *scored, percents, submitted = _scores(submission, profile, rules, tables)
    own, own_two = _final(submission, profile, rules, scored, percents, submitted)
    hospital = of_hospital(submission, profile, rules, submitted)
    if not hospital:
        return own
    other, other_two = _final(submission, profile, rules, scored, {**percents, **hospital}, submitted)
    if not any(other.weights.values()):
        return own  # a default score has no percents
    # (e)(6)(vi): "unless" another submission gives more.
    own_is_more = own.final > other.final if rules.facility_based == "final" else own_two > other_two
    return own if own_is_more else other


def _final(submission, profile, rules, scored, percents, submitted):
    """(the score by these percents, points of quality and cost together)"""
    scored_quality, scored_cost, scored_pi = scored
    out = reweighted_categories(submission, profile, rules, submitted, percents[C] is not None)
    weights = weights_for(submission, profile, rules, out)
    bonus = ZERO
    if weights is None:
        # "receives a final score equal to the performance threshold", without a bonus.
        final, weights = rules.threshold, dict.fromkeys(CATEGORIES, 0)
    else:
        final = sum((percents[category] * weight / HUNDRED for category, weight in weights.items()
                     if weight), ZERO)
        # Cost never is data that somebody submits.
        data = any(submitted[category] for category in (Q, I, P))
        individual = submission.get("entityType", "individual") == "individual"
        facility = rules.facility_based_bonus and individual and profile.get("facilityBased") is True
        if data or facility:
            bonus = number(profile.get("complexPatientBonus", 0))
            if bonus > rules.complex_bonus_maximum:
                bonus = ZERO  # CMS gives no such bonus: the figure is wrong
            if data and profile.get("smallPractice", False):
                final += rules.small_bonus_on_final
        final = min(HUNDRED, final + bonus)
    two = sum((percents[category] * weights[category] for category in (Q, C) if weights[category]),
              ZERO)
    return FinalScore(final=final, weights=weights, percents=percents, complex_bonus=bonus,
                      adjustment=adjustment.of(final, rules), quality=scored_quality,
                      cost=scored_cost, interoperability=scored_pi,
                      given=frozenset(profile.get("given", ())), reweighted=out), two
