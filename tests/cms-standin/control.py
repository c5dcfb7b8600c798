"""What tests ask of the stand-in itself, below /standin. Not part of CMS's API, and without a token.

    GET    /standin                   environment, clock, limits
    GET    /standin/store             everything that is stored
    DELETE /standin/store             forgets it, and the calls
    GET    /standin/calls             every call; ?after=NUMBER later ones; ?windows=1,120 the highest rates
    GET, POST, DELETE /standin/faults the faults that wait; more of them; none
    GET    /standin/clock             now
    POST   /standin/clock             {"advance_seconds": 30}, of a virtual clock
    POST   /standin/entities          {"entityType": ..., "performanceYear": ..., its ids, and any of
                                      "election": "required" or "made", "programs": [...], "score": {...},
                                      "profile": {...}}; replaces what was told of it
    POST   /standin/windows           {"2022": {"opens": INSTANT, "closes": INSTANT}}
    POST   /standin/kill              SIGKILL to itself, without an answer
"""

import json
import os
import signal

import calls
import clocks
import entities
import messages
import shapes

_TOLD = ("election", "programs", "score", "profile")


class Control:
    def __init__(self, store, clock, faults, tables, settings):
        self._store = store
        self._clock = clock
        self._faults = faults
        self._tables = tables
        self._settings = settings

    def answer(self, request):
        action = getattr(self, "_" + request.method.lower() + request.path.replace("/standin", "", 1)
                         .replace("/", "_"), None)
        if action is None or request.path.count("/") > 2:
            return messages.Answer(404, {"error": "see control.py for what there is"})
        try:
            body = json.loads(request.body) if request.method == "POST" and request.body else None
            return messages.Answer(200, action(request, body))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return messages.Answer(400, {"error": f"{type(error).__name__}: {error}"})

    def _get(self, _request, _body):
        return {"environment": self._settings.environment, "limits": self._settings.limits,
                "limited_status": self._settings.limited_status, **self._get_clock(None, None)}

    def _get_store(self, _request, _body):
        with self._store.lock:
            return {"submissions": [shapes.submission(row, [
                shapes.measurement_set(each, self._store.measurements_of(each["id"]),
                                       row["performanceYear"], self._tables)
                for each in self._store.sets_of(row["id"])]) for row in self._store.submissions()]}

    def _delete_store(self, _request, _body):
        self._store.empty()
        return {}

    def _get_calls(self, request, _body):
        windows = [float(each) for each in request.query.get("windows", "1,120").split(",")]
        if not all(0 < each <= calls.WINDOW_SECONDS_MAX for each in windows):
            raise ValueError("a window is of more than 0 seconds and at most a day")
        return calls.report(self._store.calls(int(request.query.get("after", 0))), windows)

    def _get_faults(self, _request, _body):
        return {"faults": self._faults.as_json()}

    def _post_faults(self, _request, body):
        self._faults.add(body)
        return {"faults": self._faults.as_json()}

    def _delete_faults(self, _request, _body):
        self._faults.clear()
        return {}

    def _get_clock(self, _request, _body):
        now = self._clock.now()
        return {"now": clocks.text(now), "seconds": now, "virtual": self._clock.virtual}

    def _post_clock(self, request, body):
        if not self._clock.virtual:
            raise ValueError("this clock is the machine's")
        self._store.keep("now", self._clock.advance(float(body["advance_seconds"])))
        return self._get_clock(request, body)

    def _post_entities(self, _request, body):
        if set(body) - set(entities.FIELDS) - set(_TOLD):
            raise ValueError(f"beside the entity there are {', '.join(_TOLD)}")
        self._store.tell({name: body.get(name) for name in entities.FIELDS},
                         {name: body[name] for name in _TOLD if name in body})
        return {}

    def _post_windows(self, _request, body):
        self._settings.windows.update(
            {int(year): (clocks.instant(window["opens"]), clocks.instant(window["closes"]))
             for year, window in body.items()})
        self._store.keep("windows", self._settings.windows)
        return {}

    def _post_kill(self, _request, _body):
        os.kill(os.getpid(), signal.SIGKILL)
