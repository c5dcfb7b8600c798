"""`score-preview` with bad input: the batch goes on, and each finding says where."""

import json
import subprocess

from harness import RUN_SECONDS_MAX, Ran

TIN, NPI = "000456789", "2000456782"
GOOD = {"entityType": "individual", "taxpayerIdentificationNumber": TIN,
        "nationalProviderIdentifier": NPI, "performanceYear": 2022,
        "measurementSets": [{"category": "quality", "submissionMethod": "registry", "measurements": [
            {"measureId": "404", "value": {"performanceMet": 80, "performanceNotMet": 20,
                                           "eligiblePopulation": 100}}]}]}
LINES = 40_001
MALFORMED = 40_000
LINE_BYTES_MAX = 1 << 20


def _line(**changed):
    return json.dumps({"submission": {**GOOD, **changed}, "profile": {"smallPractice": True}})


def _batch(suite, text, *flags):
    path = suite.fresh("lines.ndjson")
    path.write_text(text, "utf-8")
    command = [str(suite.binary), "score-preview", "--batch", *flags, str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          timeout=RUN_SECONDS_MAX)
    ran = Ran(command, done.returncode, done.stdout, done.stderr)
    suite.keep(ran)
    return ran, [json.loads(line) for line in ran.text.splitlines()]


def a_malformed_line_among_forty_thousand(suite):
    good = _line()
    broken = good[:100]
    lines = [good] * LINES
    lines[MALFORMED - 1] = broken
    ran, answers = _batch(suite, "\n".join(lines) + "\n", "--summary")
    suite.equal("an answer a line", len(answers), LINES)
    suite.equal("exit code", ran.code, 3)
    wrong = [number for number, answer in enumerate(answers, 1) if answer["findings"]]
    suite.equal("findings are of that line alone", wrong, [MALFORMED])
    finding, = answers[MALFORMED - 1]["findings"]
    suite.equal("its code", (finding["code"], finding["severity"]), ("QCDR-SUB-0001", "fatal"))
    suite.equal("its place in the file", finding["location"],
                {"line": MALFORMED, "byteOffset": (len(good) + 1) * (MALFORMED - 1) + len(broken),
                 "jsonPointer": finding["location"]["jsonPointer"]})
    suite.check("the innermost value is pointed at",
                finding["location"]["jsonPointer"].startswith("/submission"), finding)
    suite.equal("the lines beside it are scored alike",
                {json.dumps(answer) for number, answer in enumerate(answers, 1)
                 if number != MALFORMED}, {json.dumps(answers[0])})
    suite.equal("standard error", ran.errors.count("\n"), 1)


def each_bad_line_is_told(suite):
    def measured(**value):
        entry = {"measureId": "404", "value": {"performanceMet": 1, "eligiblePopulation": 2, **value}}
        return [{"category": "quality", "measurements": [entry]}]
    pi = [{"category": "pi", "measurements": [
        {"measureId": "PI_EP_1", "value": {"numerator": 1, "denominator": 2}},
        {"measureId": "PI_LVPP_1", "value": True}]}]
    twice = [{"category": "quality",
              "measurements": GOOD["measurementSets"][0]["measurements"] * 2}]
    value = "/submission/measurementSets/0/measurements/0/value"
    table = (
        ("an unknown measure", _line(measurementSets=[{"category": "quality", "measurements": [
            {"measureId": TIN, "value": {}}]}]), True, "QCDR-MEA-0021",
         "/submission/measurementSets/0/measurements/0/measureId"),
        ("a negative count", _line(measurementSets=measured(performanceMet=-1)), True,
         "QCDR-SUB-0012", value + "/performanceMet"),
        ("met above eligible", _line(measurementSets=measured(performanceMet=3)), True,
         "QCDR-MEA-0024", value),
        ("a measure twice", _line(measurementSets=twice), True, "QCDR-MEA-0023",
         "/submission/measurementSets/0/measurements/1/measureId"),
        ("an exclusion with its measure", _line(measurementSets=pi), True, "QCDR-MEA-0033",
         "/submission/measurementSets/0/measurements/1"),
        ("2016", _line(performanceYear=2016), False, "QCDR-SUB-0007", "/submission/performanceYear"),
        ("2027", _line(performanceYear=2027), False, "QCDR-SUB-0007", "/submission/performanceYear"),
        ("no JSON", "{]", False, "QCDR-SUB-0001", ""),
        ("nesting", "[" * 100, False, "QCDR-SUB-0004", "/0" * 31),
        ("a line that is too long", "[" + " " * (3 * LINE_BYTES_MAX) + "]", False, "QCDR-SUB-0003", ""),
        ("a number", "7", False, "QCDR-SUB-0006", ""),
    )
    ran, answers = _batch(suite, "\r\n".join([_line(), ""] + [entry[1] for entry in table] + [_line()]))
    suite.equal("exit code", ran.code, 3)
    suite.equal("an answer a line that is not blank", len(answers), len(table) + 2)
    suite.equal("the last line is scored as the first", answers[-1], answers[0])
    for number, ((name, _, scored, code, pointer), answer) in enumerate(zip(table, answers[1:]), 3):
        found = [(finding["code"], finding["location"]["line"], finding["location"]["jsonPointer"])
                 for finding in answer["findings"]]
        suite.equal(name, (found, "score" in answer), ([(code, number, pointer)], scored))
    suite.check("no identifier is printed", TIN not in ran.text + ran.errors and
                NPI not in ran.text + ran.errors)


def changes_are_compared(suite):
    path = suite.fresh("what-if.json")
    path.write_text(json.dumps({"submission": GOOD, "changes": [
        {"measureId": "404", "value": {"performanceMet": 99, "performanceNotMet": 1,
                                       "eligiblePopulation": 100}},
        {"measureId": "IA_PSPA_7", "value": True},
        {"profile": {"smallPractice": True, "reweight": {"pi": "hardship"}}}]}), "utf-8")
    ran = suite.qcdr("score-preview", path)
    answer = json.loads(ran.text)
    suite.equal("exit code", ran.code, 0)
    total = next(each for each in answer["differences"] if each["path"] == "/total")
    suite.equal("before, after and the difference",
                (total["before"], total["after"], round(total["after"] - total["before"], 6)),
                (answer["before"]["score"]["value"], answer["after"]["score"]["value"],
                 total["difference"]))
    suite.equal("a file that is not there", suite.qcdr("score-preview", "nowhere.json").code, 2)


GROUPS = (a_malformed_line_among_forty_thousand, each_bad_line_is_told, changes_are_compared)
