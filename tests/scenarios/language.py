"""Reads scenario files. What it does not know is an error with file and line."""

import dataclasses
import datetime
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent
YEAR = 2022  # performance year, unless a file says another
INSTANT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)"


class ScenarioError(Exception):
    """Something that cannot be read: file, line and why."""

    def __init__(self, place, text):
        super().__init__(f"{place}: {text}")


@dataclasses.dataclass
class Line:
    path: pathlib.Path
    number: int
    indent: int
    text: str

    @property
    def place(self):
        return f"{self.path.name}:{self.number}"

    def error(self, text):
        return ScenarioError(self.place, text)


@dataclasses.dataclass
class Clock:
    line: Line
    instant: datetime.datetime


@dataclasses.dataclass
class Upload:
    line: Line
    instant: datetime.datetime
    practice: int
    kind: str  # a kind of kinds.py, "cases", "file", or "again"
    label: str  # what `then upload LABEL` calls it; of "again": what is uploaded again
    body: list = dataclasses.field(default_factory=list)
    by_registry: bool = False  # through the registry's own inbox
    year: int = YEAR


@dataclasses.dataclass
class Then:
    line: Line
    subject: str  # "upload", "row", "screen" or "history"
    # Label of an upload; given name, "group" or "virtual group" of a row; kind of a history.
    who: str
    tin: str = ""
    practice: int = 0
    clauses: list = dataclasses.field(default_factory=list)  # of Line
    clinician: str = ""  # of a history: given name; empty: not about one


@dataclasses.dataclass
class Scenario:
    title: str
    line: Line
    steps: list
    registry: str = ""  # whose calendar applies; empty: the one that is served by default


def instant_of(line, text):
    try:
        return datetime.datetime.fromisoformat(text.replace(" ", "T").replace("Z", "+00:00"))
    except ValueError as error:
        raise line.error(f"{text!r} is no instant: {error}") from error


def lines_of(path):
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.strip()
        if "\t" in raw:
            raise ScenarioError(f"{path.name}:{number}", "a tab; indent with blanks")
        if text and not text.startswith("#"):
            yield Line(path, number, len(raw) - len(raw.lstrip()), text)


_SEASON = re.compile(r"season (\d{4})(?: of ([a-z]+))?")
_AT = re.compile(rf"at ({INSTANT})")
_UPLOAD = re.compile(
    rf"at ({INSTANT}) practice (\d+) uploads ([a-z-]+)(?: as ([\w-]+))?:")
_REGISTRY = re.compile(
    rf"at ({INSTANT}) the registry uploads ([a-z-]+) for practice (\d+)(?: as ([\w-]+))?:")
_AGAIN = re.compile(rf"at ({INSTANT}) practice (\d+) uploads ([\w-]+) again")
_THEN_UPLOAD = re.compile(r"then (?:the upload|upload ([\w-]+))(?::(.*))?")
_THEN_SCREEN = re.compile(r"then the screen(?::(.*))?")
_THEN_HISTORY = re.compile(
    r"then the history of ([a-z-]+) for practice (\d+)(?:, (?:(\w+) )?at ([A-H]))?(?::(.*))?")
_THEN_VIRTUAL_GROUP = re.compile(r"then virtual group ([\w-]+)(?: of (\d+))?(?::(.*))?")
_THEN_ROW = re.compile(r"then (\w+) at ([A-H])(?: of (\d+))?(?::(.*))?")


class _Reader:
    def __init__(self, path, kinds):
        self.lines = list(lines_of(path))
        self.kinds = kinds
        self.at = 0
        self.year, self.registry = YEAR, ""

    def season(self):
        """`season 2024 of harbor` on the first line: another year, another registry."""
        if self.peek() and (found := _SEASON.fullmatch(self.peek().text)):
            self.at += 1
            self.year, self.registry = int(found[1]), found[2] or ""

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def deeper(self, indent):
        """The lines that follow and stand further right."""
        found = []
        while self.peek() and self.peek().indent > indent:
            found.append(self.peek())
            self.at += 1
        return found

    def steps(self, indent):
        steps = []
        while self.peek() and self.peek().indent > indent:
            line = self.peek()
            self.at += 1
            steps.append(self.step(line))
        return steps

    def step(self, line):
        import submissions  # pylint: disable=import-outside-toplevel,cyclic-import
        if found := submissions.step(line):
            return found
        if found := _AT.fullmatch(line.text):
            return Clock(line, instant_of(line, found[1]))
        if found := _UPLOAD.fullmatch(line.text):
            return self.upload(line, found[1], found[2], found[3], found[4])
        if found := _REGISTRY.fullmatch(line.text):
            return self.upload(line, found[1], found[3], found[2], found[4], by_registry=True)
        if found := _AGAIN.fullmatch(line.text):
            return Upload(line, instant_of(line, found[1]), int(found[2]), "again", found[3],
                          year=self.year)
        if found := _THEN_UPLOAD.fullmatch(line.text):
            return Then(line, "upload", found[1] or "",
                        clauses=self.clauses(line, found[2]))
        if found := _THEN_SCREEN.fullmatch(line.text):
            return Then(line, "screen", "", clauses=self.clauses(line, found[1]))
        if found := _THEN_HISTORY.fullmatch(line.text):
            if found[1] not in self.kinds:
                raise line.error(f"unknown kind {found[1]!r}")
            return Then(line, "history", found[1], found[4] or "", int(found[2]),
                        self.clauses(line, found[5]), found[3] or "")
        if found := _THEN_VIRTUAL_GROUP.fullmatch(line.text):
            return Then(line, "row", "virtual group", found[1], int(found[2] or 0),
                        self.clauses(line, found[3]))
        if found := _THEN_ROW.fullmatch(line.text):
            return Then(line, "row", found[1], found[2], int(found[3] or 0),
                        self.clauses(line, found[4]))
        raise line.error(f"not understood: {line.text}")

    def upload(self, line, instant, practice, kind, label, by_registry=False):
        if kind not in self.kinds and kind not in ("cases", "file"):
            raise line.error(f"unknown kind {kind!r}; known: cases, file, "
                             + ", ".join(sorted(self.kinds)))
        body = self.deeper(line.indent)
        if not body:
            raise line.error("nothing stands below the upload")
        return Upload(line, instant_of(line, instant), int(practice), kind, label or "", body,
                      by_registry, self.year)

    def clauses(self, line, rest):
        clauses = [Line(line.path, line.number, line.indent, part.strip())
                   for part in (rest or "").split(";") if part.strip()]
        for below in self.deeper(line.indent):
            clauses += [Line(below.path, below.number, below.indent, part.strip())
                        for part in below.text.split(";") if part.strip()]
        if not clauses:
            raise line.error("says nothing about it")
        return clauses


def read(path, kinds):
    """The scenarios of a file, each with the file's background before its own steps."""
    reader = _Reader(pathlib.Path(path), kinds)
    background, scenarios = [], []
    reader.season()
    while line := reader.peek():
        reader.at += 1
        if line.indent:
            raise line.error(f"indented, but below no scenario: {line.text}")
        if line.text == "background:":
            if background or scenarios:
                raise line.error("the background stands once and first")
            background = reader.steps(0)
        elif found := re.fullmatch(r"scenario( without background)?: (.+)", line.text):
            steps = reader.steps(0)
            if not any(isinstance(step, Then) for step in steps):
                raise line.error("a scenario without `then` shows nothing")
            before = [] if found[1] else background
            scenarios.append(Scenario(found[2], line, before + steps, reader.registry))
        else:
            raise line.error(f"not understood: {line.text}")
    if not scenarios:
        raise ScenarioError(path.name, "no scenario in it")
    for scenario in scenarios:
        check_order(scenario)
    return scenarios


def check_order(scenario):
    """Time goes forward; two uploads of one practice at one instant could not be told apart."""
    last, labels, taken = None, set(), set()
    for step in scenario.steps:
        if isinstance(step, Then):
            if step.subject == "upload" and step.who and step.who not in labels:
                raise step.line.error(f"no upload before is called {step.who!r}")
            continue
        if last and step.instant < last:
            raise step.line.error(f"time steps back, from {last.isoformat()}")
        last = step.instant
        if isinstance(step, Upload):
            if step.kind == "again" and step.label not in labels:
                raise step.line.error(f"no upload before is called {step.label!r}")
            if step.kind != "again" and step.label:
                if step.label in labels:
                    raise step.line.error(f"two uploads are called {step.label!r}")
                labels.add(step.label)
            key = (step.instant, step.practice, step.kind)
            if key in taken:
                raise step.line.error("two uploads of one kind at one instant")
            taken.add(key)
