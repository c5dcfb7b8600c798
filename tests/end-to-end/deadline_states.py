"""What the fold writes of its state at deadlines, and what replay and audit verify make of it."""

import json
import shutil

from harness import find_program
from log_commands import FAR, read_json, season

FINAL_DATA = "deadline/2022/final-data"
FINAL_DATA_PASSES = "2023-02-16T00:00:00-06:00"
RECONCILIATION = "deadline/2022/reconciliation"
RECONCILIATION_PASSES = "2023-02-01T00:00:00-06:00"
# Several practices, some under one TIN.
PRACTICES = ("--practices", 6, "--clinicians", 10, "--cases", 120, "--seed", 11, "--all-kinds")
NOTHING = "0" * 64


def sums(suite, *place):
    """What was written: by event, the digests of both stages."""
    audit = read_json(suite, "audit", "verify", *place)
    suite.equal("no break in the chains", audit["breaks"], [])
    return {d["event"]: (d["stateDigest"], d["secondStageDigest"]) for d in audit["deadlines"]}


def check_replayed(suite, name, place):
    """Every deadline is made again as it was written; what was written, by event."""
    written = sums(suite, *place)
    deadlines = read_json(suite, "replay", "--known-at", FAR, *place)["deadlines"]
    suite.check(f"{name}: every deadline is equal to what was written, in every partition",
                deadlines and all(d["equal"] and d["notWritten"] == 0 for d in deadlines), deadlines)
    suite.equal(f"{name}: the sums are those that were written",
                {d["event"]: (d["stateDigest"], d["secondStageDigest"]) for d in deadlines},
                written)
    return written


def sample_at_deadlines(suite):
    place, _ = season(suite)
    written = check_replayed(suite, "sample", place)
    suite.check("the season's deadlines are among them, with different states",
                {FINAL_DATA, RECONCILIATION} <= set(written) and
                written[FINAL_DATA] != written[RECONCILIATION] and
                all(NOTHING not in written[d] for d in (FINAL_DATA, RECONCILIATION)), written)
    for event, instant in ((RECONCILIATION, RECONCILIATION_PASSES),
                           (FINAL_DATA, FINAL_DATA_PASSES)):
        for basis in ("--known-at", "--received-by"):
            answer = read_json(suite, "replay", basis, instant, *place)
            suite.equal(f"replay {basis} the instant of {event}: what was written",
                        (answer["stateDigest"], answer["secondStageDigest"]), written[event])
            suite.check(f"replay {basis} the instant of {event}: it says so",
                        answer["deadlines"] and all(d["equal"] for d in answer["deadlines"]) and
                        (basis == "--received-by" or
                         event in {d["event"] for d in answer["deadlines"]}), answer["deadlines"])
    text = suite.qcdr("replay", "--known-at", FINAL_DATA_PASSES, *place)
    suite.check("in words", text.code == 0 and
                "equal to what was written at final-data of 2022 and at " in text.text, text.tail())
    later = read_json(suite, "replay", "--received-by", "2023-02-20T12:00:00-06:00", *place)
    suite.check("received by an instant behind the deadline: not the same question",
                later["deadlines"] == [] and " folded behind it" in later["notCompared"], later)
    again = suite.fresh("deadlines-again")
    shutil.copytree(place[1], again)
    suite.play(again)
    suite.equal("another process that announces every deadline once more writes nothing again",
                sums(suite, "--data-dir", again), written)
    early = read_json(suite, "replay", "--received-by", "2022-09-13T00:00:00-05:00", *place)
    suite.check("received before any deadline: nothing to compare with",
                early["deadlines"] == [] and "nothing was written" in early["notCompared"], early)


def practices_at_deadlines(suite):
    inbox = suite.fresh("deadlines-inbox")
    suite.qcdr("generate", *PRACTICES, "--out", inbox)
    data = suite.fresh("deadlines-4")
    suite.play(data, "--inbox", inbox)
    written = check_replayed(suite, "generated practices", ("--data-dir", data))
    suite.check("both stages had something",
                any(NOTHING not in digests for digests in written.values()), written)
    known = {data: ("--data-dir", data)}
    for partitions in (1, 24):
        other = suite.fresh(f"deadlines-{partitions}")
        suite.play(other, "--inbox", inbox, "--partitions", partitions, "--keys", data / "keys")
        suite.equal(f"{partitions} partitions come to the same sums",
                    check_replayed(suite, f"{partitions} partitions",
                                   ("--data-dir", other, "--keys", data / "keys")), written)
        known[other] = ("--data-dir", other, "--keys", data / "keys")
    practice = ("--practice", "1001")
    stands = {suite.qcdr("state", "verify", *place, *practice).text for place in known.values()}
    made = {read_json(suite, "replay", basis, FAR, *place, *practice)["practiceDigest"] + "\n"
            for place in known.values() for basis in ("--known-at", "--received-by")}
    suite.check("a practice's digest is the same for 1, 4 and 24 partitions, and made again",
                len(stands) == 1 and made == stands and NOTHING not in stands, (stands, made))
    suite.equal("a practice that is not there: exit code", suite.qcdr(
        "state", "verify", "--data-dir", data, "--practice", 999999).code, 2)


def planted_states(suite):
    """Records that no fold would write are noticed."""
    place, _ = season(suite)
    program = find_program(suite.binary, "planted_audit")
    written = sums(suite, *place)

    def planted(what):
        data = suite.fresh("planted-" + what)
        shutil.copytree(place[1], data)
        ran = suite.qcdr(data, what, FINAL_DATA, program=program)
        return ("--data-dir", data), int(ran.text)

    where, partition = planted("out-of-place")
    ran = suite.qcdr("audit", "verify", *where)
    suite.check("a record out of place breaks its chain: 3, and names writer and place",
                ran.code == 3 and f"partition {partition}, record" in ran.errors and
                "is missing" in ran.errors, ran.tail())
    for what in ("wrong", "later-generation"):
        where, partition = planted(what)
        ran = suite.qcdr("replay", "--known-at", FAR, *where, "--json")
        answer = json.loads(ran.text)
        wrong = {d["event"]: d["differences"] for d in answer["deadlines"] if d["differences"]}
        found = wrong.get(FINAL_DATA, [{}])[0]
        suite.check(f"replay tells a {what} state: 3, deadline, partition and generations",
                    ran.code == 3 and list(wrong) == [FINAL_DATA] and
                    found["partition"] == partition and found["written"] != found["made"] and
                    found["writtenBy"] - found["madeBy"] == (what == "later-generation"), wrong)
        text = suite.qcdr("replay", "--known-at", FAR, *where)
        suite.check(f"replay tells a {what} state in words",
                    text.code == 3 and "not what was written at final-data of 2022" in text.text and
                    f"partition {partition}: generation {found['writtenBy']} wrote" in text.text,
                    text.tail())
        by_receipt = suite.qcdr("replay", "--received-by", FINAL_DATA_PASSES, *where)
        suite.check(f"received by the deadline a {what} state is told, too",
                    by_receipt.code == 3 and f"partition {partition}: " in by_receipt.text,
                    by_receipt.tail())
    suite.equal("the season itself stays as it was", sums(suite, *place), written)


GROUPS = (sample_at_deadlines, practices_at_deadlines, planted_states)
