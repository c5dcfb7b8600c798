"""A record that can never be folded, in the middle of a season of two practices in one partition."""

import json
import shutil

from generated_seasons import compare_with_batch
from harness import find_program
from log_commands import FAR, read_json, verdicts

PARKED, OTHER = 1001, 1002
TOPIC = "qcdr.internal.registry-records.v1"
SEASON = ("--practices", 2, "--clinicians", 10, "--cases", 300, "--seed", 23,
          "--first-practice", PARKED)


class World:
    """The season in two halves, and a data directory where nothing went wrong."""

    def __init__(self, suite):
        self.suite = suite
        self.whole = suite.fresh("parked-inbox")
        made = suite.qcdr("generate", *SEASON, "--out", self.whole)
        if made.code != 0:
            raise RuntimeError(made.tail())
        files = sorted(f for f in self.whole.iterdir() if f.suffix != ".md")
        self.halves = []
        for number, part in enumerate((files[:len(files) // 2], files[len(files) // 2:])):
            half = suite.fresh(f"parked-half-{number}")
            half.mkdir()
            for file in part:
                shutil.copy(file, half)
            self.halves.append(half)
        self.sound = suite.fresh("parked-sound")
        self.keys = self.sound / "keys"
        self.play(self.sound, self.whole)
        self.wanted = self.digest(self.sound)

    def play(self, data, inbox):
        ran = self.suite.play(data, "--inbox", inbox, "--partitions", 1, "--keys", self.keys)
        if ran.code != 0:
            raise RuntimeError(ran.tail())

    def digest(self, data):
        return self.suite.digest("--data-dir", data, "--keys", self.keys)

    def scores(self, data, practice):
        ran = self.suite.qcdr("score", "list", "--data-dir", data, "--keys", self.keys, "--json")
        return [row for row in json.loads(ran.text)["rows"] if row["practice"] == practice]

    def letters(self, data):
        """(exit code, what waits)."""
        ran = self.suite.qcdr("dlq", "list", "--data-dir", data, "--json")
        return ran.code, json.loads(ran.text)["deadLetters"]

    def redrive(self, data, *arguments):
        return self.suite.qcdr("dlq", "redrive", TOPIC, *arguments, "--data-dir", data)

    def poisoned(self, name):
        """A data directory with the record between the halves; (directory, file that mends it)."""
        data, sound = self.suite.fresh(name), self.suite.fresh(name + "-sound-record")
        self.play(data, self.halves[0])
        ran = self.suite.qcdr(data, PARKED, sound,
                              program=find_program(self.suite.binary, "poison_record"))
        if ran.code != 0:
            raise RuntimeError(ran.tail())
        self.play(data, self.halves[1])
        return data, sound


def parked_and_released(suite):
    world = World(suite)
    data, sound = world.poisoned("parked")
    code, letters = world.letters(data)
    suite.equal("dlq list: something waits", code, 3)
    suite.equal("all of it is the parked practice's, in one row from 0",
                [(letter["parkedPractice"], letter["parkedNumber"]) for letter in letters],
                [(PARKED, number) for number in range(len(letters))])
    suite.equal("the first cannot be folded, the others wait",
                [letter["error"] for letter in letters],
                ["rows of a chunk do not open"] + ["parked"] * (len(letters) - 1))
    suite.check("the other half of its season waits", len(letters) > 10, len(letters))
    suite.equal("the other practice is where it would be without",
                world.scores(data, OTHER), world.scores(world.sound, OTHER))
    suite.check("the parked one is not",
                world.scores(data, PARKED) != world.scores(world.sound, PARKED))
    parked = world.digest(data)
    suite.check("state verify knows who is parked", parked != world.wanted)
    compare_with_batch(suite, "while it is parked", ["--log", data / "log"], world.keys, parked)
    place = ("--data-dir", data, "--keys", world.keys)
    code, checks = verdicts(suite, *place)
    checks.pop("disk space", None)
    suite.check("doctor finds nothing broken", code == 0 and "failed" not in checks.values(), checks)
    suite.equal("replay as it was known: parked, too",
                read_json(suite, "replay", "--known-at", FAR, *place)["stateDigest"], parked)
    suite.equal("replay by receipt: parked, too",
                read_json(suite, "replay", "--received-by", FAR, *place)["stateDigest"], parked)
    plain = world.redrive(data)
    suite.check("redrive alone leaves it alone, and says so", plain.code == 0 and
                f"{len(letters)} records wait for parked practices" in plain.errors, plain.tail())
    one = world.redrive(data, f"{letters[1]['partition']}/{letters[1]['offset']}")
    suite.check("one of them alone is not laid back", one.code != 0 and
                f"--practice {PARKED}" in one.errors, one.tail())
    for name, arguments in (("a release that says nothing of the record", ()),
                            ("a release of a practice that is not parked", ())):
        practice = PARKED if "record" in name else OTHER
        suite.check(f"{name} is refused",
                    world.redrive(data, "--practice", practice, *arguments).code != 0)
    both = world.redrive(data, "--practice", PARKED, "--without-poison", "--mended", sound)
    suite.equal("left out and mended: exit code", both.code, 2)
    suite.equal("on another topic: exit code", suite.qcdr(
        "dlq", "redrive", "qcdr.internal.uploads.v1", "--practice", PARKED, "--without-poison",
        "--data-dir", data).code, 2)
    no_record = world.redrive(data, "--practice", PARKED, "--mended", __file__)
    suite.equal("mended with what is no record: exit code", no_record.code, 2)
    suite.equal("nothing of that changed anything", world.letters(data)[1], letters)
    released = world.redrive(data, "--practice", PARKED, "--without-poison")
    suite.check("it is released without the record", released.code == 0 and
                f"{len(letters) - 1} records of practice {PARKED}" in released.errors,
                released.tail())
    suite.equal("doctor says no more of its rows", verdicts(suite, *place)[1]["keys fit"], "ok")
    world.play(data, world.halves[1])
    suite.equal("nothing waits any more", world.letters(data), (0, []))
    suite.equal("the state is that of the season without the record", world.digest(data),
                world.wanted)
    suite.equal("and so are the scores", world.scores(data, PARKED),
                world.scores(world.sound, PARKED))
    compare_with_batch(suite, "after the release", ["--log", data / "log"], world.keys,
                       world.wanted)
    for basis in ("--known-at", "--received-by"):
        suite.equal(f"replay {basis} now: released",
                    read_json(suite, "replay", basis, FAR, *place)["stateDigest"], world.wanted)
    shutil.rmtree(data / "state")
    world.play(data, world.halves[1])
    suite.equal("made again from the log it is the same state", world.digest(data), world.wanted)
    suite.equal("and nothing is laid aside again", world.letters(data), (0, []))

    mended, sound = world.poisoned("parked-mended")
    released = world.redrive(mended, "--practice", PARKED, "--mended", sound)
    suite.equal("released with a mended record: exit code", released.code, 0)
    world.play(mended, world.halves[1])
    suite.equal("the state is that of the sound season", world.digest(mended), world.wanted)
    suite.equal("and of a replay by receipt", read_json(
        suite, "replay", "--received-by", FAR, "--data-dir", mended, "--keys",
        world.keys)["stateDigest"], world.wanted)
    for folder in (data, mended, world.sound, world.whole, *world.halves):
        shutil.rmtree(folder)


GROUPS = (parked_and_released,)
