#!/usr/bin/env python3
"""Settings of the services against a broker: over TLS with a login, wrong in every way that a cluster
must be there to tell, and with snapshots.

    tests/broker/settings.py

One broker of its own. Refusals first, while there are no topics: connections that cannot work, then
topics that are not as they must be. Then the sample season over SASL_SSL, in two parts: snapshots are
taken in the first, and the scoring instance is lost in the second (snapshots.py). Last, states that
belong elsewhere (foreign_states.py). The last line is "N passed, N failed". Environment as for
tests/broker/seasons.py.
"""

import os
import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "end-to-end"))

# pylint: disable=wrong-import-position
import foreign_states
import identifiers
import snapshots
from harness import ROOT, SAMPLE, Suite, find_program
from refusals import SERVICES, Refusal, check_refusals
from secure_broker import EXPIRED, MISNAMED, SecureBroker, settings, wrong_password

PARTITIONS = 4


def place_of(suite, name, service):
    """Directories of a service that is going to refuse; a state directory is held by one at a time."""
    folder = suite.folder / "refused"
    return ["--keys", folder / "keys", "--state", folder / f"{name}-{service}".replace(" ", "-"),
            "--blobs", folder / "blobs"]


def connections(suite, broker):
    """What each mistake is told as: 6 where the broker says no, 7 where it cannot be reached safely."""
    def case(name, code, words, **changes):
        path = settings(suite, broker, name.replace(" ", "-"), **changes)
        commands = [["serve", service] for service in SERVICES]
        commands += [["topics", "ensure"], ["dlq", "list"]]
        return [Refusal(f"{' '.join(command)}: {name}",
                        [*command, "--config", path,
                         *(place_of(suite, name, command[1]) if command[0] == "serve" else ())],
                        code, words) for command in commands]

    return [
        *case("a wrong password", 6, "sasl.username, sasl.password: the broker refuses them",
              password=wrong_password(suite)),
        *case("an unknown user", 6, "sasl.username, sasl.password: the broker refuses them",
              sasl_username="nobody"),
        *case("a mechanism that it does not offer", 6, "sasl.mechanism: the broker does not offer",
              sasl_mechanism="SCRAM-SHA-256"),
        *case("an unknown authority", 7, "ssl.ca.location: no authority in this file signed the",
              ssl_ca_location=broker.secret("stranger.pem")),
        *case("an expired certificate", 7, "has expired", listener=EXPIRED),
        *case("a certificate for another name", 7, "bootstrap.servers: the certificate of",
              listener=MISNAMED),
        *case("no TLS at a TLS port", 7, "security.protocol: the broker expects TLS at this port",
              security_protocol="plaintext"),
        *case("a login without TLS at a TLS port", 7, "security.protocol: the broker expects TLS",
              security_protocol="sasl_plaintext"),
        *case("TLS without a login", 7, "security.protocol: ", security_protocol="ssl"),
        *case("TLS at a port without", 7, "security.protocol: the broker does not speak TLS",
              listener=0),
    ]


class Topics:
    """The cluster's topics, made wrong and taken away again."""

    def __init__(self, suite, broker):
        self.suite = suite
        self.where = ["--broker", broker.servers]

    def ensure(self, *more, partitions=PARTITIONS):
        return self.suite.qcdr("topics", "ensure", *self.where, "--partitions", partitions, *more)

    def remove(self):
        probe = find_program(self.suite.binary, "crash_probe")
        ran = self.suite.qcdr("delete-topics", *self.where, program=probe)
        if ran.code != 0:
            raise RuntimeError(f"topics were not removed: {ran.tail()}")

    def file(self, name, change):
        """deploy/topics.yaml, changed."""
        path = self.suite.folder / f"{name}.yaml"
        path.write_text(change((ROOT / "deploy/topics.yaml").read_text("utf-8")), "utf-8")
        return path

    def refused(self, name, code, *words, replay=True):
        """Every service refuses."""
        more = [*self.where] + (["--replay"] if replay else [])
        return [Refusal(f"serve {service}: {name}",
                        ["serve", service, *more, *place_of(self.suite, name, service)], code, *words)
                for service in SERVICES]


def connections_and_no_topics(suite, broker, topics):
    check_refusals(suite, connections(suite, broker) + topics.refused(
        "no topics", 2, "topics are missing, or hidden from this user: qcdr.internal.uploads.v1; ",
        "Make them with `qcdr topics ensure --replay`"))


def wrong_topics(suite, broker, topics):
    suite.equal("topics for production", topics.ensure().code, 0)
    check_refusals(suite, topics.refused(
        "topics of production under --replay", 2, "qcdr.internal.uploads.v1: message.timestamp.type "
        "is LogAppendTime, should be CreateTime", "--replay is for topics that were made with it"))
    topics.remove()
    bent = topics.file("bent", lambda text: text.replace(
        "uploads.v1\n", "uploads.v1\n    retention_days: 30\n").replace(
            "progress.v1\n", "progress.v1\n    compacted: true\n"))
    suite.equal("topics with wrong settings", topics.ensure("--file", bent).code, 0)
    check_refusals(suite, topics.refused(
        "topics that forget", 2, "qcdr.internal.progress.v1: cleanup.policy is compact, should be "
        "delete", "qcdr.internal.uploads.v1: retention.ms is 2592000000, should be -1",
        "`qcdr topics diff` shows", replay=False))
    ensured = topics.ensure()
    suite.check("topics ensure: keeps longer, and leaves compaction to a person: 2",
                ensured.code == 2 and "progress.v1: cleanup.policy is compact" in ensured.errors and
                "retention.ms" not in ensured.errors, ensured.tail())
    topics.remove()
    few = topics.file("few", lambda text: text[:text.index("  - name: qcdr.internal.registry")])
    suite.equal("one topic of fewer partitions",
                topics.ensure("--replay", "--file", few, partitions=PARTITIONS - 1).code, 0)
    suite.equal("topics ensure leaves its partitions to a person: 2",
                topics.ensure("--replay").code, 2)
    check_refusals(suite, topics.refused(
        "a topic of other partitions", 2, "topics differ in their number of partitions: "
        f"qcdr.internal.uploads.v1 has {PARTITIONS - 1}", f"has {PARTITIONS} (as "))
    suite.check("no service produced a record", broker.log_bytes() == 0, broker.log_bytes())
    topics.remove()


def main():
    (ROOT / "build").mkdir(exist_ok=True)
    suite = Suite(tempfile.mkdtemp(prefix="broker-settings-", dir=ROOT / "build"))
    try:
        with SecureBroker(suite, "broker") as broker:
            topics = Topics(suite, broker)
            suite.group(connections_and_no_topics, broker, topics)
            suite.group(wrong_topics, broker, topics)
            suite.group(snapshots.a_season_over_tls, broker, PARTITIONS)
            suite.group(snapshots.an_instance_is_lost, broker)
            suite.group(foreign_states.another_process_and_other_keys, broker)
            suite.group(foreign_states.another_cluster, broker, topics)
            password = broker.secret("password").read_bytes().strip()
        told = [ran.arguments for ran in suite.outputs
                if password in ran.out + ran.err + " ".join(ran.arguments).encode()]
        suite.equal("the password is in no output and no argument", told, [])
        forms = identifiers.printed_forms(identifiers.of_folder(SAMPLE))
        leaks = [ran.arguments[1:3] for ran in suite.outputs if identifiers.find(
            forms, ran.out + ran.err)]
        suite.check(f"no identifier in {len(suite.outputs)} outputs", not leaks and len(
            suite.outputs) > 20, leaks)
    finally:
        if os.environ.get("QCDR_KEEP") != "1":
            shutil.rmtree(suite.folder, ignore_errors=True)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
