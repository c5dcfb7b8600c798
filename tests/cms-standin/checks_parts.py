"""Parts of the stand-in by themselves: rates by hand, check digits, limits, the command line."""

import random
import subprocess

import calls
import clocks
import entities
import faults
import cms_standin
import limits
import rates
import store
import tables


def _rates(suite):
    known = tables.Tables()
    quality = known.measures(2022, "quality")
    single = rates.computed({"performanceMet": 120, "performanceNotMet": 36, "eligiblePopulation": 156,
                             "eligiblePopulationExclusion": 0}, quality["424"])
    suite.equal("rates of a single rate, of CMS's own example",
                [single[name] for name in ("performanceRate", "reportingRate", "caseCount",
                                           "performanceRateNumerator", "performanceRateDenominator")],
                [76.92, 100, 156, 76.92, 1])
    # 1/3 + 1/6 of 100 and half up: 66.665 -> 66.67
    strata = [{"stratum": "screenedForUse", "performanceMet": 1, "performanceNotMet": 2,
               "eligiblePopulation": 3},
              {"stratum": "overall", "performanceMet": 1, "performanceNotMet": 1, "eligiblePopulation": 4}]
    together = rates.computed({"strata": strata}, quality["226"])
    suite.equal("overallStratumOnly takes the stratum overall",
                (together["performanceRate"], together["reportingRate"], together["caseCount"]), (50, 50, 4))
    average = rates.computed({"strata": [
        {"stratum": "a", "performanceMet": 1, "performanceNotMet": 2, "eligiblePopulation": 3},
        {"stratum": "b", "performanceMet": 1, "performanceNotMet": 0, "eligiblePopulation": 9}]},
        quality["305"])
    suite.equal("simpleAverage is the mean of the rates, the cases are the most",
                (average["performanceRate"], average["reportingRate"], average["caseCount"]), (66.67, 33.33, 9))
    weighted = rates.computed({"strata": [
        {"stratum": "12-17yrs", "performanceMet": 1, "performanceNotMet": 2, "eligiblePopulation": 3},
        {"stratum": "18+", "performanceMet": 1, "performanceNotMet": 0, "eligiblePopulation": 9}]},
        quality["370"])
    suite.equal("weightedAverage is of the sums", (weighted["performanceRate"], weighted["caseCount"]), (50, 12))
    other = rates.computed({"numerator": 1, "denominator": 80, "observationInstances": 50,
                            "denominatorException": 20, "numeratorExclusion": 5}, quality["EPREOP31"])
    suite.equal("reportingRate of what is no proportion", other["reportingRate"], 93.75)
    none = rates.computed({"performanceMet": 0, "eligiblePopulation": 0}, quality["424"])
    suite.equal("nothing has no rates", (none["performanceRate"], none["reportingRate"]), (None, None))
    owner = rates.computed({"performanceMet": 1, "performanceNotMet": 1, "eligiblePopulation": 4,
                            "eligiblePopulationExclusion": 1, "performanceRate": 12.5}, quality["AQI69"])
    suite.equal("a QCDR's own rate stays, exclusions leave its cases",
                (owner["performanceRate"], owner["caseCount"]), (12.5, 3))
    suite.equal("least days are of the rulebook", [known.least_days(year, "pi") for year in (2022, 2024)],
                [90, 180])


def _limits(suite):
    documented = limits.parse(limits.DOCUMENTED)()
    chance, now, passed = random.Random(5), 0.0, []
    for _ in range(12_000):
        now += chance.random() / 50  # a hundred a second
        if documented.wait_seconds(now) <= 0:
            documented.take(now)
            passed.append(now)
    suite.check("40 in a second and 3000 in two minutes are let through, and no more",
                calls.highest(passed, 1) == 40 and calls.highest(passed, 120) == 3000,
                (calls.highest(passed, 1), calls.highest(passed, 120)))
    waits = limits.parse("windows:2/10")()
    waits.take(0)
    waits.take(3)
    suite.equal("the wait is until the oldest leaves", [waits.wait_seconds(at) for at in (4, 9.5, 10)],
                [6, 0.5, 0])
    bucket = limits.parse("bucket:25/40")()
    let = 0
    while bucket.wait_seconds(0) <= 0:
        bucket.take(0)
        let += 1
    suite.equal("a bucket lets its burst through at once", (let, round(bucket.wait_seconds(0), 6)), (40, 0.04))
    suite.equal("highest counts a window without its end", calls.highest([0, 1, 1.5, 2], 1), 2)
    blocking = limits.Limiter(limits.parse("windows:1/1"), 403)
    waited = [blocking.refuse_seconds("a", at) for at in (0, 0.5, 500, 500.5, 1100.5)]
    suite.equal("the older service blocks for ten minutes, again after each excess", waited,
                [0, 600, 100.5, 600, 0])
    suite.equal("by address", blocking.refuse_seconds("b", 500), 0)
    for text in ("windows:", "bucket:0/1", "some", "windows:1/2/3", "bucket:1/2,3/4"):
        try:
            limits.parse(text)
            suite.check(f"limits {text} are refused", False)
        except ValueError:
            suite.check(f"limits {text} are refused", True)


def _others(suite):
    suite.equal("check digit of ISO 7812", entities.npi_check_digit("207777777"), "1")
    suite.equal("an instant with an offset", clocks.text(clocks.instant("2023-01-10T09:00:00-05:00")),
                "2023-01-10T14:00:00Z")
    document = {"measurements": [{"value": {"performanceMet": 3, "performanceNotMet": 2}}, {"value": True}]}
    suite.equal("one number of an altered document is another", faults.changed(document),
                {"measurements": [{"value": {"performanceMet": 3, "performanceNotMet": 1}}, {"value": True}]})
    for told in ({"kind": "no"}, {"kind": "status"}, {"kind": "status", "status": 200}, {"kind": "latency", "x": 1},
                 {"kind": "wrong-content"}, {"kind": "drip", "status": 500}, [1]):
        try:
            faults.Faults(store.Store(":memory:")).add(told)
            suite.check(f"fault {told} is refused", False)
        except ValueError:
            suite.check(f"fault {told} is refused", True)


def _command_line(suite):
    program = [str(cms_standin.FOLDER / "standin")]
    helped = subprocess.run(program + ["--help"], capture_output=True, text=True, check=False)
    suite.check("--help has examples", helped.returncode == 0 and "Examples:" in helped.stdout)
    wrong = subprocess.run(program + ["--tokens", "/nowhere", "--store", ":memory:"], capture_output=True,
                           text=True, check=False)
    suite.equal("a file that is not there is told", (wrong.returncode, "FileNotFoundError" in wrong.stderr),
                (2, True))


def run(suite):
    _rates(suite)
    _limits(suite)
    _others(suite)
    _command_line(suite)
