"""What holds for every profile, whatever the numbers are: by the engine's own answers."""

import copy
import random

from compare import Answer


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


def better(submission, tables, chosen):
    """One more case met, or not met of an inverse measure; None where no measure can be better."""
    other = copy.deepcopy(submission)
    places = []
    for part in other["measurementSets"]:
        if part["category"] != "quality":
            continue
        for entry in part["measurements"]:
            measure = tables.measures[entry["measureId"]]
            value = entry["value"]
            worse = "performanceMet" if measure.inverse else "performanceNotMet"
            supplied = measure.qcdr and value.get("performanceRate") is not None
            if not supplied and value.get(worse):
                places.append((value, worse))
    if not places:
        return None
    value, worse = chosen.choice(places)
    good = "performanceNotMet" if worse == "performanceMet" else "performanceMet"
    step = chosen.choice((1, value[worse]))
    value[worse] -= step
    value[good] += step
    return other


def _same(one, other):
    return (one.error, other.error) == (None, None) and (
        one.final, one.weights, one.percents, one.points) == (
            other.final, other.weights, other.percents, other.points)


def check(comparison, count):
    """{property: (profiles, [(index, what)])} over the first `count` profiles."""
    chosen = random.Random(count)
    pairs = [comparison.generator.make(index) for index in range(count)]
    base = [Answer(text) for text in comparison.engine.answers(pairs)]
    checks = {
        "the order of measures never matters": (
            lambda submission: reordered(submission, chosen), _same),
        "names never matter": (lambda submission: renamed(submission, chosen), _same),
        "more cases met never lower a score": (
            lambda submission: better(submission, comparison.tables, chosen),
            lambda one, other: other.error is None and other.final >= one.final),
    }
    results = {}
    for name, (change, holds) in checks.items():
        changed = [(index, change(submission)) for index, (submission, _) in enumerate(pairs)]
        changed = [(index, submission) for index, submission in changed if submission is not None]
        answers = comparison.engine.answers(
            [(submission, pairs[index][1]) for index, submission in changed])
        broken = [(index, f"{base[index].final} became {Answer(text).final}")
                  for (index, _), text in zip(changed, answers, strict=True)
                  if not holds(base[index], Answer(text))]
        results[name] = (len(changed), broken)
    return results
