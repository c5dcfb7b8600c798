"""Findings that no other file of the suites leads to: each is told."""

import io
import json
import zipfile

from harness import ROOT

TEMPLATES = ROOT / "docs/records/templates"


def template(kind, **values):
    """The template of a kind with other values in its row."""
    head, row = (line.split(",") for line in
                 (TEMPLATES / f"{kind}.csv").read_text(encoding="utf-8").splitlines()[:2])
    for name, value in values.items():
        row[head.index(name)] = value
    return (",".join(head) + "\r\n" + ",".join(row) + "\r\n").encode()


def archive(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in files:
            made.writestr(name, content)
    return packed.getvalue()


def wide():
    head, row = template("individual-consent").splitlines()
    return head + b",x" * 64 + b"\r\n" + row + b"," * 64 + b"\r\n"


# Told by the checks that need no state: name of the file, its bytes, the finding.
READ = (
    ("wide.csv", wide, "QCDR-FIL-0021"),
    ("hundred-and-one.zip", lambda: archive([(f"{number}.csv", template("individual-consent"))
                                             for number in range(101)]), "QCDR-FIL-0033"),
    ("folder-alone.zip", lambda: archive([("folder/", b"")]), "QCDR-FIL-0036"),
    ("reversed.csv", lambda: template("activity-attestation", performed_from="2022-08-31",
                                      performed_to="2022-03-01"), "QCDR-SCH-0017"),
    ("unusual-prefix.csv", lambda: template("individual-consent", tin="007654321"),
     "QCDR-REC-0003"),
    ("no-activity.csv", lambda: template("activity-attestation", activity_id="IA_XYZ_99"),
     "QCDR-IA-0020"),
    ("ten-days.csv", lambda: template("anesthesia-case", anesthesia_end="2022-06-24T09:05:00"),
     "QCDR-CAS-0009"),
    ("not-computed.csv", lambda: template("anesthesia-case", quality_codes="PQRS047:1123F"),
     "QCDR-MEA-0004"),
    ("not-ours.csv", lambda: template("anesthesia-case", quality_codes="ABG40:1081"),
     "QCDR-MEA-0006"),
)
# Told by the fold, in a season of these files alone.
FOLDED = (
    ("group-activity.csv", lambda: template("activity-attestation", npi=""), "QCDR-IA-0006"),
    ("group-opt-out.csv", lambda: template("opt-out", npi=""), "QCDR-OPT-0002"),
    ("opt-out-of-a-stranger.csv", lambda: template("opt-out"), "QCDR-OPT-0005"),
    ("take-back.csv", lambda: template("activity-attestation", record_id="R-2", supersedes="R-1",
                                       record_action="WITHDRAW"), "QCDR-SYS-0004"),
)


def rare_findings_are_told(suite):
    folder = suite.fresh("rare")
    folder.mkdir()
    for name, make, finding in READ:
        (folder / name).write_bytes(make())
        ran = suite.qcdr("validate", folder / name, "--format", "json")
        suite.check(f"validate {name}: {finding}", finding in ran.text, ran.tail())
    data = suite.fresh("rare-data")
    for name, make, _ in FOLDED:
        (folder / name).write_bytes(make())
    suite.qcdr("dev", "--once", "--no-table", "--data-dir", data, "--clock",
               "2022-12-06T09:00:00-06:00",
               *[folder / name for name, _, _ in FOLDED])
    told = suite.qcdr("uploads", "--data-dir", data, "--json")
    codes = {found["code"] for upload in json.loads(told.text)["uploads"]
             for found in upload["findings"]}
    for name, _, finding in FOLDED:
        suite.check(f"{name} in a season: {finding}", finding in codes, str(sorted(codes)))


GROUPS = (rare_findings_are_told,)
