"""The sender dies, by SIGKILL: at each named place of a delivery, and anywhere while CMS goes wrong."""

import random
import signal
import time

CRASH_POINTS = ("submission-intent-on-log", "submission-intent-in-store", "submission-request-sent",
                "submission-answered", "submission-sent-on-log", "submission-sent-in-store",
                "submission-outcome-on-log", "submission-outcome-in-store")
LIFE_SECONDS = (0.8, 5.0)
POINT_SECONDS_MAX = 60
BROKER_AWAY_SECONDS = 2
LAST_IDLE_SECONDS, LAST_SECONDS_MAX = 6, 180
NO_BROKER = 7  # exit code


def die_at_each_point(suite, office):
    """One life a point, one after the other, over the same documents. It must come to each."""
    for point in CRASH_POINTS:
        sender = office.sender("--crash-at", f"{point}:1", "--exit-when-idle", POINT_SECONDS_MAX)
        code = sender.wait(2 * POINT_SECONDS_MAX)
        suite.equal(f"the sender dies at {point}", code, -signal.SIGKILL)


def fault_plan(seed):
    """CMS goes wrong in every way that there is but one: it stores what it was sent."""
    status = lambda number, probability, **more: {"kind": "status", "status": number, "times": None,
                                                  "probability": probability, **more}
    always = lambda kind, probability, **more: {"kind": kind, "times": None, "probability": probability,
                                                **more}
    return {"seed": seed, "faults": [
        {"kind": "crash-after-commit", "method": "POST", "skip": 2},
        {"kind": "crash-before-commit", "method": "POST", "skip": 4},
        status(500, .04, committed=True), status(502, .03), status(503, .04, retry_after_seconds=1),
        status(504, .03, committed=True), status(408, .02), status(429, .03, retry_after_seconds=1),
        status(403, .02), always("close-before-commit", .04), always("close-after-commit", .05),
        always("half-answer", .04), always("duplicate-entry", .08, method="POST"),
        always("wrong-content", .03, content="html"), always("wrong-content", .02, content="empty"),
        always("latency", .02, latency_seconds=3), always("drip", .02, pieces=3, pause_seconds=.1)]}


def die_anywhere(suite, office, seed, kills):
    """`kills` times at a random instant of its life, CMS wrong all the while, the broker away once; then
    one life to the end. Lives that ended otherwise are told."""
    dice = random.Random(seed)
    office.cms.tell("POST", "/faults", fault_plan(seed))
    broker_goes_at = dice.randrange(kills)
    otherwise, cms_restarts = [], 0
    try:
        for number in range(kills):
            sender = office.sender()
            ends = time.monotonic() + dice.uniform(*LIFE_SECONDS)
            if number == broker_goes_at:
                office.broker.kill()
                time.sleep(BROKER_AWAY_SECONDS)
                office.broker.__enter__()
                ends = time.monotonic() + dice.uniform(*LIFE_SECONDS)
            while time.monotonic() < ends and sender.alive():
                cms_restarts += restart_cms(office)
                time.sleep(0.02)
            code = sender.kill()
            # Who finds no broker when it begins says so and ends; a service manager begins it again.
            if code != -signal.SIGKILL and not (number == broker_goes_at and code == NO_BROKER):
                otherwise.append((code, sender.tail()))
        suite.equal(f"seed {seed}: {kills} lives ended by SIGKILL and by nothing else", otherwise, [])
        sender = office.sender("--exit-when-idle", LAST_IDLE_SECONDS)
        ends = time.monotonic() + LAST_SECONDS_MAX
        while time.monotonic() < ends and sender.alive():
            cms_restarts += restart_cms(office)
            time.sleep(0.1)
    finally:
        restart_cms(office)
        office.cms.tell("DELETE", "/faults")
    suite.equal(f"seed {seed}: the last life ends well", sender.end(40), 0)
    print(f"   CMS was started again {cms_restarts} times", flush=True)


def restart_cms(office):
    if office.cms.process.alive():
        return 0
    office.cms.start()
    return 1
