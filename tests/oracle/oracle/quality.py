"""Quality, 42 CFR 414.1380(b)(1), 414.1335, 414.1340."""

from dataclasses import dataclass, field
from fractions import Fraction

from oracle import bonuses, mvp
from oracle.benchmark import decile_points
from oracle.exact import HUNDRED, ZERO, clamp, number
from oracle.rates import Rates, rates_of

_TEN = Fraction(10)
CLAIMS = "administrativeClaims"


@dataclass
class Scored:
    """One measure by one collection type."""
    measure: object
    method: str
    rates: Rates
    end_to_end: bool
    points: Fraction = ZERO
    complete: bool = False
    suppressed: bool = False
    picked: bool = False
    # Enough cases, complete and a rate that is not the worst: what a bonus needs.
    earns_bonus: bool = False

    @property
    def id(self):
        return self.measure.id


@dataclass
class QualityScore:
    percent: Fraction = ZERO
    submitted: bool = False
    numerator: Fraction = ZERO
    available: int = 0
    improvement: Fraction = ZERO
    measures: list = field(default_factory=list)
    claims: dict = field(default_factory=dict)


def _first_years(measure, rules):
    """Points that a measure in its first or second year in MIPS has at least; None otherwise."""
    if not rules.new_measure_floors or measure.first_year is None:
        return None
    age = rules.year - measure.first_year
    return rules.new_measure_floors[age] if 0 <= age < len(rules.new_measure_floors) else None


def _worst(rate, measure):
    """A rate of zero, or 100 percent of an inverse measure; an amount has no worst."""
    if not measure.percentage:
        return False
    return rate >= HUNDRED if measure.inverse else rate <= 0


def _points(entry, small, rules, tables):
    """(b)(1)(i) in its order; also says whether the data are complete."""
    measure, rates = entry.measure, entry.rates
    entry.complete = rates.reporting >= rules.completeness
    enough = rates.cases >= rules.case_minimum
    worst = rates.performance is None or _worst(rates.performance, measure)
    entry.earns_bonus = entry.complete and enough and not worst
    if not entry.complete:
        return rules.incomplete_small if small else rules.incomplete
    new = _first_years(measure, rules)
    benchmark = tables.benchmark(measure.id, entry.method)
    if benchmark is None or not enough:
        if new is not None:
            return new
        return rules.without_benchmark_small if small else rules.without_benchmark
    if rates.performance is None:
        # Everybody was excepted: there is no performance to compare, so no achievement.
        return ZERO
    points = None
    if not worst:
        _, points = decile_points(rates.performance, benchmark.bounds, measure.inverse)
    floor = rules.floor if new is None else new
    points = clamp(Fraction(points or 0), floor, _TEN)
    # (b)(1)(iv)(C): measures that CMS names are not subject to the cap.
    capped = benchmark.topped_out_cap and entry.method not in measure.uncapped
    return min(points, rules.topped_out_cap) if capped else points


def _offered(measure, profile):
    """A measure of MIPS value pathways or the APM performance pathway alone is none of traditional
    MIPS: 414.1330(a)(1) takes the list of the year."""
    return not measure.pathways_only or profile.get("participation") in ("mvp", "app")


def read(submission, profile, rules, tables):
    """Everything submitted, scored each by itself."""
    small = profile.get("smallPractice", False)
    found = []
    for part in submission.get("measurementSets", ()):
        method = part.get("submissionMethod", "registry")
        if part["category"] != "quality" or method == CLAIMS:
            continue
        for entry in part["measurements"]:
            measure, value = tables.measures[entry["measureId"]], entry["value"]
            rates = rates_of(value, measure, rules)
            if not _offered(measure, profile):
                continue
            if rates.reported == 0:
                continue  # no data were submitted on it
            scored = Scored(measure, method, rates, value.get("isEndToEndReported", False))
            scored.suppressed = method in measure.suppressed
            if not scored.suppressed:
                scored.points = _points(scored, small, rules, tables)
            found.append(scored)
    return found


def claims_measures(submission, profile, rules, tables):
    """(b)(1)(i)(A)(2)(ii): points by measure, None where it is left out of both sums.

    The floors of new measures are for measures "on which data is submitted", which these are not.
    """
    group = submission.get("entityType", "individual") != "individual"
    points = {}
    for part in submission.get("measurementSets", ()):
        if part["category"] != "quality" or part.get("submissionMethod") != CLAIMS:
            continue
        for entry in part["measurements"]:
            measure = tables.measures[entry["measureId"]]
            benchmark = tables.benchmark(measure.id, CLAIMS)
            limits = rules.claims_measures.get(measure.id)
            points[measure.id] = None
            if benchmark is None or limits is None or CLAIMS in measure.suppressed:
                continue
            if not _offered(measure, profile):
                continue
            cases, clinicians = limits
            if entry["value"]["caseCount"] < cases:
                continue
            if clinicians and not _large_enough(group, profile, clinicians):
                continue
            rate = number(entry["value"]["performanceRate"])
            _, reached = decile_points(rate, benchmark.bounds, measure.inverse)
            points[measure.id] = clamp(Fraction(reached or 0), rules.floor, _TEN)
    return points


def _large_enough(group, profile, clinicians):
    """The measure is of groups of so many clinicians; an individual never has it."""
    return group and profile.get("groupSize", 0) >= clinicians


def best_of_each(entries):
    """(b)(1)(i): of a measure by several collection types the submission with the most points."""
    def rank(entry):
        # A tie is broken in favour of complete data, which only full participation looks at.
        return entry.points, entry.complete
    best = {}
    for entry in sorted(entries, key=lambda entry: entry.method):
        if entry.suppressed:
            continue
        other = best.get(entry.id)
        if other is None or rank(entry) > rank(other):
            best[entry.id] = entry
    return list(best.values())


def applicable_measures(entries, rules):
    """414.1335(a)(1)(i): all that apply when fewer than six do, else None.

    CMS looks at clinical clusters and specialty sets only while nothing but MIPS CQMs and claims
    measures is submitted. Whoever submits from one of them alone is expected to report that one, the
    smallest that holds all of it; a measure that is not reported earns 0 points, but no other is
    expected.
    """
    ids = {entry.id for entry in entries}
    only = all(entry.method == rules.related_method and not entry.measure.qcdr for entry in entries)
    holding = [related for related in rules.related if ids <= related]
    return min(holding, key=len) if ids and only and holding else None


def required_slots(entries, best, profile, rules):
    """How many places count, after what suppression takes away."""
    cluster = applicable_measures(entries, rules)
    required = len(cluster) if cluster else rules.required_measures
    if profile.get("participation") == "mvp":
        required = mvp.REQUIRED_MEASURES
    scored = {entry.id for entry in best}
    if profile.get("surveyMinimumMissed", False):
        # (b)(1)(vii)(B): 10 points less "if the group submits 5 or fewer" measures, to none at least.
        few = len({entry.id for entry in entries}) <= rules.survey_measures
        required = max(0, required - few)
    suppressed = {entry.id for entry in entries if entry.suppressed}
    if not rules.suppressed_twin_reduces:
        suppressed -= scored  # scored by another collection type, so not excluded
    if rules.suppressed_always_reduce:
        return max(0, required - len(suppressed))
    # Nothing says that a suppressed measure takes away a place that another measure fills.
    empty = max(0, required - len(scored))
    return required - min(empty, len(suppressed))


def pick(best, slots, suppressed):
    """414.1335(a)(1)(i): one outcome measure, or another high-priority one, then the best others.

    The place of the outcome measure stays empty where nothing can take it, unless a suppressed measure
    was submitted for it.
    """
    ranked = sorted(best, key=lambda entry: (entry.points, entry.complete), reverse=True)
    return _fill(ranked, slots, _first_kind(best), suppressed)


def _is_outcome(entry):
    return entry.measure.outcome


def _is_priority(entry):
    return entry.measure.high_priority


def _first_kind(best):
    """What the first place is for: an outcome measure where one is reported."""
    return _is_outcome if any(map(_is_outcome, best)) else _is_priority


def _fill(ranked, slots, kind, suppressed):
    if slots == 0:
        return []
    first = next(filter(kind, ranked), None)
    if first is None:
        stands_for_it = any(entry.measure.outcome or entry.measure.high_priority
                            for entry in suppressed)
        return ranked[:slots if stands_for_it else slots - 1]
    return [first] + [entry for entry in ranked if entry is not first][:slots - 1]


def fully_participated(best, slots, suppressed):
    """(b)(1)(vi)(F): all requirements of 414.1335 and 414.1340 are met: enough complete measures, the
    required one among them."""
    complete = [entry for entry in best if entry.complete]
    return len(_fill(complete, slots, _first_kind(best), suppressed)) == slots


def score(submission, profile, rules, tables):
    small = profile.get("smallPractice", False)
    in_mvp = profile.get("participation") == "mvp"
    result = QualityScore()
    result.measures = read(submission, profile, rules, tables)
    result.claims = claims_measures(submission, profile, rules, tables)
    result.submitted = bool(result.measures)
    best = best_of_each(result.measures)
    suppressed = [entry for entry in result.measures if entry.suppressed]
    slots = required_slots(result.measures, best, profile, rules)
    picked = pick(best, slots, suppressed)
    for entry in picked:
        entry.picked = True
    claims = [points for points in result.claims.values() if points is not None]
    if in_mvp:
        claims = _population_health(result.claims, profile, rules)
    achieved = sum((entry.points for entry in picked), ZERO) + sum(claims, ZERO)
    result.available = 10 * (slots + len(claims))
    if result.available == 0:
        return result
    extra = bonuses.total(result, best, picked, submission, small, rules)
    result.numerator = min(achieved + extra, Fraction(result.available))
    result.improvement = _improvement(HUNDRED * achieved / result.available, profile, rules,
                                      fully_participated(best, slots, suppressed))
    result.percent = min(HUNDRED,
                         HUNDRED * result.numerator / result.available + result.improvement)
    return result


def _population_health(points, profile, rules):
    """414.1365(d)(3)(i)(A): the one that was chosen, "excluded" where it cannot be scored; from 2025 on,
    and where the profile does not say which, the one that earns most."""
    known = {measure: earned for measure, earned in points.items() if earned is not None}
    chosen = profile.get("populationHealthMeasure")
    if chosen is not None and rules.year <= mvp.LAST_YEAR_OF_CHOICE:
        return [known[chosen]] if chosen in known else []
    return [max(known.values())] if known else []


def _improvement(percent, profile, rules, full):
    """(b)(1)(vi): the rate of increase times 10 percentage points, from 0 to 10."""
    prior = profile.get("priorYear", {}).get("qualityAchievementPercent")
    if prior is None or not full:
        return ZERO
    before = max(number(prior), rules.prior_percent_floor)
    return clamp((percent - before) / before * rules.improvement_maximum, ZERO,
                 rules.improvement_maximum)
