"""Sets and measurements: made, read, replaced, changed, deleted; duplicates; what a set must be."""

import cms_standin
import samples
from cms_standin import OTHER
from samples import GROUP, INDIVIDUAL, YEAR, a_set, activities, interoperability, measurement, quality

VIRTUAL = {"entityType": "virtualGroup", "entityId": "VG0001", "performanceYear": YEAR}
APM = {"entityType": "apm", "entityId": "A1001", "performanceYear": YEAR}
SUBGROUP = {"entityType": "subgroup", "entityId": "SG-00000001", "performanceYear": 2025}
_YEAR_2025 = {"performanceStart": "2025-01-01", "performanceEnd": "2025-12-31"}


def paths(reply):
    return [each["location"]["path"] for each in reply.error["details"]]


def refused_at(suite, cms, name, body, *wanted, token=cms_standin.REGISTRY):
    reply = cms.call("POST", "/measurement-sets", body, token=token)
    good = reply.status == 422 and reply.error["type"] == "ValidationError" \
        and reply.error["message"] == "Found errors while validating MeasurementSet object" \
        and paths(reply) == list(wanted) \
        and all(set(each) == {"location", "value", "type", "message"} and each["message"]
                for each in reply.error["details"])
    suite.check(f"refused: {name}", good, (reply.status, reply.data))


def _life(suite, cms):
    body = quality("424", "AQI69")
    reply = cms.call("POST", "/measurement-sets", body)
    made = reply.json["data"]["measurementSet"]
    suite.equal("POST makes a set", (reply.status, made["category"], made["programName"], made["submitterType"],
                                     [each["measureId"] for each in made["measurements"]]),
                (201, "quality", "mips", "organization", ["424", "AQI69"]))
    path = f"/measurement-sets/{made['id']}"
    suite.equal("GET reads it", cms.call("GET", path).json["data"]["measurementSet"], made)
    again = cms.call("POST", "/measurement-sets", body)
    suite.equal("a second of the same kind is a duplicate", (again.status, again.error), (400, {
        "type": "DuplicateEntryError",
        "message": "Category/SubmissionMethod/SubmitterId/SubmitterType quality/registry/"
                   f"{cms_standin.ORGANIZATION}/organization already exists for this "
                   "taxpayerIdentificationNumber/nationalProviderIdentifier/performanceYear",
        "details": {"submissionId": made["submissionId"]}}))
    suite.equal("but not of another submitter, program or method",
                [cms.call("POST", "/measurement-sets", sent, token=token).status for sent, token in (
                    (activities(), OTHER), (activities(), cms_standin.REGISTRY), (interoperability(), OTHER),
                    (activities(submissionMethod="electronicHealthRecord"), cms_standin.REGISTRY))],
                [201, 201, 201, 201])
    by_id = {**interoperability(), "submissionId": made["submissionId"]}
    del by_id["submission"]
    suite.equal("a set is made by the id of the submission, too",
                cms.call("POST", "/measurement-sets", by_id).json["data"]["measurementSet"]["submissionId"],
                made["submissionId"])
    cms.tell("POST", "/faults", {"kind": "latency", "latency_seconds": 1.1})  # updatedAt is in seconds
    changed = cms.call("PATCH", path, {"measurements": [
        measurement("430", samples.counts()), measurement("424", samples.counts(performanceMet=400))]})
    now = changed.json["data"]["measurementSet"]
    suite.equal("PATCH adds measures and replaces those it has",
                (changed.status, {each["measureId"]: each["value"]["performanceMet"]
                                  for each in now["measurements"]}),
                (201, {"430": 412, "424": 400, "AQI69": 412}))
    suite.check("createdAt stays, updatedAt goes on",
                now["createdAt"] == made["createdAt"] and now["updatedAt"] > made["updatedAt"], now)
    ids = {each["measureId"]: each["id"] for each in now["measurements"]}
    suite.equal("what was there keeps its id", ids["424"], made["measurements"][0]["id"])
    put = cms.call("PUT", path, quality("424"))
    suite.equal("PUT replaces all", (put.status, [each["measureId"] for each in
                                                 put.json["data"]["measurementSet"]["measurements"]]),
                (200, ["424"]))
    suite.equal("PUT needs all fields",
                sorted(paths(cms.call("PUT", path, {"measurements": [measurement("424", samples.counts())]}))),
                ["category", "performanceEnd", "performanceStart", "submissionMethod"])
    suite.equal("a set does not move", paths(cms.call("PUT", path, quality("424", submission=GROUP))),
                ["submission"])
    suite.equal("and does not become another's double",
                cms.call("PUT", path, activities()).error["type"], "DuplicateEntryError")
    suite.equal("what is refused changes nothing", cms.call("GET", path).json["data"],
                put.json["data"])
    _measurements(suite, cms, put.json["data"]["measurementSet"])
    suite.equal("DELETE", (cms.call("DELETE", path).status, cms.call("GET", path).status,
                           cms.call("DELETE", path).status), (204, 404, 404))
    suite.equal("and it can be made again, in the same submission",
                cms.call("POST", "/measurement-sets", body).json["data"]["measurementSet"]["submissionId"],
                made["submissionId"])


def _measurements(suite, cms, made):
    posted = cms.call("POST", "/measurements", {"measurementSetId": made["id"], **measurement(
        "430", samples.counts())})
    one = posted.json["data"]["measurement"]
    suite.equal("POST /measurements", (posted.status, one["measureId"], one["measurementSetId"],
                                       one["value"]["performanceRate"]), (201, "430", made["id"], 97.86))
    path = f"/measurements/{one['id']}"
    suite.equal("GET /measurements/:id", cms.call("GET", path).json["data"]["measurement"], one)
    again = cms.call("POST", "/measurements", {"measurementSetId": made["id"], **measurement("430", {})})
    suite.equal("a measure is once in a set", (again.status, again.error["type"]), (400, "DuplicateEntryError"))
    patched = cms.call("PATCH", path, {"measurementSetId": made["id"], **measurement(
        "430", samples.counts(performanceMet=1))})
    suite.equal("PATCH /measurements/:id", (patched.status, patched.json["data"]["measurement"]["id"],
                                            patched.json["data"]["measurement"]["value"]["performanceRate"]),
                (200, one["id"], 10))
    put = cms.call("PUT", path, measurement("430", samples.counts(performanceMet=0)))
    suite.equal("PUT /measurements/:id", (put.status, put.json["data"]["measurement"]["value"]["performanceRate"]),
                (200, 0))
    bad = cms.call("PATCH", path, {"value": samples.counts(performanceMet=-1)})
    suite.equal("held to the rules of the set", (bad.status, bad.error["type"]), (422, "ValidationError"))
    suite.equal("a measurement keeps its measure", cms.call("PUT", path, measurement("424", {})).status, 400)
    suite.equal("DELETE /measurements/:id", (cms.call("DELETE", path).status, cms.call("GET", path).status),
                (204, 404))
    last = f"/measurements/{made['measurements'][0]['id']}"
    suite.equal("the last one stays", (cms.call("DELETE", last).status, cms.call("GET", last).status), (422, 200))


def _entities(suite, cms):
    def of(submission, **changes):
        return activities(submission=submission, **changes)
    new = {**SUBGROUP, **{"performanceYear": 2025}}
    for name, body in (("a group", of(GROUP)), ("a virtual group", of(VIRTUAL)), ("an APM entity", of(APM)),
                       ("a subgroup", a_set("quality", [measurement("424", samples.counts())], new,
                                            programName="G0059", **_YEAR_2025))):
        reply = cms.call("POST", "/measurement-sets", body)
        suite.equal(f"taken: a set of {name}", reply.status, 201)
    without = {name: {key: value for key, value in INDIVIDUAL.items() if key != name} for name in INDIVIDUAL}
    for name, submission in without.items():
        refused_at(suite, cms, f"an individual without {name}", of(submission), f"submission.{name}")
    for name, change in (("of eight digits", {"taxpayerIdentificationNumber": "00045678"}),
                         ("with a hyphen", {"taxpayerIdentificationNumber": "00-045678"}),
                         ("a number", {"taxpayerIdentificationNumber": 456789}),
                         ("not of the preview", {"taxpayerIdentificationNumber": "123456789"})):
        refused_at(suite, cms, f"a TIN {name}", of({**INDIVIDUAL, **change}),
                   "submission.taxpayerIdentificationNumber")
    for npi in ("2077777772", "207777777", "3077777770", "20777777７1"):
        refused_at(suite, cms, "an NPI that is none", of({**INDIVIDUAL, "nationalProviderIdentifier": npi}),
                   "submission.nationalProviderIdentifier")
    refused_at(suite, cms, "a group with an NPI", of({**INDIVIDUAL, "entityType": "group"}),
               "submission.nationalProviderIdentifier")
    refused_at(suite, cms, "a virtual group without its id", of({**VIRTUAL, "entityId": None}),
               "submission.entityId")
    refused_at(suite, cms, "an APM entity with a TIN", of({**APM, "taxpayerIdentificationNumber": samples.TIN}),
               "submission.taxpayerIdentificationNumber")
    refused_at(suite, cms, "a subgroup's id of another form",
               of({**SUBGROUP, "entityId": "1"}, programName="G0059", **_YEAR_2025), "submission.entityId")
    refused_at(suite, cms, "a subgroup before there were any", of({**SUBGROUP, "performanceYear": YEAR}),
               "submission.entityType")
    refused_at(suite, cms, "another entity type", of({**GROUP, "entityType": "practice"}), "submission.entityType")
    refused_at(suite, cms, "a year without data", of({**GROUP, "performanceYear": 2016}),
               "submission.performanceYear")
    refused_at(suite, cms, "a year as text", of({**GROUP, "performanceYear": "2022"}), "submission.performanceYear")
    refused_at(suite, cms, "no submission", activities(submission="-"), "submission")


def _fields(suite, cms):
    for name in ("category", "submissionMethod"):
        refused_at(suite, cms, f"no {name}", activities(**{name: "-"}), name)
        refused_at(suite, cms, f"another {name}", activities(**{name: "cost"}), name)
    refused_at(suite, cms, "no dates", activities(performanceStart="-", performanceEnd="-"),
               "performanceStart", "performanceEnd")
    refused_at(suite, cms, "a category of another time", activities(category="aci"), "category")
    refused_at(suite, cms, "a field that there is not", {**activities(), "practiceId": "1"}, "practiceId")
    for program, wrong in (("mips2", True), ("G0059", True), ("appPlus", True), (7, True), ("pcf", True)):
        refused_at(suite, cms, f"the program {program}", activities(programName=program), "programName")
    refused_at(suite, cms, "a virtual group in the APM pathway",
               activities(submission=VIRTUAL, programName="app1"), "programName")
    refused_at(suite, cms, "an activity that the value pathway does not offer",
               activities("IA_BE_6", "IA_AHE_3", programName="G0059",
                          submission={**GROUP, "performanceYear": 2023},
                          performanceStart="2023-01-01", performanceEnd="2023-12-31"),
               "measurements[1].measureId")
    refused_at(suite, cms, "interoperability of an APM entity", interoperability(submission=APM), "category")
    refused_at(suite, cms, "interoperability without the technology", interoperability(cehrtId="-"), "cehrtId")
    refused_at(suite, cms, "with another id of it", interoperability(cehrtId="0015X7EXAMPLE22"), "cehrtId")
    for name, start, end in (("no date", "2022-13-01", "2022-12-31"), ("with a time", "2022-01-01T00:00:00Z",
                                                                          "2022-12-31")):
        refused_at(suite, cms, f"a start that is {name}", activities(performanceStart=start, performanceEnd=end),
                   "performanceStart")
    for name, body in (
            ("an end before the start", activities(performanceStart="2022-12-31", performanceEnd="2022-01-01")),
            ("a period of two years", activities(performanceEnd="2023-01-01")),
            ("89 days of activities", activities(performanceStart="2022-10-04")),
            ("89 days of interoperability", interoperability(performanceStart="2022-10-04")),
            ("quality of less than a year", quality(performanceStart="2022-01-02"))):
        refused_at(suite, cms, name, body, "performanceEnd")
    long_ago = {**GROUP, "taxpayerIdentificationNumber": samples.OTHER_TIN}
    reply = cms.call("POST", "/measurement-sets", activities(performanceStart="2022-10-03", submission=long_ago))
    suite.equal("taken: 90 days of activities", reply.status, 201)
    refused_at(suite, cms, "179 days of interoperability since 2024", interoperability(
        submission={**GROUP, "performanceYear": 2024}, performanceStart="2024-07-06",
        performanceEnd="2024-12-31", measurements=[measurement("PI_PPHI_1", True)]), "performanceEnd")
    refused_at(suite, cms, "a set without measurements", activities(measurements=[]), "measurements")
    refused_at(suite, cms, "measurements that are no list", activities(measurements={}), "measurements")


def _told(suite, cms):
    cms.tell("DELETE", "/store")
    cms.tell("POST", "/entities", {**GROUP, "election": "required", "programs": ["mips"]})
    refused_at(suite, cms, "data before the opt-in election", activities(submission=GROUP), "submission")
    cms.tell("POST", "/entities", {**GROUP, "election": "made", "programs": ["app1"]})
    refused_at(suite, cms, "a program that it is not registered for", activities(submission=GROUP), "programName")
    cms.restart()
    refused_at(suite, cms, "which is kept over a restart", activities(submission=GROUP), "programName")
    suite.equal("another is not asked", cms.call("POST", "/measurement-sets", activities()).status, 201)


def _forms(suite):
    flags = ("--limits", "none", "--error-form", "path", "--validation-status", 400, "--duplicate-status", 409,
             "--empty-sets", "--any-period")
    with cms_standin.Standin(suite.folder / "forms", *flags) as cms:
        reply = cms.call("POST", "/measurement-sets", activities("IA_EPA_00"))
        suite.equal("the older form of details",
                    (reply.status, [sorted(each) for each in reply.error["details"]],
                     reply.error["details"][0]["path"]),
                    (400, [["message", "path"]], "$.measurements[0].measureId"))
        sent = quality(measurements=[], performanceStart="2022-12-31")
        suite.equal("rules that can be left out", cms.call("POST", "/measurement-sets", sent).status, 201)
        suite.equal("another status of a duplicate", cms.call("POST", "/measurement-sets", sent).status, 409)


def run(suite):
    with cms_standin.Standin(suite.folder / "sets", "--limits", "none") as cms:
        _life(suite, cms)
        _entities(suite, cms)
        _fields(suite, cms)
        _told(suite, cms)
    _forms(suite)
