"""Inboxes that are played, and what an undisturbed run makes of them."""

import time

from harness import Failure, must, run_tool

RUN_SECONDS_MAX = 120


class Season:
    """An inbox, the keys under which digests compare, and the undisturbed end of it."""

    def __init__(self, tools, folder, name, options):
        self.name = name
        self.inbox = folder / f"inbox-{name}"
        self.registry_inbox = None
        self.keys = folder / "keys"
        self.fill(tools, options)
        data = folder / f"undisturbed-{name}"
        started = time.monotonic()
        ran = run_tool(self.dev(tools.qcdr, data), seconds=RUN_SECONDS_MAX)
        if ran.code != 0:
            raise Failure(f"the undisturbed run: {ran.tail()}")
        self.seconds = time.monotonic() - started
        self.played(ran)
        self.digest, self.table = self.end_of(tools, [data / "state"])
        print(f"season {name}: {len(list(self.inbox.iterdir()))} files, undisturbed in "
              f"{self.seconds:.1f} s, digest {self.digest[:16]}", flush=True)

    def fill(self, tools, options):
        """Makes what is to be played."""
        must([tools.qcdr, "generate", "--out", self.inbox, *options])

    def played(self, ran):
        """For whoever wants to know what the undisturbed run said."""

    def dev(self, binary, data, crash_at=None):
        more = ["--registry-inbox", self.registry_inbox] if self.registry_inbox else []
        more += ["--crash-at", crash_at] if crash_at else []
        return [binary, "dev", "--once", "--no-table", "--inbox", self.inbox, "--data-dir", data,
                "--keys", self.keys, *more]

    def end_of(self, tools, states):
        """Digest, recomputed from every row, and score table."""
        where = ["--keys", self.keys]
        for state in states:
            where += ["--state", state]
        digest = must([tools.qcdr, "state", "verify", *where]).strip()
        return digest, must([tools.qcdr, "score", "list", "--json", *where])

    def end_problems(self, tools, states):
        """How the state in these directories differs from the undisturbed one."""
        try:
            digest, table = self.end_of(tools, states)
        except Failure as error:
            return [str(error)]
        problems = []
        if digest != self.digest:
            problems.append(f"digest {digest}, undisturbed {self.digest}")
        if table != self.table:
            problems.append("the score table differs from the undisturbed one")
        return problems


def audit_problems(tools, *where, due):
    """Breaks in the chains of what was written at deadlines; or, where one was due, none written."""
    ran = run_tool([tools.qcdr, "audit", "verify", *where])
    if ran.code == 0 and (ran.out.strip() or not due):
        return []
    return [f"audit verify: {ran.tail()}"]


class Seasons:
    def __init__(self, points, random):
        self.points = points
        self.random = random


def make_seasons(tools, folder):
    """For the crash points: files of several chunks. For random moments: more of everything."""
    return Seasons(
        Season(tools, folder, "points",
               ["--practices", 3, "--clinicians", 8, "--cases", 3600, "--seed", 11]),
        Season(tools, folder, "random",
               ["--practices", 8, "--clinicians", 12, "--cases", 1800, "--seed", 7]))


def known_points(tools):
    """Every crash point that the binary has, from its own list."""
    ran = run_tool([tools.qcdr, "dev", "--once", "--data-dir", "/nonexistent/x", "--crash-at",
                    "none:1"])
    marker = "there are "
    if marker not in ran.err:
        raise Failure(f"the binary does not list its crash points: {ran.tail()}")
    return [name.strip() for name in ran.err.split(marker)[1].split(",")]
