"""What a registry officer does, by the commands and services that there are: takes files in, builds, has
certified, asks, delivers, looks.

A round is a service that runs until nothing is left to do; state directories can be read between rounds.
Not thread-safe.
"""

import csv
import io
import json
import os
import time

from background import Background
from harness import Ran

YEAR = 2022
PARTITIONS = 4
ROUND_SECONDS_MAX = 240
# Longer than a service waits for its partitions.
IDLE_SECONDS = 5
SENDER_IDLE_SECONDS = 5
SESSION_MILLISECONDS = 6000
TOKEN = "token-of-registry"
# deploy/cms.yaml's limits of calls stay as they are; only what would be waited for is shorter.
CMS = {"call_seconds": 2, "settle_seconds": 3, "connect_seconds": 1, "first_pause_milliseconds": 50,
       "pause_seconds_max": 1, "forbidden_pause_seconds": 1, "retry_after_seconds_max": 2,
       "breaker_seconds": 1, "again_seconds": 2}


class Office:
    def __init__(self, suite, broker, cms, practices):
        self.suite = suite
        self.broker = broker
        self.cms = cms
        self.practices = practices
        self.folder = suite.fresh("office")
        self.folder.mkdir()
        self.keys = self.folder / "keys"
        self.state = self.folder / "state"
        self.view = ["--state", self.state, "--keys", self.keys]
        self.config = self.folder / "qcdr.yaml"
        self.config.write_text(f"kafka:\n  consumer.session.timeout.ms: {SESSION_MILLISECONDS}\n"
                               "  consumer.heartbeat.interval.ms: 1000\n", "utf-8")
        token = self.folder / "cms.token"
        token.write_text(TOKEN, "ascii")
        token.chmod(0o600)
        self.cms_file = self.folder / "cms.yaml"
        self.cms_file.write_text("".join(f"{name}: {value}\n" for name, value in {
            "use": "preview", "preview": cms.address, "token_file": token.name, **CMS}.items()), "utf-8")
        self.rounds = 0

    # Services

    def service(self, kind, *more):
        self.rounds += 1
        arguments = [self.suite.binary, "serve", kind, "--config", self.config, "--broker",
                     self.broker.servers, "--replay", "--keys", self.keys, "--blobs",
                     self.folder / "blobs", *more]
        return Background(arguments, self.folder / f"{self.rounds:03}-{kind}.log",
                          folder=self.suite.folder)

    def ended(self, service, name, code=0):
        """Waits for it; says when it ended otherwise."""
        found = service.wait(ROUND_SECONDS_MAX)
        self.suite.keep(Ran(service.arguments, found, b"", service.log.read_bytes()))
        if found != code:
            self.suite.check(f"{name}: ends with {code}", False, f"{found}: {service.tail(800)}")
        return found == code

    def take(self, name, files):
        """Files (name, text, the registry's own) go in, and validation reads them."""
        inboxes = []
        for flag, own in (("--inbox", False), ("--registry-inbox", True)):
            inbox = self.folder / f"{flag[2:]}-{self.rounds}"
            inbox.mkdir()
            for file, text, of_registry in files:
                if of_registry == own:
                    (inbox / file).write_text(text, "utf-8")
                    os.utime(inbox / file, (time.time() - 3600,) * 2)
            inboxes += [flag, inbox]
        ingest = self.service("ingest", *inboxes)
        if not self.ended(ingest, f"{name}: ingest"):
            return False
        validation = self.service("validation", "--exit-when-idle", IDLE_SECONDS)
        return self.ended(validation, f"{name}: validation")

    def fold(self, name):
        scoring = self.service("scoring", "--state", self.state, "--exit-when-idle", IDLE_SECONDS)
        return self.ended(scoring, f"{name}: scoring")

    def sender(self, *more):
        return self.service("submission", "--state", self.folder / "submission-state", "--cms",
                            self.cms_file, "--cms-loopback-http", *more)

    def deliver(self, name):
        sender = self.sender("--exit-when-idle", SENDER_IDLE_SECONDS)
        return self.ended(sender, f"{name}: submission")

    # Commands

    def ask(self, *arguments):
        ran = self.suite.qcdr(*arguments, *self.view, "--json")
        if ran.code != 0:
            raise RuntimeError(ran.tail())
        return json.loads(ran.text)

    def build(self, name, *practices):
        """The file of the batches, and the batches by practice."""
        path = self.suite.fresh(f"batch-{name}.json")
        batches = [each for each in self.ask("submission", "build")
                   if each["practiceId"] in [int(p.number) for p in practices]]
        path.write_text(json.dumps(batches), "utf-8")
        return path, {str(each["practiceId"]): each for each in batches}

    def certification(self, practice, at, **changed):
        """The file that `submission build --certification` prints, signed; as it is taken in at `at`."""
        ran = self.suite.qcdr("submission", "build", *self.view, "--practice", practice.number,
                              "--certification")
        if ran.code != 0:
            raise RuntimeError(ran.tail())
        rows = list(csv.DictReader(io.StringIO(ran.text)))
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "signer_name": "Dana Champion", "signed_at": at[:10],
                             "signer_role": "PRACTICE_OFFICER", **changed})
        stamp = at.replace("-", "").replace(":", "")[:15] + at[19:].replace(":", "")
        return (f"{stamp}_{practice.number}_certification.csv", out.getvalue(), False)

    def send(self, batch, practice, at, *more):
        return self.suite.qcdr("submission", "send", batch, "--broker", self.broker.servers, "--replay",
                               "--keys", self.keys, "--practice", practice.number, "--received-at", at,
                               *more)

    def listed(self):
        return self.ask("submission", "list")

    def documents(self, practice):
        """Those that were not replaced: by entity and category."""
        return {(each["entityId"], each["category"]): each for each in self.listed()["documents"]
                if each["practiceId"] == int(practice.number) and each["state"] != "superseded"}

    def entity(self, practice, name):
        """The id of a clinician's entity, as `submission build` prints it."""
        return next(each["entityId"] for batch in self.ask("submission", "build", "--practice",
                                                           practice.number)
                    for each in batch["entities"] if each["clinician"].startswith(name))

    def requests(self, practice, after):
        """Received at or after an instant, newest last."""
        return [each for each in self.listed()["requests"]
                if each["practiceId"] == int(practice.number) and each["receivedAt"] >= after]

    # CMS

    def at_cms(self, practices=None):
        """Sets by (TIN, NPI, category); one that is there twice is a list of two."""
        tins = {tin for each in practices or self.practices for tin in (each.group, each.individuals)}
        found = {}
        for row in self.cms.submissions():
            if row["taxpayerIdentificationNumber"] not in tins:
                continue
            for each in row["measurementSets"]:
                key = (row["taxpayerIdentificationNumber"], row["nationalProviderIdentifier"],
                       each["category"])
                found.setdefault(key, []).append(each)
        return found
