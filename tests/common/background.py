"""Processes in the background: how every suite starts, signals and ends them.

Every wait has a bound. A process that is still there at the end of a `with` is killed.
"""

import os
import pathlib
import signal
import subprocess
import time

KILL_SECONDS_MAX = 20
WAIT_SECONDS_MAX = 60
_LOOK_EVERY_SECONDS = 0.02


def until(condition, message, seconds=WAIT_SECONDS_MAX, pause=0.1):
    """What the condition came to, once it is true; `message` may be a function."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise RuntimeError(message() if callable(message) else message)
        time.sleep(pause)


class Background:
    """One process. Its output goes to the end of a file, or only what it says on standard error."""

    def __init__(self, arguments, log, errors_only=False, environment=None, folder=None):
        self.arguments = [str(a) for a in arguments]
        self.log = pathlib.Path(log)
        self.usage = None  # what it cost, once it has ended
        self.started = time.time()
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stderr=output, cwd=folder,
                stdout=subprocess.DEVNULL if errors_only else output,
                env={**os.environ, **environment} if environment else None)

    @property
    def pid(self):
        return self.process.pid

    def code(self):
        """How it ended, negative for a signal; none while it lives."""
        if self.process.returncode is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid != 0:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                self.usage = usage
        return self.process.returncode

    def alive(self):
        return self.code() is None

    def signal(self, number):
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, seconds):
        """Its exit code; subprocess.TimeoutExpired when it is still there after so long."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.arguments, seconds)
            time.sleep(_LOOK_EVERY_SECONDS)
        return self.code()

    def kill(self):
        """SIGKILL, as a crash."""
        self.signal(signal.SIGKILL)
        return self.wait(KILL_SECONDS_MAX)

    def end(self, seconds):
        """Asks it to end in order, and kills it when it does not. Its exit code."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def tail(self, characters=300):
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.alive():
            self.kill()
        return False
