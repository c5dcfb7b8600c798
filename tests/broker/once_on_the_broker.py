"""`qcdr serve ingest` takes each file once: run again, run twice at a time, killed between the log's
acknowledgement and anything that it could write down."""

import os
import pathlib
import signal
import subprocess
import time

from files_once import SEASON, consent, fill, received, standing
from harness import Ran

GROWS_SECONDS = 1.5
INGEST_SECONDS_MAX = 60


def ingest(season, inbox, *more):
    return season.suite.qcdr("serve", "ingest", *season.common, "--inbox", inbox, *more)


def at_once(season, inbox, count):
    """Several processes over one folder; what they did."""
    arguments = [str(season.suite.binary), "serve", "ingest", *map(str, season.common), "--inbox",
                 str(inbox)]
    processes = [subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, cwd=season.suite.folder)
                 for _ in range(count)]
    done = []
    for process in processes:
        out, err = process.communicate(timeout=INGEST_SECONDS_MAX)
        done.append(Ran(arguments, process.returncode, out, err))
        season.suite.keep(done[-1])
    return done


def check_files_once(suite, season):
    """On topics of its own: the first revocation must not be heard again, the last one must."""
    inbox = fill(suite.fresh("broker-once-inbox"), SEASON)
    for path in inbox.iterdir():  # long ago, so that nobody waits for it to grow
        os.utime(path, (time.time() - 3600,) * 2)
    place = season.view
    killed = ingest(season, inbox, "--crash-at", "ingest-upload-appended:2")
    suite.check("killed when the second file was on the log", killed.code == -signal.SIGKILL and
                len(received(killed)) == 1, killed.tail())
    both = at_once(season, inbox, 2)
    taken = sorted(set(received(both[0]) + received(both[1])))
    suite.check("two at a time take what is left, and nothing that was on the log",
                [ran.code for ran in both] == [0, 0] and taken == [sorted(SEASON)[2]],
                [ran.tail() for ran in both])
    again = ingest(season, inbox)
    suite.check("again: nothing", again.code == 0 and not received(again) and
                '"msg":"files were taken before","records":3' in again.errors, again.tail())
    suite.equal("every service ends well", set(season.play("--inbox", inbox)), {0})
    suite.equal("the consent stands", standing(suite, *place), ["on time"])
    fill(inbox, {"20221203T090000-0600_the-same-revocation.csv": consent("REVOKE")})
    season.play("--inbox", inbox)
    suite.equal("the revocation under another name is heard", standing(suite, *place), ["revoked"])
    growing(suite, season, inbox)


def growing(suite, season, inbox):
    """A file that is written while ingest runs: all of it or nothing."""
    whole = consent("GRANT") + consent("GRANT").splitlines(True)[1]
    path = pathlib.Path(inbox) / "20221204T090000-0600_growing.csv"
    path.write_text(whole[:150], encoding="utf-8")
    arguments = [str(suite.binary), "serve", "ingest", *map(str, season.common), "--inbox",
                 str(inbox)]
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=suite.folder) as process:
        time.sleep(GROWS_SECONDS)
        path.write_text(whole, encoding="utf-8")
        out, err = process.communicate(timeout=INGEST_SECONDS_MAX)
    ran = Ran(arguments, process.returncode, out, err)
    suite.keep(ran)
    suite.check("a file that grows is waited for and taken once",
                ran.code == 0 and received(ran) == [path.name], ran.tail())
    season.play("--inbox", inbox)
    suite.equal("and was taken whole", standing(suite, *season.view), ["on time"])
    embedded = ("--data-dir", suite.fresh("broker-once-embedded"), "--keys", season.keys)
    suite.qcdr("dev", "--once", "--no-table", *embedded, "--inbox", inbox)
    suite.equal("the state is that of the embedded log", suite.digest(*season.view),
                suite.digest(*embedded))
