"""Quality measures of generated profiles: counts around every limit, rates on and beside bounds."""

from decimal import Decimal
from fractions import Fraction

from oracle import mvp
from oracle.years import YEARS

_METHODS = ("registry", "electronicHealthRecord", "claims")
_STEP = Decimal("0.01")
# Not sent by a registry or an EHR: the survey's vendor does.
_SURVEY = "cahps"


def _decimal(fraction, places=4):
    return (Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(
        Decimal(1).scaleb(-places))


class Measures:
    """The measures of one year by what makes them interesting."""

    def __init__(self, year, tables):
        self.year = year
        self.tables = tables
        self.pairs = []  # (measure, method), at random weight
        self.claims = []
        for measure in tables.measures.values():
            if measure.metric == _SURVEY:
                continue
            for method in measure.collection_types:
                if method in _METHODS:
                    self.pairs.append((measure, method))
                elif method == "administrativeClaims":
                    self.claims.append(measure)
        self.groups = self._groups()

    def _groups(self):
        """Lists to draw from, each with its weight."""
        def has(test):
            return [pair for pair in self.pairs if test(*pair)] or self.pairs
        known = has(lambda m, t: self.tables.benchmark(m.id, t) is not None)
        return (
            (known, 34),
            (has(lambda m, t: m.id.startswith(("AQI", "ABG")) or m.id in ANESTHESIA), 20),
            (has(lambda m, t: m.outcome), 12),
            (has(lambda m, t: m.strata and m.algorithm), 6),
            (has(lambda m, t: t in m.suppressed), 5),
            (has(lambda m, t: m.first_year in (self.year, self.year - 1)), 8),
            (has(lambda m, t: not m.percentage), 3),
            (self.pairs, 12),
        )

    def sets(self, chosen, submission, profile):
        by_method = {}
        in_mvp = profile.get("participation") == "mvp"
        for measure, method in self._pairs(chosen, submission, profile):
            by_method.setdefault(method, []).append(
                {"measureId": measure.id, "value": self._value(chosen, measure, method)})
        sets = [{"category": "quality", "submissionMethod": method, "measurements": entries}
                for method, entries in by_method.items()]
        for part in sets:
            if part["submissionMethod"] == "registry" and chosen.random() < 0.1:
                del part["submissionMethod"]
        claims = self.claims
        if in_mvp:
            claims = [measure for measure in claims if measure.id in mvp.POPULATION_HEALTH]
        if claims and chosen.random() < (0.7 if in_mvp else 0.35):
            sets.append(self._administrative(chosen, claims))
        return sets

    def _pairs(self, chosen, submission, profile):
        if profile.get("participation") == "mvp":
            return self._of_mvp(chosen)
        organization = submission.get("entityType") in ("apm", "virtualGroup")
        if YEARS[self.year].complex_organization and organization and chosen.random() < 0.4:
            return self._electronic(chosen)
        return self._choice(chosen)

    def _of_mvp(self, chosen):
        ids = mvp.quality(self.year)
        pairs = [(self.tables.measures[name], method)
                 for name in chosen.sample(ids, chosen.randint(1, min(6, len(ids))))
                 for method in self.tables.measures[name].collection_types if method in _METHODS]
        return pairs[:8]

    def _choice(self, chosen):
        if chosen.random() < 0.12:
            return []
        if chosen.random() < 0.1:
            return self._cluster(chosen)
        count = chosen.choice((1, 2, 3, 4, 5, 5, 6, 6, 6, 6, 7, 8, 10))
        pairs = {}
        lists, weights = zip(*self.groups)
        plain = chosen.random() < 0.1
        while len(pairs) < count:
            measure, method = chosen.choice(chosen.choices(lists, weights)[0])
            if plain and (measure.outcome or measure.high_priority):
                measure, method = chosen.choice(self.pairs)
            if not (measure.strata and any(name == measure.id for name, _ in pairs)):
                pairs[measure.id, method] = (measure, method)
            # The same measure in another way; strata can be told of one way only.
            if not measure.strata and chosen.random() < 0.12:
                other = chosen.choice([kind for kind in measure.collection_types if kind in _METHODS])
                pairs[measure.id, other] = (measure, other)
        return list(pairs.values())

    def _electronic(self, chosen):
        """More eCQMs than places: each could add to the score of a complex organization."""
        known = [pair for pair in self.pairs if pair[1] == "electronicHealthRecord"
                 and not pair[0].strata]
        return chosen.sample(known, chosen.choice((6, 7, 8, 9)))

    def _cluster(self, chosen):
        """A cluster of related measures, whole or not, at times with something else."""
        ids = [name for name in ANESTHESIA if name in self.tables.measures]
        chosen.shuffle(ids)
        count = len(ids) if chosen.random() < 0.5 else chosen.randint(1, len(ids))
        pairs = [(self.tables.measures[name], "registry") for name in ids[:count]]
        if chosen.random() < 0.2:
            pairs.append(chosen.choice([pair for pair in self.pairs if pair[0].id not in ids]))
        return pairs

    def _value(self, chosen, measure, method):
        value = {"isEndToEndReported": chosen.random() < 0.3}
        if not measure.percentage:
            value["performanceRate"] = self._rate(chosen, measure, method)
            value["caseCount"] = chosen.choice((0, 1, 19, 20, 21, 500))
            if chosen.random() < 0.5:
                value["reportingRate"] = chosen.choice((0, Decimal("69.99"), 70, 75, 100))
            return value
        if measure.strata and measure.algorithm:
            value["strata"] = [dict(self._counts(chosen, measure, method), stratum=name)
                               for name in measure.strata]
        else:
            value.update(self._counts(chosen, measure, method))
        if measure.qcdr and chosen.random() < 0.8:
            value["performanceRate"] = min(Decimal(100), self._rate(chosen, measure, method))
        return value

    def _rate(self, chosen, measure, method):
        """On a bound, a hundredth beside it, or anywhere."""
        benchmark = self.tables.benchmark(measure.id, method)
        top = 100 if measure.percentage else 200
        if benchmark is None or chosen.random() < 0.3:
            return Decimal(chosen.randint(0, top * 100)) / 100
        bound = _decimal(chosen.choice(list(benchmark.bounds.values())))
        moved = bound + chosen.choice((-_STEP, 0, 0, _STEP, Decimal("0.0001")))
        return min(Decimal(10 ** 6), max(Decimal(0), moved))

    def _counts(self, chosen, measure, method):
        eligible = chosen.choice((1, 19, 20, 20, 21, 100, 100, 250, 10000, 10000,
                                  chosen.randint(1, 3000)))
        reported = self._reported(chosen, eligible)
        exceptions = exclusions = 0
        if chosen.random() < 0.25:
            exceptions = chosen.randint(0, reported)
        if (measure.qcdr or method == "electronicHealthRecord") and chosen.random() < 0.25:
            exclusions = chosen.randint(0, reported - exceptions)
        if chosen.random() < 0.03:
            exceptions, exclusions = reported, 0
        judged = reported - exceptions - exclusions
        met = self._met(chosen, measure, method, judged)
        counts = {"eligiblePopulation": eligible, "performanceMet": met,
                  "performanceNotMet": judged - met}
        if exceptions or chosen.random() < 0.7:
            counts["eligiblePopulationException"] = exceptions
        if exclusions or chosen.random() < 0.7:
            counts["eligiblePopulationExclusion"] = exclusions or chosen.choice((0, None))
        return counts

    def _reported(self, chosen, eligible):
        share = chosen.random()
        if share < 0.72:
            return eligible
        if share < 0.76:
            return 0
        limit = chosen.choice((int(YEARS[self.year].completeness), 75))
        edge = -(-eligible * limit // 100)  # the first count that is complete
        return min(eligible, max(0, edge + chosen.choice((-1, 0, 0, 1))))

    def _met(self, chosen, measure, method, judged):
        share = chosen.random()
        if share < 0.06:
            return 0
        if share < 0.16:
            return judged
        benchmark = self.tables.benchmark(measure.id, method)
        if benchmark is None or share < 0.4:
            return chosen.randint(0, judged)
        bound = chosen.choice(list(benchmark.bounds.values())) / 100
        met = int(Fraction(judged) * bound) + chosen.choice((-1, 0, 0, 1))
        return min(judged, max(0, met))

    def _administrative(self, chosen, claims):
        count = chosen.randint(1, len(claims))
        entries = [{"measureId": measure.id, "value": {
            "performanceRate": self._rate(chosen, measure, "administrativeClaims"),
            "caseCount": chosen.choice((0, 17, 18, 20, 21, 24, 25, 199, 200, 1000))}}
                   for measure in chosen.sample(claims, count)]
        return {"category": "quality", "submissionMethod": "administrativeClaims",
                "measurements": entries}


ANESTHESIA = ("404", "424", "430", "463", "477")
