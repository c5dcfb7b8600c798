"""SIGSTOP of an instance, or of the broker, for longer than anybody waits; then SIGCONT."""

import time

import positions
from background import until
from pipeline import SESSION_SECONDS, last_line

FEED_SECONDS = 22
ZOMBIES = 3
TAKE_OVER_SECONDS_MAX = 30


def owned(it, service):
    """Partitions of which the group says that the service has them."""
    slot = service.partition("-")[2]
    found = positions.read(it.tools, it.broker.place, slot=slot)
    return {p.partition for p in found.records if p.owned}


def zombie_scoring(it, dice, say):
    """An instance stops beyond its session, the other takes over, then it goes on as if nothing was.

    It wakes in the middle of what it did, perhaps with a transaction under way. It may write nothing
    that counts, and must join again or end.
    """
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    all_partitions = owned(it, "scoring-0") | owned(it, "scoring-1")
    for number in range(ZOMBIES):
        zombie, other = dice.sample(it.scoring, 2)
        time.sleep(dice.uniform(0.2, 1.5))
        stopped_at = time.monotonic()
        process = it.processes[zombie]
        process.freeze()
        until(lambda o=other: owned(it, o) == all_partitions,
              f"{other} does not take over: {last_line(it.processes[other])}",
              TAKE_OVER_SECONDS_MAX)
        took = time.monotonic() - stopped_at
        if took < SESSION_SECONDS / 2:
            raise RuntimeError(f"taken over after {took:.1f} s, before the session had ended")
        # So that the other has written on before the zombie wakes.
        time.sleep(dice.uniform(0, 1.5))
        process.thaw()
        woke_at = time.monotonic()
        until(lambda z=zombie: owned(it, z), f"{zombie} has no partition again",
              TAKE_OVER_SECONDS_MAX)
        it.wait_until_ready(*it.scoring)
        it.recovered.append(time.monotonic() - woke_at)
        told = told_of_the_loss(it, process, zombie)
        say(f"zombie {number + 1}: {zombie}, taken over after {took:.1f} s, awake again and ready "
            f"after {it.recovered[-1]:.1f} s, {told}")


def told_of_the_loss(it, process, zombie):
    if not process.alive():
        return f"ended with {process.code()}"
    said = [line["msg"] for line in it.lines(zombie) if line["level"] != "info"]
    return f"said {said[-1]!r}" if said else "said nothing of it"


def freeze_broker(it, dice, say):
    """The broker stops in the middle of commits, shorter and longer than time-outs, and goes on."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(16)
    for seconds in dice.sample((0.5, 2.0, 4.5, 9.0), 4):
        time.sleep(dice.uniform(0.3, 1.5))
        it.broker.freeze()
        time.sleep(seconds)
        it.broker.thaw()
        healed_at = time.monotonic()
        it.wait_until_ready()
        it.recovered.append(time.monotonic() - healed_at)
        say(f"{seconds} s, ready {it.recovered[-1]:.1f} s later")


def kill_broker(it, dice, say):
    """SIGKILL of the broker while everything writes, and a start on what was on its disk."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(16)
    for _ in range(2):
        time.sleep(dice.uniform(0.5, 3))
        it.broker.kill()
        time.sleep(dice.uniform(0, 2))
        it.broker.start()
        healed_at = time.monotonic()
        it.wait_until_ready()
        it.recovered.append(time.monotonic() - healed_at)
        say(f"ready {it.recovered[-1]:.1f} s after it was there again")


def kill_leaders(it, dice, say):
    """Three brokers: each is killed once, with the partitions that it leads, and comes back later."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(24)
    for node in dice.sample(sorted(it.broker.arguments), 3):
        it.broker.wait_until_in_sync()
        it.broker.kill(node)
        killed_at = time.monotonic()
        it.wait_until_ready()
        it.recovered.append(time.monotonic() - killed_at)
        say(f"node {node}, ready after {it.recovered[-1]:.1f} s without it")
        time.sleep(dice.uniform(2, 5))
        it.broker.heal()
