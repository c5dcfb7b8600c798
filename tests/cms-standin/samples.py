"""Requests that the API takes, to be changed by tests. All ids are made up."""

import copy

TIN, OTHER_TIN = "000456789", "000654321"
NPI = "2077777771"
YEAR = 2022
WHOLE_YEAR = {"performanceStart": "2022-01-01", "performanceEnd": "2022-12-31"}
INDIVIDUAL = {"entityType": "individual", "taxpayerIdentificationNumber": TIN,
              "nationalProviderIdentifier": NPI, "performanceYear": YEAR}
GROUP = {"entityType": "group", "taxpayerIdentificationNumber": TIN, "performanceYear": YEAR}


def counts(**changes):
    return {"isEndToEndReported": False, "performanceMet": 412, "performanceNotMet": 9,
            "eligiblePopulationExclusion": 0, "eligiblePopulationException": 21,
            "eligiblePopulation": 455, **changes}


def stratum(name, met, not_met, **changes):
    return {"stratum": name, "performanceMet": met, "performanceNotMet": not_met,
            "eligiblePopulation": met + not_met, **changes}


VALUES = {
    "424": counts(),
    "AQI69": counts(performanceRate=97.86),
    "AQI48": {"isEndToEndReported": False, "performanceRate": 96.61,
              "strata": [stratum("surveyed", 350, 90), stratum("overall", 57, 2)]},
    "226": {"isEndToEndReported": False,
            "strata": [stratum("screenedForUse", 30, 10), stratum("overall", 25, 5),
                       stratum("tobacco", 8, 2)]},
    "EPREOP31": {"isEndToEndReported": False, "numerator": 12.5, "denominator": 100.0,
                 "observationInstances": 90, "denominatorException": 4, "numeratorExclusion": 1},
}


def measurement(identifier, value):
    return {"measureId": identifier, "value": copy.deepcopy(value)}


def a_set(category, measurements, submission=None, **changes):
    """A change to "-" leaves the field out."""
    return _made({"category": category, "measurements": measurements,
                  "submission": INDIVIDUAL if submission is None else submission, **changes})


def _made(changes):
    made = {"submissionMethod": "registry", "programName": "mips", **WHOLE_YEAR, **changes}
    made.setdefault("submission", INDIVIDUAL)
    return {name: value for name, value in made.items() if value != "-"}


def quality(*identifiers, **changes):
    return _made({"category": "quality", "measurements": [
        measurement(name, VALUES[name]) for name in identifiers or ("424",)], **changes})


def activities(*identifiers, **changes):
    return _made({"category": "ia", "measurements": [
        measurement(name, True) for name in identifiers or ("IA_PSPA_7", "IA_BE_6")], **changes})


INTEROPERABILITY = {"PI_PPHI_1": True, "PI_PPHI_2": True, "PI_ONCDIR_1": True, "PI_INFBLO_1": True,
                    "PI_EP_1": {"numerator": 49, "denominator": 115}, "PI_HIE_5": True,
                    "PI_PEA_1": {"numerator": 861, "denominator": 1809}, "PI_PHCDRR_1_EX_1": True,
                    "PI_PHCDRR_3": True}


def interoperability(more=None, **changes):
    values = {**INTEROPERABILITY, **(more or {})}
    return _made({"category": "pi", "cehrtId": "0015C7EXAMPLE22", "measurements": [
        measurement(name, value) for name, value in values.items()], **changes})
