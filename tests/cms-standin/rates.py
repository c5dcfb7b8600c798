"""What the API computes of a value and answers with it. Percentages, two decimals, half up.

Rates and their formulas are of CMS's field tables, the number of cases of its change log and scoring
examples.
"""

import decimal

import values

_TWO_DECIMALS = decimal.Decimal("0.01")


def _percent(part, whole):
    """None of nothing."""
    if not whole:
        return None
    exact = decimal.Decimal(str(part)) * 100 / decimal.Decimal(str(whole))
    return _plain(exact.quantize(_TWO_DECIMALS, decimal.ROUND_HALF_UP))


def _plain(number):
    """100 and not 100.0, as CMS writes it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _of(value, name):
    return value.get(name) or 0


def _reported(value):
    return sum(_of(value, name) for name in ("performanceMet", "eligiblePopulationExclusion",
                                             "eligiblePopulationException", "performanceNotMet"))


def _performance(value):
    return _percent(_of(value, "performanceMet"),
                    _of(value, "performanceMet") + _of(value, "performanceNotMet"))


def _single(value, measure):
    value["reportingRate"] = _percent(_reported(value), value["eligiblePopulation"])
    cases = value["eligiblePopulation"]
    if measure.is_qcdr:
        cases -= _of(value, "eligiblePopulationExclusion")
    if not measure.metric.startswith("registry"):
        value["performanceRate"] = _performance(value)
    value["caseCount"] = cases


def _summed(strata, name):
    return sum(_of(stratum, name) for stratum in strata)


def _together(strata, algorithm):
    """Performance rate of all strata that count."""
    met, not_met = _summed(strata, "performanceMet"), _summed(strata, "performanceNotMet")
    if algorithm == "sumNumerators":
        return met
    if algorithm == "weightedAverage":
        return _percent(met, met + not_met)
    rates = []
    for stratum in strata:
        whole = _of(stratum, "performanceMet") + _of(stratum, "performanceNotMet") \
            - _of(stratum, "eligiblePopulationExclusion")
        if whole > 0:
            rates.append(decimal.Decimal(_of(stratum, "performanceMet")) * 100 / whole)
    if not rates:
        return None
    return _plain((sum(rates) / len(rates)).quantize(_TWO_DECIMALS, decimal.ROUND_HALF_UP))


def _multi(value, measure):
    overall = [stratum for stratum in value["strata"] if stratum["stratum"] == "overall"]
    others = [stratum for stratum in value["strata"] if stratum["stratum"] != "overall"]
    strata = overall if measure.algorithm == "overallStratumOnly" and overall else others or overall
    value["reportingRate"] = _percent(sum(map(_reported, strata)),
                                      _summed(strata, "eligiblePopulation"))
    if not measure.metric.startswith("registry"):
        value["performanceRate"] = _together(strata, measure.algorithm)
    cases = [stratum["eligiblePopulation"] for stratum in strata]
    value["caseCount"] = max(cases, default=0) if measure.algorithm == "simpleAverage" else sum(cases)


def computed(sent, measure):
    """The value as it is answered; `sent` has passed values.check and is not changed."""
    if not isinstance(sent, dict) or measure is None:
        return sent
    value = {name: item for name, item in sent.items() if name not in values.COMPUTED}
    if measure.metric == "nonProportion":
        reported = sum(_of(value, name) for name in ("observationInstances", "denominatorException",
                                                     "numeratorExclusion"))
        value["reportingRate"] = _percent(reported, value["denominator"])
        return value
    if measure.metric == "proportion":
        return value
    (_multi if "strata" in value else _single)(value, measure)
    value["performanceRateNumerator"] = value.get("performanceRate")
    value["performanceRateDenominator"] = None if value.get("performanceRate") is None else 1
    return value
