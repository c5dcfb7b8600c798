"""SIGKILL of services while files come in, and of scoring while it replays."""

import time

from background import until
from positions import read_after_kill

KILLS = 10
REPLAY_KILLS = 6
FEED_SECONDS = 14
FED_SECONDS = 3


def kill_services(it, dice, say):
    """Each kind of service at a random instant, and then any of them."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    victims = ["ingest", *it.services]
    dice.shuffle(victims)
    victims += dice.choices(["ingest", *it.services], k=KILLS - len(victims))
    for victim in victims:
        time.sleep(dice.uniform(0.05, 1.2))
        if victim == "ingest":
            kill_ingest(it, dice)
            say("ingest")
        else:
            say(f"{victim} {it.kill_and_recover(victim):.1f} s")


def kill_ingest(it, dice):
    """At a random instant of its life, which is short: of the next one that is alive then."""
    until(lambda: "ingest" in it.processes and it.processes["ingest"].alive() or
          not it.feed.is_alive(), "no ingest runs", pause=0.005)
    time.sleep(dice.uniform(0, 0.4))
    it.kill("ingest")


def kill_scoring_in_replay(it, dice, say):
    """An instance that has lost its state is killed again and again while it folds it anew."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(4)
    it.wait_until_done()
    life = it.kill("scoring-0", lambda: it.lose_state("scoring-0"))
    in_replay, delay, found = 0, 0.05, []
    for _ in range(REPLAY_KILLS):
        it.wait_for_life("scoring-0", life)
        time.sleep(delay + dice.uniform(0, 0.3))
        life = it.kill("scoring-0", lambda: found.append(
            read_after_kill(it.tools, it.broker.place, it.state("scoring-0"), "0")))
        in_replay += any(p.between for p in found.pop().records)
        delay += 0.1
    say(f"{in_replay} of {REPLAY_KILLS} kills fell into the replay")
    if not in_replay:
        raise RuntimeError("no kill fell into the replay")


def control(it, dice, say):
    """With a bug planted: what a restart replays is published a second time. It must be found out.

    Only until an instance died between a commit and the write of its state, since a second restart
    would stop at what the first one did to the markers, and so would a portal.
    """
    it.start_all()
    it.wait_until_ready()
    it.take_out("portal-0")
    it.begin_feed(8)
    # Behind the first records of the controller, which have no outputs that could be there twice.
    time.sleep(FED_SECONDS)
    found = []
    while not any(p.between for p in found):
        time.sleep(dice.uniform(0.3, 1))
        service = dice.choice(it.scoring)
        slot = service.partition("-")[2]
        it.kill(service, lambda s=service, n=slot: found.extend(
            read_after_kill(it.tools, it.broker.place, it.state(s), n).records))
        it.wait_until_ready(service)
    say(f"killed at {next(p for p in found if p.between)}")
