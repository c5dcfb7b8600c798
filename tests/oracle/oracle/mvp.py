"""The MIPS Value Pathway of anesthesia, G0059: CMS's lists by year. 42 CFR 414.1365."""

PROGRAM = "G0059"
# (c)(1): four measures, an outcome or else a high-priority one among them.
REQUIRED_MEASURES = 4
# (b)(2)(i): population-health measures. Until 2024 the participant chose one; from 2025 the one that
# earns most is taken, (d)(3)(i)(A).
LAST_YEAR_OF_CHOICE = 2024
POPULATION_HEALTH = ("479", "484")
COST = ("MSPB_1",)

_QUALITY = {
    2023: "404 424 430 463 477 AQI48 AQI69",
    2024: "404 424 430 463 477 487 ABG44 AQI48 EPREOP31",
    2025: "404 424 430 463 477 487 ABG44 AQI48 EPREOP31",
    2026: "404 430 463 477 ABG44 AQI48 EPREOP31",
}
_ACTIVITIES = {
    2023: "IA_BE_6 IA_BE_22 IA_BMH_2 IA_CC_2 IA_CC_15 IA_CC_19 IA_EPA_1 IA_PSPA_1 IA_PSPA_7 "
          "IA_PSPA_16 IA_PCMH",
    2024: "IA_BE_22 IA_BE_6 IA_BMH_2 IA_CC_15 IA_CC_19 IA_CC_2 IA_EPA_1 IA_MVP IA_PSPA_1 "
          "IA_PSPA_16 IA_PSPA_7 IA_PCMH",
    2025: "IA_BE_6 IA_BE_22 IA_BMH_2 IA_CC_15 IA_CC_19 IA_CC_2 IA_PM_26 IA_MVP IA_PSPA_1 "
          "IA_PSPA_7 IA_PSPA_16 IA_PCMH",
    2026: "IA_BE_22 IA_BE_6 IA_BMH_2 IA_CC_15 IA_CC_19 IA_MVP IA_PSPA_1 IA_PSPA_16 IA_PSPA_7 "
          "IA_PCMH",
}


def differs(year, pathways):
    """Where CMS's lists, as they are copied here, are not those of the rulebook's table."""
    if year not in _QUALITY:
        return [f"{name}: the year has none" for name in pathways]
    row = pathways.get(PROGRAM, {})
    lists = {"quality": quality(year), "activities": activities(year), "cost": list(COST),
             "population_health": list(POPULATION_HEALTH)}
    return [f"{name}: {sorted(row.get(name, ()))}" for name, ids in lists.items()
            if sorted(row.get(name, ())) != sorted(ids)]


def quality(year):
    return _QUALITY[year].split()


def activities(year):
    return _ACTIVITIES[year].split()
