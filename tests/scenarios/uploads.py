"""Writes the bytes of an upload: CSV from a table, NACOR XML from lines of cases."""

import csv
import dataclasses
import datetime
import io
import re

from kinds import CREDENTIALS, columns_of
from people import person, tin

# Denominator codes and outcome codes of 2022, as docs/formats.md and the measures' specifications
# have them.
MEASURES = {
    "404": (("G9642", "G9643", "G9497"), {"met": "G9644", "not met": "G9645"}),
    "424": (("4255F",), {"met": "G9771", "exception": "G9772", "not met": "G9773",
                         "excluded": "G9770"}),
    "430": (("4554F", "4556F"), {"met": "G9775", "exception": "G9776", "not met": "G9777"}),
    "463": (("4554F", "G9954"), {"met": "G9956", "exception": "G9957", "not met": "G9958",
                                 "excluded": "G9955"}),
    "477": ((), {"met": "G2148", "exception": "G2149", "not met": "G2150"}),
    # The name that 477 had before: read as 477 from 2020 on.
    "AQI59": ((), {"met": "G2148", "exception": "G2149", "not met": "G2150"}),
    # Answered well or not, of those who were sent the survey.
    "AQI48": (("10A12", "10A72"), {"met": "10A70", "not met": "10A71"}),
    # Inverse: a long intubation is "met".
    "AQI18": ((), {"met": "G8569", "not met": "G8570"}),
    "ABG41": ((), {"met": "1084", "exception": "1086", "not met": "1085"}),
}
CHILDREN = {"463"}


def bytes_of(upload, upload_id=None):
    """upload_id: from a label to the id of the upload that was called so."""
    if upload_id:
        upload = dataclasses.replace(upload, body=[
            dataclasses.replace(line, text=re.sub(
                r"\{upload ([\w-]+)\}", lambda found: upload_id(found[1]), line.text))
            for line in upload.body])
    if upload.kind == "cases":
        return cases(upload)
    if upload.kind == "file":
        return raw(upload)
    return table(upload)


def suffix_of(upload):
    if upload.kind == "file":
        return ".csv" if not upload.body[0].text.startswith("<") else ".xml"
    return ".xml" if upload.kind == "cases" else ".csv"


def raw(upload):
    """As it stands, with {TIN A} and {NPI Ann} filled in."""
    return ("\n".join(named(line, line.text) for line in upload.body) + "\n").encode()


def named(line, text):
    """The text with {TIN A} and {NPI Ann} filled in."""
    text = re.sub(r"\{TIN (\w)\}", lambda found: tin(line, found[1]), text)
    return re.sub(r"\{NPI (\w+)\}", lambda found: person(line, found[1]).npi, text)


def fields_of(line):
    return next(csv.reader([line.text], skipinitialspace=True))


def table(upload):
    defaults = columns_of(upload.kind)
    head, *rows = upload.body
    names = [name.strip() for name in fields_of(head)]
    for name in names:
        if name not in defaults and name != "clinician":
            raise head.error(f"{upload.kind} has no column {name!r}; it has clinician, "
                             + ", ".join(defaults))
    if not rows:
        raise head.error("a table without rows")
    written = [name for name in defaults if name in names or defaults[name] is not None]
    written = [name for name in written if not (name == "npi" and defaults[name] is None)]
    if "clinician" in names and "npi" not in written:
        written.insert(written.index("tin") + 1, "npi")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(written)
    for line in rows:
        fields = fields_of(line)
        if len(fields) != len(names):
            raise line.error(f"{len(fields)} fields, the head has {len(names)}")
        row = {name: fill(upload, defaults[name] or "") for name in written}
        for name, value in zip(names, fields):
            set_cell(upload, line, row, name, value.strip())
        writer.writerow([row[name] for name in written])
    return out.getvalue().encode()


def set_cell(upload, line, row, name, value):
    if name == "clinician":
        if value == "group":
            row["npi"] = ""
            return
        found = person(line, value)
        row["npi"] = found.npi
        if upload.kind == "roster":
            row.update(last_name=found.family, first_name=found.given,
                       credential=CREDENTIALS[found.type])
    elif name == "tin" and len(value) == 1:
        row[name] = tin(line, value)
    elif name == "tins":
        row[name] = ";".join(tin(line, each.strip()) for each in value.split(";"))
    elif name.endswith("npis") or (name == "npi" and not value[:1].isdigit() and value):
        row[name] = ";".join(person(line, each.strip()).npi for each in value.split(";") if each)
    else:
        row[name] = named(line, value)


def fill(upload, text):
    signed = upload.instant - datetime.timedelta(hours=1)
    # Defaults are written for the season of 2022.
    for before, after in (("2022", upload.year), ("2023", upload.year + 1)):
        text = re.sub(rf"\b{before}\b", str(after), text)
    return (text.replace("{practice}", str(upload.practice))
            .replace("{signed}", signed.isoformat())
            .replace("{day}", upload.instant.date().isoformat()))


_CASES = re.compile(
    r"(\d+) x (.+?) on (\d{4}-\d\d-\d\d)(?: \.\. (\d{4}-\d\d-\d\d))?: (.+?)"
    r"(?: \(as ([A-Z][A-Z0-9]*)(?: from (\d+))?\))?")
_WRITTEN = re.compile(r"written (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")
_STAFF = re.compile(r"(\w+) ([A-H])")
_OUTCOME = re.compile(r"(\w+) (met|not met|exception|excluded|unreported)")


def cases(upload):
    records = []
    created = (upload.instant - datetime.timedelta(hours=2)).replace(tzinfo=None, microsecond=0)
    for line in upload.body:
        written = _WRITTEN.fullmatch(line.text)
        if written:
            created = datetime.datetime.fromisoformat(written[1])
            continue
        found = _CASES.fullmatch(line.text)
        if not found:
            raise line.error("cases are `20 x Ann A + Cora A on 2022-06-14: 404 met, 424 not met "
                             "(as JUNE from 1)`, not: " + line.text)
        staff = []
        for each in found[2].split("+"):
            pair = _STAFF.fullmatch(each.strip())
            if not pair:
                raise line.error(f"staff is `Ann A`, not {each.strip()!r}")
            staff.append((person(line, pair[1]), tin(line, pair[2])))
        first = datetime.date.fromisoformat(found[3])
        days = (datetime.date.fromisoformat(found[4]) - first).days if found[4] else 0
        name, start = found[6] or f"L{line.number}", int(found[7] or 1)
        for index in range(int(found[1])):
            day = first + datetime.timedelta(days=days * index // max(1, int(found[1]) - 1))
            records.append(record(line, f"{name}-{start + index:05d}", staff, day, found[5]))
    return ("""<?xml version="1.0" encoding="UTF-8"?>
<AnesthesiaRecords>
<RecordHeader><PracticeID>%d</PracticeID><CreatedBy>Scenario</CreatedBy><CreateDate>%s</CreateDate>
<EmailSet><EmailNotificationSet><EmailNotificationFirstName>Dana</EmailNotificationFirstName><EmailNotificationLastName>Champion</EmailNotificationLastName><EmailNotificationAddress>champion@example.org</EmailNotificationAddress></EmailNotificationSet></EmailSet>
<AQIXMLVersion>%dV1.0</AQIXMLVersion></RecordHeader>
%s</AnesthesiaRecords>
""" % (upload.practice, created.isoformat(), upload.year, "".join(records))).encode()


def record(line, identity, staff, day, outcomes):
    codes, age = [], 40
    for text in outcomes.split(","):
        found = _OUTCOME.fullmatch(text.strip())
        if text.strip() == "no measure":
            continue
        if not found or found[1] not in MEASURES:
            raise line.error(f"an outcome is `404 met`, not {text.strip()!r}")
        denominator, words = MEASURES[found[1]]
        if found[2] != "unreported" and found[2] not in words:
            raise line.error(f"measure {found[1]} has no {found[2]!r}")
        chosen = denominator + ((words[found[2]],) if found[2] in words else ())
        codes += [(found[1], code) for code in chosen]
        age = 10 if found[1] in CHILDREN else age
    people = "".join(
        f"<AnesthesiaStaff><TaxID>{number}</TaxID><NPI>{who.npi}</NPI><ProviderCredentials>"
        f"{CREDENTIALS[who.type]}</ProviderCredentials></AnesthesiaStaff>" for who, number in staff)
    measures = "".join(f"<QCDR><QCDRMeasure>{'PQRS' if measure.isdigit() else ''}{measure}</QCDRMeasure><QCDRCodeValue>{code}"
                       "</QCDRCodeValue></QCDR>" for measure, code in codes)
    quality = f"<OutcomesEvents><QCDRSet>{measures}</QCDRSet></OutcomesEvents>" if codes else ""
    return (f"""<AnesthesiaRecord><Demographic><PatientSex>Female</PatientSex></Demographic>
<Procedure><FacilityID>F01</FacilityID><ProcStatus>Elective</ProcStatus></Procedure>
<AnesthesiaCase><AnesthesiaRecordID>{identity}</AnesthesiaRecordID><AnesthesiaStaffSet>{people}</AnesthesiaStaffSet>
<AnesthesiaMethodSet><AnesthesiaMethod><AnesthesiaCategory>General Anesthesia</AnesthesiaCategory><AnesthesiaStartTime>{day}T08:00:00</AnesthesiaStartTime><AnesthesiaEndTime>{day}T09:30:00</AnesthesiaEndTime></AnesthesiaMethod></AnesthesiaMethodSet></AnesthesiaCase>
<PreOp><Age>{age}</Age><ASAClass>II</ASAClass></PreOp><IntraOp/>
<PostOp><PaymentMethod><PaymentCode>Commercial</PaymentCode></PaymentMethod></PostOp>{quality}</AnesthesiaRecord>
""")
