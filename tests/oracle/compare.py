"""Whether an answer of the engine is the oracle's, number by number."""

from fractions import Fraction

from oracle.exact import half_up
from oracle.weights import CATEGORIES

# The engine keeps percents and adjustments to ten decimals; sums of them are off by less than this.
TOLERANCE = Fraction(1, 10 ** 9)


def differs(engine, oracle):
    # Most are the same number.
    return engine != oracle and abs(Fraction(engine) - oracle) > TOLERANCE


class Answer:
    """What an answer of `score-preview` says, flat."""

    def __init__(self, answer):
        self.error = answer.get("error")
        if self.error:
            return
        self.wrong = [(finding["code"], finding["location"]["jsonPointer"])
                      for finding in answer["findings"] if finding["severity"] == "error"]
        score = answer["score"]
        self.final = score["metadata"]["unroundedScoreValue"]
        self.shown = score["value"]
        self.weights = answer["weights"]
        self.adjustment = answer["paymentAdjustment"]
        self.percents, self.points, self.claims = {}, {}, {}
        self.complex_bonus = 0
        for part in score["parts"]:
            if part["name"] == "complexPatientBonus":
                self.complex_bonus = part["value"]
            if part["name"] not in CATEGORIES or "original" not in part:
                continue
            original = part["original"]
            self.percents[part["name"]] = original["value"]
            nodes = original.get("parts", ())
            if part["name"] == "quality":
                self._read_quality(nodes)
            elif part["name"] == "cost":
                self.cost = {node["name"]: node for node in nodes}

    def _read_quality(self, nodes):
        for node in nodes:
            metadata = node.get("metadata", {})
            method = metadata.get("submissionMethod")
            if method is None:
                continue
            status = metadata.get("processingStatus")
            if method == "administrativeClaims":
                self.claims[node["name"]] = None if status == "EXCLUDED" else node["value"]
            elif status != "EXCLUDED":
                self.points[node["name"], method] = node["value"]


def _points(answer, score):
    """Points of every measure, picked or not."""
    for entry in score.quality.measures:
        if entry.suppressed:
            continue
        engine = answer.points.get((entry.id, entry.method))
        name = f"points of {entry.id} by {entry.method}"
        if engine is None:
            yield name, "none", entry.points
        elif differs(engine, entry.points):
            yield name, engine, entry.points
    for measure, points in score.quality.claims.items():
        engine = answer.claims.get(measure)
        if (engine is None) != (points is None) or (points is not None and differs(engine, points)):
            yield f"points of {measure} from claims", engine, points


def _categories(answer, score):
    for category in CATEGORIES:
        weight = score.weights[category]
        if differs(answer.weights[category], Fraction(weight)):
            yield f"weight of {category}", answer.weights[category], weight
        engine, oracle = answer.percents.get(category), score.percents[category]
        if weight and (engine is None or differs(engine, oracle)):
            yield f"percent of {category}", engine, oracle


def _adjustment(answer, score):
    # Above the threshold of a year that CMS has not paid, the percent is the range's low end.
    if differs(answer.adjustment["percent"], score.adjustment.low):
        yield "adjustment", answer.adjustment["percent"], score.adjustment.low
    if answer.adjustment["basis"] != score.adjustment.basis:
        yield "basis of the adjustment", answer.adjustment["basis"], score.adjustment.basis


def mistakes(submission, profile, rules):
    """What is wrong in a profile that is made: a measure stands twice in a set, a bonus is too high."""
    found = []
    for number, part in enumerate(submission.get("measurementSets", ())):
        seen = set()
        for place, entry in enumerate(part["measurements"]):
            if entry["measureId"] in seen:
                found.append(("QCDR-MEA-0023", f"/submission/measurementSets/{number}/measurements/"
                                               f"{place}/measureId"))
            seen.add(entry["measureId"])
    if profile.get("complexPatientBonus", 0) > rules.complex_bonus_maximum:
        found.append(("QCDR-SUB-0030", "/profile/complexPatientBonus"))
    return found


def differences(answer, score):
    """[(what, engine, oracle)] of one profile, parts first."""
    if answer.error:
        return [("answer", answer.error, "a score")]
    found = list(_points(answer, score)) if "quality" not in score.given else []
    found += _categories(answer, score)
    if differs(answer.final, score.final):
        found.append(("final score", answer.final, score.final))
    if Fraction(answer.shown) != half_up(Fraction(answer.final), 2):
        found.append(("final score as shown", answer.shown, half_up(Fraction(answer.final), 2)))
    if sum(Fraction(weight) for weight in answer.weights.values()) not in (0, 100):
        found.append(("sum of the weights", answer.weights, "0 or 100"))
    if not 0 <= answer.final <= 100:
        found.append(("bounds of the final score", answer.final, "0 to 100"))
    # The adjustment has a cliff, so it is compared where the score agrees.
    return found or list(_adjustment(answer, score))
