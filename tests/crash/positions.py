"""A and C of partitions, as crash_probe reads them."""

import json
import time

from harness import Failure, must

SETTLE_SECONDS_MAX = 5


class Position:
    """One partition of one stage. `applied` is A: 0 when the store has nothing yet."""

    def __init__(self, fields):
        self.partition = fields["partition"]
        self.end = fields["end"]
        self.committed = fields["committed"]
        self.applied = fields["applied"] or 0
        self.owned = fields["owned"]
        self.behind = fields["behind"]

    @property
    def between(self):
        """Committed and not yet in RocksDB."""
        return self.owned and self.committed > self.applied

    @property
    def ahead(self):
        """State that nobody has committed: must never be."""
        return self.applied > self.committed

    def __str__(self):
        return f"p{self.partition} A{self.applied}/C{self.committed}"


class Positions:
    def __init__(self, text):
        fields = json.loads(text)
        self.uploads = [Position(p) for p in fields["uploads"]]
        self.records = [Position(p) for p in fields["records"]]
        self.contributions = [Position(p) for p in fields["contributions"]]

    @property
    def all(self):
        return self.uploads + self.records + self.contributions

    @property
    def settled(self):
        """Everything received is validated, and everything validated went through both stages."""
        return not any(p.behind for p in self.all)

    @property
    def empty(self):
        return all(p.end == 0 and p.committed == 0 for p in self.all)

    def problems(self):
        return [f"state is ahead of its commit: {p}" for p in self.records if p.ahead]


def read(tools, place, state=None, slot=None):
    """`place` is ("--log", directory) or ("--broker", address)."""
    arguments = [tools.probe, "positions", *place]
    arguments += ["--state", state] if state else []
    arguments += ["--slot", slot] if slot else []
    return Positions(must(arguments))


def read_after_kill(tools, place, state=None, slot=None):
    """C on a broker is visible a little after the commit was answered: A > C may pass by."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while True:
        positions = read(tools, place, state, slot)
        if place[0] == "--log" or not positions.problems() or time.monotonic() > deadline:
            return positions
        time.sleep(0.1)


def output_problems(tools, place):
    """What is wrong with the outputs on the log: ids that stand twice, versions that go back."""
    try:
        outputs = json.loads(must([tools.probe, "outputs", *place]))["outputs"]
    except Failure as error:
        return [f"outputs: {error}"]
    return [] if outputs else ["there are no outputs"]
