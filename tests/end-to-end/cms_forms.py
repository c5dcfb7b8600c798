"""Submissions in CMS's JSON form and QRDA category III reports: read, and told what is wrong."""

import gzip
import json

MEASURE = "2C928082-74C2-3313-0174-C60BD07B02A6"  # 001 of 2022 in CMS's list, as are those below
IPOP, DENOM, NUMER, DENEX = (
    "D0F9A8EF-6C52-429A-A522-B568269EF39A", "0A5B121A-16A0-41A1-8749-58BD992813C1",
    "0E994FD7-399A-46AE-84F3-D4286EB35AD8", "F4F7D899-682A-43D0-9506-75C0D7C08A76")
PRACTICE_ROOT = "2.25.141592653589793238462643383279502884197"


def submission(category="quality", measurements=None, outer=None, **more):
    measured = {"measureId": "404", "value": {"performanceMet": 31, "performanceNotMet": 6,
                                              "eligiblePopulation": 37}}
    sets = [{"category": category, "submissionMethod": "registry", "performanceStart": "2022-01-01",
             "performanceEnd": "2022-12-31", "measurements": measurements or [measured]}]
    inner = {"entityType": "group", "taxpayerIdentificationNumber": "000456789",
             "performanceYear": 2022, "measurementSets": sets, **more}
    return json.dumps({**({"practiceId": 1234} if outer is None else outer),
                       "submission": inner}).encode()


def late_category():
    return (submission() + b"\n") * 500 + submission("ia", [{"measureId": "IA_BE_6", "value": True}])


def count(number):
    return ('<entryRelationship><observation><code code="MSRAGG"/>'
            f'<value value="{number}"/></observation></entryRelationship>')


def population(kind, guid, *counts):
    return (f'<component><observation><code code="ASSERTION"/><value code="{kind}"/>'
            + "".join(count(each) for each in counts) + "<reference><externalObservation>"
            f'<id root="{guid}"/></externalObservation></reference></observation></component>')


GOOD = (population("IPOP", IPOP, 120), population("DENOM", DENOM, 100),
        population("DENEX", DENEX, 10), population("NUMER", NUMER, 30))


def measure(*inside, guid=MEASURE):
    return ('<component><section><entry><organizer>'
            '<templateId root="2.16.840.1.113883.10.20.27.3.1"/><reference><externalDocument>'
            f'<id root="2.16.840.1.113883.4.738" extension="{guid}"/></externalDocument></reference>'
            + "".join(inside) + "</organizer></entry></section></component>")


def report(*measures, program="MIPS_GROUP", template="27.1.1", tin="000456789", low="20220101",
           head=""):
    return (f'<?xml version="1.0"?>{head}<ClinicalDocument xmlns="urn:hl7-org:v3">'
            f'<templateId root="2.16.840.1.113883.10.20.{template}"/><custodian>'
            f'<id root="{PRACTICE_ROOT}" extension="1234"/></custodian><informationRecipient>'
            f'<intendedRecipient><id root="2.16.840.1.113883.3.249.7" extension="{program}"/>'
            '</intendedRecipient></informationRecipient><documentationOf><serviceEvent>'
            f'<effectiveTime><low value="{low}"/><high value="20221231"/></effectiveTime><performer>'
            '<assignedEntity><id root="2.16.840.1.113883.4.6" extension="2000010019"/>'
            f'<representedOrganization><id root="2.16.840.1.113883.4.2" extension="{tin}"/>'
            '</representedOrganization></assignedEntity></performer></serviceEvent></documentationOf>'
            '<component><structuredBody>' + "".join(measures)
            + "</structuredBody></component></ClinicalDocument>").encode()


def rated(rate):
    return ('<component><observation><code code="72510-1"/>'
            f'<value value="{rate}"/></observation></component>')


# Name: (bytes, exit code of validate, finding; empty: nothing is said).
FILES = {
    "submission.json": (submission, 0, ""),
    "submission.json.gz": (lambda: gzip.compress(submission()), 0, ""),
    "nobodys-submission.json": (lambda: submission(outer={}), 3, "QCDR-FIL-0047"),
    "late-category.json": (late_category, 3, "QCDR-FIL-0048"),
    "no-category.json": (lambda: submission("cost"), 3, "QCDR-FIL-0039"),
    "virtual-group.json": (lambda: submission(entityType="virtualGroup"), 3, "QCDR-SCH-0004"),
    "without-attester.json": (
        lambda: submission("ia", [{"measureId": "IA_BE_6", "value": True}]), 3, "QCDR-SCH-0013"),
    "report.xml": (lambda: report(measure(*GOOD)), 0, ""),
    "report.xml.gz": (lambda: gzip.compress(report(measure(*GOOD))), 0, ""),
    "category-one.xml": (lambda: report(template="24.1.1"), 3, "QCDR-FIL-0049"),
    "apm-entity.xml": (lambda: report(program="MIPS_APMENTITY"), 3, "QCDR-FIL-0050"),
    "without-tin.xml": (lambda: report(measure(*GOOD), tin=""), 3, "QCDR-FIL-0051"),
    "without-period.xml": (lambda: report(measure(*GOOD), low="soon"), 3, "QCDR-FIL-0052"),
    "unknown-measure.xml": (lambda: report(measure(*GOOD, guid=IPOP)), 3, "QCDR-SCH-0023"),
    "two-counts.xml": (lambda: report(measure(population("DENOM", DENOM, 100, 100), GOOD[3])), 3,
                       "QCDR-SCH-0024"),
    "no-denominator.xml": (lambda: report(measure(GOOD[3])), 3, "QCDR-SCH-0025"),
    "measure-twice.xml": (lambda: report(measure(*GOOD), measure(*GOOD)), 3, "QCDR-SCH-0026"),
    "percent.xml": (lambda: report(measure(*GOOD, rated("75.0"))), 0, "QCDR-SCH-0027"),
    "above-denominator.xml": (
        lambda: report(measure(GOOD[1], population("NUMER", NUMER, 101))), 3, "QCDR-SCH-0018"),
    "document-type.xml": (lambda: report(measure(*GOOD), head="<!DOCTYPE a>"), 3, "QCDR-FIL-0005"),
    "deep.xml": (lambda: report("<a>" * 40 + "</a>" * 40), 3, "QCDR-FIL-0007"),
    "dense.xml.gz": (lambda: gzip.compress(report("<a/>" * 20_000_000, measure(*GOOD))), 3,
                     "QCDR-FIL-0032"),
}


def cms_forms_are_told(suite):
    folder = suite.fresh("cms-forms")
    folder.mkdir()
    for name, (make, code, finding) in FILES.items():
        (folder / name).write_bytes(make())
        ran = suite.qcdr("validate", folder / name, "--format", "json")
        told = {json.loads(line)["code"] for line in ran.text.splitlines()}
        good = finding in told if finding else not told
        suite.check(f"validate {name}: {code}, {finding or 'nothing'}", ran.code == code and good,
                    f"{told} {ran.tail()}")
    taken = suite.qcdr("dev", "--once", "--no-table", "--data-dir", suite.fresh("cms-data"),
                       folder / "submission.json", folder / "report.xml.gz")
    listed = json.loads(suite.qcdr("uploads", "--data-dir", suite.folder / "cms-data",
                                   "--json").text)["uploads"]
    suite.equal("both are taken as measure results",
                (taken.code, sorted((upload["kind"], upload["format"], upload["rows"]["rejected"])
                                    for upload in listed)),
                (0, [("measure-result", "gzip+qrda-iii", 0), ("measure-result", "qpp-json", 0)]))


GROUPS = (cms_forms_are_told,)
