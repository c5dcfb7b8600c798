"""Generated profiles of one year through both implementations.

Work goes in chunks to two processes; each chunk is one run of the engine.
"""

import concurrent.futures
from collections import Counter
from dataclasses import dataclass, field

from compare import Answer, differences, mistakes
from engine import Engine
from findings import as_engine, of_year
from oracle import composition
from oracle.tables import Tables
from oracle.years import YEARS
from profiles import Generator

PROCESSES = 2
CHUNK = 1_000


@dataclass
class Outcome:
    compared: int = 0
    explained: Counter = field(default_factory=Counter)  # finding -> profiles
    failed: list = field(default_factory=list)  # (index, differences)


class Comparison:
    """One year, its tables and the engine."""

    def __init__(self, year, binary, seed, rules=None):
        self.year = year
        self.rules = rules or YEARS[year]
        self.tables = Tables(year)
        self.generator = Generator(year, self.tables, seed)
        self.engine = Engine(binary)
        self.findings = of_year(year)

    def score(self, submission, profile, findings=()):
        rules = as_engine(self.rules, findings) if findings else self.rules
        return composition.score(submission, profile, rules, self.tables)

    def judge(self, submission, profile, answer):
        """(differences that nothing explains, findings that explain one)."""
        found = differences(answer, self.score(submission, profile))
        # What is told does not depend on rules that are wrong on purpose.
        wrong = mistakes(submission, profile, YEARS[self.year])
        if not answer.error and answer.wrong != wrong:
            return [("findings", answer.wrong, wrong)], ()
        if not found or answer.error:
            return found, ()
        findings = [finding for finding in self.findings if finding.concerns(submission, profile)]
        for finding in findings:
            if not differences(answer, self.score(submission, profile, (finding,))):
                return [], (finding.name,)
        if len(findings) < 2:
            return found, ()
        left = differences(answer, self.score(submission, profile, findings))
        if left:
            return left, ()
        # Several at once. Needed are those without which there is a difference.
        needed = [finding.name for finding in findings if differences(
            answer, self.score(submission, profile,
                               [other for other in findings if other is not finding]))]
        return [], tuple(needed)

    def chunk(self, first, count):
        pairs = [self.generator.make(index) for index in range(first, first + count)]
        outcome = Outcome()
        for offset, text in enumerate(self.engine.answers(pairs)):
            submission, profile = pairs[offset]
            found, needed = self.judge(submission, profile, Answer(text))
            outcome.compared += 1
            outcome.explained.update(needed)
            if found:
                outcome.failed.append((first + offset, found))
        return outcome


_COMPARISON = None


def _start(*arguments):
    global _COMPARISON  # one for each process
    _COMPARISON = Comparison(*arguments)


def _chunk(span):
    return _COMPARISON.chunk(*span)


def compare_year(year, binary, seed, count, rules=None, failures_most=20):
    """Outcome of `count` profiles; stops early after too many failures."""
    spans = [(first, min(CHUNK, count - first)) for first in range(0, count, CHUNK)]
    total = Outcome()
    with concurrent.futures.ProcessPoolExecutor(
            PROCESSES, initializer=_start, initargs=(year, binary, seed, rules)) as pool:
        for outcome in pool.map(_chunk, spans):
            total.compared += outcome.compared
            total.explained.update(outcome.explained)
            total.failed += outcome.failed
            if len(total.failed) >= failures_most:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    return total
