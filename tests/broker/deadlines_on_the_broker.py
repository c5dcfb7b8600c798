"""States at deadlines through a real broker: the sums that were written are those of the embedded log.

Two runs come to the same state at a deadline when both stages were at rest there. So the season is
played up to each deadline, and then the clock is moved to it.
"""

import datetime
import json
import shutil

from harness import REGISTRY, SAMPLE

OTHERS = ("--practices", 4, "--clinicians", 6, "--cases", 80, "--seed", 17, "--all-kinds",
          "--first-practice", 2001)
PARTITIONS = 24
DEADLINES = (
    ("2023-02-01T00:00:00-06:00", ("roster", "january-to-november-data", "individual-consent",
                                   "officer-consent", "reporting-option", "activity-attestation",
                                   "opt-out", "reconciliation")),
    ("2023-02-16T00:00:00-06:00", ("final-data",)))
EMPTY = "0" * 64


def received(file):
    return datetime.datetime.strptime(file.name.split("_")[0], "%Y%m%dT%H%M%S%z")


def written(suite, *place):
    """By event, the sums of both stages."""
    ran = suite.qcdr("audit", "verify", "--json", *place)
    audit = json.loads(ran.text)
    suite.check("audit verify: the chains are whole", ran.code == 0 and audit["records"] > 0 and
                not audit["breaks"], ran.tail())
    return {d["event"]: (d["stateDigest"], d["secondStageDigest"]) for d in audit["deadlines"]}


def part(suite, name, files, until):
    folder = suite.fresh(name)
    folder.mkdir()
    for file in files:
        if received(file) < until:
            shutil.copy2(file, folder)
    return folder


def check_deadlines(suite, season, broker, keys):
    inbox = suite.fresh("deadlines-inbox")
    made = suite.qcdr("generate", *OTHERS, "--out", inbox)
    suite.equal("generate", made.code, 0)
    for file in SAMPLE.iterdir():
        shutil.copy2(file, inbox)
    embedded = suite.fresh("deadlines-embedded")
    played = suite.play(embedded, "--inbox", inbox, "--registry-inbox", REGISTRY, "--keys", keys)
    suite.equal("embedded", played.code, 0)
    wanted = written(suite, "--data-dir", embedded)
    files = [f for f in inbox.iterdir() if f.name[0].isdigit()]
    officers = [f for f in REGISTRY.iterdir() if f.name[0].isdigit()]
    for instant, _ in DEADLINES:
        until = datetime.datetime.fromisoformat(instant)
        codes = season.play("--inbox", part(suite, "deadlines-part", files, until),
                            "--registry-inbox", part(suite, "deadlines-officers", officers, until))
        codes += season.play("--clock", instant)
        suite.equal(f"until {instant}: every service ends well", set(codes), {0})
    found = written(suite, "--broker", broker.servers)
    for instant, names in DEADLINES:
        for name in names:
            event = f"deadline/2022/{name}"
            suite.equal(f"{name}: both stages' sums are those of the embedded log",
                        found.get(event), wanted.get(event))
            suite.check(f"{name}: there was something to sum", EMPTY not in wanted[event],
                        wanted[event])
