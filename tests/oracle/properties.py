"""What holds for every profile, whatever the numbers are: by the engine's own answers."""

import copy
import random
from decimal import Decimal

from compare import Answer
from oracle.years import YEARS


def reordered(submission, chosen):
    """The same in another order."""
    other = copy.deepcopy(submission)
    for part in other["measurementSets"]:
        chosen.shuffle(part["measurements"])
        for entry in part["measurements"]:
            if isinstance(entry["value"], dict) and "strata" in entry["value"]:
                chosen.shuffle(entry["value"]["strata"])
    chosen.shuffle(other["measurementSets"])
    return other


def renamed(submission, chosen):
    """The same under other names; nothing may depend on who it is."""
    other = copy.deepcopy(submission)
    other["taxpayerIdentificationNumber"] = f"000{chosen.randrange(10 ** 6):06d}"
    other["submissionId"] = f"{chosen.randrange(16 ** 12):012x}"
    for part in other["measurementSets"]:
        part["measurementSetId"] = f"{chosen.randrange(16 ** 12):012x}"
    return other


def better(submission, profile, tables, chosen):
    """One thing reported done better: cases met, a ratio, an activity more, lower cost. None where
    there is nothing. What was not reported stays so, because a report cancels a reweighting."""
    other, known = copy.deepcopy(submission), copy.deepcopy(profile)
    changes = []
    for part in other["measurementSets"]:
        for entry in part["measurements"]:
            changes += _better_entry(part, entry, tables, chosen)
        if part["category"] == "ia" and any(entry["value"] for entry in part["measurements"]):
            name = chosen.choice(sorted(tables.activities))
            if all(entry["measureId"] != name for entry in part["measurements"]):
                changes.append(lambda entries=part["measurements"], name=name: entries.append(
                    {"measureId": name, "value": True}))
    for entry in known.get("costMeasures", ()):
        changes.append(lambda entry=entry: entry.update(value=entry["value"] / 2))
    if not changes:
        return None
    chosen.choice(changes)()
    return other, known


def _better_entry(part, entry, tables, chosen):
    value = entry["value"]
    if not isinstance(value, dict):
        return
    if 1 <= value.get("numerator", 0) < value.get("denominator", 0):
        yield lambda: value.update(numerator=value["numerator"] + 1)
    if part["category"] != "quality":
        return
    measure = tables.measures[entry["measureId"]]
    bad, good = "performanceNotMet", "performanceMet"
    if measure.inverse:
        bad, good = good, bad
    supplied = measure.qcdr and value.get("performanceRate") is not None
    if not supplied and value.get(bad):
        step = chosen.choice((1, value[bad]))
        yield lambda: value.update({bad: value[bad] - step, good: value[good] + step})


def _same(one, other):
    return (one.error, other.error) == (None, None) and (
        one.final, one.weights, one.percents, one.points) == (
            other.final, other.weights, other.percents, other.points)


def _not_worse(year):
    """To 2021 the best outcome measure has no bonus, so that a measure which becomes the best loses
    its own; bonuses are at most a tenth of quality."""
    def holds(one, other):
        if other.error is not None:
            return False
        bonus = Decimal(one.weights["quality"]) / 10 if YEARS[year].bonus_for_priority else 0
        return other.final >= one.final - bonus
    return holds


def check(comparison, count):
    """{property: (profiles, [(index, what)])} over the first `count` profiles."""
    chosen = random.Random(count)
    pairs = [comparison.generator.make(index) for index in range(count)]
    base = [Answer(text) for text in comparison.engine.answers(pairs)]
    checks = {
        "the order of measures never matters": (
            lambda submission, profile: (reordered(submission, chosen), profile), _same),
        "names never matter": (
            lambda submission, profile: (renamed(submission, chosen), profile), _same),
        "better figures never lower a score": (
            lambda submission, profile: better(submission, profile, comparison.tables, chosen),
            _not_worse(comparison.year)),
    }
    results = {}
    for name, (change, holds) in checks.items():
        changed = [(index, change(*pair)) for index, pair in enumerate(pairs)]
        changed = [(index, pair) for index, pair in changed if pair is not None]
        answers = comparison.engine.answers([pair for _, pair in changed])
        broken = [(index, f"{base[index].final} became {Answer(text).final}")
                  for (index, _), text in zip(changed, answers, strict=True)
                  if not holds(base[index], Answer(text))]
        results[name] = (len(changed), broken)
    return results
