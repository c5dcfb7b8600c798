"""Programs under test, how they are run with a bound, and the report."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL_SECONDS_MAX = 60


class Failure(Exception):
    """Something that a scenario needs did not happen."""


class Ran:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def killed(self):
        return self.code == -signal.SIGKILL

    def tail(self):
        return f"exit {self.code}: {(self.out + self.err)[-300:].strip()}"


class Tools:
    """The binary, and the programs that look at it, beside it or of another build."""

    def __init__(self):
        named = os.environ.get("QCDR")
        places = [named] if named else [ROOT / f"build/{b}/bin/qcdr" for b in ("release", "dev")]
        self.qcdr = self._first(places, "qcdr")
        self.probe = self._beside("crash_probe")
        self.planted = self._beside("qcdr_planted")

    @property
    def batch_fold(self):
        return self._beside("batch_fold")

    def _beside(self, name):
        builds = [ROOT / f"build/{build}/bin" for build in ("release", "dev")]
        return self._first([folder / name for folder in [self.qcdr.parent] + builds], name)

    @staticmethod
    def _first(places, name):
        for place in places:
            if pathlib.Path(place).exists():
                return pathlib.Path(place).resolve()
        sys.exit(f"no {name}: build it first")


def run_tool(arguments, seconds=TOOL_SECONDS_MAX, environment=None):
    """Runs to the end; a process that takes longer than `seconds` is killed and fails."""
    try:
        done = subprocess.run([str(a) for a in arguments], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, check=False, timeout=seconds,
                              env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{arguments[1]} took longer than {seconds} s") from error
    return Ran(done.returncode, done.stdout, done.stderr)


def must(arguments, **options):
    """Runs to the end and gives standard output; anything but exit 0 is a failure."""
    ran = run_tool(arguments, **options)
    if ran.code != 0:
        raise Failure(f"{' '.join(str(a) for a in arguments[1:3])}: {ran.tail()}")
    return ran.out


class Report:
    """Counts scenarios and kills. `quiet` is for what is expected to fail."""

    def __init__(self, quiet=False):
        self.quiet = quiet
        self.passed = 0
        self.failed = 0
        self.problems = []
        self.kills = {}    # half -> kills
        self.between = {}  # half -> kills between a commit and the write of its state
        self._half = ""
        self._started = time.monotonic()

    @contextlib.contextmanager
    def half(self, name):
        """One half of the suite, which must have seen kills between commit and write."""
        self._half = name
        started = time.monotonic()
        try:
            yield
        except Exception as error:  # pylint: disable=broad-except
            self.expect(f"{name} half", [f"{type(error).__name__}: {error}"])
        count, among = self.between.get(name, 0), self.kills.get(name, 0)
        line = f"{name}: {count} of {among} kills fell between commit and RocksDB write"
        self.expect(line, [] if count else ["none: this half has shown nothing about replay"])
        print(f"     {name} took {time.monotonic() - started:.0f} s", flush=True)

    def kill(self, what, positions, after=""):
        """One kill: where, how A and C stood right after it, and what it took to get over it."""
        between = any(p.between for p in positions)
        self.kills[self._half] = self.kills.get(self._half, 0) + 1
        self.between[self._half] = self.between.get(self._half, 0) + between
        if not self.quiet:
            relation = " ".join(str(p) for p in positions) or "no state of its own"
            print(f"     {what}: {relation}{after}", flush=True)

    def expect(self, name, problems):
        """One scenario with what went wrong in it."""
        if problems:
            self.failed += 1
            self.problems += problems
        else:
            self.passed += 1
        if self.quiet:
            return
        print(f"{'FAIL' if problems else 'ok  '} {name}", flush=True)
        for problem in problems[:8]:
            print("".join(f"     {line}\n" for line in str(problem).splitlines()[:8]), end="",
                  flush=True)

    def finish(self):
        print(f"kills: {sum(self.kills.values())}, between commit and RocksDB write: "
              f"{sum(self.between.values())}, {time.monotonic() - self._started:.0f} s")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.failed == 0 and self.passed > 0 else 1
