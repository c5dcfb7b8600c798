"""The services of one scenario, and who starts them again when they end.

A supervisor does what an operator's service manager does: a service that ended is started again a
moment later. Ends that a scenario brought about are told apart from those a service came to by itself.
"""

import contextlib
import shutil
import signal
import subprocess
import threading
import time

import positions
from background import Background, until
from broker import Run
from feed import Feed
from harness import Failure
from local_pages import admin_port, get, json_lines

READY_SECONDS_MAX = 90
PAGE_SECONDS_MAX = 3
DONE_SECONDS_MAX = 150
ORDERLY_SECONDS_MAX = 32  # a process ends itself where it stands after 30
RESTART_PAUSE_SECONDS = 0.3
SESSION_SECONDS = 3
# Short, so that faults of a few seconds are longer than what is waited for.
SETTINGS = {
    "consumer.session.timeout.ms": SESSION_SECONDS * 1000,
    "consumer.heartbeat.interval.ms": 500,
    "producer.transaction.timeout.ms": 6000,
    "producer.message.timeout.ms": 4000,
    "socket.timeout.ms": 4000,
}


class Pipeline(Run):
    """`serve` of every kind. `scoring` instances, of which a scenario may start and stop more."""

    def __init__(self, tools, broker, folder, season, scoring=2, replay=True, binary=None,
                 scoring_environment=None):
        super().__init__(tools, broker, folder, season, binary)
        self.replay = replay
        self.through_proxy = False
        self.stack = contextlib.ExitStack()  # what a scenario leaves open until all has ended
        self.services = ("validation-0", "portal-0") + tuple(f"scoring-{n}" for n in range(scoring))
        self.retired = set()      # services that were taken out, whose states remain
        self.of_service = {s: scoring_environment or {} for s in self.scoring}  # environments
        self.ended = []           # ends that nobody brought about
        self.expected = set()     # process ids that a scenario killed
        self.starts = {}
        self.recovered = []       # seconds
        self.replayed = {}        # process id -> (records, bytes), when it was last asked
        self.lock = threading.RLock()
        self.inboxes = {season.inbox: folder / "inbox",
                        season.registry_inbox: folder / "registry-inbox"}
        for inbox in self.inboxes.values():
            inbox.mkdir(mode=0o755)
        self.config = folder / "qcdr.yaml"
        self.config.write_text("kafka:\n" + "".join(
            f"  {name}: {value}\n" for name, value in SETTINGS.items()), encoding="utf-8")
        self.feed = None
        self._stop = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def __exit__(self, *arguments):
        self._stop.set()
        if self.feed:
            self.feed.stop()
        if self._supervisor.is_alive():
            self._supervisor.join()
        super().__exit__(*arguments)
        self.stack.close()

    # What runs

    @property
    def scoring(self):
        return [s for s in self.services if s.startswith("scoring")]

    def state(self, service):
        kind = service.partition("-")[0]
        return self.folder / f"state-{service}" if kind in ("scoring", "portal") else None

    @property
    def address(self):
        """Where services look for the broker."""
        return self.broker.through if self.through_proxy else self.broker.address

    def command(self, service, crash_at=None):
        kind, _, slot = service.partition("-")
        arguments = [self.binary, "serve", kind, "--config", self.config, "--broker",
                     self.address, "--slot", slot or "0", "--keys", self.season.keys,
                     "--blobs", self.folder / "blobs"]
        if self.state(service):
            arguments += ["--state", self.state(service)]
        if kind == "ingest":
            practice, registry = self.inboxes.values()
            arguments += ["--inbox", practice, "--registry-inbox", registry]
        else:
            arguments += ["--admin", "127.0.0.1:0"]
        if kind == "portal":
            arguments += ["--listen", "127.0.0.1:0"]
        if self.replay:
            arguments += ["--replay"]
        return arguments + (["--crash-at", crash_at] if crash_at else [])

    def start(self, service, crash_at=None):
        with self.lock:
            number = self.starts[service] = self.starts.get(service, 0) + 1
            self.processes[service] = Background(
                self.command(service, crash_at), self.folder / f"{service}.{number}.log",
                environment={**self.environment, **self.of_service.get(service, {})})
            return self.processes[service]

    def start_all(self, crash_service=None, crash_at=None):
        super().start_all(crash_service, crash_at)
        self._supervisor.start()

    def _supervise(self):
        while not self._stop.wait(RESTART_PAUSE_SECONDS):
            with self.lock:
                for service in self.services:
                    process = self.processes.get(service)
                    if process is None or process.alive():
                        continue
                    if process.pid not in self.expected:
                        self.ended.append((service, process.code(), last_line(process)))
                    self.start(service)

    def begin_feed(self, seconds, **how):
        """Files begin to come in, over about so many seconds."""
        self.feed = Feed(self, seconds, **how)
        self.feed.start()

    # Faults

    def kill(self, service, and_then=None):
        """SIGKILL, and something before the supervisor starts it again. Its number of lives."""
        with self.lock:
            process = self.processes[service]
            self.expected.add(process.pid)
            process.kill()
            if and_then:
                and_then()
            return self.starts[service]

    def end_and_restart(self, service):
        """SIGTERM, whatever the exit code. Its number of lives, as of kill()."""
        with self.lock:
            process = self.processes[service]
            self.expected.add(process.pid)
            # One that was started a moment ago does not listen to signals before it says something.
            until(lambda: process.tail() or not process.alive(), f"{service} says nothing")
            process.signal(signal.SIGTERM)
            life = self.starts[service]
        if process.wait(ORDERLY_SECONDS_MAX) < 0:
            raise Failure(f"{service} ended by a signal: {process.code()}")
        return life

    def wait_for_life(self, service, after):
        until(lambda: self.starts[service] > after, f"{service} is not started again", pause=0.01)

    def kill_and_recover(self, service, and_then=None):
        """Seconds from the kill until the next life of it is ready."""
        killed_at = time.monotonic()
        self.wait_for_life(service, self.kill(service, and_then))
        self.wait_until_ready(service)
        self.recovered.append(time.monotonic() - killed_at)
        return self.recovered[-1]

    def take_out(self, service):
        """Ends a service for good; its exit code."""
        with self.lock:
            self.services = tuple(s for s in self.services if s != service)
            self.retired.add(service)
            process = self.processes[service]
            self.expected.add(process.pid)
            process.signal(signal.SIGTERM)
        return self._ended(service)

    def bring_in(self, service):
        with self.lock:
            self.retired.discard(service)
            self.start(service)
            self.services += (service,)

    # What it has come to

    def lines(self, service):
        """The lines of its log, but for what a library prints when it ends the process."""
        text = self.processes[service].log.read_text(encoding="utf-8")
        return json_lines("".join(line + "\n" for line in text.splitlines() if line.startswith("{")))

    def is_ready(self, service):
        try:
            process = self.processes[service]
            port = admin_port(process, lambda: self.lines(service))
            if get(f"http://127.0.0.1:{port}/readyz", PAGE_SECONDS_MAX)[0] != 200:
                return False
            text = get(f"http://127.0.0.1:{port}/metrics", PAGE_SECONDS_MAX)[1]
            self.replayed[process.pid] = tuple(
                sum(float(line.split()[-1]) for line in text.splitlines()
                    if line.startswith(f"qcdr_loop_replayed_{what}_total"))
                for what in ("records", "bytes"))
            return True
        except (OSError, RuntimeError):
            return False

    def wait_until_ready(self, *services):
        for service in services or self.services:
            until(lambda s=service: self.is_ready(s),
                  lambda s=service: f"{s} is not ready: {last_line(self.processes[s])}",
                  READY_SECONDS_MAX, pause=0.05)

    def look(self):
        """Where every stage stands, as text; none while something is left to do."""
        found = positions.read(self.tools, self.broker.place)
        return str([str(p) for p in found.all]) if found.settled else None

    def wait_until_done(self):
        """Until every file is taken in, and twice in a row nothing was left to do. Seconds."""
        started = time.monotonic()
        self.feed.join_within(DONE_SECONDS_MAX)
        self.wait_until_ready()
        last = None
        while True:
            try:
                now = self.look()
            except Failure as error:  # a broker that has not come back yet
                now, last = None, str(error)
            if now and now == last:
                return time.monotonic() - started
            last = now or last
            if time.monotonic() - started > DONE_SECONDS_MAX:
                raise Failure(f"not done after {DONE_SECONDS_MAX} s: {last}")
            time.sleep(0.4)

    def stop(self):
        """Ends all services in order, which writes their states. Problems."""
        self._stop.set()
        self._supervisor.join()
        problems = []
        running = [s for s in self.services if self.alive(s)]
        for service in running:
            self.processes[service].signal(signal.SIGTERM)
        for service in running:
            code = self._ended(service)
            if code != 0:
                problems.append(f"{service} ended with {code}: {last_line(self.processes[service])}")
        return problems

    def _ended(self, service):
        """The exit code of a service that was asked to end; a second signal would end it at once."""
        process = self.processes[service]
        try:
            return process.wait(ORDERLY_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return process.kill()

    def states(self):
        names = self.scoring + [s for s in self.retired if s.startswith("scoring")]
        return [self.state(s) for s in names if self.state(s).exists()]

    def lose_state(self, service):
        shutil.rmtree(self.state(service))


def last_line(process):
    """What a process said last, of warnings and errors if there are some."""
    lines = process.tail(20_000).splitlines()
    loud = [line for line in lines if '"level":"info"' not in line]
    return (loud or lines or ["it said nothing"])[-1][-400:]
