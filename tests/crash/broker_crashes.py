"""Kills of the services against a real broker, at crash points and at random moments."""

import random
import shutil
import time

import points
from broker import SCORING, Run
from harness import Failure

# Long enough for the freeze that comes once a second.
VISIT_SECONDS_MAX = 30
# A victim that has ended is passed over.
VICTIMS = ("validation", "validation", "ingest") + SCORING + SCORING


def undisturbed(tools, broker, folder, season, report):
    """The season on the broker without a kill, which must end as the embedded one did. Seconds."""
    broker.clear()
    with Run(tools, broker, folder / f"broker-{season.name}", season) as run:
        started = time.monotonic()
        run.start_all()
        run.wait_until_done()
        seconds = time.monotonic() - started
        report.expect(f"broker, season {season.name} undisturbed in {seconds:.1f} s", run.end())
    return seconds


def crash_at(tools, broker, folder, season, report, service, crash, binary=None,
             environment=None):
    """One visit of one crash point, from empty topics to the end."""
    name = f"broker {crash} in {service}"
    broker.clear()
    with Run(tools, broker, folder, season, binary, environment) as run:
        problems = []
        try:
            run.start_all(service, crash)
            run.wait_for_death(service, VISIT_SECONDS_MAX)
            after, shown = run.measure(service)
            problems += after.problems()
            if problems:
                raise Failure("what comes after state ahead of its commit is not looked at")
            run.start(service)
            seconds = run.wait_until_done()
            report.kill(f"{crash} in {service}", shown, f"; done {seconds:.1f} s later")
            problems += run.end()
        except Failure as error:
            problems.append(str(error))
    report.expect(name, problems)
    shutil.rmtree(folder, ignore_errors=True)


def run_points(tools, broker, folder, seasons, report, more):
    undisturbed(tools, broker, folder, seasons.points, report)
    for point, (service, visit) in points.BROKER.items():
        for number in points.visits(visit, more):
            crash_at(tools, broker, folder / f"broker-{point}-{number}", seasons.points, report,
                     service, f"{point}:{number}")
    print("     not visited on a broker: " + ", ".join(points.EMBEDDED_ONLY), flush=True)


class Sequence:
    """Kills in one run, one after the other, each followed at once by a restart of the slot."""

    def __init__(self, run, report, dice, seconds):
        self.run = run
        self.report = report
        self.dice = dice
        self.seconds = seconds
        self.problems = []
        self.killed = 0

    def play(self, first, kills_max):
        self.run.start_all()
        while self.killed < kills_max:
            delay = self.dice.uniform(0.03, 0.35) * self.seconds
            victims = self.dice.sample(VICTIMS, len(VICTIMS))
            time.sleep(delay)
            self.run.check_processes()
            if self.killed and self.run.settled():
                break
            self.strike(first + self.killed, next(v for v in victims if self.run.alive(v)), delay)
        self.run.wait_until_done()
        self.problems += self.run.end()

    def strike(self, number, victim, delay):
        self.run.kill(victim)
        killed_at = time.monotonic()
        after, shown = self.run.measure(victim)
        self.problems += after.problems()
        self.run.start(victim)
        self.killed += 1
        self.report.kill(f"broker random {number}, {victim} after {delay:.2f} s", shown,
                         f"; again after {time.monotonic() - killed_at:.2f} s")


def run_random(tools, broker, folder, seasons, report, kills, seed):
    season = seasons.random
    seconds = undisturbed(tools, broker, folder, season, report)
    dice = random.Random(f"broker {seed}")
    done, number = 0, 0
    while done < kills and number < kills:
        number += 1
        broker.clear()
        place = folder / f"broker-random-{number}"
        with Run(tools, broker, place, season) as run:
            sequence = Sequence(run, report, dice, seconds)
            try:
                sequence.play(done + 1, min(5, kills - done))
            except Failure as error:
                sequence.problems.append(str(error))
        done += sequence.killed
        report.expect(f"broker, sequence {number} of {sequence.killed} random kills",
                      sequence.problems)
        shutil.rmtree(place, ignore_errors=True)
    report.expect(f"{done} random kills on the broker",
                  [] if done == kills else [f"{kills} were to be"])
