"""Every fault, what is stored after it, and the store over a crash."""

import concurrent.futures
import http.client
import json
import socket
import time

import cms_standin
import samples
from samples import activities, quality

_PATH = "/measurement-sets"


def _post(cms, fault, body=None, **named):
    """A POST of a set that the fault strikes: the reply or None, and how many sets there are then."""
    cms.tell("DELETE", "/store")
    cms.tell("POST", "/faults", {"method": "POST", "path": _PATH, **fault})
    reply = cms.outcome("POST", _PATH, body or quality(), **named)
    return reply


def _statuses(suite, cms):
    for status in (403, 408, 429, 500, 502, 503, 504):
        for committed in (False, True):
            reply = _post(cms, {"kind": "status", "status": status, "committed": committed,
                                "retry_after_seconds": 7})
            suite.equal(f"{status}, {'all' if committed else 'nothing'} done",
                        (reply.status, reply.headers.get("Retry-After"), len(cms.sets())),
                        (status, None if status == 403 else "7", int(committed)))
    suite.equal("the older service's refusal is no JSON",
                _post(cms, {"kind": "status", "status": 403}).headers["Content-Type"], "text/html")


def _connections(suite, cms):
    for kind, sets in (("close-before-commit", 0), ("close-after-commit", 1), ("half-answer", 1)):
        for reset in (False, True):
            reply = _post(cms, {"kind": kind, "reset": reset})
            suite.equal(f"{kind}{' by RST' if reset else ''}", (reply, len(cms.sets())), (None, sets))
    cms.tell("DELETE", "/store")
    cms.tell("POST", "/faults", {"kind": "half-answer"})
    connection = http.client.HTTPConnection("127.0.0.1", cms.port, timeout=cms_standin.CALL_SECONDS_MAX)
    connection.request("POST", "/api/submissions" + _PATH, json.dumps(quality()), {
        "Authorization": f"Bearer {cms_standin.REGISTRY}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    try:
        answer.read()
        suite.check("half an answer has its head and not its length", False)
    except http.client.IncompleteRead as half:
        suite.check("half an answer has its head and not its length",
                    answer.status == 201 and half.partial and half.expected, half)
    connection.close()


def _times(suite, cms):
    started = time.monotonic()
    reply = _post(cms, {"kind": "latency", "latency_seconds": 0.4})
    suite.check("latency, then the answer", reply.status == 201 and time.monotonic() - started >= 0.4)
    try:
        cms.tell("DELETE", "/store")
        cms.tell("POST", "/faults", {"kind": "latency", "latency_seconds": 0.6})
        cms.call("POST", _PATH, quality(), seconds=0.1)
        suite.check("who does not wait has no answer", False)
    except socket.timeout:
        suite.check("who does not wait has no answer", True)
    cms_standin.until(cms.sets, "the set of the call that nobody waited for", 10)
    started = time.monotonic()
    reply = _post(cms, {"kind": "drip", "pieces": 8, "pause_seconds": 0.05})
    suite.check("an answer in drops is whole in the end",
                reply.status == 201 and reply.json["data"] and time.monotonic() - started >= 0.3)


def _contents(suite, cms):
    for content in ("html", "broken", "empty", "list"):
        reply = _post(cms, {"kind": "wrong-content", "content": content})
        try:
            wrong = not isinstance(reply.json, dict)
        except ValueError:
            wrong = True
        suite.check(f"wrong content: {content}, all done", wrong and len(cms.sets()) == 1, reply.data[:200])
    reply = _post(cms, {"kind": "wrong-content", "content": "changed"})
    suite.equal("an answer with another number than is stored",
                (reply.status, _not_met(reply.json["data"]["measurementSet"]), _not_met(cms.sets()[0])), (201, 8, 9))
    _post(cms, {"kind": "alter-stored"})
    suite.equal("a store with another number than was sent", _not_met(cms.sets()[0]), 8)
    _post(cms, {"kind": "alter-stored"}, activities())
    suite.equal("or another answer", [each["value"] for each in cms.sets()[0]["measurements"]], [False, True])
    reply = _post(cms, {"kind": "duplicate-entry"})
    suite.equal("a call that arrives twice", (reply.status, reply.error["type"], len(cms.sets())),
                (400, "DuplicateEntryError", 1))
    suite.equal("names the submission that has the set", reply.error["details"]["submissionId"],
                cms.submissions()[0]["id"])


def _not_met(a_set):
    return a_set["measurements"][0]["value"]["performanceNotMet"]


def _crashes(suite, cms):
    for kind, sets in (("crash-before-commit", 0), ("crash-after-commit", 1)):
        reply = _post(cms, {"kind": kind})
        suite.equal(f"{kind} ends the process", (reply, cms.await_end()), (None, -9))
        port = cms.port
        cms.start()
        suite.equal(f"{kind}: what is there afterwards, at the same address", (len(cms.sets()), cms.port), (sets, port))
        call = cms.tell("GET", "/calls")["calls"][-1]
        suite.equal(f"{kind} stands in the call log", (call["fault"], call["effect"], call["status"]),
                    (kind, "set made" if sets else None, None))
    before = cms.submissions()
    suite.equal("after a crash the retry is told of the set",
                cms.call("POST", _PATH, quality()).error["type"], "DuplicateEntryError")
    cms.restart()
    suite.equal("a SIGKILL between calls loses nothing", cms.submissions(), before)
    try:
        cms.tell("POST", "/kill")
    except (http.client.HTTPException, ConnectionError):
        pass
    suite.equal("it kills itself when told", cms.await_end(), -9)
    cms.start()
    suite.equal("and has all", cms.submissions(), before)
    mine = cms.sets()[0]["id"]
    suite.equal("the log says what was done to which set",
                [(call["effect"], call["touched"]) for call in cms.tell("GET", "/calls")["calls"] if call["effect"]],
                [("set made", mine)])


def _choice(suite, cms):
    cms.tell("DELETE", "/faults")
    cms.tell("POST", "/faults", [
        {"kind": "status", "status": 500, "method": "GET", "path": "/measurement-sets/:id", "times": None},
        {"kind": "status", "status": 503, "method": "GET", "path": "/submissions*", "skip": 1, "times": 2}])
    found = [cms.call("GET", path).status for path in
             ("/submissions", "/submissions", "/submissions/x", "/submissions", "/measurement-sets/x",
              "/measurement-sets/y", "/measurement-sets")]
    suite.equal("which calls, after how many, how often", found, [200, 503, 503, 200, 500, 500, 200])
    waiting = cms.tell("GET", "/faults")["faults"]
    suite.equal("what waits is told", [(each["status"], each["times"]) for each in waiting], [(500, None), (503, 0)])
    cms.tell("DELETE", "/faults")
    suite.equal("and is taken back", cms.call("GET", "/measurement-sets/x").status, 404)
    try:
        cms.tell("POST", "/faults", {"kind": "sleep"})
        suite.check("a fault that there is not is refused", False)
    except RuntimeError:
        suite.check("a fault that there is not is refused", True)


def _seeded(suite):
    plan = suite.folder / "plan.json"
    drawn = []
    for at, seed in enumerate((7, 7, 8)):
        plan.write_text(json.dumps({"seed": seed, "faults": [
            {"kind": "status", "status": 500, "method": "GET", "probability": 0.3, "times": None}]}), "utf-8")
        with cms_standin.Standin(suite.folder / f"seeded-{at}", "--limits", "none", "--faults", plan) as cms:
            drawn.append([cms.call("GET", "/submissions").status for _ in range(40)])
    suite.check("a seed strikes the same calls again, another others",
                drawn[0] == drawn[1] != drawn[2] and {200, 500} == set(drawn[0]), drawn)


def _planned(suite):
    plan = suite.folder / "crash.json"
    plan.write_text(json.dumps([{"kind": "crash-before-commit", "method": "GET", "skip": 1, "times": 1}]), "utf-8")
    with cms_standin.Standin(suite.folder / "planned", "--limits", "none", "--faults", plan) as cms:
        found = [cms.outcome("GET", "/submissions").status, cms.outcome("GET", "/submissions"), cms.await_end()]
        cms.start()
        found += [cms.outcome("GET", "/submissions").status for _ in range(3)]
        suite.equal("a crash that was planned once comes once", found, [200, None, -9, 200, 200, 200])


def _together(suite, cms):
    """Many at once: each set once."""
    cms.tell("DELETE", "/store")
    bodies = [activities(submission={**samples.GROUP, "taxpayerIdentificationNumber": f"00080000{at}"})
              for at in range(5)] * 4
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        statuses = sorted(reply.status for reply in pool.map(lambda body: cms.call("POST", _PATH, body), bodies))
    suite.equal("of the same set sent at once one is made", (statuses, len(cms.sets())), ([201] * 5 + [400] * 15, 5))


def run(suite):
    with cms_standin.Standin(suite.folder / "faults", "--limits", "none") as cms:
        for part in (_statuses, _connections, _times, _contents, _crashes, _choice, _together):
            part(suite, cms)
    _seeded(suite)
    _planned(suite)
