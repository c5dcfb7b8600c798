"""The season, story by story; each goes on where the one before ended.

Practices: the sample itself and one more are sent at the end, the last while the sender is killed; a second is
sent early, corrected, replaced and withdrawn from; a third has an opt-out between request and sending.
"""

import json
import subprocess
import sys

from harness import ROOT, Ran
from outside import check_holds, check_never_written, check_rate, check_states
from practices import NPIS, OPTS_OUT_LAST, SENT, copy_of_sample, files
import kills

EXAMPLE_SECONDS_MAX = 150
NOT_CERTIFIED, PAYLOAD_NOT_CERTIFIED = "QCDR-SUB-0047", "QCDR-SUB-0048"
EARLY, OPTING, KILLED = 1, 2, (0, 3)
BEFORE_CORRECTIONS, BEFORE_LAST_OPT_OUT = "20230206", "20230220"
ALL = (*SENT, OPTS_OUT_LAST)


def between(office, begin, end):
    return [each for each in files(office.practices) if begin <= each[0] < end]


def until_february(suite, office):
    suite.check("files until February 5 are taken",
                office.take("until February", between(office, "0", BEFORE_CORRECTIONS))
                and office.fold("until February"))


def whole_season(suite, office):
    suite.check("all files are taken", office.take("whole season", between(office, "0", "9"))
                and office.fold("whole season"))


def sent_early_and_killed_at_each_point(suite, office):
    practice = office.practices[EARLY]
    batch, batches = office.build("early", practice)
    suite.check("a batch is built, with a root", len(batches[practice.number]["payloadRoot"]) == 64)
    office.take("certified", [office.certification(practice, "2023-02-04T09:00:00-06:00")])
    sent = office.send(batch, practice, "2023-02-04T12:00:00-06:00")
    suite.equal("sending is asked for", sent.code, 0)
    office.fold("asked for")
    suite.equal("nothing is at CMS before the sender runs", office.at_cms(), {})
    kills.die_at_each_point(suite, office)
    office.deliver("after the crashes")
    office.fold("receipts")
    check_holds(suite, office, practice, "early", ALL)
    check_states(suite, office, practice, "early", ALL)


def corrected_after_the_certification(suite, office):
    practice = office.practices[EARLY]
    before = {key: sets[0] for key, sets in office.at_cms([practice]).items()}
    office.take("corrections", between(office, BEFORE_CORRECTIONS, BEFORE_LAST_OPT_OUT))
    office.fold("corrections")
    documents = office.documents(practice).values()
    changed = [each for each in documents if each["dataChanged"]]
    suite.check("who was sent and changed is told", changed and all(
        each["state"] == "verified" for each in documents), changed)
    old = suite.folder / "batch-early.json"
    office.send(old, practice, "2023-02-17T09:00:00-06:00", "--action", "replace")
    new, batches = office.build("new", practice)
    at = "2023-02-18T09:00:00-06:00"
    office.take("certified again", [office.certification(
        practice, at, replaces=office.listed()["documents"][0]["certificationId"])])
    # The new signature with the old proofs, and the old one with the new proofs.
    office.send(old, practice, "2023-02-18T10:00:00-06:00", "--action", "replace", "--certification",
                batches[practice.number]["batchId"])
    office.send(new, practice, "2023-02-18T11:00:00-06:00", "--action", "replace", "--certification",
                next(each["certificationId"] for each in documents))
    office.fold("refused")
    refusals = {instant: {each["code"] for request in office.requests(practice, instant)
                          for each in request["refusals"]} for instant in
                ("2023-02-17T15:00:00.000Z", "2023-02-18T17:00:00.000Z")}
    group = [each for each in office.requests(practice, "2023-02-17T15:00:00.000Z")
             if each["receivedAt"].startswith("2023-02-17")]
    suite.check("a case corrected after the certification refuses whom it is about",
                any(PAYLOAD_NOT_CERTIFIED in {r["code"] for r in each["refusals"]} for each in group), refusals)
    suite.check("nothing that changed was granted", len(group) > 0 and all(
        not each["granted"] for each in group), group)
    suite.equal("CMS has what it had", {key: sets[0] for key, sets in office.at_cms([practice]).items()},
                before)
    sent = office.send(new, practice, "2023-02-19T09:00:00-06:00", "--action", "replace")
    suite.equal("replacing is asked for", sent.code, 0)
    office.fold("replacing")
    office.deliver("replacing")
    office.fold("replaced")
    after = office.at_cms([practice])
    suite.check("replaced in its place", any(
        sets[0]["measurements"] != before[key]["measurements"] and sets[0]["id"] == before[key]["id"]
        for key, sets in after.items() if key in before))
    check_holds(suite, office, practice, "replaced", ALL)
    check_states(suite, office, practice, "replaced", ALL)


def signed_for_other_payloads(suite, office):
    """A certification over another root: everything refused, nothing frozen."""
    practice = office.practices[OPTING]
    batch, batches = office.build("opting", practice)
    wrong = {"batch_id": "of-others", "payload_root": "ab" * 32}
    office.take("of others", [
        office.certification(practice, "2023-02-18T12:00:00-06:00", **wrong)])
    office.send(batch, practice, "2023-02-18T13:00:00-06:00", "--certification", "of-others")
    office.send(batch, practice, "2023-02-18T14:00:00-06:00")
    office.fold("of others")
    requests = office.requests(practice, "2023-02-18T00:00:00.000Z")
    codes = lambda hour: {each["code"] for request in requests
                          if request["receivedAt"].startswith(f"2023-02-18T{hour}")
                          for each in request["refusals"]}
    suite.check("signed for other payloads", PAYLOAD_NOT_CERTIFIED in codes("19"), codes("19"))
    suite.check("not signed at all", NOT_CERTIFIED in codes("20"), codes("20"))
    suite.equal("neither granted anything", {tuple(each["granted"]) for each in requests}, {()})
    suite.equal("and there are requests of each", len(requests),
                2 * sum(1 for each in batches[practice.number]["entities"] if each["documents"]))
    forged = suite.folder / "batch-forged.json"
    text = batch.read_text("utf-8")
    first = batches[practice.number]["entities"]
    digest = next(d["payloadSha256"] for each in first for d in each["documents"])
    forged.write_text(text.replace(digest, "00" + digest[2:]), "utf-8")
    suite.equal("a file with a changed byte is refused by the command",
                office.send(forged, practice, "2023-02-18T15:00:00-06:00").code, 2)


def opted_out_between_request_and_sending(suite, office):
    practice, early = office.practices[OPTING], office.practices[EARLY]
    office.take("certified", [office.certification(practice, "2023-02-19T09:00:00-06:00")])
    office.send(suite.folder / "batch-opting.json", practice, "2023-02-19T12:00:00-06:00")
    office.fold("asked for")
    frozen = office.documents(practice).values()
    suite.equal("frozen, the one who will opt out among them",
                (len(frozen), {each["state"] for each in frozen}), (len(practice.keys(ALL)), {"frozen"}))
    office.take("the opt-out", between(office, BEFORE_LAST_OPT_OUT, "9"))
    office.fold("the opt-out")
    office.deliver("after the opt-out")
    office.fold("receipts")
    check_holds(suite, office, practice, "opted out")
    check_states(suite, office, practice, "opted out", SENT, {OPTS_OUT_LAST: "cancelled"})
    never = [row for row in office.cms.submissions()
             if (row["taxpayerIdentificationNumber"], row["nationalProviderIdentifier"])
             == practice.key(OPTS_OUT_LAST)[:2]]
    suite.equal("nothing of the one who opted out was ever there", never, [])
    asked = [each for each in office.documents(early).values() if each["asksForAnOfficer"]]
    suite.equal("of the one who was sent before an officer is asked",
                [each["clinician"].split(",")[0] for each in asked], [OPTS_OUT_LAST])


def withdrawn(suite, office):
    practice = office.practices[EARLY]
    batch = suite.folder / "batch-new.json"
    entity = office.entity(practice, OPTS_OUT_LAST)
    withdraw = lambda at: office.send(batch, practice, at, "--action", "withdraw", "--entity", entity,
                                      "--reason", "opted out")
    withdraw("2023-02-21T09:00:00-06:00")
    office.fold("undecided")
    suite.check("not without an officer's decision", all(not each["granted"] for each in office.requests(
        practice, "2023-02-21T15:00:00.000Z")) and practice.key(OPTS_OUT_LAST) in office.at_cms([practice]))
    decision = ("practice_id,performance_year,decides,verdict,tin,npi,reason,officer_name,decided_at\n"
                f"{practice.number},2022,WITHDRAWAL,APPROVE,{practice.individuals},"
                f"{NPIS[OPTS_OUT_LAST]},opted out,Dora Director,2023-02-22\n")
    office.take("decided", [(f"20230222T090000-0600_{practice.number}_decision.csv", decision, True)])
    withdraw("2023-02-22T12:00:00-06:00")
    office.fold("withdrawing")
    office.deliver("withdrawing")
    office.fold("withdrawn")
    check_holds(suite, office, practice, "withdrawn")
    check_states(suite, office, practice, "withdrawn", SENT, {OPTS_OUT_LAST: "withdrawn"})


def killed_while_cms_goes_wrong(suite, office, seed, number):
    """The sample itself and one more."""
    numbers = {copy_of_sample(at).number for at in KILLED}
    killed = [each for each in office.practices if each.number in numbers]
    batch, _ = office.build("killed", *killed)
    office.take("certified", [office.certification(each, "2023-03-01T09:00:00-06:00") for each in killed])
    for practice in killed:
        suite.equal(f"{practice.number}: sending is asked for",
                    office.send(batch, practice, "2023-03-02T09:00:00-06:00").code, 0)
    office.fold("asked for")
    kills.die_anywhere(suite, office, seed, number)
    office.deliver("the rest")
    office.fold("receipts")
    for practice in killed:
        check_holds(suite, office, practice, practice.number)
        check_states(suite, office, practice, practice.number)


def at_the_end(suite, office):
    office.deliver("nothing more")
    calls = office.cms.tell("GET", "/calls")["calls"]
    office.deliver("nothing at all")
    again = office.cms.tell("GET", "/calls")["calls"]
    suite.equal("a sender with nothing to do calls nobody", len(again), len(calls))
    for practice in office.practices:
        check_holds(suite, office, practice, f"{practice.number} at the end", counts=False)
    suite.equal("and there is nothing else at CMS", len(office.cms.sets()),
                sum(len(each.keys()) for each in office.practices))
    downstream(suite, office)
    check_never_written(suite, office)
    check_rate(suite, office)


def downstream(suite, office):
    """The example of another organisation's job reads from the topic what `submission list` says."""
    command = [sys.executable, str(ROOT / "docs/examples/submission_documents.py"), "--broker",
               office.broker.servers]
    done = subprocess.run(command, capture_output=True, check=False, timeout=EXAMPLE_SECONDS_MAX)
    suite.keep(Ran(command, done.returncode, done.stdout, done.stderr))
    read = sorted((each["document"], each["state"])
                  for each in map(json.loads, done.stdout.decode().splitlines()))
    listed = sorted((each["documentId"], each["state"]) for each in office.listed()["documents"]
                    if each["state"] != "superseded")
    suite.check("the example reads documents and states", done.returncode == 0 and read == listed and
                len(read) >= 9 * len(office.practices), f"{done.stderr.decode()[-300:]}\n{set(read) ^ set(listed)}")


STORIES = (until_february, sent_early_and_killed_at_each_point, corrected_after_the_certification,
           signed_for_other_payloads, opted_out_between_request_and_sending, withdrawn)
