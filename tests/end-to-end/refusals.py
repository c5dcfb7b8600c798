"""Commands that must refuse to work: many at once, each within a bound and with one clear message."""

import hashlib
import json
import os
import shutil
import subprocess
import time

from harness import Ran

SERVICES = ("ingest", "validation", "scoring", "portal")
# A cluster is waited for by 10 seconds, a state directory by 5; the rest is room for a busy machine.
SECONDS_MAX = 45
# As root one may write everywhere; without these two rights root obeys a file's mode as all do.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


class Refusal:
    """One command, the exit code that it must end with, and words that its message must have."""

    def __init__(self, name, arguments, code, *words, obeys_modes=False):
        self.name = name
        self.arguments = [str(argument) for argument in arguments]
        self.code = code
        self.words = words
        self.prefix = AS_ANYBODY if obeys_modes and os.geteuid() == 0 else []

    def start(self, suite):
        command = [*self.prefix, str(suite.binary), *self.arguments]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, cwd=suite.folder)


def of_services(name, more, code, *words, services=SERVICES, **options):
    """The same for several services."""
    return [Refusal(f"serve {service}: {name}", ["serve", service, *more], code, *words, **options)
            for service in services]


def messages(errors):
    """What a command said at its end: the last line for people, or the log's last error."""
    found = []
    for line in errors.splitlines():
        if line.startswith("{"):
            fields = json.loads(line)
            if fields["msg"] == "ended with an error":
                found.append(fields["error"])
        elif line.startswith("qcdr: "):
            found.append(line)
    return found


def check_refusals(suite, refusals):
    """Runs all of them at once."""
    deadline = time.monotonic() + SECONDS_MAX
    running = [(refusal, refusal.start(suite)) for refusal in refusals]
    for refusal, process in running:
        try:
            out, err = process.communicate(timeout=max(0.1, deadline - time.monotonic()))
            late = False
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            late = True
        ran = Ran([str(suite.binary), *refusal.arguments], process.returncode, out, err)
        suite.keep(ran)
        told = messages(ran.errors)
        good = (not late and ran.code == refusal.code and not out and len(told) == 1 and
                all(word in told[0] for word in refusal.words))
        suite.check(f"{refusal.name}: {refusal.code}, told in one message", good,
                    f"{'did not end; ' if late else ''}wanted {refusal.words}\n{told}\n{ran.tail()}")


def fingerprint(folder):
    """Of every name below a folder and every byte."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        found.update(f"{path.relative_to(folder)} {path.is_dir()}\n".encode())
        if path.is_file():
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def copy_of(folder, to):
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to
