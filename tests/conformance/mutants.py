"""Rulebooks with one value changed: does a comparison of scores notice?

A mutant is (parameter, year): the value that holds in that year is another one, a higher or a lower one
(more than full credit is full credit all the same), the rest is as built in. Its scores are compared with those of the second implementation (tests/oracle) and with answers that
CMS published (tests/data/expected). Values are changed in the text of their files, one line each.
"""

import json
import pathlib
import re
import shutil
import sys
import tempfile
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/oracle"))

# pylint: disable=wrong-import-position
from compare import Answer, differences
from engine import Engine, EngineError
from oracle import composition
from oracle.tables import Tables
from oracle.years import YEARS
from profiles import Generator

DATA = ROOT / "pipeline/rulebook/data"
EXPECTED = ROOT / "tests/data/expected"
# Looked at in steps; the rest only where nothing is noticed before.
PROFILES = 400
PROFILES_STEP = 100
SEED = 7
_RANGE = re.compile(r"^  (\d{4})(?:-(\d{4}))?:\s*$")
_VALUE = re.compile(r"^    value: (\S+)\s*$")
_ROW = re.compile(r"^      ([a-z+]+): \[([0-9, ]+)\]\s*$")


def _other_values(text, unit):
    value = Decimal(text)
    if unit == "flag":
        return [str(1 - value)]
    if value != value.to_integral_value():
        return [str(value * Decimal("1.25"))]
    return [str(value + 1)] + [str(value - 1)] * (value >= 1)


def _other_row(cells):
    """One percent goes from the first category that weighs something to another one that does."""
    places = [place for place, cell in enumerate(cells) if cell > 0]
    if len(places) < 2:
        return None
    cells[places[0]] -= 1
    cells[places[1]] += 1
    return cells


def _lines_of(text, year):
    """Numbers of the lines that hold in the year."""
    inside = False
    for number, line in enumerate(text):
        found = _RANGE.match(line)
        if found:
            inside = int(found[1]) <= year <= int(found[2] or found[1])
        elif inside:
            yield number


def mutants_of(year):
    """[(name, path below data/, [text])] of one year; a row of weights is one."""
    found = []
    for path in sorted((DATA / "parameters").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8").split("\n")
        name = path.relative_to(DATA / "parameters").with_suffix("").as_posix()
        unit = next((line[6:].strip() for line in text if line.startswith("unit: ")), "")
        for number in _lines_of(text, year):
            value, row = _VALUE.match(text[number]), _ROW.match(text[number])
            if value:
                changed = [f"    value: {other}" for other in _other_values(value[1], unit)]
                what = name
            elif row:
                cells = _other_row([int(cell) for cell in row[2].split(",")])
                if cells is None:
                    continue
                changed, what = [f"      {row[1]}: {cells}"], f"{name}/{row[1]}"
            else:
                continue
            found.append((what, path.relative_to(DATA), [
                "\n".join(text[:number] + [line] + text[number + 1:]) for line in changed]))
    return found


def at(answer, path):
    """Items of lists go by their names."""
    here = answer
    for word in path.strip("/").split("/"):
        if isinstance(here, list):
            here = next((item for item in here if item.get("name") == word), None)
        else:
            here = here.get(word) if isinstance(here, dict) else None
    return here


def _is(found, wanted):
    value = wanted["is"]
    if not isinstance(value, (int, Decimal)) or isinstance(value, bool):
        return found == value
    if found is None:
        return False
    if "decimals" in wanted:
        found = round(Decimal(found), wanted["decimals"])
    return abs(Decimal(found) - Decimal(value)) <= wanted.get("within", Decimal("0.000000001"))


class _RulebookEngine(Engine):
    """The engine with the files of a directory."""

    def __init__(self, binary, directory):
        super().__init__(binary)
        self.arguments = ("--rulebook", str(directory))


class Year:
    """What the comparisons of one year expect, computed once."""

    def __init__(self, binary, year):
        self.binary, self.year = binary, year
        tables = Tables(year)
        generator = Generator(year, tables, SEED)
        self.tables = tables
        self.pairs = [generator.make(index) for index in range(PROFILES)]
        self.scores = []  # as far as they were asked for
        self.known = []  # of the same profiles: the engine as it is differs
        self.published = [
            answer for path in sorted(EXPECTED.glob("*.json"))
            for answer in json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal).get("answers", ())
            if answer["submission"]["performanceYear"] == year]

    def _differing(self, engine, first, last):
        return [bool(differences(Answer(text), score)) for text, score in zip(
            engine.answers(self.pairs[first:last]), self.scores[first:last])]

    def _oracle(self, engine):
        """A profile has another score, and the engine as it is has not."""
        for first in range(0, PROFILES, PROFILES_STEP):
            last = first + PROFILES_STEP
            if len(self.scores) < last:
                self.scores += [composition.score(*pair, YEARS[self.year], self.tables)
                                for pair in self.pairs[first:last]]
                # Those are named and explained in tests/oracle.
                self.known += self._differing(Engine(self.binary), first, last)
            found = self._differing(engine, first, last)
            if any(one and not known for one, known in zip(found, self.known[first:last])):
                return True
        return False

    def _published(self, engine):
        pairs = [(answer["submission"], answer["profile"]) for answer in self.published]
        return any(not _is(at(text, wanted["at"]), wanted)
                   for answer, text in zip(self.published, engine.answers(pairs))
                   for wanted in answer["expect"])

    def noticed_by(self, path, texts):
        """Of the first mutant that anything sees."""
        return next(filter(None, (self._seen_by(path, text) for text in texts)), [])

    def _seen_by(self, path, text):
        """Which comparisons see the mutant; a rulebook that does not load is seen by its check."""
        with tempfile.TemporaryDirectory() as folder:
            directory = pathlib.Path(folder) / "data"
            shutil.copytree(DATA, directory)
            (directory / path).write_text(text, encoding="utf-8")
            engine = _RulebookEngine(self.binary, directory)
            try:
                seen = []
                if self._oracle(engine):
                    seen.append("oracle")
                if self.published and self._published(engine):
                    seen.append("published")
                return seen
            except EngineError:
                return ["loader"]
