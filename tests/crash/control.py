"""The suite against a loop that writes its state before the commit: it must fail."""

import broker_crashes
import embedded_crashes
from harness import Report, must

PLANTED = {"QCDR_PLANTED_BUG": "state-before-commit"}
AHEAD = "ahead of"
# Visited between the early write and the commit of its transaction: on the store's thread just
# after the write, and in the embedded log while it writes the frame of the transaction.
EMBEDDED = ("store-after-write:12", "log-frame-half-written:120", "log-frame-half-written:121",
            "log-frame-half-written:122")
BROKER = ("store-after-write:3",)


def verdict(report, quiet, name, scenarios):
    """The control holds when the checks failed, and for the reason that was planted."""
    ahead = [problem for problem in quiet.problems if AHEAD in str(problem)]
    problems = []
    if not quiet.failed:
        problems.append("write-before-commit was planted and nothing failed")
    elif not ahead:
        problems += ["it failed, but not for state ahead of its commit:"] + quiet.problems
    report.expect(f"{name}, write-before-commit planted: {quiet.failed} of {scenarios} kills "
                  "found out", problems)


def run_embedded(tools, folder, seasons, report):
    season = seasons.points
    data = folder / "planted-undisturbed"
    must(season.dev(tools.planted, data), environment=PLANTED)
    report.expect("embedded, write-before-commit planted, undisturbed: the same end",
                  embedded_crashes.end_problems(tools, season, data))
    quiet = Report(quiet=True)
    for crash in EMBEDDED:
        embedded_crashes.crash_at(tools, folder / f"planted-{crash.replace(':', '-')}", season,
                                  quiet, crash, tools.planted, PLANTED)
    verdict(report, quiet, "embedded", len(EMBEDDED))


def run_broker(tools, broker, folder, seasons, report):
    quiet = Report(quiet=True)
    for crash in BROKER:
        broker_crashes.crash_at(tools, broker, folder / f"planted-broker-{crash.replace(':', '-')}",
                                seasons.points, quiet, "scoring-0", crash, tools.planted, PLANTED)
    verdict(report, quiet, "broker", len(BROKER))
