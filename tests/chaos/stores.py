"""State that is lost or damaged: it is a copy, and must never be taken for the truth when it is wrong."""

import time

from background import until
from harness import run_tool

FEED_SECONDS = 14
# Of a table file. Footer, properties and filter are at its end.
SMALLEST_TABLE_BYTES = 1000


def lose_state(it, dice, say):
    """The whole state directory of one instance after the other is deleted while files come in."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    for service in dice.sample([*it.scoring, "portal-0"], 3):
        time.sleep(dice.uniform(0.5, 3))
        seconds = it.kill_and_recover(service, lambda s=service: it.lose_state(s))
        say(f"{service} {seconds:.1f} s")


def flip_byte(path, dice):
    """Turns one bit of a file over. Where."""
    size = path.stat().st_size
    with open(path, "r+b") as file:
        at = dice.randrange(size)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << dice.randrange(8))]))
    return f"byte {at} of {size}"


def tables(state):
    return sorted(p for p in state.glob("generation-*/partition-*/*.sst")
                  if p.stat().st_size >= SMALLEST_TABLE_BYTES)


def write_ahead_logs(state):
    return sorted(p for p in state.glob("generation-*/partition-*/*.log") if p.stat().st_size > 0)


def flip_bit_of_state(it, dice, say):
    """One bit of a table or write-ahead log turns over: noticed or harmless, never believed."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    for kind, find in (("table", tables), ("write-ahead log", write_ahead_logs), ("table", tables)):
        service = dice.choice(it.scoring)
        time.sleep(dice.uniform(1, 2.5))
        # A restart writes what the write-ahead log held into tables.
        it.kill_and_recover(service)
        until(lambda f=find, s=service: f(it.state(s)), f"{service} has no {kind}")
        flipped = []
        life = it.kill(service, lambda f=find, s=service: flipped.append(
            flip_byte(dice.choice(f(it.state(s))), dice)))
        it.wait_for_life(service, life)
        say(f"{kind} of {service}, {flipped[0]}: {settle_damage(it, service)}")


def settle_damage(it, service):
    """What came of it. An instance that refuses gets an empty directory, as an operator would do."""
    def verdict():
        if any('"level":"error"' in line for line in it.processes[service].tail(50_000).split("\n")):
            return "refused"
        return "taken" if it.is_ready(service) else None
    found = until(verdict, f"{service} neither goes on nor refuses")
    if found == "taken":
        # Whoever reads every row must notice; or nothing was hurt, which the last check shows.
        time.sleep(1)
        found = verdict()
    if found == "refused":
        it.wait_for_life(service, it.kill(service, lambda: it.lose_state(service)))
        it.wait_until_ready(service)
        return "refused, and folded anew"
    verified = []
    it.wait_for_life(service, it.kill(service, lambda: verified.append(run_tool(
        [it.tools.qcdr, "state", "verify", "--state", it.state(service), "--keys",
         it.season.keys]))))
    if verified[0].code == 0:
        it.wait_until_ready(service)
        return "no row was hurt"
    it.wait_for_life(service, it.kill(service, lambda: it.lose_state(service)))
    it.wait_until_ready(service)
    return "found by state verify, and folded anew"
