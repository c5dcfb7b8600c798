"""Rates and case counts of a reported measure, as CMS's documentation of submissions defines them.

reporting rate = (met + not met + exclusions + exceptions) / eligible population
performance rate = met / (met + not met), supplied for a QCDR measure and for what is no proportion
case count = eligible population, without exclusions for a QCDR measure
Calculated rates are rounded half up; a supplied rate is used as it is.
"""

from dataclasses import dataclass
from fractions import Fraction

from oracle.exact import HUNDRED, ZERO, half_up, number


@dataclass
class Rates:
    reported: int  # cases that say anything; 0: no data
    cases: int
    reporting: Fraction
    performance: Fraction = None  # None: nobody was met or not met


def _counts(value):
    keys = ("eligiblePopulation", "performanceMet", "performanceNotMet",
            "eligiblePopulationException", "eligiblePopulationExclusion")
    return [value.get(key) or 0 for key in keys]


def _percent(part, whole, decimals):
    return half_up(HUNDRED * part / whole, decimals) if whole else None


def _of_counts(counts, measure, decimals):
    eligible, met, not_met, exceptions, exclusions = counts
    reported = met + not_met + exceptions + exclusions
    return Rates(
        reported=reported,
        cases=eligible - exclusions if measure.qcdr else eligible,
        reporting=_percent(reported, eligible, decimals) or ZERO,
        performance=_percent(met, met + not_met, decimals))


def _of_observations(value, decimals):
    """The numerator is the amount; CMS's example has 3 of 1,000 with 80 observed and 30 excepted as a
    rate of 3, 11 % reported."""
    cases = value["denominator"]
    told = cases
    if "observationInstances" in value:
        told = sum(value.get(key) or 0 for key in (
            "observationInstances", "denominatorException", "numeratorExclusion"))
    return Rates(reported=cases, cases=cases, reporting=_percent(told, cases, decimals) or ZERO,
                 performance=number(value["numerator"]))


def _of_amount(value, decimals):
    """{performanceRate, caseCount} in the measure's own unit, or observations of it."""
    if "denominator" in value:
        return _of_observations(value, decimals)
    cases = value["caseCount"] if "caseCount" in value else value["eligiblePopulation"]
    return Rates(reported=cases, cases=cases, reporting=number(value.get("reportingRate", 100)),
                 performance=number(value["performanceRate"]))


def _of_strata(strata, measure, decimals):
    every = {stratum["stratum"]: _counts(stratum) for stratum in strata}
    if measure.algorithm == "overallStratumOnly":
        return _of_counts(every.get("overall", [0, 0, 0, 0, 0]), measure, decimals)
    if measure.algorithm == "split":
        # Completeness and cases by one stratum, performance by the other.
        rates = _of_counts(every["reporting"], measure, decimals)
        rates.performance = _of_counts(every["performance"], measure, decimals).performance
        return rates
    sums = [sum(column) for column in zip(*every.values())]
    summed = _of_counts(sums, measure, decimals)
    if measure.algorithm != "simpleAverage":  # weightedAverage, sumNumerators
        return summed
    # The mean of the strata's rates; the case count is that of the largest stratum.
    parts = [_of_counts(counts, measure, decimals) for counts in every.values()]
    exact = [Fraction(HUNDRED * met, met + not_met)
             for _, met, not_met, _, _ in every.values() if met + not_met]
    summed.cases = max(part.cases for part in parts)
    summed.performance = half_up(sum(exact) / len(exact), decimals) if exact else None
    return summed


def rates_of(value, measure, rules):
    """Of one measurement's value."""
    decimals = rules.rate_decimals
    if not measure.percentage and "performanceMet" not in value:
        return _of_amount(value, decimals)
    if "strata" in value:
        rates = _of_strata(value["strata"], measure, decimals)
    else:
        rates = _of_counts(_counts(value), measure, decimals)
    supplied = measure.qcdr or not measure.percentage
    if supplied and value.get("performanceRate") is not None:
        rates.performance = number(value["performanceRate"])
    return rates
