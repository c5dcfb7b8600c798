"""Payment adjustment, 42 CFR 414.1405."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.exact import HUNDRED, ZERO
from oracle.years import YEARS

# (d)(1): the additional factor starts at 0.5 percent and reaches 10 percent at 100 points.
_ADDITIONAL_FIRST = Fraction(1, 2)
_ADDITIONAL_LAST = Fraction(10)


@dataclass
class Adjustment:
    low: Fraction
    high: Fraction
    basis: str


def with_factors(score, rules, scaling, exceptional):
    """Percent above the threshold with given factors."""
    percent = (rules.percent_at_risk * (score - rules.threshold) / (HUNDRED - rules.threshold)
               * scaling)
    first = rules.additional_threshold
    if first is not None and exceptional is not None and score >= first:
        share = (score - first) / (HUNDRED - first)
        percent += (_ADDITIONAL_FIRST + (_ADDITIONAL_LAST - _ADDITIONAL_FIRST) * share) * exceptional
    return percent


def of(score, rules):
    risk, threshold = rules.percent_at_risk, rules.threshold
    if score <= threshold / 4:
        return Adjustment(-risk, -risk, "published")
    if score < threshold:
        percent = -risk * (threshold - score) / threshold
        return Adjustment(percent, percent, "published")
    if score == threshold:
        return Adjustment(ZERO, ZERO, "published")
    if rules.scaling_factor is not None:
        percent = with_factors(score, rules, rules.scaling_factor, rules.exceptional_factor)
        return Adjustment(percent, percent, "fitted")
    # CMS has not paid yet: a range by the factors of the last two years that it paid.
    known = [year for year in sorted(YEARS, reverse=True)
             if year < rules.year and YEARS[year].scaling_factor is not None][:2]
    ends = [with_factors(score, rules, YEARS[year].scaling_factor, None) for year in known]
    return Adjustment(min(ends), max(ends), "range")
