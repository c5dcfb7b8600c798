"""More and fewer scoring instances while files come in."""

import time

from background import until
from freezes import owned

FEED_SECONDS = 20
REBALANCE_SECONDS_MAX = 30


def wait_for_shares(it, partitions):
    """Until the instances have all partitions between them, each some, and are ready."""
    def shared():
        shares = [owned(it, service) for service in it.scoring]
        return all(shares) and set().union(*shares) == partitions
    started = time.monotonic()
    until(shared, f"{it.scoring} do not share the partitions", REBALANCE_SECONDS_MAX)
    it.wait_until_ready(*it.scoring)
    it.recovered.append(time.monotonic() - started)
    return it.recovered[-1]


def scale(it, dice, say):
    """One scoring instance, then four, then two, then others than these."""
    it.start_all()
    it.wait_until_ready()
    partitions = owned(it, "scoring-0")
    it.begin_feed(FEED_SECONDS)
    time.sleep(dice.uniform(1, 3))
    for number in (1, 2, 3):
        it.bring_in(f"scoring-{number}")
    say(f"four share after {wait_for_shares(it, partitions):.1f} s")
    time.sleep(dice.uniform(0.5, 2))
    leaving = dice.sample(it.scoring, 2)
    for service in leaving:
        code = it.take_out(service)
        if code != 0:
            raise RuntimeError(f"{service} ended with {code}")
    say(f"two after {wait_for_shares(it, partitions):.1f} s")
    time.sleep(dice.uniform(0.5, 2))
    it.bring_in(leaving[0])
    say(f"three, one of them with its old state, after {wait_for_shares(it, partitions):.1f} s")
