#!/usr/bin/env python3
"""The sample season through a real broker, against the same season embedded.

    tests/broker/seasons.py [--long]

Starts a broker of its own for each number of partitions, makes the topics, and runs `qcdr serve`:
ingest once, validation twice, scoring twice. Table and state digest must be those of `qcdr dev` under
the same keys, and what was published must agree with the independent batch program. Then files that
are taken again (once_on_the_broker.py), states at deadlines (deadlines_on_the_broker.py), mail (mail_on_the_broker.py), uploads over HTTP
(uploads_on_the_broker.py), two releases while it runs (rolling_forward.py), and two
contracts (contract_change.py). --long takes more numbers of partitions. The last line is
"N passed, N failed". Environment: QCDR and QCDR_BATCH_FOLD as for tests/end-to-end/run, QCDR_KEEP=1
keeps what was written.
"""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
for _folder in ("end-to-end", "common"):
    sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / _folder))

# pylint: disable=wrong-import-position
import contract_change
import deadlines_on_the_broker
import identifiers
import mail_on_the_broker
import once_on_the_broker
import rolling_forward
import uploads_on_the_broker
from background import Background
from generated_seasons import compare_with_batch
from harness import REGISTRY, ROOT, SAMPLE, Ran, Suite, feed_endlessly
from hostile_files import case, cases_file
from local_pages import free_port
from sample_season import rows_of

INSTANCES = 2
START_SECONDS_MAX = 90
SERVICE_SECONDS_MAX = 120
VALIDATION_IDLE_SECONDS = 5
SCORING_IDLE_SECONDS = 8
MEBIBYTE = 1 << 20


class Broker:
    """A broker with a folder of its own, stopped at the end of a with."""

    start_flags = ()

    def __init__(self, suite, name):
        self.folder = suite.fresh(name)
        self.servers = ""

    def __enter__(self):
        started = self._kafka("start", "--port", "auto", *self.start_flags)
        if started.returncode != 0:
            raise RuntimeError(f"tests/kafka start: {started.stderr[-400:]}")
        self.servers = started.stdout.strip()
        return self

    def __exit__(self, *_):
        self.stop()
        return False

    def stop(self):
        self._kafka("stop")

    def kill(self):
        self._kafka("kill")

    def _kafka(self, command, *arguments):
        return subprocess.run([str(ROOT / "tests/kafka"), command, "--dir", str(self.folder),
                               *arguments], capture_output=True, text=True, check=False,
                              timeout=START_SECONDS_MAX)


class Service(Background):
    """One `qcdr serve` in the background; it ends when it was idle for some seconds."""

    def __init__(self, suite, log, arguments):
        self.suite = suite
        super().__init__([suite.binary, "serve", *arguments], log, folder=suite.folder)

    def wait_until(self, deadline):
        """Its exit code; it is ended when it is still there at the deadline."""
        try:
            code = self.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            code = self.kill()
        self.suite.keep(Ran(self.arguments, code, b"", self.log.read_bytes()))
        return code


class Season:
    """Folders and flags of one season on one broker."""

    def __init__(self, suite, name, broker, keys):
        self.suite = suite
        self.folder = suite.fresh(name)
        self.folder.mkdir()
        self.keys = keys
        self.common = ["--broker", broker.servers, "--replay", "--keys", keys,
                       "--blobs", self.folder / "blobs"]
        self.states = [self.folder / f"state-{slot}" for slot in range(INSTANCES)]
        self.view = [flag for state in self.states for flag in ("--state", state)]
        self.view += ["--keys", keys]
        self.rounds = 0

    def service(self, kind, slot, idle, *more):
        log = self.folder / f"{kind}-{slot}-{self.rounds}.log"
        return Service(self.suite, log, [kind, *self.common, "--slot", slot, "--exit-when-idle",
                                         idle, *more])

    def play(self, *ingest):
        """Runs every service until nothing is left to do; returns all exit codes."""
        self.rounds += 1
        services = [self.service("scoring", slot, SCORING_IDLE_SECONDS + VALIDATION_IDLE_SECONDS,
                                 "--state", self.states[slot]) for slot in range(INSTANCES)]
        services += [self.service("validation", slot, VALIDATION_IDLE_SECONDS)
                     for slot in range(INSTANCES)]
        taken = self.suite.qcdr("serve", "ingest", *self.common, *ingest)
        deadline = time.monotonic() + SERVICE_SECONDS_MAX
        return [taken.code] + [service.wait_until(deadline) for service in services]

    def table(self):
        return self.suite.qcdr("score", "list", *self.view, "--json")


def check_topics(suite, broker, partitions):
    number = ["--broker", broker.servers, "--replay", "--partitions", partitions]
    empty = suite.qcdr("topics", "diff", *number)
    suite.check("topics diff of an empty cluster: 3, each is missing", empty.code == 3 and
                len(empty.text.splitlines()) > 20, empty.tail())
    definitions = (ROOT / "deploy/topics.yaml").read_text(encoding="utf-8")
    place = definitions.index("  - name: qcdr.internal.audit.v1")
    short = suite.folder / "short-topics.yaml"
    short.write_text(definitions[:place], encoding="utf-8")
    made = suite.qcdr("topics", "ensure", *number, "--file", short)
    missing = suite.qcdr("topics", "diff", *number)
    suite.check("topics diff with one topic missing: 3, names it and its dead letters alone",
                made.code == 0 and missing.code == 3 and len(missing.text.splitlines()) == 2 and
                all("qcdr.internal.audit.v1" in line for line in missing.text.splitlines()),
                missing.tail())
    suite.equal("topics ensure", suite.qcdr("topics", "ensure", *number).code, 0)
    same = suite.qcdr("topics", "diff", *number)
    suite.equal("topics diff afterwards", (same.code, same.text), (0, ""))
    again = suite.qcdr("topics", "ensure", *number)
    suite.equal("topics ensure again", again.code, 0)
    other = suite.qcdr("topics", "diff", *number[:3], "--partitions", partitions + 1)
    suite.equal("topics diff of another number of partitions", other.code, 3)


def sample_through_the_broker(suite, partitions, keys, table, digest):
    print(f"-- {partitions} partitions")
    with Broker(suite, f"broker-{partitions}") as broker:
        check_topics(suite, broker, partitions)
        season = Season(suite, f"season-{partitions}", broker, keys)
        codes = season.play("--inbox", SAMPLE, "--registry-inbox", REGISTRY)
        suite.equal("every service ends well", codes, [0] * (1 + 2 * INSTANCES))
        suite.equal("the table of the embedded log", rows_of(season.table().text), rows_of(table))
        suite.equal("byte for byte", season.table().text, table)
        suite.equal("the digest of the embedded log", suite.digest(*season.view), digest)
        shares = [partitions_of(suite, state, keys) for state in season.states]
        suite.check("every partition was folded, by both instances if there are several",
                    set().union(*shares) == set(range(partitions)) and
                    (partitions == 1 or all(shares)), shares)
        check_outputs(suite, season, broker, keys, digest)
        if partitions > 1:
            check_more_uploads(suite, season, broker, keys)
            check_portal(suite, season, digest)
            check_dead_letters(suite, season, broker, digest)


def partitions_of(suite, state, keys):
    ran = suite.qcdr("state", "verify", "--quick", "--state", state, "--keys", keys)
    return {int(line.split()[1].rstrip(":")) for line in ran.errors.splitlines()
            if line.startswith("partition ")}


def check_outputs(suite, season, broker, keys, digest):
    compare_with_batch(suite, "published on the broker", ["--broker", broker.servers], keys, digest)
    names = identifiers.of_folder(SAMPLE)
    forms = identifiers.stored_forms(names)
    for part, folder, pattern in (("the broker's log", broker.folder / "data", "*.log"),
                                  ("states and blobs", season.folder, "*")):
        found, searched = identifiers.find_below(forms, folder, pattern)
        suite.check(f"no identifier in {part}", not found and searched > 50_000,
                    f"{searched} bytes searched: {sorted(found)[:5]}")


def check_more_uploads(suite, season, broker, keys):
    table, digest = season.table().text, suite.digest(*season.view)
    limit = 3_000_000
    whole = cases_file(*(case(f"LONG-{number}") for number in range(200)))
    head, unit = whole[:2000], whole[2000:-2000]
    ran, taken = feed_endlessly(suite, ["serve", "ingest", *season.common, "--upload-bytes-max",
                                        limit, "-"], head, unit, limit + 64 * MEBIBYTE)
    suite.check("serve ingest: a stream beyond the limit is read by at most 1 MiB more",
                limit < taken <= limit + MEBIBYTE and ran.code == 0 and
                f"longer than {limit} bytes" in ran.errors, f"{taken} bytes taken, {ran.tail()}")
    codes = season.play("--inbox", SAMPLE, "--registry-inbox", REGISTRY)
    suite.equal("the same inbox again: every service ends well", codes, [0] * (1 + 2 * INSTANCES))
    suite.equal("the same inbox again: same table", season.table().text, table)
    suite.equal("the same inbox again: same digest", suite.digest(*season.view), digest)
    compare_with_batch(suite, "published after that", ["--broker", broker.servers], keys, digest)


def scores_of_portal(port, query=""):
    """What the portal answers once it has caught up; an empty text when it never does."""
    deadline = time.monotonic() + SERVICE_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/scores{query}",
                                        timeout=15) as answer:
                return answer.read().decode()
        except OSError:  # refused, or 503 while it reads
            time.sleep(0.2)
    return ""


def check_portal(suite, season, digest):
    """It follows in a state of its own, and has the scores and the digest of those it follows."""
    port, state = free_port(), season.folder / "portal"
    portal = season.service("portal", 0, 20, "--state", state, "--listen", f"127.0.0.1:{port}")
    suite.equal("the portal's scores", scores_of_portal(port), season.table().text)
    other = json.loads(scores_of_portal(port, "?practice=999999&performanceYear=2022"))
    suite.equal("the portal's scores of a practice that is not there", other["rows"], [])
    wrong = ""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/scores?tin=1", timeout=15):
            pass
    except urllib.error.HTTPError as error:
        wrong = error.code
    suite.equal("the portal refuses a parameter that it does not know", wrong, 400)
    portal.signal(signal.SIGTERM)
    suite.equal("the portal ends well", portal.wait_until(time.monotonic() + SERVICE_SECONDS_MAX), 0)
    suite.equal("the portal's state", suite.digest("--state", state, "--keys",
                                                   season.view[-1]), digest)


def produce(broker, topic, key, value):
    """One record as any client could write it, with Kafka's own console producer."""
    jars = f"{ROOT}/build/kafka/lib/*"
    subprocess.run(["java", "-Xmx128m", "-cp", jars, "kafka.tools.ConsoleProducer",
                    "--bootstrap-server", broker.servers, "--topic", topic,
                    "--property", "parse.key=true", "--property", "key.separator=|"],
                   input=f"{key}|{value}\n".encode(), check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check_dead_letters(suite, season, broker, digest):
    """Bytes that nobody can read stop nothing, wait to be looked at, and can be laid back."""
    uploads, records = "qcdr.internal.uploads.v1", "qcdr.internal.registry-records.v1"
    where = ["--broker", broker.servers, "--replay"]
    none = suite.qcdr("dlq", "list", *where, "--json")
    suite.equal("no dead letter", (none.code, json.loads(none.text)["deadLetters"]), (0, []))
    for topic in (uploads, records):
        produce(broker, topic, "1234", "\x01not a message")
    suite.equal("undecodable records: every service ends well", season.play(),
                [0] * (1 + 2 * INSTANCES))
    suite.check("undecodable under its key: the practice is parked, which is state",
                suite.digest(*season.view) != digest)
    listed = suite.qcdr("dlq", "list", *where, "--json")
    letters = json.loads(listed.text)["deadLetters"]
    suite.equal("two dead letters wait: 3",
                (listed.code, [(each["originalTopic"], each["stage"], each["key"])
                               for each in letters]),
                (3, [(uploads, "validation", "1234"), (records, "scoring", "1234")]))
    suite.equal("and one says who is parked", [each.get("parkedPractice") for each in letters],
                [None, 1234])
    place = f"{letters[0]['partition']}/{letters[0]['offset']}"
    shown = json.loads(suite.qcdr("dlq", "show", uploads, place, *where).text)
    suite.equal("dlq show", (shown["bytes"], shown["sha256"]),
                (14, hashlib.sha256(b"\x01not a message").hexdigest()))
    suite.equal("dlq redrive", suite.qcdr("dlq", "redrive", uploads, place, *where).code, 0)
    twice = suite.qcdr("dlq", "redrive", uploads, place, *where)
    suite.check("dlq redrive of the same: refused", twice.code != 0 and
                "laid back before" in twice.errors, twice.tail())
    season.play()
    again = json.loads(suite.qcdr("dlq", "list", uploads, *where, "--json").text)["deadLetters"]
    suite.equal("laid back, it cannot be read again, and has its first time of receipt",
                [each["receivedAt"] for each in again], [letters[0]["receivedAt"]])
    alone = suite.qcdr("dlq", "redrive", records, "--practice", 1234, *where)
    suite.check("a release that says nothing of the record is refused", alone.code == 2 and
                "leave it out, or mend it" in alone.errors, alone.tail())
    released = suite.qcdr("dlq", "redrive", records, "--practice", 1234, "--without-poison", *where)
    suite.equal("the practice is released: exit code", released.code, 0)
    season.play()
    suite.equal("released: same digest", suite.digest(*season.view), digest)
    suite.equal("released: nothing of it waits", json.loads(suite.qcdr(
        "dlq", "list", records, *where, "--json").text)["deadLetters"], [])


def files_through_the_broker(suite, keys):
    with Broker(suite, "broker-files") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", 4)
        suite.equal("topics of the files", made.code, 0)
        once_on_the_broker.check_files_once(suite, Season(suite, "season-files", broker, keys))


def deadlines_through_the_broker(suite, keys):
    with Broker(suite, "broker-deadlines") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", deadlines_on_the_broker.PARTITIONS)
        suite.equal("topics of the deadlines", made.code, 0)
        deadlines_on_the_broker.check_deadlines(
            suite, Season(suite, "season-deadlines", broker, keys), broker, keys)


def mail_through_the_broker(suite, keys):
    with Broker(suite, "broker-mail") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", 4)
        suite.equal("topics of the mail", made.code, 0)
        mail_on_the_broker.check_mail(suite, Season(suite, "season-mail", broker, keys), keys)


def uploads_through_the_broker(suite, keys):
    with Broker(suite, "broker-uploads") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", 4)
        suite.equal("topics of the uploads", made.code, 0)
        uploads_on_the_broker.check_uploads(suite, Season(suite, "season-uploads", broker, keys),
                                            broker, keys)


def releases_on_the_broker(suite, keys):
    with Broker(suite, "broker-releases") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", rolling_forward.PARTITIONS)
        suite.equal("topics of the releases", made.code, 0)
        rolling_forward.roll_forward(suite, keys, broker,
                                     Season(suite, "season-releases", broker, keys))


def contracts_on_the_broker(suite, keys):
    with Broker(suite, "broker-contracts") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", contract_change.PARTITIONS)
        suite.equal("topics of the contracts", made.code, 0)
        contract_change.change_contract(suite, keys, broker,
                                        Season(suite, "season-contracts", broker, keys))


def main():
    (ROOT / "build").mkdir(exist_ok=True)
    suite = Suite(tempfile.mkdtemp(prefix="broker-seasons-", dir=ROOT / "build"))
    keys = suite.folder / "keys"
    try:
        table = suite.play(suite.fresh("embedded"), "--keys", keys).text
        digest = suite.digest("--data-dir", suite.folder / "embedded", "--keys", keys)
        for partitions in (24, 1, 3, 48) if "--long" in sys.argv else (24, 1):
            suite.group(sample_through_the_broker, partitions, keys, table, digest)
        suite.group(files_through_the_broker, keys)
        suite.group(deadlines_through_the_broker, keys)
        suite.group(mail_through_the_broker, keys)
        suite.group(uploads_through_the_broker, keys)
        suite.group(releases_on_the_broker, keys)
        suite.group(contracts_on_the_broker, keys)
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
