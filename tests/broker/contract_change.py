"""A later contract on a running pipeline: producers of one release, consumers of the other, in both directions.

`qcdr_later` is qcdr with a contract that has more of everything (later_contract.h); that `buf breaking` allows it
is checked first. While uploads go on, instances are exchanged one by one: scoring of today reads what a later ingest,
validation and scoring write, then the other way round. Table, digest and everything published are those of the same
files without any of it. Then what nobody may pass over: a kind of upload, a kind of fact and a value that today's
release does not know. It waits, with a reason, others go on, and the later release finds all of it.
"""

import json
import pathlib
import subprocess
import time

import generated_seasons
import identifiers
from background import until
from contract_files import folders_of, make_inboxes
from harness import ROOT
from two_releases import SERVICE_SECONDS_MAX, Pipeline

PARTITIONS = 4
IDLE_SECONDS = 5
WAITS_SECONDS = 2
UPLOAD_KIND, FACT, VALUE = "qcdr.v1.Upload.kind", "qcdr.v1.Row.fact", "qcdr.v1.OptOut.action"
SEALED_WORDS, OPEN_WORDS = b"words-that-travel-sealed", b"later-words"
# Of topics and records that nobody writes yet, by file of the contract.
UNWRITTEN_FILES = ("audit", "calendar", "notice", "submission")
# What no file of this season leads to. A message that is new must be led to, or named here.
UNMET = {f"qcdr.v1.{name}" for name in (
    "AuditCorrection", "ContributedInteroperability", "FeedbackMeasure", "HoldLifted", "KeyDestroyed",
    "PracticeReleased", "ReferenceReleased")}


def play_embedded(suite, data, keys, inbox, registry):
    """Table and digest of the files, and the account of each upload."""
    table = suite.qcdr("dev", "--once", "--json", "--data-dir", data, "--keys", keys, "--inbox", inbox,
                       "--registry-inbox", registry)
    if table.code != 0:
        raise RuntimeError(table.tail())
    accounts = suite.qcdr("accounts", "--log", data / "log", program=suite.binary.parent / "crash_probe")
    return table.text, suite.digest("--data-dir", data, "--keys", keys), json.loads(accounts.text)


def check_is_compatible(suite):
    reader = suite.binary.parent / "later_reader"
    image = suite.folder / "later.binpb"
    image.write_bytes(suite.qcdr("image", program=reader).out)
    buf = subprocess.run([ROOT / "proto/tools/buf", "breaking", image, "--against", "released.binpb"],
                         cwd=ROOT / "proto", capture_output=True, text=True, check=False, timeout=240)
    suite.check("buf breaking allows the later contract", buf.returncode == 0 and
                image.stat().st_size > (ROOT / "proto/released.binpb").stat().st_size // 10,
                (buf.stdout + buf.stderr)[:400])


def exchange(pipeline, parts):
    """Exit codes. Uploads go on while both releases take every place."""
    today, later = pipeline.today, pipeline.later()
    scoring = [pipeline.scoring(later, 0), pipeline.scoring(today, 1)]
    validation = pipeline.validation(today)
    codes = [pipeline.ingest(today, *parts["first"]), pipeline.end(validation)]
    validation = pipeline.validation(later)
    codes.append(pipeline.ingest(later, *parts["later"]))
    until(lambda: all(account["rowsRead"] is not None for account in pipeline.accounts().values()),
          "the later validation does not come to an end", seconds=SERVICE_SECONDS_MAX)
    codes.append(pipeline.end(validation))
    validation = pipeline.validation(today, IDLE_SECONDS)
    taking = pipeline.start_ingest(today, *parts["other"])
    # What the one made of a partition comes to the other, which takes over.
    for slot, release in ((1, later), (0, today)):
        codes.append(pipeline.end(scoring[slot]))
        scoring[slot] = pipeline.scoring(release, slot, IDLE_SECONDS + WAITS_SECONDS)
        time.sleep(WAITS_SECONDS)
    return codes + [pipeline.end(each, ask=False) for each in (taking, validation, *scoring)]


def check_same(suite, pipeline, keys, expected):
    season, broker = pipeline.season, pipeline.broker
    table, digest, accounts = expected
    suite.equal("both contracts: the table of today's alone", season.table().text, table)
    suite.equal("both contracts: the digest of today's alone", suite.digest(*season.view), digest)
    suite.equal(f"both contracts: the account of {len(accounts)} uploads", pipeline.accounts(), accounts)
    generated_seasons.compare_with_batch(suite, "both contracts: published", ["--broker", broker.servers],
                                         keys, digest)
    probe = suite.binary.parent / "crash_probe"
    outputs = suite.qcdr("outputs", "--broker", broker.servers, program=probe)
    suite.equal("both contracts: no output id twice, no version goes back", outputs.code, 0)
    causes = json.loads(suite.qcdr("causes", "--broker", broker.servers, program=probe).text)
    suite.equal("both contracts: nobody is told of a score that changed by a rulebook",
                causes.get("CAUSE_REFERENCE_DATA", 0), 0)
    letters = suite.qcdr("dlq", "list", "--broker", broker.servers, "--replay", "--json")
    suite.equal("both contracts: nothing is laid aside", (letters.code, json.loads(letters.text)["deadLetters"]),
                (0, []))
    follower = season.folder / "contract-portal"
    portal = pipeline.start(pipeline.today, "portal", 0, "--state", follower, "--listen", "127.0.0.1:0",
                            "--exit-when-idle", WAITS_SECONDS)
    suite.equal("the portal of today's release ends well", pipeline.end(portal, ask=False), 0)
    suite.equal("the portal of today's release has the same state",
                suite.digest("--state", follower, "--keys", keys), digest)


def unwritten(message):
    """A message of a file of the contract that no file of the season leads to."""
    name = message.removeprefix("qcdr.v1.").split(".")[0]
    for file in UNWRITTEN_FILES:
        text = (ROOT / f"proto/qcdr/v1/{file}.proto").read_text(encoding="utf-8")
        if f"\nmessage {name} " in text and name != "StageTwoClaim":
            return True
    return False


def check_was_there(suite, pipeline, keys):
    """Every message of the contract had its additions, and a reader who knows them meets records without."""
    reader = suite.binary.parent / "later_reader"
    ran = suite.qcdr("count", "--broker", pipeline.broker.servers, "--keys", keys, program=reader)
    if not suite.check("a reader with the later contract reads every record of both", ran.code == 0, ran.tail()):
        return
    counted = json.loads(ran.text)
    messages = {name: counts for name, counts in counted["messages"].items() if not unwritten(name)}
    without = {name for name, counts in messages.items() if counts["with"] == 0}
    suite.check(f"additions were in {len(messages) - len(UNMET)} of {len(messages)} messages", without == UNMET and
                len(messages) > 70, sorted(without ^ UNMET))
    mixed = [name for name, counts in messages.items() if counts["with"] and counts["without"]]
    suite.check(f"{len(mixed)} of them came from both releases", len(mixed) * 2 > len(messages), sorted(
        set(messages) - set(mixed)))
    suite.check("records had headers that today's release does not know", counted["headers"] > 100,
                counted["headers"])


def said(log, *words):
    text = pathlib.Path(log).read_text(encoding="utf-8", errors="replace")
    return all(word in text for word in words)


def wait_for_words(name, instance, *words):
    until(lambda: said(instance.log, *words), lambda: f"{name}: never said {words}",
          seconds=SERVICE_SECONDS_MAX)


def finished(pipeline):
    return {upload for upload, account in pipeline.accounts().items() if account["outcomes"]}


def check_what_waits(suite, pipeline, last, waiting, expected):
    """A kind of upload, then a kind of fact and a value, that today's release does not know."""
    before = finished(pipeline)
    suite.equal("a later ingest takes a later kind",
                pipeline.ingest(pipeline.later(UPLOAD_KIND), *waiting), 0)
    suite.equal("today's ingest takes what others send", pipeline.ingest(pipeline.today, *last), 0)
    others = sum(len(list(folder.iterdir())) for folder in last)
    validation = pipeline.validation(pipeline.today)
    scoring = [pipeline.scoring(pipeline.today, slot) for slot in range(2)]
    wait_for_words("validation", validation, "waits for a later release", UPLOAD_KIND)
    until(lambda: len(finished(pipeline)) >= len(before) + others, "others' uploads do not come to an end",
          seconds=SERVICE_SECONDS_MAX)
    suite.check(f"a later kind waits, and {others} uploads of others are folded", others > 0)
    suite.check("today's validation says at its end that something waits", pipeline.end(validation) != 0)

    validation = pipeline.validation(pipeline.later(FACT, VALUE), IDLE_SECONDS)
    until(lambda: any(said(each.log, "partition stopped", FACT) for each in scoring),
          "no partition stopped at a later fact", seconds=SERVICE_SECONDS_MAX)
    stopped = [each for each in scoring if said(each.log, "partition stopped", FACT)]
    suite.equal("a later fact stops one partition of one instance of today's scoring", len(stopped), 1)
    suite.equal("a later validation finds what waited", pipeline.end(validation, ask=False), 0)
    codes = [pipeline.end(each) for each in scoring]
    # The other may have taken the partition over meanwhile, and stopped it, too.
    suite.check("who ends with a partition that stopped says so", max(codes) > 0, codes)
    suite.equal("nothing of it is folded", len(finished(pipeline)), len(before) + others)

    scoring = [pipeline.scoring(pipeline.later(), slot, IDLE_SECONDS) for slot in range(2)]
    suite.equal("a later scoring goes on where today's stopped", [pipeline.end(each, ask=False)
                                                                   for each in scoring], [0, 0])
    table, digest, accounts = expected
    suite.equal("nothing is lost: the table of all files", pipeline.season.table().text, table)
    suite.equal("nothing is lost: their digest", suite.digest(*pipeline.season.view), digest)
    suite.equal("nothing is lost: the account of each upload", pipeline.accounts(), accounts)


def check_words(suite, pipeline, inbox):
    """What travels sealed is in no log, nor anywhere on the broker; what is open is on the broker alone."""
    printed = pipeline.logs()
    names = identifiers.of_folder(inbox)
    leaks = identifiers.find({value.encode() for value in names["TIN"] | names["NPI"]}, printed)
    suite.check("no TIN or NPI in a log of either release", not leaks, sorted(leaks)[:5])
    suite.check("no log repeats unknown fields", SEALED_WORDS not in printed and OPEN_WORDS not in printed and
                len(printed) > 10_000, f"{len(printed)} bytes of logs")
    stored = {words: sum(words in path.read_bytes() for path in pipeline.broker.folder.rglob("*.log"))
              for words in (SEALED_WORDS, OPEN_WORDS)}
    suite.check("unknown fields of rows are on the broker sealed only", stored[SEALED_WORDS] == 0 and
                stored[OPEN_WORDS] > 0, stored)
    at_rest, searched = identifiers.find_below({SEALED_WORDS, OPEN_WORDS}, pipeline.season.folder)
    suite.check("no state keeps unknown fields", not at_rest and searched > 100_000,
                f"{searched} bytes: {at_rest}")


def play_both(suite, keys, pipeline):
    check_is_compatible(suite)
    inboxes = make_inboxes(suite)
    parts = {name: folders_of(suite, inboxes, name, name)
             for name in ("first", "later", "other", "last", "waiting")}
    without = folders_of(suite, inboxes, "without", "first", "later", "other")
    expected = play_embedded(suite, suite.fresh("contract-without"), keys, *without)
    codes = exchange(pipeline, parts)
    suite.equal("both contracts: every service ends well", codes, [0] * len(codes))
    check_same(suite, pipeline, keys, expected)
    check_was_there(suite, pipeline, keys)
    whole = play_embedded(suite, suite.fresh("contract-whole"), keys, *inboxes)
    suite.check("the last files change table and digest", whole[0] != expected[0] and whole[1] != expected[1])
    check_what_waits(suite, pipeline, parts["last"], parts["waiting"], whole)
    check_words(suite, pipeline, inboxes[0])


def change_contract(suite, keys, broker, season):
    with Pipeline(suite, season, broker) as pipeline:
        play_both(suite, keys, pipeline)
