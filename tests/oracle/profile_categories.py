"""Activities, promoting interoperability and cost of generated profiles."""

import datetime
from decimal import Decimal

from oracle import mvp
from oracle.interoperability import (ACCESS, CASES, EP, EXCHANGE, IMMUNIZATION, PDMP, RECEIVE, SEND,
                                     TEFCA, exclusions)
from oracle.years import YEARS


class Categories:
    """Draws from the tables of one year."""

    def __init__(self, year, tables):
        self.year = year
        self.tables = tables
        self.activities = sorted(tables.activities)
        self.costs = sorted(measure for measure, method in tables.benchmarks
                            if method == "administrativeClaims" and measure not in tables.measures)

    def sets(self, chosen, profile):
        sets = []
        if chosen.random() < 0.7:
            in_mvp = profile.get("participation") == "mvp"
            sets.append(self._activities(
                chosen, mvp.activities(self.year) if in_mvp else self.activities))
        if self.tables.interoperability and chosen.random() < 0.55:
            sets.append(self._interoperability(chosen))
        return sets

    @staticmethod
    def _activities(chosen, known):
        ids = chosen.sample(known, chosen.choice((1, 1, 2, 2, 3, 4, 6)))
        if chosen.random() < 0.9:
            ids = [name for name in ids if name != "IA_PCMH"] or ids
        entries = [{"measureId": name, "value": chosen.random() < 0.95} for name in ids]
        if chosen.random() < 0.05:
            entries.append(dict(entries[0]))
        return {"category": "ia", "submissionMethod": "registry", "measurements": entries}

    def cost(self, chosen, profile):
        known = self.costs
        if profile.get("participation") == "mvp":
            known = [measure for measure in known if measure in mvp.COST]
        entries = []
        for measure in chosen.sample(known, min(len(known), chosen.randint(1, 5))):
            bounds = self.tables.benchmark(measure, "administrativeClaims").bounds
            bound = chosen.choice(list(bounds.values()))
            value = Decimal(bound.numerator) / Decimal(bound.denominator)
            value += chosen.choice((0, 0, Decimal("0.01"), Decimal("-0.01"), chosen.randint(-900, 900)))
            entries.append({"measureId": measure, "value": max(Decimal(0), value),
                            "caseCount": chosen.choice((9, 10, 19, 20, 34, 35, 400))})
        return entries

    # --- promoting interoperability

    def _interoperability(self, chosen):
        values = {}
        for measure in ("PI_PPHI_1", "PI_INFBLO_1", "PI_ONCDIR_1"):
            values[measure] = chosen.random() < 0.99
        if self.year >= 2022 and chosen.random() < 0.99:
            values["PI_PPHI_2"] = chosen.random() < (0.97 if self.year >= 2024 else 0.7)
        if chosen.random() < 0.3:
            values["PI_ONCACB_1"] = chosen.random() < 0.5
        for measure in (EP, ACCESS):
            self._ratio(chosen, measure, values)
        self._exchange(chosen, values)
        self._monitoring(chosen, values)
        self._public_health(chosen, values)
        if chosen.random() < 0.04:
            del values[chosen.choice(sorted(values))]
        entries = [{"measureId": name, "value": value} for name, value in values.items()]
        chosen.shuffle(entries)
        part = {"category": "pi", "submissionMethod": "registry", "measurements": entries}
        if chosen.random() < 0.98:
            part["cehrtId"] = "0014E" + str(chosen.randrange(10 ** 10)).zfill(10)
        self._period(chosen, part)
        return part

    def _period(self, chosen, part):
        if chosen.random() < 0.3:
            return
        days = YEARS[self.year].interoperability_days
        days += chosen.choice((0, 0, 1, 2, 60, 80, 100, 100, 100))
        days -= chosen.random() < 0.03
        first = datetime.date(self.year, 1, 1)
        latest = (datetime.date(self.year, 12, 31) - first).days + 1 - days
        first += datetime.timedelta(chosen.randint(0, latest))
        part["performanceStart"] = first.isoformat()
        part["performanceEnd"] = (first + datetime.timedelta(days - 1)).isoformat()

    def _excluded(self, chosen, measure, values, share):
        names = exclusions(measure, self.year)
        if names and chosen.random() < share:
            values[chosen.choice(names)] = True
            return True
        if names and chosen.random() < 0.05:
            values[chosen.choice(names)] = False
        return False

    def _ratio(self, chosen, measure, values):
        if self._excluded(chosen, measure, values, 0.25):
            return
        denominator = chosen.choice((1, 7, 100, 1000, 4000))
        numerator = chosen.choice((denominator, chosen.randint(1, denominator), 1))
        if chosen.random() < 0.02:
            numerator = 0
        values[measure] = {"numerator": numerator, "denominator": denominator}

    def _exchange(self, chosen, values):
        if self.year >= 2021 and chosen.random() < 0.4:
            whole = TEFCA if self.year >= 2023 and chosen.random() < 0.5 else EXCHANGE
            values[whole] = chosen.random() < 0.97
            return
        for measure in (SEND, RECEIVE):
            self._ratio(chosen, measure, values)

    def _monitoring(self, chosen, values):
        if self._excluded(chosen, PDMP, values, 0.3):
            return
        share = 0.97 if self.year >= 2023 else 0.5
        if chosen.random() < 0.5 or self.year >= 2023:
            values[PDMP] = chosen.random() < share

    def _public_health(self, chosen, values):
        if self.year <= 2021:
            for measure in chosen.sample([f"PI_PHCDRR_{i}" for i in range(1, 6)],
                                         chosen.choice((1, 2, 2, 2, 3))):
                if not self._excluded(chosen, measure, values, 0.25):
                    values[measure] = chosen.random() < 0.96
                    if chosen.random() < 0.3:
                        values[f"{measure}_MULTI"] = True
            return
        for measure in (IMMUNIZATION, CASES):
            if not self._excluded(chosen, measure, values, 0.3):
                self._registry(chosen, measure, values, 0.98)
        for i in (2, 4, 5):
            if chosen.random() < 0.2:
                self._registry(chosen, f"PI_PHCDRR_{i}", values, 0.7)
        if self.year >= 2026 and chosen.random() < 0.2:
            values["PI_PHCDRR_6"] = chosen.random() < 0.7

    def _registry(self, chosen, measure, values, share):
        values[measure] = chosen.random() < share
        if self.year >= 2023 and chosen.random() < 0.98:
            values[measure + chosen.choice(("_PRE", "_PROD"))] = True
