"""State directories that a scoring instance or a portal must not work on."""

import os
import pathlib
import shutil
import time

from refusals import Refusal, check_refusals, copy_of, fingerprint
from seasons import SERVICE_SECONDS_MAX

READERS = ("scoring", "portal")


def of_readers(name, arguments, *words, code=2, **options):
    """Scoring and a portal, each with a state directory of its own: {} stands for the service."""
    return [Refusal(f"serve {service}: {name}",
                    ["serve", service, *(str(argument).format(service) for argument in arguments)],
                    code, *words, **options) for service in READERS]


def copies(suite, season, name):
    """The season's state, once for each service; a pattern for their paths."""
    for service in READERS:
        copy_of(season.state, suite.folder / f"{name}-{service}")
    return suite.folder / (name + "-{}")


def another_process_and_other_keys(suite, broker):
    season = suite.season
    other_keys = suite.folder / "other-keys"
    suite.qcdr("dev", "--once", "--no-table", "--data-dir", suite.fresh("empty"), "--keys",
               other_keys)
    foreign, older = copies(suite, season, "foreign"), copies(suite, season, "older")
    for service in READERS:  # as a program of an earlier generation would have left it
        generation = next(pathlib.Path(str(older).format(service)).glob("generation-*"))
        generation.rename(generation.parent / "generation-1")
    closed = suite.fresh("closed")
    closed.mkdir()
    os.chmod(closed, 0o500)
    unwritable = suite.folder / "unwritable.yaml"
    unwritable.write_text(f"snapshot_dir: {closed}/snapshots\nreplay: true\n", encoding="utf-8")
    config = season.common[:2]
    before = {path: fingerprint(path) for path in suite.folder.glob("foreign-*")}
    log_bytes = broker.log_bytes()
    holder = season.score(0)
    time.sleep(1.5)
    check_refusals(suite, [
        *of_readers("another process has the state", [*config, "--keys", season.keys, "--slot", "x",
                                                      "--state", season.state],
                    f"state_dir {season.state}: another process has it open"),
        *of_readers("a state under other keys", [*config, "--keys", other_keys, "--slot", "x",
                                                 "--state", foreign],
                    "made under other registry keys", "give the key directory"),
        Refusal("serve scoring: snapshots cannot be written",
                ["serve", "scoring", "--config", unwritable, "--broker", broker.servers, "--keys",
                 season.keys, "--slot", "x", "--state", suite.folder / "foreign-scoring"], 6,
                f"snapshot_dir {closed}/snapshots", "ermission denied", obeys_modes=True)])
    holder.process.terminate()
    suite.equal("the process that had it ends well",
                holder.wait(time.monotonic() + SERVICE_SECONDS_MAX), 0)
    suite.equal("no record was produced", broker.log_bytes(), log_bytes)
    suite.equal("no byte of the states was changed",
                {path: fingerprint(path) for path in before}, before)
    suite.equal("nor of the one that was in use", season.digest(), suite.whole)
    suite.equal("nothing was made in the closed folder", list(closed.iterdir()), [])
    of_an_older_generation(suite, season, pathlib.Path(str(older).format("scoring")))


def of_an_older_generation(suite, season, state):
    """It is left as it is, and the state of this generation is folded beside it."""
    before = fingerprint(state / "generation-1")
    kept, season.state = season.state, state
    code, replayed = season.fold()
    suite.check("an older generation: everything is folded anew beside it",
                code == 0 and replayed > 0 and season.digest() == suite.whole,
                f"exit {code}, {replayed} replayed")
    told = (season.folder / f"scoring-0-{season.rounds}.log").read_text("utf-8")
    suite.check("an older generation: told", "a state of another generation is left as it is" in told,
                told[-300:])
    suite.equal("an older generation: not a byte was changed", fingerprint(state / "generation-1"),
                before)
    season.state = kept


def another_cluster(suite, broker, topics):
    """The same broker with other partitions, and then formatted anew, which makes it another one."""
    season = suite.season
    topics.remove()
    suite.equal("topics of other partitions", topics.ensure("--replay", partitions=5).code, 0)
    foreign = copies(suite, season, "foreign")
    early = copies(suite, season, "early")
    for service in READERS:  # as a program left it that did not write it down yet
        os.remove(pathlib.Path(str(early).format(service)) / "belongs-to")
    before = {path: fingerprint(path) for path in suite.folder.glob("foreign-*")}
    arguments = ["--broker", broker.servers, "--replay", "--keys", season.keys, "--state"]
    check_refusals(suite, of_readers("a state of other partitions", [*arguments, foreign],
                                     "made of 4 partitions, and the topics have 5"))
    broker.stop()
    shutil.rmtree(broker.folder / "data")
    broker.__enter__()
    arguments[1] = broker.servers
    topics.where = arguments[:2]
    suite.equal("topics of the new cluster", topics.ensure("--replay").code, 0)
    check_refusals(suite, of_readers("a state of another cluster", [*arguments, foreign],
                                     "belongs to another cluster", "bootstrap.servers leads to"))
    suite.equal("not a byte was changed", {path: fingerprint(path) for path in before}, before)
    ahead = of_readers("a state ahead of its log", [*arguments, early, "--exit-when-idle", "5"],
                       "restore a snapshot", code=1)
    ahead[0].words += ("state is ahead of the log: applied ",)
    ahead[1].words += ("the log no longer holds record ",)  # a portal has no offset of its own
    check_refusals(suite, ahead)
    for service in READERS:
        state = pathlib.Path(str(early).format(service))
        suite.equal(f"serve {service}: what was ahead of the log still verifies",
                    suite.digest("--state", state, "--keys", season.keys), suite.whole)
    suite.equal("no record was produced", broker.log_bytes(), 0)
