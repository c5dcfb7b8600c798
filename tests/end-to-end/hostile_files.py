"""Broken and hostile files: what each is told, and that nothing else moves."""

import gzip
import io
import random
import shutil
import zipfile

import identifiers
from harness import INTAKE, REGISTRY, SAMPLE, feed_endlessly
from sample_season import rows_of

DECEMBER = SAMPLE / "20230210T031500-0600_1234_cases-december.xml"
MEBIBYTE = 1 << 20
# Between the consents of December and January's, when much can still go wrong.
ARRIVES = "20230105T120000-0600"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<AnesthesiaRecords><RecordHeader><PracticeID>{practice}</PracticeID>
<CreateDate>2023-01-05T02:40:00</CreateDate><AQIXMLVersion>2022V1.0</AQIXMLVersion></RecordHeader>
"""
_CASE = """<AnesthesiaRecord><Demographic><PatientSex>Male</PatientSex></Demographic>
<Procedure><FacilityID>F01</FacilityID><ProcStatus>Elective</ProcStatus></Procedure>
<AnesthesiaCase><AnesthesiaRecordID>{case}</AnesthesiaRecordID><AnesthesiaStaffSet>
<AnesthesiaStaff><TaxID>{tin}</TaxID><NPI>2000010084</NPI>
<ProviderCredentials>Certified Registered Nurse Anesthetist</ProviderCredentials></AnesthesiaStaff>
</AnesthesiaStaffSet><AnesthesiaMethodSet><AnesthesiaMethod>
<AnesthesiaCategory>General Anesthesia</AnesthesiaCategory>
<AnesthesiaStartTime>{start}</AnesthesiaStartTime><AnesthesiaEndTime>{end}</AnesthesiaEndTime>
</AnesthesiaMethod></AnesthesiaMethodSet></AnesthesiaCase>
<PreOp><Age>53</Age><ASAClass>II</ASAClass></PreOp><IntraOp/>
<PostOp><PaymentMethod><PaymentCode>Commercial</PaymentCode></PaymentMethod></PostOp>
<OutcomesEvents><QCDRSet>
<QCDR><QCDRMeasure>PQRS424</QCDRMeasure><QCDRCodeValue>4255F</QCDRCodeValue></QCDR>
<QCDR><QCDRMeasure>PQRS424</QCDRMeasure><QCDRCodeValue>G9773</QCDRCodeValue></QCDR>
</QCDRSet></OutcomesEvents></AnesthesiaRecord>
"""
_TAIL = "</AnesthesiaRecords>\n"


def case(name="HOSTILE-1", tin="000654321", start="2022-11-08T07:32:00",
         end="2022-11-08T09:21:00"):
    return _CASE.format(case=name, tin=tin, start=start, end=end)


def cases_file(*cases, practice=1234):
    return (_HEAD.format(practice=practice) + "".join(cases) + _TAIL).encode()


def new_cases():
    """The cases of December under new ids, which would count if the file did."""
    return DECEMBER.read_bytes().replace(b"<AnesthesiaRecordID>2022-",
                                         b"<AnesthesiaRecordID>2022-HOSTILE-")


def sample_case_twice():
    """A case of the sample, unchanged, two times in one file."""
    text = (SAMPLE / "20221209T031500-0600_1234_cases-november.xml").read_text(encoding="utf-8")
    start = text.index("<AnesthesiaRecord>")
    end = text.index("</AnesthesiaRecord>") + len("</AnesthesiaRecord>")
    return (text[:end] + text[start:end] + _TAIL).encode()


def intake(name):
    return (INTAKE / name).read_bytes()


def last_name_broken():
    whole = new_cases()
    place = whole.rindex(b"<IntraOp/>")
    return whole[:place] + b"<!-- \xff\xfe -->" + whole[place:]


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("cases.xml", (2023, 1, 5, 0, 0, 0)), content,
                         compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def roster_without_most():
    """The sample's roster without 60 % of its rows: nobody confirms it."""
    head, *rows = (SAMPLE / "20221003T090000-0500_1234_roster-corrected.csv").read_bytes(
        ).splitlines(keepends=True)
    return head + b"".join(rows[:len(rows) * 4 // 10])


def noise():
    return random.Random(424).randbytes(300_000)


# Name of the file: (bytes, exit code of validate, finding, whether ingest refuses it at once).
FILES = {
    "truncated.xml": (lambda: new_cases()[:-3000], 3, "QCDR-FIL-0004", False),
    "entity-bomb.xml": (lambda: intake("entity-bomb.xml"), 3, "QCDR-FIL-0005", True),
    "external-entity.xml": (lambda: intake("external-entity.xml"), 3, "QCDR-FIL-0005", True),
    "undefined-entity.xml": (lambda: intake("undefined-entity.xml"), 3, "QCDR-FIL-0006", False),
    "invalid-utf8.xml": (last_name_broken, 3, "QCDR-FIL-0010", False),
    "utf16.xml": (lambda: intake("utf16.xml"), 3, "QCDR-FIL-0011", True),
    "deep.xml": (lambda: intake("deep.xml"), 3, "QCDR-FIL-0007", True),
    "many-attributes.xml": (lambda: intake("many-attributes.xml"), 3, "QCDR-FIL-0008", True),
    "mismatched-tag.xml": (lambda: intake("mismatched-tag.xml"), 3, "QCDR-FIL-0004", False),
    "version-closed.xml": (lambda: intake("version-closed.xml"), 3, "QCDR-FIL-0015", True),
    "roster-of-a-year-without-rules.csv": (
        lambda: intake("roster-good.csv").replace(b",2022,", b",2031,"), 3, "QCDR-FIL-0042", True),
    "no-records.xml": (lambda: intake("no-records.xml"), 3, "QCDR-FIL-0023", False),
    "long-tag.xml": (lambda: cases_file(case(), "<A " + "a" * MEBIBYTE + "='1'/>"), 3, "QCDR-FIL-",
                     False),
    "empty.xml": (lambda: b"", 3, "QCDR-FIL-0001", True),
    "noise.bin": (noise, 3, "QCDR-FIL-", True),
    "wrong-columns.csv": (lambda: intake("roster-columns-missing.csv"), 3, "QCDR-FIL-0019", False),
    "not-a-form.csv": (lambda: intake("not-a-form.csv"), 3, "QCDR-FIL-0002", True),
    "open-quote.csv": (lambda: intake("roster-open-quote.csv"), 3, "QCDR-FIL-0018", False),
    "other-year.xml": (lambda: cases_file(case(start="2021-12-31T23:50:00",
                                               end="2022-01-01T01:10:00")),
                       3, "QCDR-CAS-0006", False),
    "negative-duration.xml": (lambda: cases_file(case(start="2022-11-08T09:21:00",
                                                      end="2022-11-08T07:32:00")),
                              3, "QCDR-CAS-0005", False),
    "sheet.xlsx": (lambda: intake("sheet.xlsx"), 3, "QCDR-FIL-0027", True),
    "sheet.xls": (lambda: intake("sheet.xls"), 3, "QCDR-FIL-0027", True),
    "sheet-in-zip.zip": (lambda: intake("sheet-in-zip.zip"), 3, "QCDR-FIL-0027", True),
    "semicolons.csv": (lambda: intake("roster-semicolons.csv"), 3, "QCDR-FIL-0028", True),
    "title-rows.csv": (lambda: intake("roster-title-rows.csv"), 3, "QCDR-FIL-0029", True),
    "utf16.csv": (lambda: intake("roster-utf16.csv"), 3, "QCDR-FIL-0011", True),
    "utf16-no-mark.csv": (lambda: intake("roster-utf16-no-mark.csv"), 3, "QCDR-FIL-0011", True),
    "utf16.json": (lambda: intake("consents-utf16.json"), 3, "QCDR-FIL-0011", True),
    "dates-of-a-spreadsheet.csv": (
        lambda: intake("roster-spreadsheet-dates.csv"), 3, "QCDR-SCH-0015", False),
    "scientific-npis.csv": (lambda: intake("roster-scientific.csv"), 3, "QCDR-SCH-0020", False),
    "half.csv": (lambda: intake("roster-cut.csv"), 3, "QCDR-SCH-0019", False),
    "half.json": (lambda: intake("consents-cut.json"), 3, "QCDR-FIL-0037", False),
    "half.zip": (lambda: intake("roster-cut.zip"), 3, "QCDR-FIL-0030", False),
    "half.csv.gz": (lambda: intake("roster-cut.csv.gz"), 3, "QCDR-FIL-0030", True),
    "zip-of-zip.zip": (lambda: intake("zip-of-zip.zip"), 3, "QCDR-FIL-0031", True),
    "bomb.zip": (lambda: intake("bomb.zip"), 3, "QCDR-FIL-0032", False),
    "bomb.csv.gz": (lambda: intake("bomb.csv.gz"), 3, "QCDR-FIL-0032", False),
    "two-kinds.zip": (lambda: intake("two-kinds.zip"), 3, "QCDR-FIL-0034", False),
    "password.zip": (lambda: intake("roster-password.zip"), 3, "QCDR-FIL-0035", True),
    "without-kind.json": (lambda: intake("consents-no-kind.json"), 3, "QCDR-FIL-0039", True),
    "deep.json": (lambda: intake("deep.json"), 3, "QCDR-FIL-0038", True),
    "same-case-twice.xml": (sample_case_twice, 0, "QCDR-CAS-0007", False),
    "half.xml.gz": (lambda: gzip.compress(new_cases(), mtime=0)[:4000], 3, "QCDR-FIL-0030", True),
    "half.xml.zip": (lambda: zipped(new_cases())[:4000], 3, "QCDR-FIL-0030", True),
    "half-inside.xml.zip": (lambda: zipped(new_cases()[:-3000]), 3, "QCDR-FIL-0004", False),
    "half-inside.xml.gz": (lambda: gzip.compress(new_cases()[:-3000], mtime=0), 3, "QCDR-FIL-0004",
                           False),
    "zip-of-zip-of.xml.zip": (lambda: zipped(zipped(new_cases())), 3, "QCDR-FIL-0031", True),
    "entity-bomb.xml.gz": (lambda: gzip.compress(intake("entity-bomb.xml"), mtime=0), 3,
                           "QCDR-FIL-0005", True),
    "utf16-no-mark.xml": (lambda: cases_file(case()).decode().encode("utf-16-le"), 3,
                          "QCDR-FIL-0011", True),
    "npi-scientific.xml": (lambda: cases_file(case().replace("2000010084", "2.00001E+09")), 3,
                           "QCDR-REC-0004", False),
    "tin-without-zeros.xml": (lambda: cases_file(case(tin="654321")), 3, "QCDR-REC-0001", False),
    "dates-of-a-spreadsheet.xml": (lambda: cases_file(case(start="11/8/2022 7:32")), 3,
                                   "QCDR-SCH-0021", False),
    "header-twice.xml": (lambda: cases_file(case(), _HEAD[_HEAD.index("<RecordHeader>"):].format(
        practice=1234), case("HOSTILE-2")), 3, "QCDR-FIL-0044", False),
    "created-american.xml": (
        lambda: cases_file(case()).replace(b"2023-01-05T02:40:00", b"1/5/2023 2:40"), 3,
        "QCDR-FIL-0026", True),
    "blank-line-above.xml": (lambda: b"\n" + cases_file(case()), 3, "QCDR-FIL-0004", True),
    "ampersand.xml": (lambda: cases_file(case("A&B-1")), 3, "QCDR-FIL-0004", False),
    "prefixed.xml": (lambda: cases_file(case()).replace(b"<Anes", b"<n:Anes").replace(
        b"</Anes", b"</n:Anes"), 3, "QCDR-FIL-0012", True),
    "two-documents.xml": (lambda: cases_file(case()) * 2, 3, "QCDR-FIL-0004", False),
    "clinical-document.xml": (lambda: b'<?xml version="1.0"?><ClinicalDocument/>', 3,
                              "QCDR-FIL-0012", True),
    "web-page.html": (lambda: b"<!DOCTYPE html><html>Please sign in</html>", 3, "QCDR-FIL-0043",
                      True),
    "letter.txt": (lambda: b'Dear registry,\nplease find "attached" our data.\n', 3,
                   "QCDR-FIL-0002", True),
    "roster-without-most.csv": (roster_without_most, 0, "", False),
}


# What a practice is told of a file that one code alone would leave in the dark.
WORDS = {
    "truncated.xml": "it ends before its last closing tag",
    "mismatched-tag.xml": "this closing tag does not belong to the element that is open",
    "ampersand.xml": "& is written &amp;",
    "blank-line-above.xml": "delete what stands before it",
    "two-documents.xml": "something follows after the end of the form",
    "prefixed.xml": "no prefix with a colon may stand before the name",
    "header-twice.xml": "Upload each export as a file of its own: a second RecordHeader begins here",
    "version-closed.xml": "Upload a file of version 2019V1.0, 2019V1.0R, 2020V1.0",
    "dates-of-a-spreadsheet.xml": "Give AnesthesiaStartTime like 2022-11-08T07:32:00; what stands "
                                  "there is month, day and year.",
}


def inbox_with(suite, name, *files):
    """The sample's inbox and more files: (name, bytes)."""
    inbox = suite.fresh(name)
    shutil.copytree(SAMPLE, inbox)
    for number, (file_name, content) in enumerate(files):
        arrives = ARRIVES.replace("T1200", f"T{12 + number // 60}{number % 60:02d}")
        (inbox / f"{arrives}_{file_name}").write_bytes(content)
    return inbox


def validate_names_each_fault(suite):
    folder = suite.fresh("hostile")
    folder.mkdir()
    for name, (make, code, finding, _) in FILES.items():
        (folder / name).write_bytes(make())
        for form in ("text", "json", "csv"):
            ran = suite.qcdr("validate", folder / name, "--format", form)
            suite.check(f"validate {name} as {form}: {code}, {finding}",
                        ran.code == code and finding in ran.text, ran.tail())
        if name in WORDS:
            told = suite.qcdr("validate", folder / name)
            suite.check(f"validate {name}: what to do", WORDS[name] in told.text, told.tail())
    twice = suite.qcdr("validate", "--strict", folder / "same-case-twice.xml")
    suite.equal("validate --strict same-case-twice.xml", twice.code, 4)
    usage = (("a file that is not there", folder / "none.xml"),
             ("a file of another kind", "--kind", "roster", DECEMBER),
             ("a file of another year", "--year", "2023", DECEMBER),
             ("an instant without offset", "--received-at", "2023-02-16T00:00:00", DECEMBER))
    for name, *arguments in usage:
        ran = suite.qcdr("validate", *arguments)
        suite.check(f"validate {name}: 2", ran.code == 2 and ran.errors, ran.tail())


def each_leaves_the_rest_alone(suite):
    keys = suite.folder / "hostile-keys"
    calm = suite.play(suite.fresh("calm"), "--keys", keys)
    digest = suite.digest("--data-dir", suite.folder / "calm", "--keys", keys)
    at_once = [name for name, told in FILES.items() if told[3]]
    for names in [at_once] + [[name] for name in FILES if name not in at_once]:
        title = names[0] if len(names) == 1 else f"{len(names)} files that are refused at once"
        data = suite.fresh("disturbed")
        inbox = inbox_with(suite, "disturbed-inbox", *[(name, FILES[name][0]()) for name in names])
        ran = suite.play(data, "--keys", keys, "--inbox", inbox, "--registry-inbox", REGISTRY)
        refused = [name for name in names if f"{name} is refused: " in ran.errors]
        suite.check(f"{title} in the season: same scores, counts and consents",
                    ran.code == 0 and ran.text == calm.text and
                    refused == (at_once if names is at_once else []), f"{refused} {ran.tail()}")
        after = suite.digest("--data-dir", data, "--keys", keys)
        # What ingest refuses leaves nothing; what validation refuses is a fact of its own.
        suite.check(f"{title} in the season: state verifies",
                    (after == digest) == (names is at_once),
                    f"digest {after}, without {title} {digest}")


OTHER_TIN = "000987612"  # under the sample's own the two practices would report together


def all_together(suite):
    files = [(name, make()) for name, (make, _, _, _) in FILES.items()]
    files.append(("new-case-twice.xml", cases_file(*[case("NEW-1", tin=OTHER_TIN)] * 2,
                                                    practice=5678)))
    inbox = inbox_with(suite, "crowd-inbox", *files)
    ran = suite.play(suite.fresh("crowd"), "--inbox", inbox, "--registry-inbox", REGISTRY)
    calm = rows_of(suite.play(suite.fresh("crowd-calm")).text)
    rows = list(rows_of(ran.text).items())
    ours = {key: row for key, row in rows if int(row["practice"]) == 1234}
    other = [(row["level"], int(row["cases"]["counted"]), int(row["cases"]["held"]))
             for _, row in rows if int(row["practice"]) == 5678]
    suite.equal("all of them in one season: the sample's rows", ours, calm)
    suite.equal("a case twice in one file counts once", sorted(other),
                [("group", 1, 0), ("individual", 1, 0)])
    suite.check("all of them in one season: state verifies",
                suite.digest("--data-dir", suite.folder / "crowd"))


def stream_beyond_the_limit(suite):
    keys, data = suite.folder / "hostile-keys", suite.fresh("limited")
    calm = suite.play(data, "--keys", keys)
    before = suite.digest("--data-dir", data, "--keys", keys)
    head = _HEAD.format(practice=1234).encode()
    unit = "".join(case(f"LONG-{number}") for number in range(200)).encode()
    for limit in (100_000, 3_000_000):
        commands = {"validate": ["validate", "--upload-bytes-max", limit, "-"],
                    "dev": ["dev", "--once", "--json", "--data-dir", data, "--keys", keys,
                            "--upload-bytes-max", limit, "-"]}
        for name, arguments in commands.items():
            ran, taken = feed_endlessly(suite, arguments, head, unit, limit + 64 * MEBIBYTE)
            suite.check(f"{name}: a stream beyond {limit} bytes is read by at most 1 MiB more",
                        limit < taken <= limit + MEBIBYTE, f"{taken} bytes taken, {ran.tail()}")
            told = "QCDR-FIL-0003" in ran.text if name == "validate" else (
                f"is refused: the upload is longer than {limit} bytes" in ran.errors)
            suite.check(f"{name}: says that it is too long",
                        told and ran.code == (3 if name == "validate" else 0), ran.tail())
    lists = suite.qcdr("score", "list", "--data-dir", data, "--keys", keys, "--json")
    suite.equal("a stream beyond the limit: same table", lists.text, calm.text)
    suite.equal("a stream beyond the limit: same digest",
                suite.digest("--data-dir", data, "--keys", keys), before)
    left = [path.name for path in (data / "blobs/unfinished").rglob("*") if path.is_file()]
    suite.equal("a stream beyond the limit: nothing of it is kept", left, [])
    whole = suite.play(suite.fresh("just-fits"), "--upload-bytes-max",
                       max(path.stat().st_size for path in SAMPLE.iterdir()))
    suite.equal("files of just the limit are taken", whole.text, calm.text)


def nothing_printed(suite):
    """Last of all groups: every output of every command so far."""
    names = identifiers.of_folder(SAMPLE)
    for more in (INTAKE, suite.folder / "hostile"):
        for kind, values in identifiers.of_folder(more).items():
            # Intake's samples have identifiers that are broken on purpose, some very short.
            names[kind] |= {value for value in values if len(value) >= 9 or kind == "id" and
                            value.startswith(("HOSTILE", "2022-"))}
    forms = identifiers.printed_forms(names)
    planted = b"\n".join(b"a" + form + b"b" for form in sorted(forms))
    suite.equal("the search finds each planted identifier",
                forms - identifiers.find(forms, planted), set())
    searched, leaks = 0, []
    for ran in suite.outputs:
        searched += len(ran.out) + len(ran.err)
        leaks += [(" ".join(ran.arguments[1:4]), form) for form in
                  identifiers.find(forms, ran.out) | identifiers.find(forms, ran.err)]
    suite.check(f"no identifier in {searched} bytes of {len(suite.outputs)} outputs",
                not leaks and searched > 50_000, leaks[:10])
