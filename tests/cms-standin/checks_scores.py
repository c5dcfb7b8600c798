"""Scores: told by a test, computed by qcdr where it is built, and none without either."""

import os
import pathlib

import cms_standin
import samples
from samples import activities, quality

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_TREE = {"value": 21.5, "parts": [{"name": "quality", "value": 21.5, "original": {"name": "quality", "parts": [
    {"name": "quality", "parts": [{"name": "424", "value": 7.5, "metadata": {"decile": 7}}]}]}}]}


def _preview(*sets, entity=None):
    return {**(entity or samples.INDIVIDUAL), "measurementSets": [
        {name: value for name, value in each.items() if name != "submission"} for each in sets]}


def _told(suite, cms):
    none = cms.call("POST", "/submissions/score-preview", _preview(quality()))
    suite.equal("without scores there are none, and none is made up", (none.status, none.error["type"]),
                (501, "NotImplemented"))
    cms.tell("POST", "/entities", {**samples.INDIVIDUAL, "score": _TREE})
    reply = cms.call("POST", "/submissions/score-preview", _preview(quality(), activities()))
    score = reply.json["data"]["score"]
    suite.equal("a preview has the told score", (reply.status, score["name"], score["value"]), (200, "total", 21.5))
    suite.check("in CMS's form, with a warning that it is none of CMS's",
                {"name", "title", "detail", "value", "parts", "metadata", "warnings", "errors"} <= set(score)
                and any("stand-in" in each for each in score["warnings"]), score)
    suite.equal("and keeps nothing", cms.submissions(), [])
    for name, body, *wanted in (
            ("a value", _preview(activities(), quality(measurements=[samples.measurement(
                "424", samples.counts(performanceMet=-1))])),
             "measurementSets[1].measurements[0].value.performanceMet"),
            ("no sets", _preview(), "measurementSets"), ("sets that are no list", {**samples.GROUP}, "measurementSets"),
            ("an entity", _preview(quality(), entity={"entityType": "group", "performanceYear": 2022}),
             "taxpayerIdentificationNumber"),
            ("a field", {**_preview(quality()), "sets": 1}, "sets")):
        reply = cms.call("POST", "/submissions/score-preview", body)
        suite.equal(f"held to the same rules: {name}",
                    (reply.status, [each["location"]["path"] for each in reply.error["details"]]), (422, wanted))
    cms.tell("POST", "/entities", {**samples.INDIVIDUAL, "score": _TREE, "programs": ["app1"]})
    reply = cms.call("POST", "/submissions/score-preview", _preview(activities()))
    suite.equal("no score for a program that it is not registered for",
                (reply.status, [each["location"]["path"] for each in reply.error["details"]]),
                (422, ["measurementSets[0].programName"]))
    cms.tell("POST", "/entities", {**samples.INDIVIDUAL, "score": _TREE})
    made = cms.call("POST", "/measurement-sets", quality()).json["data"]["measurementSet"]
    score = cms.call("GET", f"/submissions/{made['submissionId']}/score").json["data"]["score"]
    leaf = score["parts"][0]["original"]["parts"][0]["parts"][0]["metadata"]
    suite.equal("of what is stored, with the ids of set and measurement", leaf, {
        "decile": 7, "measurementSetId": made["id"], "measurementId": made["measurements"][0]["id"]})
    suite.equal("by program", [cms.call("GET", f"/submissions/{made['submissionId']}/score?program={name}").status
                               for name in ("mips", "app1")], [200, 404])


def _computed(suite, program):
    with cms_standin.Standin(suite.folder / "scorer", "--limits", "none", "--qcdr", program) as cms:
        reply = cms.call("POST", "/submissions/score-preview", _preview(quality(), activities()))
        score = reply.json["data"]["score"]
        values = {part["name"]: part["value"] for part in score["parts"]}
        # A high and a medium activity: 30 of 40 points, 15 percent; in a rural area they count double.
        suite.equal("qcdr computes a score in the same form", (reply.status, score["name"], values.get("ia")),
                    (200, "total", 11.25))
        cms.tell("POST", "/entities", {**samples.INDIVIDUAL, "profile": {"rural": True}})
        again = cms.call("POST", "/submissions/score-preview", _preview(quality(), activities()))
        values = {part["name"]: part["value"] for part in again.json["data"]["score"]["parts"]}
        suite.equal("with the profile that was told", values.get("ia"), 15)


def run(suite):
    with cms_standin.Standin(suite.folder / "scores", "--limits", "none") as cms:
        _told(suite, cms)
    broken = suite.folder / "no-scorer"
    broken.write_text("#!/bin/sh\necho no\n", "ascii")
    broken.chmod(0o700)
    with cms_standin.Standin(suite.folder / "broken", "--limits", "none", "--qcdr", broken) as cms:
        reply = cms.call("POST", "/submissions/score-preview", _preview(quality()))
        suite.equal("a scorer that fails is 500", (reply.status, reply.error["type"]), (500, "InternalServerError"))
    program = pathlib.Path(os.environ.get("QCDR") or _ROOT / "build/release/bin/qcdr")
    if program.exists():
        _computed(suite, program)
    else:
        print(f"not asked, there is no {program.name}: the scorer", flush=True)
