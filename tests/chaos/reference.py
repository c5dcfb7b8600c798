"""The season that every scenario plays, and what a calm run of it comes to on the embedded log."""

import csv
import json
import re

from harness import Failure, must
from season import Season

# Practices of the second inbox have other numbers and the same TINs and clinicians as the first of
# the first, so that both report for them and the second stage has work.
SIZE = ("--clinicians", 10, "--cases", 300, "--all-kinds", "--corrections", 10)
PARTS = (("--practices", 5, "--first-practice", 1001), ("--practices", 2, "--first-practice", 2001))
JUDGED = ("accepted", "held", "rejected", "duplicate")


def rows_in(path):
    """How many rows a file has, counted without the pipeline's parsers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".xml":
        return len(re.findall(r"<AnesthesiaRecord[ >]", text))
    return sum(1 for row in csv.reader(text.splitlines()) if any(row)) - 1


class Reference(Season):
    """Files, the rows of each, and the outcome of each in a run that nothing disturbed."""

    def __init__(self, tools, folder, seed):
        self.seed = seed
        self.ids = {}  # file -> upload id
        super().__init__(tools, folder, f"seed-{seed}", SIZE)
        self._read(tools, folder)

    def fill(self, tools, options):
        self.registry_inbox = self.inbox.with_name(self.inbox.name + "-registry")
        for folder in (self.inbox, self.registry_inbox):
            folder.mkdir(mode=0o755)
        for number, part in enumerate(PARTS):
            made = self.inbox.with_name(f"{self.inbox.name}-part-{number}")
            must([tools.qcdr, "generate", "--out", made, "--seed", self.seed, *part, *options])
            for target, source in ((self.inbox, made),
                                   (self.registry_inbox, made.with_name(made.name + "-registry"))):
                for path in source.iterdir():
                    if (target / path.name).exists():
                        raise Failure(f"{path.name} is made twice")
                    path.rename(target / path.name)

    def dev(self, binary, data, crash_at=None):
        return super().dev(binary, data, crash_at) + ["--log-format", "json"]

    def played(self, ran):
        """Which upload each file became."""
        for line in ran.err.splitlines():
            if line.startswith("{") and '"msg":"received"' in line:
                fields = json.loads(line)
                self.ids[fields["file"]] = fields["upload_id"]

    def _read(self, tools, folder):
        listed = must([tools.qcdr, "uploads", "--json", "--data-dir",
                       folder / f"undisturbed-{self.name}"])
        self.uploads = {u["uploadId"]: u for u in json.loads(listed)["uploads"]}
        names = {path.name: path for path in self.files}
        if set(names) != set(self.ids) or set(self.ids.values()) != set(self.uploads):
            raise Failure(f"{len(names)} files, {len(self.ids)} taken, {len(self.uploads)} listed")
        self.rows = {self.ids[name]: rows_in(path) for name, path in names.items()}

    @property
    def files(self):
        """Every file of both inboxes, in the order in which they arrive."""
        found = list(self.inbox.iterdir()) + list(self.registry_inbox.iterdir())
        return sorted(found, key=lambda path: path.name)

    def describe(self):
        sums = {word: sum(u["rows"][word] for u in self.uploads.values()) for word in JUDGED}
        return (f"seed {self.seed}: {len(self.uploads)} files, {sum(self.rows.values())} rows: " +
                ", ".join(f"{count} {word}" for word, count in sums.items()))
