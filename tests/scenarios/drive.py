"""Plays a scenario through the binary and judges it. Everything is read from `--json`."""

import decimal
import json
import pathlib
import subprocess
import sys

import history
import judge
import submissions
import uploads
from language import Then, Upload
from people import person, tin_of

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "common"))

import findings_seen  # pylint: disable=wrong-import-position

SECONDS_MAX = 120


class BrokenRun(Exception):
    """A command that should work did not."""


class Season:
    """One scenario's data directory."""

    def __init__(self, binary, folder, partitions=4, registry=""):
        self.program = [str(binary)] + (["--registry", registry] if registry else [])
        self.folder = folder
        self.data = folder / "data"
        self.partitions = partitions
        self.pending = []
        self.clock = None
        self.inboxes = 0
        self.answers = {}
        self.sent = {}  # label: (upload, bytes, suffix)
        self.last = None
        self.names = {}  # id of an upload step: name of its file
        self.told = {}  # name of a file: what was said when it was refused
        self.batches = {}  # label: a batch as it was signed
        self.entities = {}  # id: whose it is, of every batch

    def command(self, *arguments):
        done = subprocess.run(self.program + [str(each) for each in arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=SECONDS_MAX, cwd=self.folder)
        findings_seen.note(arguments, done.stdout, done.stderr)
        if done.returncode != 0:
            said = (done.stdout + done.stderr).decode("utf-8", "replace")[-600:].strip()
            raise BrokenRun(f"`qcdr {' '.join(str(each) for each in arguments)}` ends with "
                            f"{done.returncode}: {said}")
        return done

    def move(self, instant):
        if self.clock is None or instant > self.clock:
            self.pending.append((instant, None, None))
            self.clock = instant

    def take(self, upload):
        if upload.kind == "again":
            _, data, suffix = self.sent[upload.label]
        else:
            data, suffix = uploads.bytes_of(upload, self.id_of), uploads.suffix_of(upload)
            if any(data == before and other.by_registry == upload.by_registry
                   for other, before, _ in self.sent.values()):
                raise upload.line.error("the same bytes as an upload before; say `again`, or change "
                                        "something")
        self.sent[upload.label if upload.kind == "again" or upload.label
                  else f"line {upload.line.number}"] = (upload, data, suffix)
        self.move(upload.instant)
        self.pending.append((upload.instant, upload, (data, suffix)))
        self.last = upload

    def id_of(self, label):
        """The id of an upload before, as `qcdr uploads` tells it."""
        self.settle()
        entry = self.entry_of(self.sent[label][0])
        if entry is None:
            raise BrokenRun(f"`qcdr uploads` has no upload {label!r}")
        return entry["uploadId"]

    def settle(self):
        """Runs what waits, as one process."""
        if not self.pending:
            return
        inbox = self.folder / f"inbox-{self.inboxes}"
        registry = self.folder / f"registry-inbox-{self.inboxes}"
        inbox.mkdir(parents=True)
        registry.mkdir()
        for number, (instant, upload, content) in enumerate(self.pending):
            if upload:
                name = (instant.strftime("%Y%m%dT%H%M%S%z")
                        + f"_{number:04d}-{upload.practice}-{upload.kind}{content[1]}")
                ((registry if upload.by_registry else inbox) / name).write_bytes(content[0])
                self.names[id(upload)] = name
        first, last = self.pending[0][0], self.pending[-1][0]
        done = self.command("dev", "--once", "--no-table", "--data-dir", self.data, "--inbox", inbox,
                            "--registry-inbox", registry,
                            "--partitions", self.partitions,
                            "--clock", f"{first.isoformat()}..{last.isoformat()}")
        for line in done.stderr.decode("utf-8", "replace").splitlines():
            for name in self.names.values():
                if name in line:
                    self.told[name] = self.told.get(name, "") + line + "\n"
        self.pending, self.answers, self.inboxes = [], {}, self.inboxes + 1

    def ask(self, *arguments):
        """The JSON that a reading command prints; numbers as exact decimals."""
        if arguments not in self.answers:
            done = self.command(*arguments, "--json", "--data-dir", self.data)
            self.answers[arguments] = json.loads(done.stdout, parse_float=decimal.Decimal)
        return self.answers[arguments]

    def judge(self, then):
        """The clauses that do not hold, as texts."""
        self.settle()
        failures = []
        for clause in then.clauses:
            try:
                if then.subject == "upload":
                    self.judge_upload(then, clause)
                elif then.subject == "screen":
                    judge.judge_screen(clause, self.ask("score", "list"))
                elif then.subject == "history":
                    history.judge_history(clause, self.ask(*history.question(then))["facts"])
                else:
                    self.judge_row(then, clause)
            except (judge.Differs, BrokenRun) as difference:
                failures.append(f"{clause.place}: {then.line.text.partition(':')[0]}: {clause.text}"
                                f"\n  {difference}")
        return failures

    def judge_upload(self, then, clause):
        upload = self.last if not then.who else self.sent[then.who][0]
        told = self.told.get(self.names.get(id(upload), ""), "")
        refused = "is refused" in told
        entry = None if refused else self.entry_of(upload)
        judge.judge_upload(clause, entry, refused, told)

    def entry_of(self, upload):
        wanted = upload.instant.timestamp()
        entries = [entry for entry in self.ask("uploads")["uploads"]
                   if judge.instant_of(upload.line, entry["receivedAt"]).timestamp() == wanted
                   and entry["practice"] == upload.practice]
        if len(entries) > 1:
            kind = "anesthesia-case" if upload.kind == "cases" else upload.kind
            entries = [entry for entry in entries if entry["kind"] == kind]
        return entries[0] if entries else None

    def review_of(self, then, command):
        """What `targeted-review` says of a row, as the only row there is."""
        masked = "*****" + tin_of(then.tin)[-4:]
        who = "group"
        if then.who != "group":
            someone = person(then.line, then.who)
            who = f"{someone.family}, {someone.given}"
        answer = self.ask("targeted-review", command, who, "--tin", masked[-4:],
                          *(("--practice", then.practice) if then.practice else ()))
        return [{**answer, "level": "group" if who == "group" else "individual"}]

    def judge_row(self, then, clause):
        if submissions.is_phrase(clause.text):
            submissions.judge_clause(clause, self.ask("submission", "list"), then, self.entities)
            return
        if clause.text.startswith(("advised", "not advised")):
            rows = self.ask("readiness")["rows"]
        elif clause.text.startswith(("review ", "feedback ")):
            rows = self.review_of(then, "compare")
        elif clause.text.startswith(judge.REVIEW_CASES):
            rows = self.review_of(then, "case")
        elif clause.text.startswith(("document", "no document")):
            rows = self.ask("submission", "preview")["documents"]
        else:
            rows = self.ask("score", "list")["rows"]
        judge.judge_row(clause, rows, then)


def play(scenario, binary, folder, step_by_step=False, partitions=4):
    """The failures of a scenario as texts; none: it holds."""
    folder.mkdir(parents=True)
    season = Season(binary, folder, partitions, scenario.registry)
    failures, at = [], scenario.line
    try:
        for step in scenario.steps:
            at = step.line
            if isinstance(step, Then):
                failures += season.judge(step)
            elif isinstance(step, Upload):
                season.take(step)
            elif isinstance(step, submissions.Certify):
                submissions.certify(season, step)
            elif isinstance(step, submissions.Ask):
                submissions.ask(season, step)
            else:
                season.move(step.instant)
            if step_by_step:
                season.settle()
    except BrokenRun as broken:
        failures.append(f"{at.place}: {broken}")
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        failures.append(f"{at.place}: the JSON has not the documented form: "
                        f"{type(error).__name__}: {error}")
    except subprocess.TimeoutExpired as expired:
        failures.append(f"{at.place}: {expired}")
    return failures
