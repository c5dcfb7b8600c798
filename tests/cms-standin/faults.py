"""What goes wrong on purpose: which calls, how often, and how.

A fault is an object:

    kind              one of KINDS
    method, path      which calls; a path is a template behind the base address ("/measurement-sets/:id"),
                      both may have * and ?; without them every call
    skip, times       after so many calls that fit it strikes so many times; 0 and 1, times null: for ever
    probability       of a call that fits and is not skipped, drawn from the seed and the call's number; 1
    latency_seconds   waits so long before the call is handled, whatever the kind
    status, retry_after_seconds, committed    of kind "status": the answer; its Retry-After; true when the
                      call is carried out all the same
    content           of kind "wrong-content": html, broken, empty, list or changed
    reset             of the closing kinds: true for an RST instead of an orderly end
    pieces, pause_seconds                     of kind "drip"

The first fault of the list that strikes is the call's only one. What is left of them is kept in the store,
so that a crash that was planned once comes once. Thread-safe.
"""

import fnmatch
import random
import threading

KINDS = (
    "latency",             # only waits
    "status",              # answers with a status: 403 408 429 500 502 503 504
    "close-before-commit",  # the connection ends, nothing was done
    "close-after-commit",  # the connection ends, all was done
    "half-answer",         # all was done, the connection ends in the middle of the answer
    "drip",                # all was done, the answer comes slowly, in pieces
    "crash-before-commit",  # the process ends, nothing was done
    "crash-after-commit",  # the process ends between commit and answer
    "duplicate-entry",     # the call arrives twice; the second answer comes back
    "wrong-content",       # all was done, the answer is something else
    "alter-stored",        # something else than what was sent is stored
)
STATUSES = (403, 408, 429, 500, 502, 503, 504)
CONTENTS = ("html", "broken", "empty", "list", "changed")
FAULTS_MAX = 1000
_FIELDS = {"kind", "method", "path", "skip", "times", "probability", "latency_seconds", "status",
           "retry_after_seconds", "committed", "content", "reset", "pieces", "pause_seconds"}


class Fault:
    """ValueError when the object is none."""

    def __init__(self, told):
        if not isinstance(told, dict) or set(told) - _FIELDS:
            raise ValueError(f"a fault has {', '.join(sorted(_FIELDS))}")
        self.told = told
        self.kind = told.get("kind")
        self.method, self.path = told.get("method", "*"), told.get("path", "*")
        self.skip, self.times = told.get("skip", 0), told.get("times", 1)
        self.probability = told.get("probability", 1)
        self.latency_seconds = told.get("latency_seconds", 0)
        self.status = told.get("status")
        self.content = told.get("content")
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind {self.kind}: {', '.join(KINDS)}")
        if (self.kind == "status") != (self.status in STATUSES):
            raise ValueError(f"a fault of kind status has one of {STATUSES}, and only that")
        if (self.kind == "wrong-content") != (self.content in CONTENTS):
            raise ValueError(f"a fault of kind wrong-content has one of {CONTENTS}, and only that")
        if not 0 <= self.latency_seconds <= 600 or not 0 <= self.probability <= 1:
            raise ValueError("latency is up to 600 seconds, probability up to 1")

    def fits(self, request):
        return fnmatch.fnmatchcase(request.method, self.method) \
            and fnmatch.fnmatchcase(request.template, self.path)

    def strikes(self, chance):
        """`chance` is from 0 to 1."""
        if self.times is not None and self.times <= 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if chance >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def as_json(self):
        return {**self.told, "skip": self.skip, "times": self.times}


class Faults:
    """`kept` is the store."""

    def __init__(self, kept):
        self._lock = threading.Lock()
        self._kept = kept
        before = kept.kept("faults") or {"faults": [], "seed": 0, "plan": None}
        self._faults = [Fault(told) for told in before["faults"]]
        self._seed = before["seed"]
        self._plan = before["plan"]

    def _keep(self):
        self._kept.keep("faults", {"faults": [fault.as_json() for fault in self._faults],
                                   "seed": self._seed, "plan": self._plan})

    def plan(self, plan):
        """A plan that is there from the start; nothing when the store has begun with the same one."""
        if self._plan != plan:
            self._plan = plan
            self.clear()
            self.add(plan)

    def add(self, plan):
        """A fault, a list of them, or {"seed": N, "faults": [...]}."""
        seed = None
        if isinstance(plan, dict) and "faults" in plan:
            seed, plan = plan.get("seed"), plan["faults"]
        faults = [Fault(each) for each in (plan if isinstance(plan, list) else [plan])]
        with self._lock:
            if len(self._faults) + len(faults) > FAULTS_MAX:
                raise ValueError(f"more than {FAULTS_MAX} faults")
            self._faults += faults
            if seed is not None:
                self._seed = seed
            self._keep()

    def clear(self):
        with self._lock:
            self._faults = []
            self._keep()

    def pick(self, request, number):
        """What strikes the call of this number, or None."""
        with self._lock:
            fitting = [(at, fault) for at, fault in enumerate(self._faults) if fault.fits(request)]
            struck = next((fault for at, fault in fitting if fault.strikes(
                random.Random(f"{self._seed} {number} {at}").random())), None)
            if fitting:
                self._keep()
            return struck

    def as_json(self):
        with self._lock:
            return [fault.as_json() for fault in self._faults]


def changed(document):
    """A copy in which the first count or answer of a measurement is another; for read-back to notice."""
    done = []

    def copy(node, name=None):
        if isinstance(node, dict):
            return {key: copy(value, key) for key, value in node.items()}
        if isinstance(node, list):
            return [copy(each) for each in node]
        if not done and ((name == "value" and isinstance(node, bool))
                         or (name in ("performanceNotMet", "numerator") and node)):
            done.append(name)
            return not node if isinstance(node, bool) else node - 1
        return node
    return copy(document)
