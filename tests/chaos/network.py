"""Faults of the way to the broker: connections that break, crawl, or are open and dead."""

import time

FEED_SECONDS = 20
FAULTS = 7


def drop(proxy, dice):
    for _ in range(3):
        proxy.drop()
        time.sleep(dice.uniform(0.05, 0.6))


def crawl(proxy, dice):
    proxy.delay(dice.uniform(0.05, 0.5))
    time.sleep(2.5)


def answers_lost(proxy, dice):
    """Requests arrive and are done; nobody hears of it, and then the connections break."""
    proxy.hold("down")
    time.sleep(dice.uniform(0.3, 2))
    proxy.drop()


def requests_late(proxy, dice):
    """What was sent arrives long after its sender gave it up."""
    proxy.hold("up")
    time.sleep(dice.choice((1.0, 5.0)))


def dead_peer(proxy, dice):
    """Connections are taken and never answered, old ones as well."""
    proxy.play_dead()
    time.sleep(dice.choice((1.5, 5.0)))


def network(it, dice, say):
    """A proxy before the broker drops, delays, holds back and half-opens connections."""
    proxy = it.broker.proxy
    it.through_proxy = True
    it.start_all()
    it.wait_until_ready()
    if proxy.connections == 0:
        raise RuntimeError("nobody comes through the proxy")
    it.begin_feed(FEED_SECONDS)
    faults = [drop, crawl, answers_lost, requests_late, dead_peer]
    faults += dice.choices(faults, k=FAULTS - len(faults))
    dice.shuffle(faults)
    for fault in faults:
        time.sleep(dice.uniform(0.2, 1.2))
        try:
            fault(proxy, dice)
        finally:
            proxy.heal()
        healed_at = time.monotonic()
        it.wait_until_ready()
        it.recovered.append(time.monotonic() - healed_at)
        say(f"{fault.__name__} {it.recovered[-1]:.1f} s")
