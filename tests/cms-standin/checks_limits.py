"""The rate limit by a clock that only moves when it is told, both refusals, and the report."""

import time

import cms_standin

_START = ("--clock", "virtual", "--now", "2023-01-10T09:00:00-05:00")


def _burst(cms, calls):
    return [cms.call("GET", "/submissions").status for _ in range(calls)]


def _advance(cms, seconds):
    return cms.tell("POST", "/clock", {"advance_seconds": seconds})


def _too_many(suite):
    with cms_standin.Standin(suite.folder / "limits", *_START) as cms:
        suite.equal("the clock stands still", [cms.tell("GET", "/clock")["now"] for _ in range(2)],
                    ["2023-01-10T14:00:00Z"] * 2)
        suite.equal("40 at once pass, then 429", _burst(cms, 42), [200] * 40 + [429] * 2)
        refused = cms.call("GET", "/submissions")
        suite.equal("with Retry-After", (refused.headers["Retry-After"], refused.error["type"]),
                    ("1", "TooManyRequests"))
        _advance(cms, 0.5)
        suite.equal("not before the second is over", _burst(cms, 1), [429])
        _advance(cms, 0.5)
        suite.equal("then the next 40", _burst(cms, 41), [200] * 40 + [429])
        cms.restart()
        suite.equal("a restart forgets neither time nor calls",
                    (cms.tell("GET", "/clock")["now"], _burst(cms, 1)), ("2023-01-10T14:00:01Z", [429]))
        report = cms.tell("GET", "/calls?windows=0.25,1,120")
        suite.equal("the report has the highest numbers of any window",
                    [(each["seconds"], each["came"], each["passed"]) for each in report["highest"]],
                    [(0.25, 43, 40), (1, 44, 40), (120, 86, 80)])
        suite.equal("and every call", (len(report["calls"]), sum(each["limited"] for each in report["calls"])), (86, 6))
        suite.equal("later ones alone", [each["number"] for each in cms.tell("GET", "/calls?after=84")["calls"]],
                    [85, 86])
        suite.equal("other pages are not counted", cms.tell("GET", "/calls")["calls"], report["calls"])


def _time_goes_on(suite):
    """The machine's time from another day on: a restart does not begin that day anew."""
    with cms_standin.Standin(suite.folder / "going", "--now", "2023-01-10T09:00:00-05:00") as cms:
        before = cms.tell("GET", "/clock")["seconds"]
        time.sleep(0.05)
        cms.restart()
        after = cms.tell("GET", "/clock")["seconds"]
        suite.check("a restart does not put the time back", 0 < after - before < 3600, after - before)


def _average(suite):
    """Two calls of a small limit stand for the 3000 of two minutes."""
    with cms_standin.Standin(suite.folder / "average", *_START, "--limits", "windows:3/1,5/120") as cms:
        found = []
        for _ in range(4):
            found.append(_burst(cms, 3))
            _advance(cms, 1)
        suite.equal("the average holds beside the burst", found,
                    [[200] * 3, [200, 200, 429], [429] * 3, [429] * 3])
        suite.equal("Retry-After is until the oldest leaves", cms.call("GET", "/submissions").headers["Retry-After"],
                    "116")
        _advance(cms, 115.5)
        suite.equal("not before", _burst(cms, 1), [429])
        _advance(cms, 0.5)
        suite.equal("then as many as left", _burst(cms, 4), [200] * 3 + [429])


def _older(suite):
    with cms_standin.Standin(suite.folder / "older", *_START, "--limited", 403) as cms:
        suite.equal("40 at once pass, then 403", _burst(cms, 41), [200] * 40 + [403])
        refused = cms.call("GET", "/submissions")
        suite.equal("which is a page, without Retry-After",
                    (refused.headers["Content-Type"], refused.headers["Retry-After"]), ("text/html", None))
        _advance(cms, 599)
        suite.equal("for ten minutes", _burst(cms, 1), [403])
        cms.tell("POST", "/faults", {"kind": "status", "status": 500})
        found = _burst(cms, 1), cms.tell("GET", "/faults")["faults"][0]["times"]
        suite.equal("a refused call uses up no fault", found, ([403], 1))
        _advance(cms, 1)
        suite.equal("from the last that was too many", _burst(cms, 2), [500, 200])


def _bucket(suite):
    with cms_standin.Standin(suite.folder / "bucket", *_START, "--limits", "bucket:25/40") as cms:
        suite.equal("a bucket of 40", _burst(cms, 41), [200] * 40 + [429])
        _advance(cms, 1)
        suite.equal("into which 25 flow in a second", _burst(cms, 26), [200] * 25 + [429])


def run(suite):
    for part in (_too_many, _time_goes_on, _average, _older, _bucket):
        part(suite)
    with cms_standin.Standin(suite.folder / "real", "--limits", "none") as cms:
        try:
            _advance(cms, 1)
            suite.check("the machine's clock is not moved", False)
        except RuntimeError:
            suite.check("the machine's clock is not moved", True)
