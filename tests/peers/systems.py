"""The two programs that are compared, and the broker and the load around them."""

import os
import pathlib
import subprocess

from processes import Lines, Pinned

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BROKER_CORE, OWN_CORE = 0, 1
PEER_TOPIC, PEER_OUTPUT, PEER_GROUP = "peer.registry-records", "peer.counts", "peer"
START_SECONDS_MAX = 90
# The broker and the load share a core; both may compile well.
BROKER_OPTIONS = "-Xms1g -Xmx1g -XX:TieredStopAtLevel=4"


class Broker:
    """A broker of its own on its core, for one program and one input."""

    def __init__(self, folder, class_path, input_folder, partitions):
        self.folder = folder
        self.class_path = class_path
        self.input_folder = input_folder
        self.partitions = partitions
        self.servers = ""
        folder.mkdir(parents=True)

    def __enter__(self):
        self.servers = self._kafka("start", "--port", "auto")
        return self

    def __exit__(self, *_):
        self._kafka("stop")
        return False

    def _kafka(self, command, *arguments):
        done = subprocess.run(["taskset", "-c", str(BROKER_CORE), str(ROOT / "tests/kafka"), command,
                               "--dir", str(self.folder / "broker"), *arguments],
                              capture_output=True, text=True, check=True,
                              timeout=START_SECONDS_MAX,
                              env={**os.environ, "KAFKA_HEAP_OPTS": BROKER_OPTIONS})
        return done.stdout.strip()

    def java(self, program, *arguments, heap="256m"):
        return ["java", f"-Xmx{heap}",
                f"-Dlog4j.configuration=file:{ROOT}/tests/interop/log4j.properties",
                "-cp", self.class_path, f"qcdr.peers.{program}", self.servers, *arguments]

    def load(self, system, *arguments):
        """Load.java against the input of a program."""
        return Lines(BROKER_CORE, self.java(
            "Load", self.input_folder / system.input_name, system.topic, self.partitions,
            system.group, *arguments, heap="6g"), self.folder / "load.log")

    def table(self, *arguments):
        with Lines(BROKER_CORE, self.java("Tables", *arguments, heap="1g"),
                   self.folder / "tables.log") as lines:
            text = lines.process.stdout.read()
            if lines.process.wait() != 0:
                raise RuntimeError(f"Tables {arguments} failed; see {self.folder}/tables.log")
            return text

    def sizes(self):
        """Bytes of each topic's log."""
        return {line.split()[0]: int(line.split()[1]) for line in self.table("sizes").splitlines()}


class Qcdr:
    """`qcdr serve scoring` as it ships, default settings."""

    name = "qcdr"
    input_name = "sealed"
    topic = "qcdr.internal.registry-records.v1"
    group = "qcdr.scoring"
    table_arguments = ("qcdr", "qcdr.public.score-projections.v1")

    def __init__(self, binary):
        self.binary = binary

    def prepare(self, broker):
        subprocess.run([str(self.binary), "topics", "ensure", "--broker", broker.servers, "--replay",
                        "--partitions", str(broker.partitions)], check=True, capture_output=True)

    def start(self, broker):
        return Pinned(OWN_CORE, [
            self.binary, "serve", "scoring", "--broker", broker.servers, "--replay", "--slot", "0",
            "--keys", broker.input_folder / "keys", "--state", broker.folder / "state"],
                      broker.folder / "program.log")


class Streams:
    """The same counting as a Kafka Streams application, default settings, exactly-once v2."""

    name = "streams"
    input_name = "plain"
    topic = PEER_TOPIC
    group = PEER_GROUP
    table_arguments = ("peer", PEER_OUTPUT)

    def __init__(self, settings):
        self.settings = settings

    def prepare(self, broker):
        for topic in (PEER_TOPIC, PEER_OUTPUT):
            broker.table("create", topic, str(broker.partitions))

    def start(self, broker):
        arguments = broker.java("StreamsPeer", PEER_TOPIC, PEER_OUTPUT, PEER_GROUP,
                                broker.folder / "state", *self.settings, heap="1g")
        return Pinned(OWN_CORE, arguments, broker.folder / "program.log")


class CommitsOnly:
    """Reads, computes nothing, commits a small record to each partition that ours reaches."""

    name = "commits"
    input_name = "sealed"
    topic = Qcdr.topic
    group = "commits"
    output, output_partitions = "commits.out", 21

    def prepare(self, broker):
        broker.table("create", self.topic, str(broker.partitions))
        broker.table("create", self.output, str(self.output_partitions))

    def start(self, broker):
        return Pinned(OWN_CORE, broker.java("CommitsOnly", self.topic, self.output,
                                            str(self.output_partitions), self.group),
                      broker.folder / "program.log")
