"""Broken files of every kind of record, made from its own template: tests/data/hostile-files.csv
says what each is told, where, and what to do about it."""

import csv
import gzip
import io
import json
import re
import shutil
import zipfile

from harness import REGISTRY, ROOT, SAMPLE, feed_endlessly
from sample_season import rows_of

TEMPLATES = ROOT / "docs/records/templates"
REGISTRY_KINDS = ("audit-correction", "deadline-extension", "eligibility-snapshot",
                  "officer-decision")
RECEIVED = "2022-09-30T12:00:00-05:00"  # no kind is late then, and nothing is signed after it
_SIGNED = "2022-09-01"
MEBIBYTE = 1 << 20


def kinds():
    return sorted(path.stem for path in TEMPLATES.glob("*.csv"))


def table_of_files():
    with open(ROOT / "tests/data/hostile-files.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Template:
    """One kind's template: a header line and a row, and the same as JSON."""

    def __init__(self, kind):
        self.kind = kind
        self.head, self.row = list(csv.reader(io.StringIO(self._text("csv"))))[:2]
        self.row = [_SIGNED if value == "2022-12-01" else value for value in self.row]
        self.document = json.loads(self._text("json").replace("2022-12-01", _SIGNED))
        self.forms = dict(re.findall(r"^\| `(\w+)` \| \w* ?\| (.*?) \| ", (
            ROOT / f"docs/records/{kind}.md").read_text(encoding="utf-8"), re.M))

    def _text(self, suffix):
        return (TEMPLATES / f"{self.kind}.{suffix}").read_text(encoding="utf-8")

    def csv(self, rows=None, head=None, separator=","):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
        writer.writerow(head or self.head)
        writer.writerows(rows if rows is not None else [self.row])
        return out.getvalue()

    def json(self, record=None, **members):
        document = {**self.document, **members}
        if record:
            document["records"] = [{**document["records"][0], **record}]
        return json.dumps(document, indent=1)

    def with_cell(self, wanted, value):
        """The table with one filled cell changed, and its column; none without such a cell."""
        for index, column in enumerate(self.head):
            if self.row[index] and column in self.forms and wanted(column, self.forms[column]):
                row = list(self.row)
                row[index] = value
                return self.csv([row]), column
        return None

    def named(self, column, value):
        return self.with_cell(lambda name, form: name == column, value)

    def beside(self, column, sign):
        """A sign that nobody sees behind what stands in the column."""
        return (self.named(column, self.row[self.head.index(column)] + sign)
                if column in self.head else None)

    def date(self, value):
        return self.with_cell(lambda name, form: form == "`2022-11-08`", value)

    def signature(self, value):
        return self.with_cell(lambda name, form: form.startswith("`2023-01-19` or"), value)

    def time(self, value):
        return self.with_cell(lambda name, form: form == "`2022-06-14T07:32:00`", value)

    def instant(self, value):
        return self.with_cell(lambda name, form: form == "`2023-01-19T15:00:00-06:00`", value)

    def other_kind(self):
        return Template("roster" if self.kind != "roster" else "opt-out")

    def json_member(self, name, value):
        return self.json({name: value}) if name in self.document["records"][0] else None

    def json_date(self, value):
        for name, old in self.document["records"][0].items():
            if isinstance(old, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", old):
                return self.json({name: value}), f"/records/0/{name}"
        return None


def packed(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2022, 9, 30, 0, 0, 0)), content,
                             compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gzipped(content):
    return gzip.compress(content if isinstance(content, bytes) else content.encode(), mtime=0)


def _latin1(template):
    made = template.with_cell(lambda name, form: form.startswith("text"), "Ren\xe9")
    return made and (made[0].encode("latin-1"), made[1])


def _deep(levels):
    return [_deep(levels - 1)] if levels else []


def _without(template, index):
    return template.csv([[v for i, v in enumerate(template.row) if i != index]],
                        [v for i, v in enumerate(template.head) if i != index])


def _needed(template):
    """A column that this kind cannot do without."""
    return next(i for i, name in enumerate(template.head) if i > 1 and re.search(
        rf"^\| `{name}` \| yes ", (ROOT / f"docs/records/{template.kind}.md").read_text(
            encoding="utf-8"), re.M))


# Name of a file: from a template to its bytes or text, or (those, the column that was spoiled);
# none where a kind has nothing to spoil.
MAKERS = {
    "semicolons.csv": lambda t: t.csv(separator=";"),
    "tabs.csv": lambda t: t.csv(separator="\t"),
    "tabs-and-quotes.csv": lambda t: "\r\n".join(
        "\t".join(f'"{cell}"' for cell in line) for line in (t.head, t.row)) + "\r\n",
    "bars.csv": lambda t: t.csv(separator="|"),
    "title-above.csv": lambda t: "Season 2022\r\n" + t.csv(),
    "merged-titles-above.csv": lambda t: (
        "Season 2022" + "," * (len(t.head) - 1) + "\r\n" + "Export" + "," * (len(t.head) - 1)
        + "\r\n" + t.csv()),
    "groups-above.csv": lambda t: "Practice,,Record" + "," * (len(t.head) - 3) + "\r\n" + t.csv(),
    "second-header-below.csv": lambda t: t.csv(
        [["(number)", "(yyyy)"] + [""] * (len(t.head) - 2), t.row]),
    "other-worksheet.csv": lambda t: "Room,Weekday,Surgeon\r\nOR 3,Monday,Dr. Who\r\n",
    "renamed-columns.csv": lambda t: t.csv(head=[n.replace("_", " ").title() for n in t.head]),
    "column-missing.csv": lambda t: _without(t, _needed(t)),
    "column-twice.csv": lambda t: t.csv([t.row + [t.row[2]]], t.head + [t.head[2]]),
    "columns-without-name.csv": lambda t: t.csv([t.row + ["", ""]], t.head + ["", ""]),
    "commas-behind-the-header.csv": lambda t: t.csv(head=t.head + ["", ""]),
    "joined.csv": lambda t: t.csv() + t.csv(),
    "joined-with-mark.csv": lambda t: t.csv([["\ufeff" + t.row[0]] + t.row[1:]]),
    "mark-alone.csv": lambda t: b"\xef\xbb\xbf",
    "header-only.csv": lambda t: t.csv([]),
    "utf16-little-with-mark.csv": lambda t: b"\xff\xfe" + t.csv().encode("utf-16-le"),
    "utf16-big-with-mark.csv": lambda t: b"\xfe\xff" + t.csv().encode("utf-16-be"),
    "utf16-little.csv": lambda t: t.csv().encode("utf-16-le"),
    "utf16-big.csv": lambda t: t.csv().encode("utf-16-be"),
    "latin1.csv": _latin1,
    "latin1-in-header.csv": lambda t: t.csv([t.row + [""]], t.head + ["gr\xf6\xdfe"]).encode("latin-1"),
    "nul-byte.csv": lambda t: t.csv().replace("2022,", "2022,\0", 1),
    "date-serial.csv": lambda t: t.date("44927"),
    "date-american.csv": lambda t: t.date("1/31/2023"),
    "date-with-month-name.csv": lambda t: t.date("31-Jan-2023"),
    "signature-serial.csv": lambda t: t.signature("44927"),
    "signature-american.csv": lambda t: t.signature("1/31/2023"),
    "time-serial.csv": lambda t: t.time("44873.31388889"),
    "time-american.csv": lambda t: t.time("11/8/2022 7:32 AM"),
    "time-with-month-name.csv": lambda t: t.time("8-Nov-22 07:32"),
    "time-with-space.csv": lambda t: t.time("2022-11-08 07:32:00"),
    "time-without-date.csv": lambda t: t.time("7:32"),
    "instant-american.csv": lambda t: t.instant("1/31/2023 23:59"),
    "npi-scientific.csv": lambda t: t.named("npi", "2.00001E+09"),
    "npi-too-narrow.csv": lambda t: t.named("npi", "##########"),
    "npi-with-invisible-space.csv": lambda t: t.beside("npi", "\u00a0"),
    "tin-with-mark-without-width.csv": lambda t: t.beside("tin", "\u200b"),
    "date-too-narrow.csv": lambda t: t.date("########"),
    "npi-nine-digits.csv": lambda t: t.named("npi", "200001001"),
    "npi-with-decimals.csv": lambda t: t.named("npi", "2000010019.0"),
    "tin-scientific.csv": lambda t: t.named("tin", "4.56789E+05"),
    "tin-without-zeros.csv": lambda t: t.named("tin", "456789"),
    "tins-scientific.csv": lambda t: t.named("tins", "4.56789E+05;000654321"),
    "error-of-a-formula.csv": lambda t: t.named("tin", "#REF!"),
    "practice-scientific.csv": lambda t: t.named("practice_id", "1.234E+03"),
    "year-before.csv": lambda t: t.named("performance_year", "2018")[0],
    "row-of-another-year.csv": lambda t: t.csv([t.row, [t.row[0], "2021"] + t.row[2:]]),
    "row-of-another-practice.csv": lambda t: t.csv([t.row, ["1235"] + t.row[1:]]),
    "open-quote.csv": lambda t: t.csv().rstrip("\r\n").rsplit(",", 1)[0] + ',"not closed',
    "open-quote-later.csv": lambda t: (
        t.csv([t.row, t.row]).rstrip("\r\n").rsplit(",", 1)[0] + ',"not closed'),
    "half.csv": lambda t: t.csv()[:t.csv().rindex(",") - 4],
    "field-too-many.csv": lambda t: t.csv([t.row + ["more"]]),
    "half.csv.zip": lambda t: packed(("a.csv", t.csv()))[:60],
    "without-directory.csv.zip": lambda t: packed(("a.csv", t.csv()))[:-30],
    "zip-of.zip": lambda t: packed(("a.zip", packed(("a.csv", t.csv())))),
    "zip-of-gzip.zip": lambda t: packed(("a.csv.gz", gzipped(t.csv()))),
    "gzip-of-gzip.gz": lambda t: gzipped(gzipped(t.csv())),
    "gzip-of-zip.gz": lambda t: gzipped(packed(("a.csv", t.csv()))),
    "half.csv.gz": lambda t: gzipped(t.csv())[:-12],
    "check-sum-wrong.csv.gz": lambda t: gzipped(t.csv())[:-8] + b"\0" * 8,
    "semicolons-inside.zip": lambda t: packed(("a.csv", t.csv(separator=";"))),
    "letter-inside.zip": lambda t: packed(("a.csv", t.csv()), ("letter.txt", "Dear registry,\n")),
    "two-kinds.zip": lambda t: packed(("a.csv", t.csv()), ("b.csv", t.other_kind().csv())),
    "half.json": lambda t: t.json()[:len(t.json()) * 2 // 3],
    "half-of-a-text.json": lambda t: t.json()[:t.json().rindex('"')],
    "half.json.gz": lambda t: gzipped(t.json()[:len(t.json()) * 2 // 3]),
    "utf16-little.json": lambda t: t.json().encode("utf-16-le"),
    "utf16-big.json": lambda t: t.json().encode("utf-16-be"),
    "utf16-with-mark.json": lambda t: b"\xff\xfe" + t.json().encode("utf-16-le"),
    "invalid-utf8.json": lambda t: t.json().encode().replace(b'"records"', b'"rec\xffrds"'),
    "comma-too-many.json": lambda t: re.sub(r"\}\s*\]", ",}]", t.json()),
    "npi-scientific.json": lambda t: t.json_member("npi", 2.00001e30),
    "tin-scientific.json": lambda t: t.json_member("tin", "4.56789E+05"),
    "tin-without-zeros.json": lambda t: t.json_member("tin", 456789),
    "date-serial.json": lambda t: t.json_date(44927),
    "date-american.json": lambda t: t.json_date("1/31/2023"),
    "records-of-another-kind.json": lambda t: t.json(kind=t.other_kind().kind),
    "kind-unknown.json": lambda t: t.json(kind="summary"),
    "records-no-list.json": lambda t: t.json(records=t.document["records"][0]),
    "records-missing.json": lambda t: t.json(records=None),
    "no-records.json": lambda t: t.json(records=[]),
    "deep.json": lambda t: t.json(more=_deep(40)),
    "year-before.json": lambda t: t.json(performanceYear=2018),
    "web-page.json": lambda t: "<!DOCTYPE html>\n<html><body>Please sign in.</body></html>\n",
}


def made(maker, template):
    """(bytes, column) of a file; none when this kind has nothing to spoil."""
    result = maker(template)
    if result is None:
        return None
    content, column = result if isinstance(result, tuple) else (result, "")
    return content if isinstance(content, bytes) else content.encode(), column


def differs(row, ran, column):
    """What a file was told other than the table says; empty when it was told just that."""
    if ran.code != int(row["exit"]):
        return f"exit {ran.code}"
    findings = [json.loads(line) for line in ran.text.splitlines()]
    told = [each for each in findings if each["code"].startswith(row["finding"])]
    if not told:
        return f"told {[each['code'] for each in findings]}"
    line, path = told[0]["location"]["line"], told[0]["location"]["path"]
    if row["line"].isdigit() and line != int(row["line"]) or row["line"] == "any" and line < 1:
        return f"line {line}"
    wanted = column if row["column"] == "spoiled" else row["column"]
    if wanted != "any" and path != wanted:
        return f"column {path!r} instead of {wanted!r}"
    words = f"{told[0]['message']} {told[0]['hint']}"
    return "" if row["remedy"] in words else words


def every_kind_is_told(suite):
    rows = table_of_files()
    suite.equal("every file of the table is made, and no other", [row["file"] for row in rows],
                list(MAKERS))
    templates = [Template(kind) for kind in kinds()]
    suite.check(f"a template of each of {len(templates)} kinds", len(templates) == 26)
    folder = suite.fresh("hostile-kinds")
    folder.mkdir()
    for row in rows:
        wrong, count = [], 0
        for template in templates:
            content = made(MAKERS[row["file"]], template)
            if content is None:
                continue
            path = folder / f"{template.kind}.{row['file']}"
            path.write_bytes(content[0])
            ran = suite.qcdr("validate", *by_right_of(template.kind), "--format", "json",
                             "--received-at", RECEIVED, path)
            difference = differs(row, ran, content[1])
            count += 1
            if difference:
                wrong.append(f"{template.kind}: {difference}")
        suite.check(f"{row['file']} of {count} kinds: {row['exit']}, {row['finding']}, where and "
                    "what to do", count > 0 and not wrong, "\n".join(wrong))
    good = [t.kind for t in templates if suite_validates(suite, folder, t) != 0]
    suite.equal("what they were made from is clean", good, [])


def suite_validates(suite, folder, template):
    path = folder / f"{template.kind}.good.csv"
    path.write_text(template.csv(), encoding="utf-8")
    return suite.qcdr("validate", *by_right_of(template.kind), "--received-at", RECEIVED, path).code


def by_right_of(kind):
    """What only the registry may state is looked at as the registry's."""
    return ["--registry"] if kind in REGISTRY_KINDS else []


def holds_opt_outs(kind, row):
    """An opt-out row that cannot be read holds individual sets: a no must not get lost."""
    of_opt_out = kind == "opt-out" or (kind == "roster" and
                                       row["file"] == "records-of-another-kind.json")
    return of_opt_out and not row["finding"].startswith("QCDR-FIL-")


def inbox_of(suite, name, rows, holding=False):
    """The sample's inbox and the files of all kinds, all of its own practice."""
    inbox = suite.fresh(name)
    shutil.copytree(SAMPLE, inbox)
    names = {}
    for kind in kinds():
        template = Template(kind)
        for row in rows:
            content = made(MAKERS[row["file"]], template)
            if content is None or holds_opt_outs(kind, row) != holding:
                continue
            second = len(names)
            clock = f"{12 + second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"
            full = f"20230105T{clock}-0600_{kind}.{row['file']}"
            (inbox / full).write_bytes(content[0])
            names[full] = row
    return inbox, names


def a_season_among_them(suite):
    keys = suite.folder / "hostile-keys"
    calm = suite.play(suite.fresh("calm-kinds"), "--keys", keys)
    digest = suite.digest("--data-dir", suite.folder / "calm-kinds", "--keys", keys)
    rows = [row for row in table_of_files() if row["counts"] == "nothing"]
    at_once = [row for row in rows if row["refused_at_once"] == "yes"]
    for name, chosen in (("those refused at once", at_once), ("all of them", rows)):
        inbox, names = inbox_of(suite, "kinds-among-inbox", chosen)
        data = suite.fresh("kinds-among")
        ran = suite.play(data, "--keys", keys, "--inbox", inbox, "--registry-inbox", REGISTRY)
        suite.check(f"{name}, {len(names)} files, in a season: same scores, counts and consents",
                    ran.code == 0 and ran.text == calm.text and len(names) > 500, ran.tail())
        wrong = [full for full, row in names.items()
                 if (f"{full} is refused: " in ran.errors) != (row["refused_at_once"] == "yes")]
        suite.equal(f"{name}: refused at once are just those of the table", wrong, [])
        after = suite.digest("--data-dir", data, "--keys", keys)
        if name != "all of them":
            suite.equal(f"{name}: the state is the same", after, digest)
    inbox, names = inbox_of(suite, "kinds-among-inbox", rows, holding=True)
    ran = suite.play(suite.fresh("kinds-among"), "--keys", keys, "--inbox", inbox, "--registry-inbox", REGISTRY)
    held = [row for row in rows_of(ran.text).values() if row["level"] == "individual"]
    suite.check(f"{len(names)} opt-out files that cannot be read hold every individual set",
                len(names) > 10 and len(held) > 10 and all(
                    not row["willBeSent"] and "unreadableOptOut" in str(row["blocks"])
                    for row in held if row["reportsAs"] == "individual"), ran.tail())
    suite.equal("and change no count of cases", cases_of(ran.text), cases_of(calm.text))


def beyond_the_limit_in_every_format(suite):
    folder = suite.fresh("hostile-long")
    folder.mkdir()
    limit, wrong = 5000, []
    for template in (Template(kind) for kind in kinds()):
        table = template.csv([template.row] * 200)
        document = template.json(records=template.document["records"] * 200)
        files = {"csv": table.encode(), "csv.gz": gzipped(table), "json": document.encode(),
                 "csv.zip": packed(("a.csv", table)), "json.zip": packed(("a.json", document)),
                 "json.gz": gzipped(document)}
        for suffix, content in files.items():
            path = folder / f"{template.kind}.{suffix}"
            path.write_bytes(content)
            ran = suite.qcdr("validate", "--upload-bytes-max", limit, "--received-at", RECEIVED,
                             path)
            if ran.code != 3 or "QCDR-FIL-0003" not in ran.text or str(limit) not in ran.text:
                wrong.append(f"{path.name}: {ran.tail()}")
    suite.equal("longer than the limit, packed or not, of every kind: QCDR-FIL-0003", wrong, [])
    template = Template("opt-out")
    head, row = template.csv().encode().split(b"\r\n")[:2]
    record = json.dumps(template.document["records"][0]).encode()
    opened = template.json(records=[]).encode().rstrip(b"\n ]}") + b"[" + record
    streams = {"CSV": (head + b"\r\n" + row, b"\r\n" + row), "JSON": (opened, b"," + record)}
    for name, (begin, unit) in streams.items():
        limit = 3_000_000
        ran, taken = feed_endlessly(suite, ["validate", "--upload-bytes-max", limit, "-"], begin,
                                    unit * 100, limit + 64 * MEBIBYTE)
        suite.check(f"a {name} stream beyond the limit is read by at most 1 MiB more, and told",
                    limit < taken <= limit + MEBIBYTE and ran.code == 3 and
                    "QCDR-FIL-0003" in ran.text, f"{taken} bytes taken, {ran.tail()}")


def cases_of(text):
    return {key: row["cases"] for key, row in rows_of(text).items()}
