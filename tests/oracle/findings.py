"""Where the engine is known to differ from the oracle, each with the text that the oracle follows.

A difference that these explain is counted under its name; any other fails the run. An entry that
explains nothing any more fails it too: then the engine was mended, and the entry goes.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Finding:
    name: str
    years: tuple
    field: str  # of YearRules
    engine: object  # the value with which the oracle does as the engine does
    concerns: object  # (submission, profile): whether it can matter there at all
    text: str


def _methods(submission):
    return {part.get("submissionMethod", "registry") for part in submission["measurementSets"]
            if part["category"] == "quality"}


def _claims(submission, _profile):
    return "administrativeClaims" in _methods(submission)


def _individual_claims(submission, profile):
    return _claims(submission, profile) and (
        submission.get("entityType", "individual") == "individual")


def _registry(submission, _profile):
    return "registry" in _methods(submission)


def _several_methods(submission, _profile):
    return len(_methods(submission) - {"administrativeClaims"}) > 1


def _entity(submission, _profile):
    return submission.get("entityType") == "apm"


def _pathway(_submission, profile):
    return profile.get("participation") in ("app", "apmScoringStandard")


def _participant(_submission, profile):
    return profile.get("apmParticipant", False)


def _compared_with_before(_submission, profile):
    return "qualityAchievementPercent" in profile.get("priorYear", {})


FINDINGS = (
    Finding("new-floor-for-claims", (2022,), "new_floor_for_claims", True, _claims,
            "42 CFR 414.1380(b)(1)(i)(C): 7 and 5 points are for a measure 'on which data is "
            "submitted'; nobody submits administrative-claims measures (480, 484)"),
    Finding("claims-of-individuals", (2022,), "claims_by_group_only", False, _individual_claims,
            "Measures 479 and 484 are of groups of 16 clinicians and more; an individual is none, "
            "whether groupSize is given or not"),
    Finding("cluster-in-part", (2022,), "cluster_in_part", False, _registry,
            "42 CFR 414.1335(a)(1)(i) and CMS on eligible measure applicability: who reports a part of "
            "a cluster is expected to report the cluster (of 40 points), not six measures"),
    Finding("suppressed-twin", (2022,), "suppressed_twin_reduces", True, _several_methods,
            "42 CFR 414.1380(b)(1)(vii)(A): 'the measure is excluded'; one that is scored by another "
            "collection type is not. Ambiguous"),
    Finding("entity-weights", (2022,), "entity_has_apm_weights", False, _entity,
            "42 CFR 414.1317(b)(2): cost weighs nothing for an APM Entity, whatever its pathway"),
    Finding("pathway-activities", (2022,), "pathway_has_full_activities", False, _pathway,
            "CMS on activities in the APM performance pathway: 100 percent without attesting"),
    Finding("credit-beside-circumstances", (2022,),
            "circumstances_anywhere_withhold_apm_credit", False, _participant,
            "42 CFR 414.1380(c)(2)(iv): no 50 percent for an APM beside granted circumstances, of "
            "whatever category; the engine looks at activities alone"),
    Finding("participation-by-pick", (2022,), "participation_by_pick", True, _compared_with_before,
            "42 CFR 414.1380(b)(1)(vi)(F): six complete measures with the required one are full "
            "participation; in the engine it depends on ids, which of equal measures it picks"),
)


def of_year(year):
    return [finding for finding in FINDINGS if year in finding.years]


def as_engine(rules, findings):
    """The rules with the engine's reading of these findings."""
    return replace(rules, **{finding.field: finding.engine for finding in findings})
