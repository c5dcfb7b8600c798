"""What goes to CMS: batches that are certified, requests, and what becomes of documents."""

import csv
import dataclasses
import io
import json
import re

import judge
from language import INSTANT, Line, Upload, instant_of
from people import tin_of

CATEGORIES = {"quality": "quality", "ia": "improvementActivities", "pi": "promotingInteroperability"}
STATES = ("frozen cancelled sent verified differs refused unknown withdrawing withdrawn "
          "superseded").split()
CERTIFY = re.compile(rf"at ({INSTANT}) practice (\d+) certifies ([\w-]+)(?: instead of ([\w-]+))?")
ASK = re.compile(rf"at ({INSTANT}) the registry asks to (send|replace|withdraw|verify) ([\w-]+)"
                 r"(?: for (\w+) at ([A-H]))?")
PHRASES = (
    rf"submission of (?P<category>quality|ia|pi) (?P<state>{'|'.join(STATES)})(?: by (?P<by>\w+))?",
    r"(?P<none>no submission)",
    r"request (?P<granted>granted)",
    r"request refused (?:by (?P<reason>\w+)|with (?P<code>QCDR-SUB-\d{4}))",
)


@dataclasses.dataclass
class Certify:
    line: Line
    instant: object
    practice: int
    label: str
    replaces: str


@dataclasses.dataclass
class Ask:
    line: Line
    instant: object
    action: str
    label: str
    who: str
    tin: str


def step(line):
    """A step of this page; None: it is another's."""
    if found := CERTIFY.fullmatch(line.text):
        return Certify(line, instant_of(line, found[1]), int(found[2]), found[3], found[4] or "")
    if found := ASK.fullmatch(line.text):
        return Ask(line, instant_of(line, found[1]), found[2], found[3], found[4] or "",
                   found[5] or "")
    return None


def is_phrase(text):
    return any(re.fullmatch(pattern, text) for pattern in PHRASES)


def row_of(practice, entity):
    group = not entity["clinician"]
    return {"tin": entity["tin"], "practice": practice, "clinician": entity["clinician"],
            "level": "group" if group else "individual", "entityId": entity["entityId"]}


def certify(season, step_):
    """Builds the batch as it stands, keeps it, and has the practice sign it."""
    season.settle()
    path = season.folder / f"{step_.label}.json"
    built = season.command("submission", "build", "--json", "--practice", step_.practice,
                           "--data-dir", season.data).stdout
    path.write_bytes(built)
    (batch,) = json.loads(built)
    season.batches[step_.label] = batch
    for entity in batch["entities"]:
        season.entities[entity["entityId"]] = row_of(step_.practice, entity)
    replaces = season.batches[step_.replaces]["batchId"] if step_.replaces else ""
    columns = {
        "practice_id": step_.practice, "performance_year": batch["performanceYear"],
        "batch_id": batch["batchId"], "payload_root": batch["payloadRoot"],
        "documents": batch["documents"], "statement": "True, accurate and complete.",
        "replaces": replaces, "signer_name": "Olga Officer",
        "signed_at": step_.instant.isoformat()}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerow(columns.values())
    upload = Upload(step_.line, step_.instant, step_.practice, "certification", "")
    season.move(step_.instant)
    season.pending.append((step_.instant, upload, (text.getvalue().encode(), ".csv")))
    season.last = upload


def ask(season, step_):
    """Writes requests between two runs, as an operator does."""
    season.move(step_.instant)
    season.settle()
    arguments = ["submission", "send", season.folder / f"{step_.label}.json", "--data-dir",
                 season.data, "--received-at", step_.instant.isoformat(), "--action", step_.action]
    if step_.who:
        then = type("Then", (), {"who": step_.who, "tin": step_.tin, "practice": 0,
                                 "line": step_.line})
        for row in judge.find_rows(list(season.entities.values()), then):
            arguments += ["--entity", row["entityId"]]
    season.command(*arguments)
    season.pending.append((step_.instant, None, None))


def same_state(document, found):
    judge.same("state", document["state"], found["state"])
    if found["by"] and not document["why"].endswith(" " + found["by"]):
        raise judge.Differs(f"cancelled by {found['by']}", document["why"] or "by nothing")


def judge_document(documents, found):
    wanted = CATEGORIES[found["category"]]
    there = [each for each in documents
             if each["category"] == wanted
             and (found["state"] == "superseded" or each["state"] != "superseded")]
    if len(there) != 1:
        raise judge.Differs(f"one document of {wanted}", f"{len(there)}")
    same_state(there[0], found)


def judge_request(request, found):
    codes = [each["code"] for each in request["refusals"]]
    reasons = [each["reason"] for each in request["refusals"]]
    if found.groupdict().get("granted"):
        if not request["granted"]:
            raise judge.Differs("granted", f"refused: {codes} {reasons}")
    elif (found["reason"] or found["code"]) not in reasons + codes:
        raise judge.Differs(f"refused by {found['reason'] or found['code']}",
                            f"{codes} {reasons}")


def judge_clause(line, listing, then, entities):
    documents = [dict(each, practice=each["practiceId"],
                      level="individual" if each["clinician"] else "group")
                 for each in listing["documents"]]
    own = judge.find_rows(documents, then)
    (found,) = [match for pattern in PHRASES if (match := re.fullmatch(pattern, line.text))]
    words = found.groupdict()
    if words.get("none"):
        judge.same("documents", len(own), 0)
    elif "state" in words:
        judge_document(own, found)
    else:
        ids = {row["entityId"] for row in judge.find_rows(list(entities.values()), then)}
        asked = [each for each in listing["requests"] if each["entityId"] in ids]
        if not asked:
            raise judge.Differs("a request", f"none for {then.who} at {tin_of(then.tin)[-4:]}")
        judge_request(asked[-1], found)
