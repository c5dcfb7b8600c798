"""Compares what a scenario says of the history of one fact with `qcdr history --json`."""

import re

from judge import Differs, same, same_instant
from language import INSTANT
from people import person, tin_of

STATES = ("inForce superseded saidAgain held holdRefused takenBack notUsed fileRefused "
          "inWork").split()
AUTHORITIES = "practiceAdministrator registryOperator".split()
RECORD = re.compile(
    rf"record (\d+) ({'|'.join(STATES)})(?:, by ({'|'.join(AUTHORITIES)}))?"
    rf"(?:, signed as ([\w ]+?))?(?:, received ({INSTANT}))?"
    r"(?:, supersedes (nothing|record \d+))?(?:, (came late))?(?:, (decided))?"
    r"(?:, says \"(.+)\")?")
PHRASES = (r"\d+ records?", r"no fact", r"kept until \d{4}-\d\d-\d\d", RECORD.pattern)


def check_phrase(line, then):
    if then.clinician:
        person(then.line, then.clinician)
    if not any(re.fullmatch(pattern, line.text) for pattern in PHRASES):
        raise line.error(f"not understood of a history: {line.text}")


def question(then):
    """Arguments of the command."""
    asked = ["history", "--practice", str(then.practice), "--kind", then.who]
    if then.tin:
        asked += ["--tin", tin_of(then.tin)[-4:]]
    if then.clinician:
        given, family = person(then.line, then.clinician).name.split(" ", 1)
        asked += ["--clinician", f"{family}, {given}"]
    return tuple(asked)


def judge_history(line, facts):
    if line.text == "no fact":
        same("facts", len(facts), 0)
        return
    if len(facts) != 1:
        raise Differs("one fact", f"{len(facts)}: {[fact['about'] for fact in facts]}")
    fact = facts[0]
    records = fact["records"]
    if match := re.fullmatch(r"(\d+) records?", line.text):
        same("records", len(records), int(match[1]))
    elif match := re.fullmatch(r"kept until (.+)", line.text):
        same("kept until", fact["keepUntil"], match[1])
    else:
        judge_record(line, records, RECORD.fullmatch(line.text))


def judge_record(line, records, match):
    number, state, authority, signed_as, received, supersedes, late, decided, says = match.groups()
    if int(number) > len(records):
        raise Differs(f"record {number}", f"{len(records)} records")
    record = records[int(number) - 1]
    same(f"record {number}", record["state"], state)
    if authority:
        same("authority", record["authority"], authority)
    if signed_as:
        same("signed as", record["signedAs"], signed_as)
    if received:
        same_instant(line, [record["receivedAt"]], received)
    if supersedes:
        wanted = None if supersedes == "nothing" else records[int(supersedes.split()[1]) - 1]
        same("supersedes", record["supersedes"], wanted and wanted["record"])
    if late:
        same("came late", record["cameLate"], True)
    if decided and not record["decidedBy"]:
        raise Differs("decided by a record", "decided by nothing")
    said = ", ".join(f"{name} {value}" for name, value in record["says"].items())
    if says and says not in said:
        raise Differs(f"says {says}", f"says {said}")
