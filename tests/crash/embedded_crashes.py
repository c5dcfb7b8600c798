"""Kills of `qcdr dev` on the embedded log, at crash points and at random moments."""

import random
import shutil
import subprocess
import time

import points
import positions
from harness import Failure, run_tool
from season import RUN_SECONDS_MAX, audit_problems, known_points


def place_of(data):
    return "--log", data / "log"


def measure(tools, data):
    return positions.read_after_kill(tools, place_of(data), state=data / "state")


def end_problems(tools, season, data):
    """The end of a disturbed season: state, scores and outputs."""
    found = season.end_problems(tools, [data / "state"])
    found += audit_problems(tools, "--data-dir", data, due=True)
    return found + positions.output_problems(tools, place_of(data))


def finish(tools, season, data, binary, environment=None):
    """Runs to the end without a crash. Seconds it took, and what is wrong then."""
    started = time.monotonic()
    ran = run_tool(season.dev(binary, data), seconds=RUN_SECONDS_MAX, environment=environment)
    seconds = time.monotonic() - started
    if ran.code != 0:
        return seconds, [f"the run after the kill: {ran.tail()}"]
    return seconds, end_problems(tools, season, data)


def crash_at(tools, data, season, report, crash, binary=None, environment=None):
    """One visit of one crash point, from an empty directory to the end."""
    binary = binary or tools.qcdr
    problems = []
    try:
        ran = run_tool(season.dev(binary, data, crash), seconds=RUN_SECONDS_MAX,
                       environment=environment)
        if not ran.killed:
            raise Failure(f"the point was not visited, or the run failed: {ran.tail()}")
        after = measure(tools, data)
        problems += after.problems()
        seconds, found = finish(tools, season, data, binary, environment)
        problems += found
        report.kill(crash, after.records, f"; done {seconds:.1f} s later")
    except Failure as error:
        problems.append(str(error))
    report.expect(f"embedded {crash}", problems)
    shutil.rmtree(data, ignore_errors=True)


def run_points(tools, folder, seasons, report, more):
    report.expect("every crash point of the binary has its place here",
                  points.table_problems(known_points(tools)))
    for point, visit in points.EMBEDDED.items():
        for number in points.visits(visit, more):
            crash_at(tools, folder / f"{point}-{number}", seasons.points, report,
                     f"{point}:{number}")


def kill_once(tools, season, data, delay):
    """Starts a run and kills it after `delay`. The positions then, or none when it was faster."""
    process = subprocess.Popen([str(a) for a in season.dev(tools.qcdr, data)],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    try:
        _, errors = process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return measure(tools, data)
    if process.returncode != 0:
        raise Failure(f"a run after kills: exit {process.returncode}: {errors[-300:]}")
    return None


def run_starts(tools, folder, seasons, report, kills, seed):
    """Kills one after the other while log, topics and stores are still being made."""
    dice = random.Random(f"starts {seed}")
    season, data = seasons.points, folder / "starts"
    problems, seconds = [], 0.0
    try:
        for number in range(kills):
            delay = dice.uniform(0.01, 0.25)
            after = kill_once(tools, season, data, delay)
            if after is None:
                break
            problems += after.problems()
            report.kill(f"embedded start {number + 1}, after {delay:.2f} s", after.records)
        seconds, found = finish(tools, season, data, tools.qcdr)
        problems += found
    except Failure as error:
        problems.append(str(error))
    report.expect(f"embedded, {kills} kills while it starts, ended in {seconds:.1f} s", problems)
    shutil.rmtree(data, ignore_errors=True)


def run_random(tools, folder, seasons, report, kills, seed):
    """Sequences of kills, each in one data directory, until there were enough."""
    dice = random.Random(f"embedded {seed}")
    season, done, sequence = seasons.random, 0, 0
    while done < kills and sequence < kills:
        sequence += 1
        data = folder / f"random-{sequence}"
        problems, killed = [], 0
        try:
            while done < kills:
                delay = dice.uniform(0.03, 0.45) * season.seconds
                after = kill_once(tools, season, data, delay)
                if after is None:
                    break
                done, killed = done + 1, killed + 1
                problems += after.problems()
                report.kill(f"embedded random {done}, after {delay:.2f} s", after.records)
            seconds, found = finish(tools, season, data, tools.qcdr)
            problems += found
        except Failure as error:
            seconds, problems = 0.0, problems + [str(error)]
        report.expect(f"embedded, sequence {sequence} of {killed} random kills, "
                      f"ended in {seconds:.1f} s", problems)
        shutil.rmtree(data, ignore_errors=True)
    report.expect(f"{done} random kills on the embedded log",
                  [] if done == kills else [f"{kills} were to be"])
