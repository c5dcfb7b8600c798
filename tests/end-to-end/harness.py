"""Runs the binary, counts checks and keeps every output for the search for identifiers."""

import decimal
import fcntl
import os
import pathlib
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests/common"))

import findings_seen  # pylint: disable=wrong-import-position

SAMPLE = ROOT / "tests/data/sample-practice"
REGISTRY = ROOT / "tests/data/sample-registry"  # what the registry sends of that season
INTAKE = ROOT / "tests/data/intake"
RUN_SECONDS_MAX = 600


def find_binary():
    """The qcdr to test: $QCDR, else the release build, else the build without tests."""
    if os.environ.get("QCDR"):
        named = pathlib.Path(os.environ["QCDR"]).resolve()
        return named if named.exists() else sys.exit(f"there is no {named}")
    for build in ("release", "dev"):
        binary = ROOT / "build" / build / "bin/qcdr"
        if binary.exists():
            return binary
    sys.exit("no qcdr: build it, or name it in QCDR")


def find_program(binary, name):
    """A program of the tests: beside qcdr, else of another build; None when it was not built."""
    places = [binary.parent / name] + [ROOT / "build" / build / "bin" / name
                                       for build in ("release", "dev")]
    return next((place for place in places if place.exists()), None)


def find_batch_fold(binary):
    """The independent batch program: $QCDR_BATCH_FOLD, else as any program of the tests."""
    named = os.environ.get("QCDR_BATCH_FOLD")
    if not named:
        return find_program(binary, "batch_fold")
    return pathlib.Path(named) if pathlib.Path(named).exists() else None


class Ran:
    """What a process printed and how it ended."""

    def __init__(self, arguments, code, out, err):
        self.arguments = arguments
        self.code = code
        self.out = out
        self.err = err

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    @property
    def errors(self):
        return self.err.decode("utf-8", "replace")

    def tail(self):
        return f"exit {self.code}: {(self.text + self.errors)[-400:].strip()}"


class Suite:
    """Counts checks; a check that raises counts as failed."""

    def __init__(self, folder):
        self.binary = find_binary()
        self.folder = pathlib.Path(folder)
        self.outputs = []
        self.passed = 0
        self.failed = 0

    def check(self, name, good, detail=""):
        if good:
            self.passed += 1
            print(f"ok   {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {name}", flush=True)
            for line in str(detail).splitlines()[:12]:
                print(f"     {line}", flush=True)
        return bool(good)

    def equal(self, name, actual, expected):
        return self.check(name, actual == expected, f"is        {actual!r}\nshould be {expected!r}")

    def group(self, function, *arguments):
        """Calls one group of checks; what it raises fails it, and the others still run."""
        print(f"-- {function.__name__.replace('_', ' ')}", flush=True)
        started = time.monotonic()
        try:
            function(self, *arguments)
        except Exception as error:  # pylint: disable=broad-except
            self.check(function.__name__, False, f"{type(error).__name__}: {error}")
        print(f"   {time.monotonic() - started:.1f} s", flush=True)

    def qcdr(self, *arguments, program=None):
        command = [str(program or self.binary)] + [str(a) for a in arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=RUN_SECONDS_MAX, cwd=self.folder)
        ran = Ran(command, done.returncode, done.stdout, done.stderr)
        self.keep(ran)
        return ran

    def keep(self, ran):
        self.outputs.append(ran)
        findings_seen.note(ran.arguments[1:], ran.out, ran.err)

    def fresh(self, name):
        """A path below the suite's folder where nothing stands."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def play(self, data, *arguments):
        """`qcdr dev --once` over the sample, unless another inbox is given."""
        inbox = [] if "--inbox" in arguments else ["--inbox", SAMPLE, "--registry-inbox", REGISTRY]
        return self.qcdr("dev", "--once", "--json", "--data-dir", data, *inbox, *arguments)

    def digest(self, *arguments):
        """The state digest after a full verification; raises when it does not verify."""
        ran = self.qcdr("state", "verify", *arguments)
        if ran.code != 0:
            raise RuntimeError(f"state verify: {ran.tail()}")
        return ran.text.strip()

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.failed == 0 and self.passed > 0 else 1


def rounded(value, places=2):
    """Half up, as the product shows numbers."""
    step = decimal.Decimal(1).scaleb(-places)
    return str(value.quantize(step, rounding=decimal.ROUND_HALF_UP))


def feed_endlessly(suite, arguments, head, unit, bytes_max):
    """Runs a command and writes head and then unit, again and again, to its standard input.

    Returns what it printed and the number of bytes that it took out of the pipe, at most bytes_max.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    command = [str(suite.binary)] + [str(a) for a in arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=reader, stdout=out, stderr=err,
                                   cwd=suite.folder)
        pending, written, deadline = head, 0, time.monotonic() + 60
        while process.poll() is None and written < bytes_max and time.monotonic() < deadline:
            if not select.select([], [writer], [], 0.05)[1]:
                continue
            try:
                count = os.write(writer, pending)
            except BlockingIOError:
                continue
            written += count
            pending = pending[count:] or unit
        os.close(writer)  # an end, for a command that would read on for ever
        process.wait(timeout=60)
        out.seek(0)
        err.seek(0)
        ran = Ran(command, process.returncode, out.read(), err.read())
    left = struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, b"\0" * 4))[0]
    os.close(reader)
    suite.keep(ran)
    return ran, written - left
