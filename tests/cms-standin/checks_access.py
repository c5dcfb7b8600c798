"""Who may call what: tokens, other organisations' sets, types, the preview's rules, windows."""

import cms_standin
import samples
from cms_standin import EHR, EXPIRED, OTHER, PRACTICE, PRODUCTION_ONLY, REGISTRY

_NOWHERE = "00000000-0000-4000-8000-000000000000"


def identifiers_in_logs(folder):
    words = (samples.TIN, samples.OTHER_TIN, samples.NPI, "token-of-", "nationalProvider", "PI_PEA_1")
    return [f"{word} in {path.parent.name}" for path in folder.rglob("*.log") for word in words
            if word in path.read_text("utf-8", "replace")]


def _refused(suite, name, reply, status, kind):
    suite.check(name, (reply.status, reply.error["type"]) == (status, kind) and reply.error["message"],
                (reply.status, reply.data[:300]))


def _tokens(suite, cms):
    for name, token in (("no token", None), ("an unknown token", "guessed"), ("an expired token", EXPIRED),
                        ("a token of production", PRODUCTION_ONLY)):
        for method, path in (("GET", "/submissions"), ("POST", "/measurement-sets"),
                             ("POST", "/submissions/score-preview"), ("DELETE", f"/measurements/{_NOWHERE}")):
            reply = cms.call(method, path, {} if method == "POST" else None, token=token)
            _refused(suite, f"{name}: {method} {path.rsplit('/', 1)[0] or path} is 401", reply, 401,
                     "Unauthorized")
    basic = cms.call("GET", "/submissions", token=None, Authorization=f"Basic {REGISTRY}")
    _refused(suite, "another scheme is 401", basic, 401, "Unauthorized")
    _refused(suite, "POST /submissions is 401 for a registry",
             cms.call("POST", "/submissions", samples.GROUP), 401, "Unauthorized")
    made = cms.call("POST", "/submissions", samples.GROUP, token=PRACTICE)
    suite.equal("and 201 for a practice", made.status, 201)
    _refused(suite, "once", cms.call("POST", "/submissions", samples.GROUP, token=PRACTICE), 400,
             "DuplicateEntryError")
    ehr = cms.call("POST", "/measurement-sets", samples.activities(), token=EHR)
    _refused(suite, "an EHR's token sends nothing by registry", ehr, 422, "ValidationError")
    ehr = cms.call("POST", "/measurement-sets",
                   samples.activities(submissionMethod="electronicHealthRecord"), token=EHR)
    suite.equal("but by electronicHealthRecord", ehr.status, 201)


def _others_sets(suite, cms):
    mine = cms.call("POST", "/measurement-sets", samples.quality()).json["data"]["measurementSet"]
    measurement = mine["measurements"][0]["id"]
    body = samples.quality()
    for method, path, sent in (
            ("GET", f"/measurement-sets/{mine['id']}", None), ("PUT", f"/measurement-sets/{mine['id']}", body),
            ("PATCH", f"/measurement-sets/{mine['id']}", {"measurements": []}),
            ("DELETE", f"/measurement-sets/{mine['id']}", None), ("GET", f"/measurements/{measurement}", None),
            ("PUT", f"/measurements/{measurement}", {"measureId": "424", "value": samples.counts()}),
            ("PATCH", f"/measurements/{measurement}", {"value": samples.counts()}),
            ("DELETE", f"/measurements/{measurement}", None),
            ("POST", "/measurements", {"measurementSetId": mine["id"], "measureId": "430", "value": {}}),
            ("GET", f"/submissions/{mine['submissionId']}/score", None)):
        reply = cms.call(method, path, sent, token=OTHER)
        _refused(suite, f"another organisation: {method} {path.split('/')[1]} is 404", reply, 404, "NotFound")
        again = cms.call(method, path.replace(mine["id"], _NOWHERE).replace(measurement, _NOWHERE)
                         .replace(mine["submissionId"], _NOWHERE),
                         {**sent, "measurementSetId": _NOWHERE} if path == "/measurements" else sent)
        suite.equal(f"as what is not there: {method} {path.split('/')[1]}", (again.status, again.error),
                    (404, reply.error))
    suite.equal("nothing of it was changed", cms.call("GET", f"/measurement-sets/{mine['id']}").json["data"],
                {"measurementSet": mine})
    tin = {"qpp-taxpayer-identification-number": samples.TIN}
    other = cms.call("GET", "/submissions", token=OTHER, **tin).json["data"]["submissions"]
    suite.check("another sees the submission of the TIN, without its sets",
                other and all(not each["measurementSets"] for each in other), other)
    suite.equal("and nothing without the TIN",
                cms.call("GET", "/submissions", token=OTHER).json["data"]["totalItems"], 0)
    theirs = cms.call("POST", "/measurement-sets", samples.activities(), token=OTHER)
    suite.equal("the submission is shared", theirs.json["data"]["measurementSet"]["submissionId"],
                mine["submissionId"])
    seen = cms.call("GET", f"/submissions/{mine['submissionId']}").json["data"]["submission"]
    suite.equal("each sees its own sets of it", [each["submitterId"] for each in seen["measurementSets"]],
                [cms_standin.ORGANIZATION])
    seen = cms.call("GET", f"/submissions/{mine['submissionId']}", token=PRACTICE).json["data"]["submission"]
    suite.check("the practice sees all", len(seen["measurementSets"]) >= 2, seen)
    suite.equal("GET /measurement-sets has the caller's",
                [each["id"] for each in cms.call("GET", "/measurement-sets").json["data"]["measurementSets"]],
                [mine["id"]])
    suite.equal("GET /measurements too",
                [each["id"] for each in cms.call("GET", "/measurements").json["data"]["measurements"]],
                [measurement])


def _types(suite, cms):
    for accept, status in (("application/vnd.qpp.cms.gov.v1+json", 200), ("*/*", 200), (None, 200),
                           ("text/html, application/json;q=0.5", 200), ("text/html", 406),
                           ("application/xml", 406)):
        suite.equal(f"Accept {accept} is {status}", cms.call("GET", "/submissions", Accept=accept).status, status)
    body = samples.activities(submission=samples.GROUP)
    for kind, status in (("text/plain", 415), ("application/xml", 415), (None, 415),
                         ("application/json; charset=utf-8", 201)):
        suite.equal(f"Content-Type {kind} is {status}",
                    cms.call("POST", "/measurement-sets", body, **{"Content-Type": kind}).status, status)
    for name, sent in (("no JSON", b"{"), ("no object", b"[1]"), ("not a number", b'{"a": NaN}'),
                       ("no UTF-8", b'{"a": "\xff"}'), ("deep nesting", b"[" * 100_000)):
        _refused(suite, f"{name} is 400", cms.call("POST", "/measurement-sets", sent), 400, "BadRequest")
    suite.equal("more than 2 MiB are 413, before they are sent",
                cms.call("POST", "/measurement-sets", None, Content_Length=str(2 * 1024 * 1024 + 1)).status, 413)
    suite.equal("chunks are 411", cms.call("POST", "/measurement-sets", None,
                                           **{"Transfer-Encoding": "chunked"}).status, 411)
    suite.equal("an unknown path is 404", cms.call("GET", "/patients").status, 404)
    suite.equal("a known one by another method 405", cms.call("DELETE", "/submissions").status, 405)
    suite.equal("a slash at the end is taken", cms.call("GET", "/measurement-sets/").status, 200)


def _pages(suite, cms):
    for at in range(13):
        sent = {**samples.GROUP, "taxpayerIdentificationNumber": f"00070000{at:x}"[:9] if at < 10
                else f"0007001{at}"}
        cms.call("POST", "/measurement-sets", samples.activities(submission=sent))
    first = cms.call("GET", "/submissions").json["data"]
    suite.equal("ten on a page", (len(first["submissions"]), first["currentItemCount"]), (10, 10))
    rest = cms.call("GET", "/submissions?startIndex=10").json["data"]
    suite.equal("the rest on the next", first["totalItems"] - 10, len(rest["submissions"]))
    ids = [each["id"] for each in first["submissions"] + rest["submissions"]]
    whole = cms.call("GET", "/submissions?itemsPerPage=99999").json["data"]["submissions"]
    suite.equal("all once", ids, [each["id"] for each in whole])
    for query in ("startIndex=-1", "itemsPerPage=0", "performanceYear=now", "itemsPerPage=100000"):
        suite.equal(f"{query} is refused", cms.call("GET", f"/submissions?{query}").status, 422)
    tin = {"qpp-taxpayer-identification-number": samples.TIN}
    for query, wanted in ((f"nationalProviderIdentifier={samples.NPI}", ["individual"]),
                          ("entityType=group", ["group"]), ("performanceYear=2021", []),
                          ("performanceYear=2022&entityType=individual", ["individual"])):
        found = cms.call("GET", f"/submissions?{query}", **tin).json["data"]["submissions"]
        suite.equal(f"asked by {query.split('=')[0]}", [each["entityType"] for each in found], wanted)


def _production(suite):
    real = {**samples.GROUP, "taxpayerIdentificationNumber": "100456789"}
    zero = {**samples.INDIVIDUAL, "nationalProviderIdentifier": "0777777777"}
    with cms_standin.Standin(suite.folder / "preview", "--limits", "none") as cms:
        _paths(suite, "preview: a real TIN", cms, real, ["submission.taxpayerIdentificationNumber"])
        _paths(suite, "preview: an NPI from 0", cms, zero, [])
    window = "2022=2023-01-03T10:00:00-05:00..2023-03-31T20:00:00-04:00"
    with cms_standin.Standin(suite.folder / "production", "--environment", "production", "--clock", "virtual",
                        "--now", "2023-03-31T19:59:59-04:00", "--window", window) as cms:
        _paths(suite, "production: a real TIN", cms, real, [])
        _paths(suite, "production: an NPI from 0", cms, zero, ["submission.nationalProviderIdentifier"])
        suite.equal("production has its own tokens",
                    cms.call("GET", "/submissions", token=PRODUCTION_ONLY).status, 200)
        mine = cms.sets()[0]
        cms.tell("POST", "/clock", {"advance_seconds": 2})
        for method, path, sent in (("POST", "/measurement-sets", samples.quality()),
                                   ("DELETE", f"/measurement-sets/{mine['id']}", None),
                                   ("PATCH", f"/measurement-sets/{mine['id']}", {"programName": "mips"})):
            _refused(suite, f"after the window {method} is 401", cms.call(method, path, sent), 401,
                     "Unauthorized")
        suite.equal("reading is not", cms.call("GET", "/submissions").status, 200)
        cms.tell("POST", "/windows", {"2022": {"opens": "2023-01-03T10:00:00-05:00",
                                               "closes": "2023-04-14T20:00:00-04:00"}})
        cms.restart()
        suite.equal("an extension is kept over a restart",
                    cms.call("POST", "/measurement-sets", samples.quality()).status, 201)


def _paths(suite, name, cms, submission, wanted):
    reply = cms.call("POST", "/measurement-sets", samples.activities(submission=submission))
    found = [] if reply.status == 201 else [each["location"]["path"] for each in reply.error["details"]]
    suite.equal(name + (" is refused" if wanted else " is taken"), found, wanted)


def run(suite):
    with cms_standin.Standin(suite.folder / "access", "--limits", "none") as cms:
        _tokens(suite, cms)
        _others_sets(suite, cms)
        _types(suite, cms)
        _pages(suite, cms)
        suite.equal("SIGTERM ends it in order", cms.process.end(cms_standin.START_SECONDS_MAX), 0)
    _production(suite)
