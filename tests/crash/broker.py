"""A broker for the suite, and the services of one run against it."""

import signal
import subprocess
import time

import positions
from background import Background
from harness import ROOT, Failure, must
from season import audit_problems

PARTITIONS = 4
DONE_SECONDS_MAX = 90
START_SECONDS_MAX = 150
STOP_SECONDS_MAX = 20
REPLAY_SECONDS_MAX = 8
SCORING = ("scoring-0", "scoring-1")
SERVICES = ("validation",) + SCORING + ("ingest",)


class Broker:
    """Started once; topics are made anew for each run."""

    def __init__(self, tools, folder):
        self.tools = tools
        self.folder = folder
        self.address = None
        self.environment = {}

    def start(self, *arguments):
        """Also again, with what was on its disk."""
        self.address = must([ROOT / "tests/kafka", "start", "--dir", self.folder, *arguments],
                            seconds=START_SECONDS_MAX, environment=self.environment).strip()

    def __enter__(self):
        try:
            self.start("--port", "auto")
        except BaseException:
            self.__exit__()  # a start that was cut short leaves a process
            raise
        return self

    def __exit__(self, *_):
        must([ROOT / "tests/kafka", "stop", "--dir", self.folder], seconds=60)

    @property
    def place(self):
        return "--broker", self.address

    def clear(self):
        """Throws all topics away, with the groups' offsets, and makes them again."""
        must([self.tools.probe, "delete-topics", *self.place])
        must([self.tools.qcdr, "topics", "ensure", *self.place, "--replay", "--partitions",
              PARTITIONS])
        if not positions.read(self.tools, self.place).empty:
            raise Failure("topics that were made anew are not empty")


class Run:
    """Ingest, validation and scoring instances over one season, each a process."""

    def __init__(self, tools, broker, folder, season, binary=None, environment=None):
        self.tools = tools
        self.broker = broker
        self.folder = folder
        self.season = season
        self.binary = binary or tools.qcdr
        self.environment = environment or {}
        self.services = SERVICES
        self.processes = {}
        self.folder.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            process.kill()

    @property
    def scoring(self):
        return [s for s in self.services if s.startswith("scoring")]

    def state(self, service):
        return self.folder / f"state-{service}" if service in self.scoring else None

    def command(self, service, crash_at):
        kind, _, slot = service.partition("-")
        arguments = [self.binary, "serve", kind, *self.broker.place, "--replay", "--blobs",
                     self.folder / "blobs", "--keys", self.season.keys, "--slot", slot or "0"]
        if self.state(service):
            arguments += ["--state", self.state(service)]
        if kind == "ingest":
            arguments += ["--inbox", self.season.inbox]
        return [str(a) for a in arguments + (["--crash-at", crash_at] if crash_at else [])]

    def start(self, service, crash_at=None):
        self.processes[service] = Background(
            self.command(service, crash_at), self.folder / f"{service}.log",
            environment=self.environment)

    def start_all(self, crash_service=None, crash_at=None):
        for service in self.services:
            self.start(service, crash_at if service == crash_service else None)

    def alive(self, service):
        return self.processes[service].alive()

    def wait_for_death(self, service, seconds):
        """Waits for a process that kills itself."""
        try:
            code = self.processes[service].wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{service} did not visit the point") from error
        if code != -signal.SIGKILL:
            raise Failure(f"{service}: exit {code}, not killed: {self.tail(service)}")

    def kill(self, service):
        self.processes[service].kill()

    def measure(self, service):
        """A and C of a service that was just killed."""
        state = self.state(service)
        slot = service.partition("-")[2] if state else None
        found = positions.read_after_kill(self.tools, self.broker.place, state, slot)
        return found, ([p for p in found.records if p.owned] if state else [])

    def tail(self, service):
        return self.processes[service].tail()

    def settled(self):
        return (not self.alive("ingest") and
                positions.read(self.tools, self.broker.place).settled)

    def check_processes(self, services=None):
        for service in services or self.services:
            code = self.processes[service].code()
            if code is not None and not (service == "ingest" and code == 0):
                raise Failure(f"{service} ended with {code}: {self.tail(service)}")

    def wait_until_done(self):
        """Until everything is committed; seconds."""
        started = time.monotonic()
        while True:
            self.check_processes()
            if self.settled():
                return time.monotonic() - started
            if time.monotonic() - started > DONE_SECONDS_MAX:
                raise Failure(f"not done after {DONE_SECONDS_MAX} s")
            time.sleep(0.05)

    def stop(self):
        """Ends the services in order, which writes their state."""
        running = [s for s in self.services if s in self.processes and self.alive(s)]
        for service in running:
            self.processes[service].signal(signal.SIGTERM)
        for service in running:
            try:
                code = self.processes[service].wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired as error:
                raise Failure(f"{service} does not end") from error
            # A process that has not come to its signal handlers yet ends by the signal itself.
            if code not in (0, -signal.SIGTERM):
                raise Failure(f"{service} ended with {code}: {self.tail(service)}")

    def states(self):
        return [self.state(s) for s in self.scoring if self.state(s).exists()]

    def behind(self):
        """Partitions whose newest copy is not up to its commit. Slots may have older ones."""
        applied, committed = {}, {}
        for state in self.states():
            for p in positions.read(self.tools, self.broker.place, state).records:
                applied[p.partition] = max(p.applied, applied.get(p.partition, 0))
                committed[p.partition] = p.committed
        return [p for p, offset in committed.items() if applied[p] != offset]

    def end(self):
        """Ends the services. How what is left differs from an undisturbed season.

        An instance that was started a moment ago may be told to end before it has replayed what
        its forerunner committed: that is its right, and it gets the time in another life.
        """
        self.stop()
        pause = 1
        while self.behind() and pause <= REPLAY_SECONDS_MAX:
            for service in self.scoring:
                self.start(service)
            time.sleep(pause)
            self.check_processes(self.scoring)
            self.stop()
            pause *= 2
        problems = [f"partitions {self.behind()} are behind their commits"] if self.behind() else []
        return (problems + self.season.end_problems(self.tools, self.states()) +
                # A run ends once all files are through, whether or not the controller has come to say
                # that a deadline passed.
                audit_problems(self.tools, *self.broker.place, due=False) +
                positions.output_problems(self.tools, self.broker.place))
