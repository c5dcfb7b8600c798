"""Profiles with one thing wrong in them: the engine tells it, by its code and place, and scores the rest
as if the wrong thing were not there. What is wrong follows from the rules of CMS's API alone: a measure
stands once in a set and in the list of its year, counts are whole and not negative, what is reported is
part of what is eligible, and what is sent in a pathway is of its list.
"""

import copy
import random
from collections import Counter

from compare import Answer
from oracle import mvp

UNKNOWN = {"quality": "999X", "ia": "IA_NONE_1", "pi": "PI_NONE_1"}


def _unused(tables, submission, chosen, fits=lambda name: True):
    """A measure by registry that the submission does not have."""
    used = {entry["measureId"] for part in submission["measurementSets"]
            for entry in part["measurements"]}
    names = [name for name in sorted(tables.measures)
             if name not in used and tables.benchmark(name, "registry") is not None and fits(name)]
    return chosen.choice(names) if names else None


def _wrong_counts(chosen):
    met, eligible = chosen.randint(1, 50), chosen.randint(60, 90)
    return chosen.choice((
        ({"performanceMet": -met, "eligiblePopulation": eligible}, "QCDR-SUB-0012", "/performanceMet"),
        ({"performanceMet": met, "eligiblePopulation": met - 1}, "QCDR-MEA-0024", ""),
        ({"performanceMet": met, "performanceNotMet": eligible, "eligiblePopulation": eligible},
         "QCDR-MEA-0024", ""),
        ({"performanceMet": f"{met}", "eligiblePopulation": eligible}, "QCDR-SUB-0011",
         "/performanceMet"),
        ({"performanceMet": met + 0.5, "eligiblePopulation": eligible}, "QCDR-SUB-0013",
         "/performanceMet"),
        ({"performanceMet": met}, "QCDR-SUB-0010", "")))


def _beside(submission, tables, category, chosen):
    """A measurement that is right but for the pathway, which does not list it; None: none is left."""
    year = submission["performanceYear"]
    if category == "ia":
        names = sorted(set(tables.activities) - set(mvp.activities(year)))
        return {"measureId": chosen.choice(names), "value": True}
    name = _unused(tables, submission, chosen, lambda name: name not in mvp.quality(year))
    counts = {"performanceMet": 40, "performanceNotMet": 40, "eligiblePopulation": 80}
    plain = name is not None and tables.measures[name].percentage and not tables.measures[name].strata
    return {"measureId": name, "value": {**counts, "performanceRate": 50}} if plain else None


def spoiled(submission, profile, tables, chosen):
    """(submission, code, pointer); None where there is nothing to spoil."""
    in_mvp = profile.get("participation") == "mvp"
    other = copy.deepcopy(submission)
    parts = [(number, part) for number, part in enumerate(other["measurementSets"])
             if part.get("submissionMethod") != "administrativeClaims" and part["measurements"]]
    if not parts:
        return None
    number, part = chosen.choice(parts)
    entries, category = part["measurements"], part["category"]
    place = f"/submission/measurementSets/{number}/measurements/{len(entries)}"
    kinds = ("unknown", "twice") + ("counts",) * (category == "quality")
    kind = chosen.choice(kinds + ("beside", "beside") * (in_mvp and category in ("quality", "ia")))
    if kind == "unknown":
        value = {"performanceMet": 1, "eligiblePopulation": 1} if category == "quality" else True
        entries.append({"measureId": UNKNOWN[category], "value": value})
        return other, "QCDR-MEA-0021", f"{place}/measureId"
    if kind == "twice":
        entries.append(copy.deepcopy(chosen.choice(entries)))
        return other, "QCDR-MEA-0023", f"{place}/measureId"
    if part.get("submissionMethod", "registry") != "registry":
        return None
    if kind == "beside":
        entry = _beside(other, tables, category, chosen)
        if entry is None:
            return None
        entries.append(entry)
        return other, "QCDR-SUB-0039", f"{place}/measureId"
    listed = mvp.quality(other["performanceYear"]) if in_mvp else tables.measures
    name = _unused(tables, other, chosen, lambda name: name in listed)
    if name is None:
        return None
    value, code, behind = _wrong_counts(chosen)
    # A QCDR measure without a rate is told as well.
    entries.append({"measureId": name, "value": {"performanceRate": 50, **value}
                    if tables.measures[name].qcdr else value})
    return other, code, f"{place}/value{behind}"


def _findings(answer):
    return Counter((each["code"], each["location"]["jsonPointer"]) for each in answer["findings"])


def check(comparison, count):
    """(profiles, [(index, what)]) of the first `count`."""
    chosen = random.Random(count)
    pairs = [comparison.generator.make(index) for index in range(count)]
    changed = []
    for index, (submission, profile) in enumerate(pairs):
        wrong = spoiled(submission, profile, comparison.tables, chosen)
        if wrong is not None:
            changed.append((index, profile, *wrong))
    base = list(comparison.engine.answers([pairs[index] for index, *_ in changed]))
    answers = list(comparison.engine.answers([(wrong, profile)
                                              for _, profile, wrong, *_ in changed]))
    broken = []
    for (index, _, _, code, pointer), right, text in zip(changed, base, answers, strict=True):
        before, after = Answer(right), Answer(text)
        told = list((_findings(text) - _findings(right)).elements())
        if told != [(code, pointer)] or _findings(right) - _findings(text):
            broken.append((index, f"told {told}, not {(code, pointer)}"))
        elif (before.final, before.points, before.percents) != (after.final, after.points,
                                                                after.percents):
            broken.append((index, f"{before.final} became {after.final}"))
    return len(changed), broken
