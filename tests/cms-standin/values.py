"""The value of one measurement: what it must hold by the measure's metric, from CMS's field tables."""

# What the API computes; sent, it is left aside.
COMPUTED = frozenset(("reportingRate", "caseCount", "performanceRateNumerator",
                      "performanceRateDenominator"))
_COUNTS = ("performanceMet", "eligiblePopulation", "performanceNotMet", "eligiblePopulationExclusion",
           "eligiblePopulationException", "numeratorExclusion")
_NEEDED_COUNTS = _COUNTS[:2]
# Measure 238 has a stratum for eCQMs only: CMS wants two of a MIPS CQM and three of an eCQM.
_ECQM_STRATA = frozenset(("eCQMTotalRate", "totalRate"))
STRATA_MAX = 50


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value):
    return is_integer(value) or isinstance(value, float)


def strata_of(measure, method):
    if method == "electronicHealthRecord":
        return list(measure.strata)
    return [name for name in measure.strata if name not in _ECQM_STRATA]


def _unknown(value, allowed, path, details):
    for name in value:
        if name not in allowed and name not in COMPUTED:
            details.add(f"{path}.{name}", value[name], f"{name} is not a field of this measure's value")


def _boolean(value, path, details, name="isEndToEndReported"):
    if name not in value:
        details.missing(path, name)
    elif not isinstance(value[name], bool):
        details.add(f"{path}.{name}", value[name], f"{name} is true or false")


def _count(value, name, path, details, needed):
    """The count, or None where it is not there or not right."""
    count = value.get(name)
    if count is None:
        if needed:
            details.missing(path, name)
        return None
    if not is_integer(count) or count < 0:
        details.add(f"{path}.{name}", count, f"{name} is a whole number from zero")
        return None
    return count


def _counts(value, path, measure, method, details):
    counts = {name: _count(value, name, path, details, name in _NEEDED_COUNTS) for name in _COUNTS}
    eligible, met = counts["eligiblePopulation"], counts["performanceMet"]
    if eligible is not None and met is not None and met > eligible:
        details.add(f"{path}.performanceMet", met, "more than eligiblePopulation")
    elif eligible is not None:
        parts = sum(counts[name] or 0 for name in _COUNTS if name != "eligiblePopulation")
        if parts > eligible:
            details.add(f"{path}.eligiblePopulation", eligible, "less than what is reported of it")
    excluded = counts["eligiblePopulationExclusion"]
    if excluded and method == "registry" and not measure.is_qcdr:
        details.add(f"{path}.eligiblePopulationExclusion", excluded,
                    "must be 0 or null of a MIPS CQM: its exclusions are no part of eligiblePopulation")


def _rate(value, path, details, needed):
    rate = value.get("performanceRate")
    if rate is None:
        if needed:
            details.missing(path, "performanceRate")
    elif not is_number(rate) or not 0 <= rate <= 100:
        details.add(f"{path}.performanceRate", rate, "performanceRate is a percentage from 0 to 100")


def _single(value, path, measure, method, details):
    _unknown(value, _COUNTS + ("isEndToEndReported", "performanceRate"), path, details)
    _boolean(value, path, details)
    _counts(value, path, measure, method, details)
    _rate(value, path, details, measure.metric.startswith("registry"))


def _multi(value, path, measure, method, details):
    _unknown(value, ("isEndToEndReported", "performanceRate", "strata"), path, details)
    _boolean(value, path, details)
    _rate(value, path, details, measure.metric.startswith("registry"))
    strata = value.get("strata")
    if not isinstance(strata, list) or len(strata) > STRATA_MAX:
        details.add(f"{path}.strata", None, "strata is a list")
        return
    known, seen = strata_of(measure, method), set()
    for at, stratum in enumerate(strata):
        where = f"{path}.strata[{at}]"
        if not isinstance(stratum, dict):
            details.add(where, stratum, "a stratum is an object")
            continue
        name = stratum.get("stratum")
        _unknown(stratum, _COUNTS + ("stratum", "measurementId", "performanceRate"), where, details)
        if not isinstance(name, str) or name not in known:
            details.add(f"{where}.stratum", name, f"not a stratum of measure {measure.identifier}")
        elif name in seen:
            details.add(f"{where}.stratum", name, "the stratum is there twice")
        else:
            seen.add(name)
        _counts(stratum, where, measure, method, details)
    missing = [name for name in known if name not in seen]
    if missing:
        details.add(f"{path}.strata", None, f"all strata are needed, missing: {', '.join(missing)}")


def _non_proportion(value, path, _measure, _method, details):
    numbers = ("numerator", "denominator", "observationInstances", "numeratorExclusion",
               "denominatorException")
    _unknown(value, numbers + ("isEndToEndReported", "performanceRate"), path, details)
    _boolean(value, path, details)
    for name in numbers:
        if value.get(name) is None:
            if name in numbers[:3]:
                details.missing(path, name)
        elif not is_number(value[name]):
            details.add(f"{path}.{name}", value[name], f"{name} is a number")


def _proportion(value, path, _measure, _method, details):
    _unknown(value, ("numerator", "denominator"), path, details)
    numerator = _count(value, "numerator", path, details, True)
    denominator = _count(value, "denominator", path, details, True)
    if numerator is not None and denominator is not None and numerator > denominator:
        details.add(f"{path}.numerator", numerator, "more than denominator")


_BY_METRIC = {"singlePerformanceRate": _single, "registrySinglePerformanceRate": _single,
              "multiPerformanceRate": _multi, "registryMultiPerformanceRate": _multi,
              "nonProportion": _non_proportion, "proportion": _proportion}


def check(value, path, measure, method, details):
    if measure.metric == "boolean":
        if not isinstance(value, bool):
            details.add(path, value, f"the value of {measure.identifier} is true or false")
        return
    if not isinstance(value, dict):
        details.add(path, value, f"the value of {measure.identifier} is an object")
        return
    check_fields = _BY_METRIC.get(measure.metric)
    if check_fields is None:
        details.add(path, None, f"measure {measure.identifier} is not sent through this API")
        return
    check_fields(value, path, measure, method, details)
