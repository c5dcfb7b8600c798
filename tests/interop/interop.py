#!/usr/bin/env python3
"""A season of many practices through a broker, read again by a Java program.

The Java program (java/, its class path in CLASS_PATH) checks partitions, headers and messages with
Apache Kafka's own client and writes down what it read; here that is compared with what the command
line prints of the same season. The last line is "N passed, N failed". QCDR_KEEP=1 keeps the files.
"""

import collections
import decimal
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "end-to-end"), str(TESTS / "broker")]

# pylint: disable=wrong-import-position
from harness import REGISTRY, ROOT, SAMPLE, Suite, find_program
from seasons import Broker

PARTITIONS = 7  # a broker on a slow disk takes long to make more
FIRST_PRACTICE, PRACTICES = 9_960, 85  # ids of four and of five digits
IDLE_SECONDS = 6  # longer than a service waits for its partitions on a busy machine
JAVA_SECONDS_MAX = 120
READER = "qcdr.interop.SeasonReader"
# The command line shows the numbers of the group in such a clinician's row, the topics never do.
SHOWN_WITH_GROUP = "as the group"


def make_inboxes(suite):
    """The sample season, and beside it many practices with few cases and TINs of their own."""
    inbox = suite.folder / "inbox"
    made = suite.qcdr("generate", "--practices", PRACTICES, "--clinicians", 2, "--cases", 2,
                      "--corrections", 0, "--first-practice", FIRST_PRACTICE, "--out", inbox)
    if made.code != 0:
        raise RuntimeError(made.tail())
    shutil.copytree(SAMPLE, inbox, dirs_exist_ok=True)
    return ["--inbox", inbox, "--registry-inbox", REGISTRY]


def read_in_java(suite, broker, *later):
    """Checks of the Java program count as ours; returns the rows that it wrote."""
    rows = suite.folder / "rows.jsonl"
    done = subprocess.run(
        ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
         f"-Dlog4j.configuration=file:{ROOT}/tests/interop/log4j.properties",
         "-cp", os.environ["CLASS_PATH"], READER, broker.servers, str(rows), *later],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=JAVA_SECONDS_MAX)
    lines = done.stdout.splitlines()
    for at, line in enumerate(lines):
        if line.startswith(("ok   ", "FAIL ")):
            suite.check(line[5:], line.startswith("ok"), "\n".join(lines[at + 1:at + 2]))
    suite.check("the Java program ends well, with as many checks as it counted",
                done.returncode == 0 and f"{len(lines)} checks passed, 0 failed" in done.stderr,
                f"exit {done.returncode}\n{done.stderr[-800:]}")
    read = collections.defaultdict(list)
    if rows.exists():
        for line in rows.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            read[row["row"]].append(row)
    return read


def word(reason):
    """REASON_INDIVIDUAL_CONSENT as the command line writes it: individualConsent."""
    first, *others = reason.removeprefix("REASON_").lower().split("_")
    return first + "".join(other.capitalize() for other in others)


def ten_thousandths(number):
    return int((decimal.Decimal(number) * 10_000).quantize(decimal.Decimal(1),
                                                           rounding=decimal.ROUND_HALF_UP))


def of_topic(row):
    whose = (row["practice"], row["performanceYear"], row["level"], row["counted"], row["held"])
    if row["level"] == "individual" and row["reportsAs"] in ("REPORTING_LEVEL_GROUP",
                                                             "REPORTING_LEVEL_BOTH"):
        return (*whose, SHOWN_WITH_GROUP)
    return (*whose, tuple(row["asThingsStand"]), tuple(row["ifAllOpenItemsDone"]),
            tuple((word(reason), *others) for reason, *others in row["blocks"]),
            tuple((word(reason), *others) for reason, *others in row["costs"]))


def of_score_list(row):
    def score(name):
        of = row[name]
        numbers = (of["value"], of["low"], of["high"], of["paymentAdjustment"]["percent"])
        return tuple(ten_thousandths(number) for number in numbers)

    whose = (row["practice"], row["performanceYear"], row["level"], row["cases"]["counted"],
             row["cases"]["held"])
    if row["level"] == "individual" and row["reportsAs"] not in ("individual", "none"):
        return (*whose, SHOWN_WITH_GROUP)
    return (*whose, score("asThingsStand"), score("ifAllOpenItemsDone"),
            tuple((block["reason"], block["heldLate"], block["refused"], block["closed"])
                  for block in row["blocks"]),
            tuple((cost["reason"], cost.get("measureId", ""), cost.get("month", 0),
                   cost.get("cases", 0), ten_thousandths(cost["pointsAtMost"]))
                  for cost in row["costs"]))


def compare_entities(suite, printed_table, read):
    table = json.loads(printed_table.text, parse_float=decimal.Decimal)
    # Virtual groups are scored where somebody looks; the topics do not carry them.
    printed = collections.Counter(of_score_list(row) for row in table["rows"]
                                  if row["level"] != "virtualGroup")
    topics = collections.Counter(of_topic(row) for row in read["entity"])
    differing = (printed - topics) + (topics - printed)
    whole = sum(count for row, count in topics.items() if SHOWN_WITH_GROUP not in row)
    suite.check(f"score list --json says what {sum(topics.values())} projections and readiness "
                f"records say, with scores in {whole}", not differing and whole > 100,
                "\n".join(f"{'printed' if row in printed else 'topics '} {row}"
                          for row in sorted(differing, key=str)))


def code_number(code, families):
    family, number = re.fullmatch(r"QCDR-([A-Z]+)-(\d+)", code).groups()
    return families[family] * 10_000 + int(number)


def families_of_codes():
    """Family numbers, from the list that gives them."""
    header = (ROOT / "pipeline/core/finding_codes.h").read_text(encoding="utf-8")
    listed = header[header.index("enum class FindingFamily"):]
    listed = listed[:listed.index("};")]
    return {name: int(number) for name, number in re.findall(r"^  (\w+) = (\d+),", listed,
                                                             re.MULTILINE)}


def compare_uploads(suite, inboxes, keys, read):
    """Uploads and findings as `qcdr dev` lists them of the same files under the same keys."""
    data = suite.folder / "embedded"
    ran = suite.qcdr("dev", "--once", "--no-table", "--data-dir", data, "--keys", keys, *inboxes)
    listed = suite.qcdr("uploads", "--data-dir", data, "--keys", keys, "--json")
    suite.check("the same season embedded", ran.code == 0 and listed.code == 0, ran.tail())
    families = families_of_codes()
    printed = {upload["uploadId"]: upload for upload in json.loads(listed.text)["uploads"]}
    outcomes = {row["id"]: row for row in read["upload"]}
    suite.check(f"the findings topic tells the outcome of {len(outcomes)} uploads",
                set(outcomes) == set(printed) and len(outcomes) > 300,
                f"{len(printed)} are printed; {list(set(outcomes) ^ set(printed))[:3]}")
    published = collections.defaultdict(dict)
    for row in read["findings"]:
        published[row["id"]][row["code"]] = row["count"]
    wrong = []
    for name, upload in printed.items():
        rows = upload["rows"]
        outcome = outcomes.get(name, {})
        counts = {code_number(finding["code"], families): finding["count"]
                  for finding in upload["findings"]}
        if (outcome.get("rows") != [rows["accepted"], rows["held"], rows["rejected"],
                                    rows["duplicate"]]
                or dict(outcome["findings"]) != counts or published.get(name, {}) != counts):
            wrong.append(f"{name} {rows} {counts} {outcome} {published.get(name)}")
    suite.check("rows and counts of findings of every upload are what `qcdr uploads` prints",
                not wrong and len(published) > 20, "\n".join(wrong[:4]))


def play(suite, broker, inboxes, keys, scoring=None):
    """One service after the other, each until nothing is left; returns their exit codes."""
    common = ["--broker", broker.servers, "--replay", "--keys", keys, "--blobs",
              suite.folder / "blobs"]
    stages = [["ingest", *common, *inboxes],
              ["validation", *common, "--slot", 0, "--exit-when-idle", IDLE_SECONDS],
              ["scoring", *common, "--slot", 0, "--exit-when-idle", IDLE_SECONDS, "--state",
               suite.folder / "state"]]
    programs = [None, None, scoring]
    return [suite.qcdr("serve", *stage, program=program).code
            for stage, program in zip(stages, programs)]


def read_later(suite, broker, inboxes, keys, before):
    """Scoring of a release whose contract has more says everything again; classes of today read it."""
    later = find_program(suite.binary, "qcdr_later")
    suite.equal("a later release ends well", play(suite, broker, inboxes, keys, later), [0, 0, 0])
    after = read_in_java(suite, broker, "later")
    for kind, rows in before.items():
        was, became = (collections.Counter(map(json.dumps, all)) for all in (rows, after[kind]))
        suite.check(f"{len(rows)} rows ({kind}) are what they were before the later release",
                    was == became and rows, "\n".join(sorted(
                        [f"{row} before" for row in was - became] + [f"{row} after" for row in became - was])))


def season(suite):
    keys = suite.folder / "keys"
    inboxes = make_inboxes(suite)
    with Broker(suite, "broker") as broker:
        made = suite.qcdr("topics", "ensure", "--broker", broker.servers, "--replay",
                          "--partitions", PARTITIONS)
        suite.equal("topics ensure", made.code, 0)
        suite.equal("every service ends well", play(suite, broker, inboxes, keys), [0, 0, 0])
        read = read_in_java(suite, broker)
        read_later(suite, broker, inboxes, keys, read)
    table = suite.qcdr("score", "list", "--state", suite.folder / "state", "--keys", keys, "--json")
    compare_entities(suite, table, read)
    compare_uploads(suite, inboxes, keys, read)


def main():
    (ROOT / "build").mkdir(exist_ok=True)
    suite = Suite(tempfile.mkdtemp(prefix="interop-", dir=ROOT / "build"))
    try:
        suite.group(season)
    finally:
        if os.environ.get("QCDR_KEEP") != "1":
            shutil.rmtree(suite.folder, ignore_errors=True)
    return suite.finish()


if __name__ == "__main__":
    sys.exit(main())
