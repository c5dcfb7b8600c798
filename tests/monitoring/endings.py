"""A signal in the middle of work: an end in time, and nothing lost."""

import signal
import time

from background import until
from watched import Watched

SEASON = ("--practices", 2, "--clinicians", 100, "--cases", 12_000, "--seed", 11)
# It drains one batch and writes what it has; the limit of stop_signal.h is for what hangs.
ORDERLY_SECONDS_MAX = 15
AT_ONCE_SECONDS_MAX = 3
LONG = 120


def a_signal_ends_in_time(suite):
    inbox, keys = suite.fresh("long-inbox"), suite.folder / "long-keys"
    made = suite.qcdr("generate", *SEASON, "--out", inbox)
    suite.equal("a season that takes a while", made.code, 0)
    whole = suite.qcdr("dev", "--once", "--no-table", "--data-dir", suite.folder / "whole", "--keys",
                       keys, "--inbox", inbox)
    suite.equal("it is processed", whole.code, 0)
    digest = suite.digest("--data-dir", suite.folder / "whole", "--keys", keys)
    data = suite.folder / "interrupted"
    place = ("--data-dir", data, "--keys", keys)
    for number, signals in enumerate(((signal.SIGTERM,), (signal.SIGINT, signal.SIGTERM))):
        code, seconds = interrupted(suite, f"interrupted-{number}", signals, place, inbox)
        if len(signals) == 1:
            suite.check("one signal in the middle of work: an orderly end, in time",
                        code == 0 and seconds < ORDERLY_SECONDS_MAX, f"exit {code}, {seconds:.1f} s")
        else:
            suite.check("a second signal ends at once", code == 1 and seconds < AT_ONCE_SECONDS_MAX,
                        f"exit {code}, {seconds:.1f} s")
    rest = suite.qcdr("dev", "--once", "--no-table", *place, "--inbox", inbox)
    suite.equal("what was left is processed by the next run", rest.code, 0)
    suite.equal("and comes to the same state", suite.digest(*place), digest)


def interrupted(suite, name, signals, place, inbox):
    """Exit code, and seconds from the first signal to the end."""
    with Watched(suite, name, "dev", "--once", "--no-table", *place, "--inbox", inbox) as process:
        until(lambda: ("qcdr_folded_rows_total" in process.page("/metrics")[1]
                       and rows_folded(process) > 0), "nothing is folded")
        started = time.monotonic()
        for each in signals:
            process.signal(each)
        code = process.wait(LONG)
        return code, time.monotonic() - started


def rows_folded(process):
    for line in process.page("/metrics")[1].splitlines():
        if line.startswith("qcdr_folded_rows_total"):
            return float(line.split()[1])
    return 0
