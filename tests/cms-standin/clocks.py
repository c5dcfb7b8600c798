"""The stand-in's clock: the machine's, or one that only moves when it is told to.

Seconds since 1970 as a float; texts are RFC 3339. Thread-safe.
"""

import datetime
import threading
import time


def instant(text):
    """Seconds since 1970 of an RFC 3339 instant; ValueError when it is none or has no offset."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.timestamp()


def text(seconds):
    """As CMS writes its createdAt: whole seconds of UTC."""
    moment = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class RealClock:
    virtual = False

    def __init__(self, ahead_seconds=0.0):
        self._ahead_seconds = ahead_seconds

    def now(self):
        return time.time() + self._ahead_seconds


class VirtualClock:
    virtual = True

    def __init__(self, start):
        self._lock = threading.Lock()
        self._now = start

    def now(self):
        with self._lock:
            return self._now

    def advance(self, seconds):
        if not seconds >= 0:
            raise ValueError("time does not go back")
        with self._lock:
            self._now += seconds
            return self._now
