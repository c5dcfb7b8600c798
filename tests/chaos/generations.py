"""A release with another generation of the fold, rolled out while files come in."""

import time

FEED_SECONDS = 16
NEXT = {"QCDR_PLANTED_NEXT_GENERATION": "1"}


def next_generation(it, dice, say):
    """Instance by instance goes over to the next generation, and one is killed while it rebuilds.

    The logic is the same under another number, so state and scores must come out the same, and what
    the new generation publishes must beat what stands there. Each instance is back before its session
    ends, so no partition goes back to an instance of the old one.
    """
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    time.sleep(dice.uniform(2, 5))
    for service in [*it.scoring, "portal-0"]:
        began_at = time.monotonic()
        it.of_service[service] = NEXT
        it.wait_for_life(service, it.end_and_restart(service))
        if service == "scoring-0":
            time.sleep(dice.uniform(0.05, 0.4))
            it.wait_for_life(service, it.kill(service))
        it.wait_until_ready(service)
        it.recovered.append(time.monotonic() - began_at)
        say(f"{service} rebuilt in {it.recovered[-1]:.1f} s")
    for service in it.scoring:
        generations = sorted(p.name for p in it.state(service).glob("generation-*"))
        if len(generations) != 2:
            raise RuntimeError(f"{service} has {generations}")
