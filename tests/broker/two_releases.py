"""Instances of today's release and of the later one on one broker."""

import collections
import json
import signal
import subprocess

from background import Background
from harness import Ran

SERVICE_SECONDS_MAX = 120

Program = collections.namedtuple("Program", "binary environment")


class Pipeline:
    """Instances of either release on one broker."""

    def __init__(self, suite, season, broker):
        self.suite, self.season, self.broker = suite, season, broker
        self.today = Program(suite.binary, {})
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for instance in self.started:
            if instance.alive():
                instance.kill()
        return False

    def logs(self):
        return b"".join(instance.log.read_bytes() for instance in self.started)

    def later(self, *names):
        return Program(self.suite.binary.parent / "qcdr_later", {"QCDR_LATER_NAMES": ",".join(names)})

    def start(self, program, kind, slot, *more):
        log = self.season.folder / f"contract-{kind}-{slot}-{len(self.started)}.log"
        instance = Background([program.binary, "serve", kind, *self.season.common, "--slot", slot, *more],
                              log, environment=program.environment, folder=self.suite.folder)
        self.started.append(instance)
        return instance

    def scoring(self, program, slot, idle=0):
        return self.start(program, "scoring", slot, "--state", self.season.states[slot],
                          "--exit-when-idle", idle)

    def validation(self, program, idle=0):
        return self.start(program, "validation", 0, "--heartbeat-seconds", 1, "--exit-when-idle", idle)

    def start_ingest(self, program, inbox, registry):
        return self.start(program, "ingest", "ingest", "--inbox", inbox, "--registry-inbox", registry)

    def ingest(self, program, inbox, registry):
        """Its exit code."""
        return self.end(self.start_ingest(program, inbox, registry), ask=False)

    def end(self, instance, ask=True):
        if ask:
            instance.signal(signal.SIGTERM)
        try:
            code = instance.wait(SERVICE_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            code = instance.kill()
        self.suite.keep(Ran(instance.arguments, code, b"", instance.log.read_bytes()))
        return code

    def accounts(self):
        probe = self.suite.binary.parent / "crash_probe"
        return json.loads(self.suite.qcdr("accounts", "--broker", self.broker.servers, program=probe).text)
