"""Two releases on a running pipeline: other benchmarks, then another measure specification.

While uploads go on, one instance after the other is ended and started as the next release. Benchmarks move
scores and no counts: the state stays, and every score is said again. A specification moves counts: another
generation, made again from the log. After each, table, digest and everything published are those of
that release alone over the same files.
"""

import json
import subprocess
import time

import generated_seasons
from harness import REGISTRY, SAMPLE, Ran

PARTITIONS = 4
WAITS_SECONDS = 2  # so that the others see an instance go before the next one does
SERVICE_SECONDS_MAX = 120
IDLE_SECONDS = 8
# The sample's season in three parts, by the instants in its files' names.
PARTS = (("2022", "20221103"), ("20221103", "2023"), ("2023", "2024"))


def parts_of_the_sample(suite):
    """Folders (inbox, registry's inbox) with the files of each part and of those before it."""
    parts = []
    for number, (_, end) in enumerate(PARTS):
        folders = []
        for source in (SAMPLE, REGISTRY):
            folder = suite.fresh(f"part-{number}-{source.name}")
            folder.mkdir()
            for path in sorted(source.glob("20*")):
                if path.name < end:
                    (folder / path.name).symlink_to(path)
            folders.append(folder)
        parts.append(folders)
    return parts


class Release:
    """A binary, and what it makes of the sample alone, embedded."""

    def __init__(self, suite, name, keys):
        self.name = name
        suffix = f"_{name}" if name else ""
        self.binary = suite.binary.parent / f"qcdr{suffix}"
        self.batch_fold = suite.binary.parent / f"batch_fold{suffix}"
        self.suite = suite
        self.data = suite.fresh(f"release-{name}")
        played = self.qcdr("dev", "--once", "--json", "--data-dir", self.data, "--inbox", SAMPLE,
                           "--registry-inbox", REGISTRY, "--keys", keys)
        self.table = played.text
        self.digest = self.digest_of("--data-dir", self.data, "--keys", keys)
        self.generation = self.generation_of("--data-dir", self.data, "--keys", keys)

    def qcdr(self, *arguments):
        return self.suite.qcdr(*arguments, program=self.binary)

    def digest_of(self, *view):
        return self.qcdr("state", "verify", *view).text.strip()

    def generation_of(self, *view):
        told = json.loads(self.qcdr("state", "verify", "--quick", "--json", *view).text)
        return {partition["generation"] for partition in told["partitions"]}


class Instance:
    """One service in the background, of one release, until it is told to end or was idle."""

    def __init__(self, season, release, kind, slot, idle, *more):
        self.season = season
        season.rounds += 1
        self.log = season.folder / f"{kind}-{slot}-{season.rounds}.log"
        self.arguments = [str(release.binary), "serve", kind, *map(str, season.common), "--slot",
                          str(slot), "--exit-when-idle", str(idle), *map(str, more)]
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=output, cwd=season.suite.folder)

    def end(self, ask=True):
        if ask:
            self.process.terminate()
        try:
            code = self.process.wait(timeout=SERVICE_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.season.suite.keep(Ran(self.arguments, code, b"", self.log.read_bytes()))
        return code


def scoring(season, release, slot, idle):
    return Instance(season, release, "scoring", slot, idle, "--state", season.states[slot])


def ingest(season, release, part):
    return Instance(season, release, "ingest", "ingest", 0, "--inbox", part[0], "--registry-inbox",
                    part[1])


def roll(season, before, after, part):
    """All exit codes. Uploads of `part` go on while instances are exchanged one by one."""
    old = [scoring(season, before, slot, 0) for slot in range(2)]
    # Its heartbeats reach partitions that nobody uploads to any more.
    validation = Instance(season, after, "validation", 0, IDLE_SECONDS, "--heartbeat-seconds", 1)
    taking = ingest(season, before, part)
    time.sleep(WAITS_SECONDS)
    codes, new = [], []
    for slot in range(2):
        codes.append(old[slot].end())
        new.append(scoring(season, after, slot, IDLE_SECONDS))
        time.sleep(WAITS_SECONDS)
    return codes + [instance.end(ask=False) for instance in (taking, validation, *new)]


def check_release(suite, season, broker, release, keys):
    view = season.view
    suite.equal(f"{release.name}: table of that release alone",
                release.qcdr("score", "list", *view, "--json").text, release.table)
    suite.equal(f"{release.name}: digest of that release alone", release.digest_of(*view),
                release.digest)
    suite.equal(f"{release.name}: generation", release.generation_of(*view), release.generation)
    generated_seasons.compare_with_batch(suite, f"{release.name}: published", ["--broker",
                                         broker.servers], keys, release.digest,
                                         release.batch_fold)


def roll_forward(suite, keys, broker, season):
    releases = [Release(suite, name, keys) for name in ("", "benchmarks", "specification")]
    first, benchmarks, specification = releases
    suite.check("other benchmarks: other scores, same counts", benchmarks.table != first.table and
                benchmarks.digest == first.digest and
                benchmarks.generation == first.generation, benchmarks.generation)
    suite.check("another specification: other counts, another generation",
                specification.digest != first.digest and
                max(specification.generation) > max(first.generation), specification.generation)
    parts = parts_of_the_sample(suite)
    codes = season.play("--inbox", parts[0][0], "--registry-inbox", parts[0][1])
    suite.equal("before: every service ends well", set(codes), {0})
    for before, after, part in ((first, benchmarks, parts[1]),
                                (benchmarks, specification, parts[2])):
        codes = roll(season, before, after, part)
        suite.equal(f"{after.name}: every service ends well", codes, [0] * len(codes))
        if after is specification:
            check_release(suite, season, broker, after, keys)
            continue
        # The season is not over: what is published must agree with the new rules all the same.
        digest = after.digest_of(*season.view)
        generated_seasons.compare_with_batch(
            suite, f"{after.name}: published", ["--broker", broker.servers], keys, digest,
            after.batch_fold)
    probe = suite.binary.parent / "crash_probe"
    causes = json.loads(suite.qcdr("causes", "--broker", broker.servers, program=probe).text)
    suite.check("the scores changed with a cause, in every batch that said everything again",
                causes.get("CAUSE_REFERENCE_DATA", 0) >= 2, causes)
    ran = suite.qcdr("outputs", "--broker", broker.servers, program=probe)
    suite.equal("no output id twice, no version goes back", ran.code, 0)
