"""The sample season over TLS with a login, with snapshots, and a scoring instance that is lost."""

import json
import re
import shutil
import time

from harness import REGISTRY, SAMPLE, find_program
from seasons import SERVICE_SECONDS_MAX, Season
from secure_broker import settings

# Generous: time before a service has its partitions counts as idle, and other work may go on beside.
IDLE_SECONDS = 5
FIRST_PART_BEFORE = "20221205"


class SecureSeason(Season):
    """One validation and one scoring instance that know the broker from a file of settings."""

    def __init__(self, suite, name, broker, keys, **options):
        super().__init__(suite, name, broker, keys)
        self.broker = broker
        self.options = options
        self.snapshots = self.folder / "snapshots"
        self.state = self.states[0]
        self.snapshots_on(False)

    def snapshots_on(self, on):
        more = [f"snapshot_dir: {self.snapshots}", "snapshot_minutes: 0.01"] if on else []
        path = settings(self.suite, self.broker, "season", more=more, **self.options)
        self.common = ["--config", path, "--keys", self.keys, "--blobs", self.folder / "blobs"]

    def score(self, idle=IDLE_SECONDS):
        self.rounds += 1
        return self.service("scoring", 0, idle, "--state", self.state)

    def play(self, *ingest):
        """Exit codes of ingest, validation and scoring."""
        scoring = self.score(2 * IDLE_SECONDS + 1)
        validation = self.service("validation", 0, IDLE_SECONDS)
        taken = self.suite.qcdr("serve", "ingest", *self.common, *ingest)
        deadline = time.monotonic() + SERVICE_SECONDS_MAX
        return [taken.code] + [service.wait(deadline) for service in (validation, scoring)]

    def fold(self):
        """Scoring alone, until it has nothing left to do; the number of records it replayed."""
        scoring = self.score()
        code = scoring.wait(time.monotonic() + SERVICE_SECONDS_MAX)
        replayed = re.search(r'"msg":"replayed","records":(\d+)', scoring.log.read_text("utf-8"))
        return code, int(replayed.group(1)) if replayed else 0

    def positions(self, state=None):
        """Of each partition of records: how far it is committed, and how far the state has it."""
        probe = find_program(self.suite.binary, "crash_probe")
        ran = self.suite.qcdr("positions", "--broker", self.broker.servers,
                              *(["--state", state] if state else []), program=probe)
        return json.loads(ran.text)["records"]

    def digest(self):
        return self.suite.digest("--state", self.state, "--keys", self.keys)


def first_part(suite):
    """A folder with the files of the sample that came before a day."""
    folder = suite.fresh("first-part")
    folder.mkdir()
    for path in SAMPLE.iterdir():
        if path.name < FIRST_PART_BEFORE:
            shutil.copy(path, folder)
    return folder


def copies(suite, season):
    """Where the newest copy of each partition stands."""
    ran = suite.qcdr("state", "snapshots", "--snapshots", season.snapshots)
    return {copy["partition"]: copy["applied"] for copy in json.loads(ran.text)["snapshots"]}


def applied(suite, season):
    ran = suite.qcdr("state", "verify", "--quick", "--json", "--state", season.state, "--keys",
                     season.keys)
    return {partition["partition"]: partition["applied"]
            for partition in json.loads(ran.text)["partitions"]}


def a_season_over_tls(suite, broker, partitions):
    keys = suite.folder / "keys"
    suite.season = season = SecureSeason(suite, "season", broker, keys)
    config = season.common[:2]
    made = suite.qcdr("topics", "ensure", *config, "--partitions", partitions)
    suite.equal("topics ensure over SASL_SSL", made.code, 0)
    plain = settings(suite, broker, "plain", sasl_mechanism="PLAIN")
    same = suite.qcdr("topics", "diff", "--config", plain)
    suite.check("topics diff with SASL PLAIN: only the number of partitions differs",
                same.code == 3 and all(": partitions is 4" in line
                                       for line in same.text.splitlines()), same.tail())
    table = suite.play(suite.fresh("embedded"), "--keys", keys).text
    suite.whole = suite.digest("--data-dir", suite.folder / "embedded", "--keys", keys)
    season.snapshots_on(True)
    suite.equal("the first part: every service ends well",
                season.play("--inbox", first_part(suite)), [0, 0, 0])
    suite.first_digest = season.digest()
    newest = copies(suite, season)
    suite.equal("the newest copies are of where the state is", newest, applied(suite, season))
    suite.check("there is a copy of every partition", len(newest) == partitions, newest)
    season.snapshots_on(False)
    suite.equal("the rest: every service ends well",
                season.play("--inbox", SAMPLE, "--registry-inbox", REGISTRY), [0, 0, 0])
    suite.equal("over SASL_SSL: the digest of the embedded log", season.digest(), suite.whole)
    listed = suite.qcdr("score", "list", "--state", season.state, "--keys", keys, "--json")
    suite.equal("over SASL_SSL: the table of the embedded log", listed.text, table)


def an_instance_is_lost(suite, broker):
    """Killed, and its state with it: a copy is put in its place, and only the rest is replayed."""
    season = suite.season
    running = season.score(0)
    time.sleep(1)
    running.process.kill()
    running.wait(time.monotonic() + SERVICE_SECONDS_MAX)
    shutil.rmtree(season.state)
    restored = suite.qcdr("state", "restore", "--snapshots", season.snapshots, "--state",
                          season.state)
    suite.equal("state restore", restored.code, 0)
    again = suite.qcdr("state", "restore", "--snapshots", season.snapshots, "--state", season.state)
    suite.check("state restore never replaces a store: 2", again.code == 2 and
                "partition 0 has a store; remove it first" in again.errors, again.tail())
    suite.equal("the state is that of the first part", season.digest(), suite.first_digest)
    suite.equal("it still belongs to these keys and this cluster",
                (season.state / "belongs-to").read_text("utf-8"),
                (season.snapshots / "belongs-to").read_text("utf-8"))
    behind = sum(p["committed"] - p["applied"] for p in season.positions(season.state))
    code, from_copy = season.fold()
    suite.equal("restarted, it ends well", code, 0)
    suite.equal("from the copy: the digest of the embedded log", season.digest(), suite.whole)
    shutil.rmtree(season.state)
    code, from_nothing = season.fold()
    suite.equal("from nothing: the digest of the embedded log", (code, season.digest()),
                (0, suite.whole))
    print(f"     replayed {from_copy} records from the copy, {from_nothing} from nothing")
    suite.check("only what came after the copy was replayed",
                0 < from_copy <= behind < from_nothing,
                f"{from_copy} from the copy, {behind} offsets behind, {from_nothing} in all")
