"""Answers that CMS published, with names changed, the order changed and each count moved by one.

Whatever changes in the engine's answer must be what changes in the oracle's. Every file of
tests/data/expected with "answers" that have a submission is read; a year that the engine does not
know is left to the list of years.
"""

import copy
import pathlib
import random

from compare import Answer
from engine import from_json
from properties import renamed, reordered

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "expected"


def is_of_the_oracle(submission, profile):
    """Not the CMS Web Interface, the survey, or quality by the APM performance pathway: see README."""
    methods = {part.get("submissionMethod") for part in submission.get("measurementSets", ())
               if part["category"] == "quality"}
    by_app = bool(methods) and profile.get("participation") == "app"
    return not (by_app or "cmsWebInterface" in methods or profile.get("surveyMinimumMissed"))


def read(year):
    """[(name, submission, profile)] of one performance year."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        document = from_json(path.read_text(encoding="utf-8"))
        answers = document.get("answers", ()) if isinstance(document, dict) else ()
        for answer in answers:
            submission = answer.get("submission")
            if not submission or submission.get("performanceYear") != year:
                continue
            profile = answer.get("profile", {})
            if is_of_the_oracle(submission, profile):
                found.append((f"{path.name} {answer['name']}", submission, profile))
    return found


def _counts(value, path=()):
    """Where whole numbers stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _counts(inner, path + (key,))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _counts(inner, path + (place,))
    elif isinstance(value, int) and not isinstance(value, bool) and path[-1] != "performanceYear":
        yield path


def _moved(submission, path, step):
    other = copy.deepcopy(submission)
    at = other
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] += step
    if at[path[-1]] < 0:
        return None
    # More cases reported than there are would be refused.
    if "eligiblePopulation" in at:
        reported = sum(at.get(key) or 0 for key in (
            "performanceMet", "performanceNotMet", "eligiblePopulationException",
            "eligiblePopulationExclusion"))
        if reported > at["eligiblePopulation"]:
            at["eligiblePopulation"] = reported
        if path[-1] == "eligiblePopulationExclusion":
            return None  # a MIPS CQM has none
    if at.get("denominator", 0) < at.get("numerator", 0):
        return None
    return other


def variants(submission):
    """(what was changed, submission)."""
    chosen = random.Random(1)
    yield "as published", submission
    if "measurementSets" in submission:
        yield "renamed", renamed(submission, chosen)
        yield "reordered", reordered(submission, chosen)
    for path in _counts(submission):
        for step in (-1, 1):
            other = _moved(submission, path, step)
            if other is not None:
                yield f"{'/'.join(map(str, path))} {step:+d}", other


def check(comparison):
    """(compared, [(name, difference)])."""
    named = [(f"{name}, {what}", other, profile)
             for name, submission, profile in read(comparison.year)
             for what, other in variants(submission)]
    pairs = [(submission, profile) for _, submission, profile in named]
    broken = []
    for (name, submission, profile), text in zip(named, comparison.engine.answers(pairs)):
        found, _ = comparison.judge(submission, profile, Answer(text))
        if found:
            broken.append((name, found[0]))
    return len(named), broken
