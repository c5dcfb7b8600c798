"""The score of a submission, in the tree that CMS answers with: simulated.

Numbers come from what a test told for the entity, else from `qcdr score-preview` when the stand-in was
given the program. Neither is independent of the repository: a difference from the projection shows that
something was lost or changed on the way, never that the projection is wrong. Without either: 501.
"""

import copy
import json
import subprocess
import threading

import entities
import problems

_SECONDS_MAX = 20
_AT_ONCE_MAX = 2
_WARNING = "A stand-in made this score: it is no projection of CMS."


class Scores:
    """`program` is None or the path of qcdr. Thread-safe."""

    def __init__(self, store, program):
        self._store = store
        self._program = program
        self._running = threading.BoundedSemaphore(_AT_ONCE_MAX)

    def of(self, submission):
        told = self._store.told({name: submission[name] for name in entities.FIELDS})
        if "score" in told:
            score = copy.deepcopy(told["score"])
        elif self._program:
            score = self._computed(submission, told.get("profile", {}))
        else:
            raise problems.Problem(501, "NotImplemented", "the stand-in was given no scores and no scorer")
        score = {"name": "total", "title": "Total Score", "detail": "stand-in", "value": 0, "parts": [],
                 "metadata": {}, "warnings": [], "errors": [], **score}
        score["warnings"] = [*score["warnings"], _WARNING]
        _name_sets(score, submission)
        return score

    def _computed(self, submission, profile):
        document = {"submission": {name: value for name, value in submission.items()
                                   if name not in entities.FIELDS[1:4]}, "profile": profile}
        if not self._running.acquire(timeout=_SECONDS_MAX):
            raise problems.Problem(503, "ServiceUnavailable", "too many scores at a time")
        try:
            ran = subprocess.run([self._program, "score-preview", "-"], input=json.dumps(document),
                                 capture_output=True, encoding="utf-8", check=False,
                                 timeout=_SECONDS_MAX)
            return json.loads(ran.stdout)["score"]
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
            raise problems.Problem(500, "InternalServerError", "the scorer gave no score") from None
        finally:
            self._running.release()


def _name_sets(score, submission):
    """Each measure's node says which set and measurement it is of, where the set has ids."""
    ids = {}
    for each in submission["measurementSets"]:
        for measurement in each.get("measurements") or ():
            if "id" in each and "id" in measurement:
                ids.setdefault(measurement["measureId"], (each["id"], measurement["id"]))
    waiting = [score]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("name") in ids and "parts" not in node:
                of_set, of_measurement = ids[node["name"]]
                node["metadata"] = {**(node.get("metadata") or {}), "measurementSetId": of_set,
                                    "measurementId": of_measurement}
            waiting.extend(value for value in node.values() if isinstance(value, (dict, list)))
        elif isinstance(node, list):
            waiting.extend(node)
