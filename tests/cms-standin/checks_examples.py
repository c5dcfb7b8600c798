"""Every example that CMS's developers published (tests/data/qpp-payloads), sent as it is.

A file is a request by what is in it, or an answer. examples.json says of requests that are refused at
which paths, and why; all others have to be taken. Where CMS left a placeholder for the year, YEAR is put.
A file that changes what is there (a PATCH, with or without the ids of CMS's store) is sent behind a set as
the tutorials make it first. Answers with a set are compared: shape, and the rates of what was sent.
"""

import copy
import json
import pathlib

import cms_standin
import samples

PAYLOADS = pathlib.Path(__file__).resolve().parents[1] / "data/qpp-payloads"
YEAR = 2024
_PLACEHOLDER = "< performanceYearToBeReported >"
# What the API may add to a set since the example was written, or had then and has no more.
_LATER = {"programName", "practiceDetails", "cehrtId", "suppressed", "source"}
_GONE = {"practiceId"}


def _read(path):
    """The document, or None: some answers of CMS are no JSON."""
    text = path.read_text("utf-8")
    text = text.replace(f'"{_PLACEHOLDER}"', str(YEAR)).replace(_PLACEHOLDER, str(YEAR))
    try:
        return json.loads(text)
    except ValueError:
        return None


def kind_of(document):
    """How a document is sent: (kind, body)."""
    if document is None or "error" in document or "parts" in document:
        return "answer", document
    data = document.get("data", document)
    if "score" in data:
        return "answer", document
    if "data" in document and "submission" not in data:
        return "answer", document
    submission = data.get("submission") if "data" in document else data
    if "measurementSets" in submission:
        return "preview", submission
    if "submission" in document:
        return "set", document
    return ("measurement" if "measureId" in document else "later"), document


def _follow(cms, body):
    """Makes the set that a request of the tutorials changes; the answer to that request, as a PATCH."""
    year = int(body.get("performanceStart", "2018")[:4])
    whole = {"performanceStart": f"{year}-01-01", "performanceEnd": f"{year}-12-31"}
    first = {"quality": ("047", samples.counts(performanceMet=120, performanceNotMet=36,
                                               eligiblePopulationException=0, eligiblePopulation=156)),
             "ia": ("IA_EPA_4", True)}
    category = body.get("category", "quality" if "measurements" in body else "ia")
    submission = {**samples.GROUP, "performanceYear": year}
    made = cms.call("POST", "/measurement-sets", samples.a_set(
        category, [samples.measurement(*first[category])], submission, **whole))
    made = made.json["data"]["measurementSet"]
    sent = {name: value for name, value in body.items() if name not in ("submissionId", "measurementSetId")}
    if "measureId" in body:
        return cms.call("PATCH", f"/measurements/{made['measurements'][0]['id']}", sent)
    return cms.call("PATCH", f"/measurement-sets/{made['id']}", sent)


def _send(cms, kind, body):
    cms.tell("DELETE", "/store")
    if kind == "set":
        return cms.call("POST", "/measurement-sets", body)
    if kind in ("later", "measurement"):
        return _follow(cms, body)
    entity = {name: body.get(name) for name in ("entityType", "taxpayerIdentificationNumber",
                                                "nationalProviderIdentifier", "performanceYear")}
    cms.tell("POST", "/entities", {**entity, "score": {"value": 1}})
    return cms.call("POST", "/submissions/score-preview", body)


def _requests(suite, cms):
    expected = json.loads((cms_standin.FOLDER / "examples.json").read_text("utf-8"))
    names, kinds = set(), {}
    for path in sorted(PAYLOADS.rglob("*.json")):
        name = path.relative_to(PAYLOADS).as_posix()
        names.add(name)
        kind, body = kind_of(_read(path))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == "answer":
            continue
        reply = _send(cms, kind, body)
        wanted = expected.get(name, {"refused": []})
        found = [] if reply.status in (200, 201) else [
            each["location"]["path"] for each in reply.error.get("details", [{"location": {"path": reply.status}}])]
        suite.check(f"{kind} {name}", found == wanted["refused"] and (not found or wanted["why"]),
                    f"{found} {reply.data[:400]}")
    suite.equal("examples.json names files", sorted(set(expected) - names), [])
    suite.check("there are requests of every kind", set(kinds) == {"answer", "set", "preview", "later",
                                                                   "measurement"}, kinds)


def _shape(ours, theirs, path=""):
    """Fields of CMS's answer that ours has not, and the other way round."""
    if isinstance(theirs, list):
        return [each for mine, other in zip(ours, theirs) for each in _shape(mine, other, path + "[]")]
    if not isinstance(theirs, dict):
        return []
    at_top = "measurements" in theirs
    missing = [f"{path}.{name} is missing" for name in theirs if name not in ours
               and not (at_top and name in _GONE) and name not in ("performanceStart", "performanceEnd")]
    added = [f"{path}.{name} is new" for name in ours if name not in theirs
             and not (at_top and name in _LATER) and "value" not in path]
    return missing + added + [each for name in theirs if name in ours
                              for each in _shape(ours[name], theirs[name], f"{path}.{name}")]


def _answers(suite, cms):
    for path in sorted(PAYLOADS.rglob("*Response.json")):
        document = _read(path)
        if document is None or "measurementSet" not in document.get("data", {}):
            continue
        theirs = document["data"]["measurementSet"]
        year = int(theirs["performanceStart"][:4])
        if theirs["programName" if "programName" in theirs else "category"] == "G0053":
            year = 2023  # the answer has the dates of the year before
        body = {"category": theirs["category"], "submissionMethod": theirs["submissionMethod"],
                "programName": theirs.get("programName", "mips"), "performanceStart": f"{year}-01-01",
                "performanceEnd": f"{year}-12-31", "submission": {**samples.GROUP, "performanceYear": year},
                "measurements": [{"measureId": each["measureId"], "value": copy.deepcopy(each["value"])}
                                 for each in theirs["measurements"]]}
        cms.tell("DELETE", "/store")
        reply = cms.call("POST", "/measurement-sets", body)
        name = path.relative_to(PAYLOADS).as_posix()
        if reply.status != 201:
            suite.check(f"what {name} answers is taken", False, reply.data)
            continue
        ours = reply.json["data"]["measurementSet"]
        suite.equal(f"shape of {name}", _shape(ours, theirs), [])
        differing = [(mine["measureId"], field, mine["value"].get(field), other["value"][field])
                     for mine, other in zip(ours["measurements"], theirs["measurements"])
                     if isinstance(other["value"], dict) for field in other["value"]
                     if mine["value"].get(field) != other["value"][field]]
        suite.equal(f"numbers of {name}", differing, [])


def run(suite):
    with cms_standin.Standin(suite.folder / "examples", "--limits", "none") as cms:
        _requests(suite, cms)
        _answers(suite, cms)
