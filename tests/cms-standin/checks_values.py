"""Every type of value: what is taken, what is refused and at which path, what comes back."""

import copy

import cms_standin
import samples
from checks_sets import refused_at
from samples import VALUES, a_set, counts, interoperability, measurement, quality, stratum

_V = "measurements[0].value"


def _one(identifier, value, **changes):
    return a_set("quality", [measurement(identifier, value)], **changes)


def _without(value, name):
    return {key: item for key, item in value.items() if key != name}


def _with_strata(identifier, strata):
    return {**VALUES[identifier], "strata": strata}


def _counts(suite, cms):
    for name in ("isEndToEndReported", "performanceMet", "eligiblePopulation"):
        refused_at(suite, cms, f"a single rate without {name}", _one("424", _without(counts(), name)),
                   f"{_V}.{name}")
    for name in ("performanceMet", "performanceNotMet", "eligiblePopulationException", "eligiblePopulation"):
        for wrong in (-1, 1.5, "1", True):
            refused_at(suite, cms, f"{name} {wrong!r}", _one("424", counts(**{name: wrong})), f"{_V}.{name}")
    for name in ("performanceNotMet", "eligiblePopulationException", "eligiblePopulationExclusion"):
        refused_at(suite, cms, f"{name} null, beside another fault",
                   _one("424", counts(**{name: None, "isEndToEndReported": 1})), f"{_V}.isEndToEndReported")
    refused_at(suite, cms, "more met than eligible", _one("424", counts(performanceMet=456)), f"{_V}.performanceMet")
    refused_at(suite, cms, "more reported than eligible", _one("424", counts(performanceNotMet=23)),
               f"{_V}.eligiblePopulation")
    refused_at(suite, cms, "exclusions of a MIPS CQM", _one("424", counts(eligiblePopulationExclusion=1)),
               f"{_V}.eligiblePopulationExclusion")
    refused_at(suite, cms, "a field of another type", _one("424", counts(numerator=1)), f"{_V}.numerator")
    refused_at(suite, cms, "a value that is no object", _one("424", True), _V)


def _owners_rates(suite, cms):
    refused_at(suite, cms, "a QCDR measure without its rate", _one("AQI69", counts()), f"{_V}.performanceRate")
    for rate in (-0.01, 100.01, "90", True):
        refused_at(suite, cms, f"a rate of {rate!r}", _one("AQI69", counts(performanceRate=rate)),
                   f"{_V}.performanceRate")
    refused_at(suite, cms, "a QCDR measure with strata without its rate",
               _one("AQI48", _without(VALUES["AQI48"], "performanceRate")), f"{_V}.performanceRate")


def _strata(suite, cms):
    surveyed, overall = VALUES["AQI48"]["strata"]
    for name, strata, *wanted in (
            ("a stratum missing", [surveyed], f"{_V}.strata"),
            ("no strata", [], f"{_V}.strata"), ("strata that are no list", {}, f"{_V}.strata"),
            ("a stratum twice", [surveyed, overall, surveyed], f"{_V}.strata[2].stratum"),
            ("another stratum", [surveyed, overall, stratum("Overall", 1, 1)], f"{_V}.strata[2].stratum"),
            ("a stratum that is no object", [surveyed, overall, 1], f"{_V}.strata[2]"),
            ("counts of a stratum", [surveyed, {**overall, "performanceMet": 100}],
             f"{_V}.strata[1].performanceMet")):
        refused_at(suite, cms, name, _one("AQI48", _with_strata("AQI48", strata)), *wanted)
    excluded = copy.deepcopy(VALUES["226"])
    excluded["strata"][0].update(eligiblePopulationExclusion=1, eligiblePopulation=41)
    refused_at(suite, cms, "exclusions of a MIPS CQM's stratum", _one("226", excluded),
               f"{_V}.strata[0].eligiblePopulationExclusion")
    two = [stratum("overall", 5, 5), stratum("diagnosisException", 2, 2)]
    value = {"isEndToEndReported": False, "strata": two}
    refused_at(suite, cms, "measure 238 with the eCQM's stratum", _one("238", {
        **value, "strata": two + [stratum("eCQMTotalRate", 1, 1)]}), f"{_V}.strata[2].stratum")
    ehr = _one("238", value, submissionMethod="electronicHealthRecord")
    refused_at(suite, cms, "and as an eCQM without it", ehr, f"{_V}.strata")


def _others(suite, cms):
    for name in ("numerator", "denominator", "observationInstances", "isEndToEndReported"):
        refused_at(suite, cms, f"no proportion, and no {name}",
                   _one("EPREOP31", _without(VALUES["EPREOP31"], name)), f"{_V}.{name}")
    refused_at(suite, cms, "a numerator as text", _one("EPREOP31", {**VALUES["EPREOP31"], "numerator": "1"}),
               f"{_V}.numerator")
    refused_at(suite, cms, "a survey", _one("321", {"score": 1}), "measurements[0].measureId", _V)
    ia = a_set("ia", [measurement("IA_BE_6", "true"), measurement("IA_PSPA_7", 1)])
    refused_at(suite, cms, "an activity that is not true or false", ia, _V, "measurements[1].value")
    for value, path in (({"numerator": 2, "denominator": 1}, ".numerator"),
                        ({"numerator": 1, "denominator": 0}, ".numerator"), ({"numerator": 1}, ".denominator"),
                        ({"denominator": 1}, ".numerator"), ({"numerator": 1.0, "denominator": 2}, ".numerator"),
                        ({"numerator": -1, "denominator": 2}, ".numerator"), (True, "")):
        refused_at(suite, cms, f"a proportion {value}", interoperability(measurements=[measurement("PI_EP_1", value)]),
                   _V + path)


def _measures(suite, cms):
    for name, body, *wanted in (
            ("a measure that there is not", _one("999", counts()), "measurements[0].measureId"),
            ("one of another year", _one("487", counts()), "measurements[0].measureId"),
            ("one of another category", _one("IA_BE_6", True), "measurements[0].measureId"),
            ("one of another method", _one("009", {"isEndToEndReported": False, "strata": [
                stratum(">=84Days", 1, 1), stratum(">=180Days", 1, 1)]}), "measurements[0].measureId"),
            ("a measure twice", a_set("quality", [measurement("424", counts())] * 2), "measurements[1].measureId"),
            ("no id", a_set("quality", [{"value": counts()}]), "measurements[0].measureId"),
            ("an id that is no text", a_set("quality", [measurement(424, counts())]), "measurements[0].measureId"),
            ("no value", a_set("quality", [{"measureId": "424"}]), "measurements[0].value"),
            ("a field that there is not", a_set("quality", [{**measurement("424", counts()), "title": 1}]),
             "measurements[0].title"),
            ("a measurement that is no object", a_set("quality", [1]), "measurements[0]")):
        refused_at(suite, cms, name, body, *wanted)
    refused_at(suite, cms, "a QCDR measure of somebody else's", quality("AQI69"), "measurements[0].measureId",
               token=cms_standin.OTHER)
    refused_at(suite, cms, "a measure of value pathways only, in traditional MIPS",
               _one("128", counts(), submission={**samples.GROUP, "performanceYear": 2025},
                    performanceStart="2025-01-01", performanceEnd="2025-12-31"), "measurements[0].measureId")


def _interoperability(suite, cms):
    names = list(samples.INTEROPERABILITY)

    def at(name):
        return f"measurements[{names.index(name)}].measureId"
    refused_at(suite, cms, "an exclusion with its measure",
               interoperability({"PI_LVPP_1": True}), f"measurements[{len(names)}].measureId")
    refused_at(suite, cms, "the exclusion of immunization with its measure",
               interoperability({"PI_PHCDRR_1": True}), at("PI_PHCDRR_1_EX_1"))
    refused_at(suite, cms, "a substitute with what it stands for",
               interoperability({"PI_HIE_1": {"numerator": 1, "denominator": 2}}),
               f"measurements[{len(names)}].measureId")
    refused_at(suite, cms, "two exclusions of one measure", interoperability({"PI_PHCDRR_1_EX_2": True}),
               at("PI_PHCDRR_1_EX_1"))


def _taken(suite, cms):
    reply = cms.call("POST", "/measurement-sets", quality(*VALUES))
    suite.equal("every type of a quality value is taken", reply.status, 201)
    found = {each["measureId"]: each["value"] for each in reply.json["data"]["measurementSet"]["measurements"]}
    rates = {name: (value.get("performanceRate"), value["reportingRate"], value.get("caseCount"))
             for name, value in found.items()}
    # By hand: (412+21+9)/455, 412/421; 440+59 of 440+59 overall 59/59; 25/30 and 30/30; (90+4+1)/100.
    suite.equal("with its rates", rates, {
        "424": (97.86, 97.14, 455), "AQI69": (97.86, 97.14, 455), "AQI48": (96.61, 100, 59),
        "226": (83.33, 100, 30), "EPREOP31": (None, 95, None)})
    sent = {name: {key: value[key] for key in VALUES[name]} for name, value in found.items()}
    suite.equal("and what was sent comes back", sent, VALUES)
    nothing = _one("424", counts(performanceMet=0, performanceNotMet=0, eligiblePopulationException=0,
                                 eligiblePopulation=0), submission=samples.GROUP)
    value = cms.call("POST", "/measurement-sets", nothing).json["data"]["measurementSet"]["measurements"][0]["value"]
    suite.equal("without cases there are no rates", (value["performanceRate"], value["reportingRate"]), (None, None))
    reply = cms.call("POST", "/measurement-sets", interoperability())
    found = {each["measureId"]: each["value"] for each in reply.json["data"]["measurementSet"]["measurements"]}
    suite.equal("interoperability comes back as sent", found, samples.INTEROPERABILITY)
    calculated = _one("424", counts(reportingRate=1, caseCount=2, performanceRate=3),
                      submission={**samples.GROUP, "taxpayerIdentificationNumber": samples.OTHER_TIN})
    value = cms.call("POST", "/measurement-sets", calculated).json["data"]["measurementSet"]["measurements"][0]["value"]
    suite.equal("what the API computes is not taken from the sender",
                (value["reportingRate"], value["caseCount"], value["performanceRate"]), (97.14, 455, 97.86))


def run(suite):
    with cms_standin.Standin(suite.folder / "values", "--limits", "none") as cms:
        for part in (_counts, _owners_rates, _strata, _others, _measures, _interoperability):
            part(suite, cms)
        suite.equal("nothing that was refused is stored", cms.submissions(), [])
        _taken(suite, cms)
