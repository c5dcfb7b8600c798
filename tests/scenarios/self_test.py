"""The runner can fail: what is unknown is an error, and what differs is told with its place."""

import pathlib
import tempfile

import judge
import people
from kinds import KINDS
from language import Line, ScenarioError, Then, read

_HEAD = "scenario: one\n  at 2022-10-03T09:00:00-05:00 practice 1234 uploads roster:\n"
_ROSTER = _HEAD + "    tin, clinician\n    A, Ann\n"
UNKNOWN = (
    ("an unknown step", _ROSTER + "  when Ann at A: no row\n", ":5"),
    ("an unknown kind", _ROSTER.replace("roster", "rooster") + "  then Ann at A: no row\n", ":2"),
    ("a time without offset", _ROSTER.replace("-05:00", "") + "  then Ann at A: no row\n", ":2"),
    ("time that steps back", _ROSTER + "  at 2022-10-02T09:00:00-05:00\n  then Ann at A: no row\n",
     ":5"),
    ("a scenario that asks nothing", _ROSTER, ":1"),
    ("a label that nobody gave", _ROSTER + "  then upload first: completed\n", ":5"),
    ("a file without a scenario", "# nothing\n", ""),
    ("a season that stands late", _ROSTER + "  then Ann at A: no row\nseason 2024\n", ":6"),
)
PHRASES = ("will be send", "blocks are nothing at all?", "cases 3", "as things stood 3.00")


def row(**values):
    return {"tin": "*****0001", "level": "individual", "clinician": "Abbott, Ann", "practice": 1234,
            "willBeSent": True, "sentWith": ["group"], "displacedBy": "VG-0001", "blocks": [], "costs": [],
            "withheld": [{"reason": "optOut", "heldLate": False, "categories": ["ia", "pi"]}],
            "submission": {"measurementSets": [{"category": "quality"}]}, "reportsAs": "group",
            "cases": {"counted": 20, "held": 1}, "consent": "on time",
            "asThingsStand": {"value": "24.745", "low": 13.5, "high": 64.75}, **values}


HOLDS = ("will be sent", "will be sent with the group", "will not be sent with its own set",
         "displaced by VG-0001", "reports as group", "cases 20 counted, 1 held", "consent on time",
         "as things stand 24.75", "as things stand 24.75 (13.50 to 64.75)", "blocks are nothing",
         "not blocked by payment", "1 row", "no cost completeness", "withholds ia, pi by optOut",
         "document of quality")
DIFFERS = ("will not be sent", "will be sent with its own set", "will not be sent with the group",
           "will be sent with the virtual group", "displaced by nothing", "reports as both", "cases 21 counted", "consent held",
           "as things stand 24.74", "as things stand 24.75 (13.51 to 64.75)", "blocks are payment",
           "blocked by payment", "no row", "2 rows", "cost completeness of 424", "withholds nothing",
           "withholds ia by optOut", "withholds ia, pi by optOut, held late", "no document",
           "document of quality, pi")


def refuses(text, place):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.txt"
        path.write_text(text, encoding="utf-8")
        try:
            read(path, KINDS)
        except ScenarioError as error:
            return [] if str(error).startswith("x.txt" + place) else [str(error)]
    return ["it was read"]


def differs(text):
    line = Line(pathlib.Path("x.txt"), 1, 0, text)
    try:
        judge.judge_row(line, [row()], Then(line, "row", "Ann", "A"))
    except judge.Differs:
        return True
    return False


def unknown_phrase(text):
    line = Line(pathlib.Path("x.txt"), 1, 0, text)
    try:
        judge.check_phrase(line, Then(line, "row", "Ann", "A"))
    except ScenarioError:
        return []
    return [f"understood: {text}"]


def checks():
    """(name, problems) of each check."""
    found = [(f"{name} is an error", refuses(text, place)) for name, text, place in UNKNOWN]
    found.append(("unknown phrases are errors", sum(map(unknown_phrase, PHRASES), [])))
    found.append(("what holds, holds", [text for text in HOLDS if differs(text)]))
    found.append(("what differs, fails", [text for text in DIFFERS if not differs(text)]))
    found.append(("check digits", [] if people.npi_of(1001) == "2000010019" else
                  [people.npi_of(1001)]))
    return found
