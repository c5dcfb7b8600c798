"""Clocks that step: of single processes, of the broker, and times of append that go back."""

import random
import struct
import time

from brokers import DisturbedBroker
from harness import ROOT, must

FEED_SECONDS = 16
HOUR = 3600
SOURCE = ROOT / "tests/chaos/clock_step.c"


class SteppedClock:
    """The wall clock of the processes that are started with its environment."""

    def __init__(self, folder, name):
        library = folder / "clock_step.so"
        if not library.exists():
            must(["cc", "-std=c11", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, SOURCE])
        self.file = folder / f"clock-{name}"
        self.step(0)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_STEP_FILE": str(self.file)}

    def step(self, seconds):
        # In place: the processes have mapped the file.
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("<q", seconds))


class SteppedBroker(DisturbedBroker):
    """A broker whose clock can step. Times of append, and what it times out, follow that clock."""

    def __enter__(self):
        self.folder.mkdir(parents=True)
        self.clock = SteppedClock(self.folder, "broker")
        words = " ".join(f"{name}={value}" for name, value in self.clock.environment.items())
        self.environment = {"KAFKA_ENVIRONMENT": words}
        return super().__enter__()


def step_clocks(it, dice, say):
    """The clocks of services and of the broker step by an hour, forth and back, one by one."""
    clocks = {"broker": it.broker.clock}
    for service in it.services:
        clocks[service] = SteppedClock(it.folder, service)
        it.of_service[service] = clocks[service].environment
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    steps = [("broker", HOUR), ("broker", -HOUR), ("validation-0", HOUR), ("scoring-0", HOUR),
             ("scoring-1", -HOUR), ("validation-0", -HOUR)]
    dice.shuffle(steps)
    for name, seconds in steps:
        time.sleep(dice.uniform(0.5, 1.5))
        clocks[name].step(seconds)
        stepped_at = time.monotonic()
        time.sleep(0.5)
        it.wait_until_ready()
        it.recovered.append(time.monotonic() - stepped_at - 0.5)
        say(f"{name} {seconds:+} s")


def append_times_go_back(it, dice, say):
    """Files arrive in any order, so that times of append and of receipt step back by months."""
    it.start_all()
    it.wait_until_ready()
    shuffled = random.Random(dice.random())
    it.begin_feed(8, order=lambda files: shuffled.sample(files, len(files)))
    time.sleep(dice.uniform(1, 4))
    say(f"scoring-0 killed, {it.kill_and_recover('scoring-0'):.1f} s")
