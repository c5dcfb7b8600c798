"""Seeded submissions and profiles of one year: what practices send, and what nobody would.

profile N of a year is the same on every machine. Identifiers are of ranges that were never issued:
TINs start with 000, NPIs with 2 and a valid check digit.
"""

import random
from decimal import Decimal

from oracle import mvp
from oracle.years import YEARS
from profile_categories import Categories
from profile_measures import Measures

_KINDS = ("physician", "crna", "physicianAssistant", "nursePractitioner", "clinicalNurseSpecialist",
          "physicalTherapist", "occupationalTherapist", "clinicalPsychologist", "audiologist",
          "speechLanguagePathologist", "registeredDietitian", "clinicalSocialWorker",
          "certifiedNurseMidwife", "other")
_ENTITIES = (("individual", 50), ("group", 34), ("apm", 8), ("virtualGroup", 8))
_FIRST_YEAR_OF_VIRTUAL_GROUPS = 2018
_APPLIED = "extremeAndUncontrollable"
_AUTOMATIC = "automaticExtremeAndUncontrollable"
_REASONS = {
    "quality": (_APPLIED, _AUTOMATIC, "noApplicableMeasure"),
    "cost": (_APPLIED, _AUTOMATIC, "notScorable"),
    "ia": (_APPLIED, _AUTOMATIC),
    "pi": (_APPLIED, _AUTOMATIC, "hardship"),
}
_NOT_IN_APM_TABLES = ("ia",)


def npi(chosen):
    """Ten digits that start with 2, the last a check digit (Luhn over 80840 and the ten)."""
    digits = [2] + [chosen.randrange(10) for _ in range(8)]
    total = 24  # of the prefix
    for place, digit in enumerate(digits):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return "".join(map(str, digits)) + str(-total % 10)


class Generator:
    """Profiles of one year."""

    def __init__(self, year, tables, seed):
        self.year = year
        self.rules = YEARS[year]
        self.seed = seed
        self.measures = Measures(year, tables)
        self.categories = Categories(year, tables)

    def make(self, index):
        """(submission, profile)"""
        chosen = random.Random((self.seed * 10_000 + self.year) * 100_000_000 + index)
        submission = self._submission(chosen)
        profile = self._statuses(chosen, submission)
        self._pathway(chosen, submission, profile)
        self._figures(chosen, profile)
        self._reweighting(chosen, submission, profile)
        sets = []
        if profile.get("participation") not in ("app", "apmScoringStandard"):
            sets += self.measures.sets(chosen, submission, profile)
        sets += self.categories.sets(chosen, profile)
        chosen.shuffle(sets)
        program = mvp.PROGRAM if profile.get("participation") == "mvp" else "mips"
        for part in sets:
            if program != "mips" or chosen.random() < 0.5:
                part["programName"] = program
        submission["measurementSets"] = sets
        self._given(chosen, profile)
        self._facility(chosen, profile)
        self._rare(chosen, submission, profile)
        self._third_party(chosen, submission, profile)
        if profile.get("participation") == "mvp":
            self._registration(chosen, submission, profile)
        return submission, profile

    def _submission(self, chosen):
        known = _ENTITIES if self.year >= _FIRST_YEAR_OF_VIRTUAL_GROUPS else _ENTITIES[:-1]
        names, weights = zip(*known)
        entity = chosen.choices(names, weights)[0]
        submission = {"performanceYear": self.year}
        if entity != "individual" or chosen.random() < 0.9:
            submission["entityType"] = entity
        if chosen.random() < 0.3:
            submission["taxpayerIdentificationNumber"] = f"000{chosen.randrange(10 ** 6):06d}"
            if entity == "individual":
                submission["nationalProviderIdentifier"] = npi(chosen)
        return submission

    @staticmethod
    def _statuses(chosen, submission):
        profile = {}
        group = submission.get("entityType", "individual") != "individual"
        for status, share in (("smallPractice", 0.3), ("rural", 0.1), ("hpsa", 0.1),
                              ("nonPatientFacing", 0.2), ("hospitalBased", 0.12),
                              ("ascBased", 0.08), ("pcmh", 0.05), ("apmParticipant", 0.1)):
            if chosen.random() < share:
                profile[status] = True
            elif chosen.random() < 0.1:
                profile[status] = False
        if chosen.random() < 0.6 and not (group and chosen.random() < 0.7):
            profile["clinicianType"] = chosen.choice(_KINDS)
        if group:
            small = profile.get("smallPractice", False)
            profile["groupSize"] = chosen.randint(2, 15) if small else chosen.choice(
                (15, 16, 17, 25, 100, 3000))
        return profile

    def _pathway(self, chosen, submission, profile):
        entity = submission.get("entityType", "individual")
        if entity != "virtualGroup" and chosen.random() < 0.08:
            profile["participation"] = "app" if self.year >= 2021 else "apmScoringStandard"
        elif entity in ("individual", "group") and self.year >= 2023 and chosen.random() < 0.2:
            profile["participation"] = "mvp"
        elif chosen.random() < 0.1:
            profile["participation"] = "traditional"

    def _figures(self, chosen, profile):
        if chosen.random() < 0.5:
            most = int(self.rules.complex_bonus_maximum * 100)
            profile["complexPatientBonus"] = Decimal(chosen.randint(0, most)) / 100
        prior = {}
        if chosen.random() < 0.5:
            prior["qualityAchievementPercent"] = Decimal(chosen.choice(
                (0, 2999, 3000, 3001, 10000, chosen.randint(0, 10000)))) / 100
        if chosen.random() < 0.4:
            prior["costPercent"] = Decimal(chosen.choice((1000, 10000, chosen.randint(1000, 10000)))
                                           ) / 100
        if prior:
            profile["priorYear"] = prior
        if chosen.random() < 0.5:
            profile["costMeasures"] = self.categories.cost(chosen, profile)

    @staticmethod
    def _reweighting(chosen, submission, profile):
        if chosen.random() < 0.6:
            return
        if submission.get("entityType") == "apm":
            # An entity applies for all categories or for none; nothing is automatic for it.
            profile["reweight"] = dict.fromkeys(_REASONS, _APPLIED)
            return
        apm = profile.get("participation") in ("app", "apmScoringStandard")
        reweight = {}
        if chosen.random() < 0.2 and not apm:
            reweight = dict.fromkeys(_REASONS, chosen.choice((_APPLIED, _AUTOMATIC)))
        else:
            for category, reasons in _REASONS.items():
                if chosen.random() < 0.35 and not (apm and category in _NOT_IN_APM_TABLES):
                    reweight[category] = chosen.choice(reasons)
        if reweight:
            profile["reweight"] = reweight

    def _rare(self, chosen, submission, profile):
        """A bonus that nobody gets, a survey that too few could answer, everything end to end, and
        nothing at all."""
        if chosen.random() < 0.03:
            most = int(self.rules.complex_bonus_maximum * 100)
            profile["complexPatientBonus"] = Decimal(most + chosen.randint(1, 100)) / 100
        group = submission.get("entityType", "individual") != "individual"
        if group and chosen.random() < 0.1:
            profile["surveyMinimumMissed"] = True
        if profile.get("facilityBased") and chosen.random() < 0.15:
            submission["measurementSets"] = []
            profile.pop("given", None)
        if self.rules.bonus_end_to_end and chosen.random() < 0.1:
            for part in submission["measurementSets"]:
                for entry in part["measurements"] if part["category"] == "quality" else ():
                    if part.get("submissionMethod") != "administrativeClaims":
                        entry["value"]["isEndToEndReported"] = True

    def _third_party(self, chosen, submission, profile):
        """Somebody else did not submit, which is a reason from 2024 on."""
        if self.year < 2024 or submission.get("entityType") == "apm" or chosen.random() > 0.06:
            return
        apm = profile.get("participation") in ("app", "apmScoringStandard")
        for category in ("quality", "ia", "pi"):
            if chosen.random() < 0.5 and not (apm and category in _NOT_IN_APM_TABLES):
                profile.setdefault("reweight", {})[category] = "thirdPartyFailure"

    def _registration(self, chosen, submission, profile):
        """What is said when a pathway is chosen; half of the groups' subgroups report as such."""
        if chosen.random() < 0.6:
            profile["populationHealthMeasure"] = chosen.choice(mvp.POPULATION_HEALTH)
        if chosen.random() < 0.08:
            # No reason in a pathway, whoever gives it.
            submission["measurementSets"] = [part for part in submission["measurementSets"]
                                             if part["category"] != "quality"]
            profile.setdefault("reweight", {})["quality"] = "noApplicableMeasure"
        if submission.get("entityType") == "group" and chosen.random() < 0.5:
            submission["entityType"] = "subgroup"
            if chosen.random() < 0.3:
                profile["groupReweight"] = {category: chosen.choice(reasons) for category, reasons
                                            in _REASONS.items() if chosen.random() < 0.4}

    @staticmethod
    def _facility(chosen, profile):
        """CMS's figures of a hospital, also of who is not facility-based."""
        if chosen.random() < 0.35:
            profile["facilityBased"] = chosen.random() < 0.9
        if chosen.random() < (0.8 if profile.get("facilityBased") else 0.05):
            profile["facility"] = {key: Decimal(chosen.choice((0, 10000, chosen.randint(3000, 10000)))
                                                ) / 100 for key in ("qualityPercent", "costPercent")}

    @staticmethod
    def _given(chosen, profile):
        share = 0.5 if profile.get("participation") == "app" else 0.08
        given = {}
        for category in _REASONS:
            if chosen.random() < share:
                percent = Decimal(chosen.choice((0, 100000, chosen.randint(0, 100000)))) / 1000
                given[category] = {"percent": percent}
        if given:
            profile["given"] = given
