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
    text: str


FINDINGS = (
    Finding("new-floor-for-claims", (2022,), "new_floor_for_claims", True,
            "42 CFR 414.1380(b)(1)(i)(C): 7 and 5 points are for a measure 'on which data is submitted'; "
            "nobody submits administrative-claims measures (480, 484)"),
    Finding("claims-of-individuals", (2022,), "claims_by_group_only", False,
            "Measures 479 and 484 are of groups of 16 clinicians and more; an individual is none, "
            "whether groupSize is given or not"),
    Finding("cluster-in-part", (2022,), "cluster_in_part", False,
            "42 CFR 414.1335(a)(1)(i) and CMS on eligible measure applicability: who reports a part of a "
            "cluster is expected to report the cluster (of 40 points), not six measures"),
    Finding("suppressed-twin", (2022,), "suppressed_twin_reduces", True,
            "42 CFR 414.1380(b)(1)(vii)(A): 'the measure is excluded'; one that is scored by another "
            "collection type is not. Ambiguous"),
    Finding("entity-weights", (2022,), "entity_has_apm_weights", False,
            "42 CFR 414.1317(b)(2): cost weighs nothing for an APM Entity, whatever its pathway"),
    Finding("pathway-activities", (2022,), "pathway_has_full_activities", False,
            "CMS on activities in the APM performance pathway: 100 percent without attesting"),
    Finding("credit-beside-circumstances", (2022,), 
            "circumstances_anywhere_withhold_apm_credit", False,
            "42 CFR 414.1380(c)(2)(iv): no 50 percent for an APM beside granted circumstances, of "
            "whatever category; the engine looks at activities alone"),
    Finding("participation-by-pick", (2022,), "participation_by_pick", True,
            "42 CFR 414.1380(b)(1)(vi)(F): six complete measures with the required one are full "
            "participation; in the engine it depends on ids, which of equal measures it picks"),
)


def of_year(year):
    return [finding for finding in FINDINGS if year in finding.years]


def as_engine(rules, findings):
    """The rules with the engine's reading of these findings."""
    return replace(rules, **{finding.field: finding.engine for finding in findings})
