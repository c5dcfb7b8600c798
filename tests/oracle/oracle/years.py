"""The numbers of each performance year, written from the regulation's text, not from the rulebook.

The regulation counts in payment years: two more than the performance year. "M" marks what no text
was found for. Promoting interoperability: from 2020.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from oracle.weights import WEIGHTS

FIRST_YEAR = 2017
LAST_YEAR = 2026

# 414.1380(c)(2)(i)(A)(4)(i): payment years 2021 to 2025.
THERAPISTS = frozenset(("physicalTherapist", "occupationalTherapist", "clinicalPsychologist",
                        "audiologist", "speechLanguagePathologist", "registeredDietitian"))
# (A)(4)(ii): payment years 2019 to 2024.
ADVANCED_PRACTICE = frozenset(("nursePractitioner", "physicianAssistant",
                               "clinicalNurseSpecialist", "crna"))
# (A)(4)(iii): payment years 2024 to 2026.
SOCIAL_WORKERS = frozenset(("clinicalSocialWorker",))


@dataclass(frozen=True)
class YearRules:
    year: int
    weights: dict = field(compare=False)

    # --- final score, 414.1380(c), 414.1405(b)
    threshold: Fraction = Fraction(75)
    cost_scored: bool = True
    covid_for_individuals: bool = False
    complex_bonus_maximum: Fraction = Fraction(10)  # (c)(3)(iii), (iv), (viii)
    small_bonus_on_final: Fraction = Fraction(0)  # (c)(4)
    small_practice_without_interoperability: bool = True  # (c)(2)(i)(C)(9)
    interoperability_exempt_kinds: frozenset = frozenset()
    subgroup_circumstances: bool = False  # 414.1365(e)(2)
    facility_based: str = ""  # (e)(6)(vi): what the two scores are compared by; empty: none
    facility_based_virtual_groups: bool = False  # (e)(2)
    facility_based_bonus: bool = False  # (c)(3): the complex patient bonus without any data

    # --- adjustment, 414.1405
    additional_threshold: Fraction = None  # (d)
    percent_at_risk: Fraction = Fraction(9)  # (c)
    scaling_factor: Fraction = None
    exceptional_factor: Fraction = None

    # --- quality, 414.1380(b)(1)
    required_measures: int = 6  # 414.1335(a)(1)(i)
    completeness: Fraction = Fraction(70)  # 414.1340(a)
    case_minimum: int = 20  # (b)(1)(iii)
    floor: Fraction = Fraction(3)  # (b)(1)(i)
    without_benchmark: Fraction = Fraction(3)  # (b)(1)(i)(A)(1)
    without_benchmark_small: Fraction = Fraction(3)
    incomplete: Fraction = Fraction(0)  # (b)(1)(i)(B)(1)(iii)
    incomplete_small: Fraction = Fraction(3)
    new_measure_floors: tuple = ()  # (A)(3), (C): points in the first year in MIPS, in the second
    topped_out_cap: Fraction = Fraction(7)  # (b)(1)(iv)(B)
    rate_decimals: int = 2
    bonus_for_priority: bool = False  # (b)(1)(v)(A)
    bonus_end_to_end: bool = False  # (b)(1)(v)(B)
    small_practice_bonus: Fraction = Fraction(6)  # (b)(1)(v)(C)
    complex_organization: bool = False  # (b)(1)(vii)(C)
    survey_measures: int = 5  # (b)(1)(vii)(B); fewer than none before 2020
    suppressed_always_reduce: bool = False  # (b)(1)(vii)(A) as CMS applied it
    prior_percent_floor: Fraction = Fraction(30)  # (b)(1)(vi)(C)(4)
    improvement_maximum: Fraction = Fraction(10)  # (b)(1)(vi)(B)
    # 414.1335(a)(1): "each measure that is applicable", which CMS's clinical clusters name, and "all
    # measures in the set" where a specialty set has fewer than six.
    related: tuple = ()
    related_method: str = "registry"
    # Administrative-claims measure: (cases, clinicians of the group or 0 where individuals have it).
    claims_measures: dict = field(default_factory=dict, compare=False)

    # A reading of the text that the engine does not share; see findings.py.
    suppressed_twin_reduces: bool = False

    # --- cost, 414.1380(b)(2)
    cost_improvement_maximum: Fraction = Fraction(1)  # (b)(2)(iv)(E)

    # --- improvement activities, 414.1380(b)(3)
    activities_counted: bool = False  # no weights: so many activities
    apm_credit_needs_attestation: bool = True  # (b)(3)(i)

    # --- promoting interoperability, 414.1375, 414.1380(b)(4)
    interoperability_days: int = 90
    submission_is_complete: bool = False  # a part of a report is no submission


def _claims(year):
    """The measures' own text: 458 and 479 "200 cases, 16 clinicians", 480 "25 cases", 484 "18, 16",
    492 "21 cases", groups only. MCC1 of 2021 is of the APM performance pathway alone."""
    measures = {} if year > 2020 else {"458": (200, 16)}
    if year >= 2021:
        measures["479"] = (200, 16)
        measures["480"] = (25, 0)
    if year >= 2022:
        measures["484"] = (18, 16)
    if year >= 2023:
        measures["492"] = (21, 1)
    return measures


def _exempt_kinds(year):
    kinds = frozenset()
    if year <= 2022:
        kinds |= ADVANCED_PRACTICE
    if 2019 <= year <= 2023:
        kinds |= THERAPISTS
    if 2022 <= year <= 2024:
        kinds |= SOCIAL_WORKERS
    return kinds


def _related(year):
    """CMS's clinical clusters, anesthesiology, registry; from 2023 on with the specialty set, which
    has fewer than six measures. What CMS had before 2020 is not known."""
    if year < 2020:
        return ()
    names = {2021: ("404 424 430 463 477",), 2026: ("404 430 463", "404 430 463 477")}.get(
        year, ("404 424 430 463", "404 424 430 463 477") if year >= 2023 else ("404 424 430 463",))
    return tuple(frozenset(name.split()) for name in names)


# Payment adjustment. Threshold: 414.1405(b)(4)-(9). Additional threshold: (d)(3)-(6), last for
# performance year 2022. Percent at risk: (c). Factors: CMS publishes none; fitted to what CMS paid.
_THRESHOLD = {2017: 3, 2018: 15, 2019: 30, 2020: 45, 2021: 60}
_ADDITIONAL = {2017: 70, 2018: 70, 2019: 75, 2020: 85, 2021: 85, 2022: 89}
_AT_RISK = {2017: 4, 2018: 5, 2019: 7}
_FACTORS = {
    2017: ("0.0725", "0.1585"), 2018: ("0.0626", "0.1367"), 2019: ("0", "0.1793"),
    2020: ("0.002", "0.1852"), 2021: ("0.0134", "0.2219"), 2022: ("0.2475", "0.6033"),
    2023: ("0.23935", None), 2024: ("0.1167", None),
}


def _fraction(value):
    return None if value is None else Fraction(value)


def _build(year):
    scaling, exceptional = _FACTORS.get(year, (None, None))
    return YearRules(
        year=year,
        weights=WEIGHTS[year],
        threshold=Fraction(_THRESHOLD.get(year, 75)),
        # CMS weighed cost at zero for everybody in 2020 and 2021; it did not exist in 2017.
        cost_scored=year not in (2017, 2020, 2021),
        # CMS's automatic policy for the public health emergency: individuals of 2019 to 2021.
        covid_for_individuals=year in (2019, 2020, 2021),
        complex_bonus_maximum=Fraction(0 if year == 2017 else 5 if year <= 2019 else 10),
        small_bonus_on_final=Fraction(5 if year == 2018 else 0),
        # "Beginning with the 2024 MIPS payment year the ... clinician is in a small practice".
        small_practice_without_interoperability=year >= 2022,
        interoperability_exempt_kinds=_exempt_kinds(year),
        # From 2019 on. Hospitals had no total performance score in fiscal years 2022 and 2023, which
        # 2021 and 2022 would have taken. "Higher combined quality and cost score" to 2021, then
        # "higher final score".
        facility_based="" if year < 2019 or year in (2021, 2022) else
        "final" if year >= 2022 else "quality and cost",
        subgroup_circumstances=year == 2023,
        facility_based_virtual_groups=year >= 2023,
        facility_based_bonus=year >= 2023,
        additional_threshold=_fraction(_ADDITIONAL.get(year)),
        percent_at_risk=Fraction(_AT_RISK.get(year, 9)),
        scaling_factor=_fraction(scaling),
        exceptional_factor=_fraction(exceptional),
        # 414.1340(a)(1)-(4): 50 percent for payment year 2019, 60 for 2020 and 2021, 70 for 2022 to
        # 2025, then 75.
        completeness=Fraction(50 if year == 2017 else 60 if year <= 2019 else
                              75 if year >= 2024 else 70),
        # (b)(1)(i)(B)(1): 3 points in 2017; 1 point in 2018 and 2019, 3 of a small practice; then 0, 3.
        incomplete=Fraction(3 if year == 2017 else 1 if year <= 2019 else 0),
        # "Beginning with the CY 2023 performance period ... between 1 and 10".
        floor=Fraction(1 if year >= 2023 else 3),
        without_benchmark=Fraction(0 if year >= 2023 else 3),
        # "Beginning with the CY 2022 performance period": 7 in the first year, 5 in the second.
        new_measure_floors=(Fraction(7), Fraction(5)) if year >= 2022 else (),
        # CMS's own answers: 76.9231 in 2020, 76.92 afterwards.
        rate_decimals=4 if year <= 2020 else 2,
        # "for the CY 2017 through 2021 MIPS performance periods".
        bonus_for_priority=year <= 2021,
        bonus_end_to_end=year <= 2021,
        # 2018 had five points on the final score instead; 2017 had none.
        small_practice_bonus=Fraction(6 if year >= 2019 else 0),
        complex_organization=year >= 2025,
        # "Beginning with the CY 2018 performance period".
        improvement_maximum=Fraction(10 if year >= 2018 else 0),
        # Until 2020: "for each measure that [is submitted and] significantly impacted ... reduced by
        # 10 points"; from 2021: "the measure is excluded".
        survey_measures=5 if year >= 2020 else -1,
        suppressed_always_reduce=year <= 2020,
        related=_related(year),
        claims_measures=_claims(year),
        # "payment years 2020 ... 2024 is zero percentage points ... beginning with ... 2025 ... 1".
        cost_improvement_maximum=Fraction(1 if year >= 2023 else 0),
        # CMS's list has no weights from 2025 on.
        activities_counted=year >= 2025,
        # The sentence is absent from the text of 2022 and there in that of 2023.
        apm_credit_needs_attestation=year >= 2023,
        interoperability_days=180 if year >= 2024 else 90,
        # Societies on the rule of 2025: incomplete submissions no longer override reweighting.
        submission_is_complete=year >= 2025,
    )


YEARS = {year: _build(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
