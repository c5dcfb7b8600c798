"""Help and usage errors of every command, deadlines, the rulebook's commands, a running process."""

import csv
import io
import json
import re
import shutil
import subprocess
import time

from harness import INTAKE, REGISTRY, SAMPLE, Ran

TOO_LATE = SAMPLE / "20230216T080000-0600_1234_cases-too-late.xml"
NOVEMBER = SAMPLE / "20221209T031500-0600_1234_cases-november.xml"
CONSENTS = SAMPLE / "20221205T101500-0600_1234_consents.csv"

MEASURES = [{"category": "quality", "measureId": "018", "title": "Plain, \"quoted\"",
             "measureType": "process", "isHighPriority": False, "isInverse": True,
             "isRegistryMeasure": False, "metricType": "singlePerformanceRate",
             "firstPerformanceYear": 2022, "submissionMethods": ["registry", "claims"],
             "strata": [{"description": "unnamed"}]},
            {"category": "ia", "measureId": "IA_1"}]
BENCHMARKS = [{"measureId": "430", "benchmarkYear": 2020, "performanceYear": 2022,
               "submissionMethod": "registry", "isToppedOut": True, "isHighPriority": True,
               "isToppedOutByProgram": True,
               "deciles": [0, 98.38, 99.34, 99.68, 99.88, 99.99, 100, 100, 100]}]


def subcommands(text):
    """Names under the heading "Subcommands:" of a help text."""
    part = text.partition("Subcommands:")[2]
    return re.findall(r"^  ([a-z][a-z-]*)  ", part, re.MULTILINE)


def help_everywhere(suite):
    waiting, seen = [()], []
    while waiting:
        command = waiting.pop()
        seen.append(" ".join(command))
        ran = suite.qcdr(*command, "--help")
        suite.check(f"help of qcdr {' '.join(command)}: 0, with an example",
                    ran.code == 0 and "Example" in ran.text and "\n  qcdr " in ran.text, ran.tail())
        unknown = suite.qcdr(*command, "--no-such-flag")
        suite.check(f"unknown flag of qcdr {' '.join(command)}: 2, told on standard error",
                    unknown.code == 2 and not unknown.out and unknown.err, unknown.tail())
        waiting += [(*command, name) for name in subcommands(ran.text)]
    wanted = {"dev", "serve ingest", "serve validation", "serve scoring", "validate", "score list",
              "score show", "score explain", "state verify", "topics ensure", "topics diff",
              "rulebook check", "rulebook show", "rulebook diff", "rulebook import", "generate",
              "uploads", "uploads show", "report", "replay", "diff", "findings list", "findings explain", "doctor",
              "history", "readiness", "reconciliation", "uploads rejected-rows"}
    suite.equal("every command is there", wanted - set(seen), set())
    for name, arguments in (("no command", ()), ("an unknown command", ("nonsense",)),
                            ("a data directory that is not there",
                             ("score", "list", "--data-dir", "nowhere"))):
        suite.equal(f"{name}: exit code", suite.qcdr(*arguments).code, 2)
    version = suite.qcdr("--version")
    suite.check("version", version.code == 0 and re.match(r"qcdr \d+\.\d+", version.text),
                version.tail())
    gone = suite.qcdr("topics", "diff", "--broker", "127.0.0.1:1")
    suite.equal("a broker that is not there: exit code", gone.code, 7)


def deadlines(suite):
    table = (
        # Cases of December have until February 15, the others until January 31.
        (0, TOO_LATE, "2023-02-15T23:59:59-06:00"), (5, TOO_LATE, "2023-02-16T00:00:00-06:00"),
        (5, TOO_LATE, "2023-02-16T06:00:00Z"), (0, TOO_LATE, "2023-02-16T05:59:59Z"),
        (0, NOVEMBER, "2023-01-31T23:59:59-06:00"), (5, NOVEMBER, "2023-02-01T00:00:00-06:00"),
        (0, CONSENTS, "2023-01-31T23:59:59-06:00"), (5, CONSENTS, "2023-02-01T00:00:00-06:00"))
    for code, file, instant in table:
        ran = suite.qcdr("validate", file, "--received-at", instant)
        suite.check(f"{file.name.split('_')[-1]} received at {instant}: {code}", ran.code == code,
                    ran.tail())
    warned = INTAKE / "roster-columns-free.csv"
    suite.equal("a warning: exit code", suite.qcdr("validate", warned).code, 0)
    suite.equal("a warning with --strict: exit code",
                suite.qcdr("validate", "--strict", warned).code, 4)
    clean = suite.qcdr("validate", "--strict", NOVEMBER)
    suite.equal("a clean file with --strict", (clean.code, clean.out), (0, b""))
    errors = suite.qcdr("validate", INTAKE / "bad-records.xml", "--format", "json",
                        "--received-at", "2024-01-01T00:00:00Z")
    findings = [json.loads(line) for line in errors.text.splitlines()]
    suite.check("errors go before a deadline, and each has code and place",
                errors.code == 3 and len(findings) > 15 and all(
                    re.fullmatch(r"QCDR-[A-Z]+-\d{4}", f["code"]) and f["location"]["line"] > 0 and
                    f["message"] for f in findings), errors.tail())
    table = suite.qcdr("validate", INTAKE / "bad-records.xml", "--format", "csv")
    suite.equal("--format csv has the findings of json",
                [row["code"] for row in csv.DictReader(io.StringIO(table.text, newline=""))],
                [f["code"] for f in findings])


def rulebook(suite):
    ran = suite.qcdr("rulebook", "check")
    suite.check("rulebook check: 0, with the digest", ran.code == 0 and re.search(
        r"^rulebook [0-9a-f]{64}$", ran.text, re.MULTILINE), ran.tail())
    ran = suite.qcdr("rulebook", "show", "quality/points/floor")
    suite.check("rulebook show: a year with its paragraph", ran.code == 0 and re.search(
        r"^2023  1 points  42 CFR 414\.1380.*\[regulation\]$", ran.text, re.MULTILINE), ran.tail())
    ran = suite.qcdr("rulebook", "diff", 2022, 2023, "--json")
    suite.check("rulebook diff: the floor, with its paragraph", ran.code == 0 and any(
        row["subject"] == "quality/points/floor" and row["before"] == "3 points" and
        row["after"] == "1 points" and "414.1380" in row["source"]
        for row in json.loads(ran.text)), ran.tail())
    for command in (("show", "no/such-thing"), ("diff", 2022, 1999)):
        ran = suite.qcdr("rulebook", *command)
        suite.check(f"rulebook {command[0]} of what is not there: refused, nothing printed",
                    ran.code == 2 and not ran.out, ran.tail())
    folder = suite.fresh("cms")
    folder.mkdir()
    tables = {
        "measures": (MEASURES, "018,process,inverse,singlePerformanceRate,2022,claims; registry,"),
        "benchmarks": (BENCHMARKS, "430,registry,2020,topped-out; seven-point-cap,2,"
                                   "0 98.38 99.34 99.68 99.88 99.99 100 100 100")}
    for kind, (content, wanted) in tables.items():
        file = folder / f"{kind}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        ran = suite.qcdr("rulebook", "import", kind, file, "--year", 2022)
        suite.check(f"rulebook import {kind}: the row", ran.code == 0 and any(
            line.startswith(wanted) for line in ran.text.splitlines()), ran.tail())
        file.write_text(json.dumps(content)[:-1], encoding="utf-8")
        broken = suite.qcdr("rulebook", "import", kind, file, "--year", 2022)
        suite.check(f"rulebook import of broken {kind}: refused, nothing printed",
                    broken.code == 2 and not broken.out, broken.tail())


def beside_a_running_process(suite):
    keys, data = suite.folder / "running-keys", suite.fresh("running")
    inbox = suite.fresh("running-inbox")
    shutil.copytree(SAMPLE, inbox)
    table = suite.play(suite.fresh("not-running"), "--keys", keys).text
    digest = suite.digest("--data-dir", suite.folder / "not-running", "--keys", keys)
    place = ("--data-dir", data, "--keys", keys)
    log = suite.folder / "running.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [str(suite.binary), "dev", "--inbox", str(inbox), "--registry-inbox", str(REGISTRY),
             *map(str, place)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, cwd=suite.folder)
    try:
        until(lambda: b"running" in log.read_bytes(), "dev does not say that it runs")
        suite.equal("score list beside a running process",
                    suite.qcdr("score", "list", *place, "--json").text, table)
        suite.equal("state verify beside a running process", suite.digest(*place), digest)
        second = suite.qcdr("dev", "--once", *place)
        suite.check("a second process on the same data is refused: 2", second.code == 2,
                    second.tail())
        (inbox / "late-noise.bin").write_bytes(b"nothing that anybody reads")
        until(lambda: b"late-noise.bin" in log.read_bytes(), "the new file is not seen")
        time.sleep(1.5)
        suite.equal("a refused file is told once",
                    log.read_bytes().count(b"late-noise.bin is refused"), 1)
    finally:
        process.terminate()
        code = process.wait(timeout=30)
    suite.keep(Ran(["qcdr", "dev"], code, b"", log.read_bytes()))
    suite.equal("a stopped process ends with", code, 0)
    suite.equal("its state afterwards", suite.digest(*place), digest)


def until(condition, message, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(message)
        time.sleep(0.1)
