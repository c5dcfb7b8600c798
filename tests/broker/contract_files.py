"""Files for a season with every kind of record, in parts: who takes each is in contract_change.py."""

import csv
import shutil

from harness import REGISTRY, SAMPLE

# Enough practices that every kind is met, with as little in each as there can be.
GENERATED = ("--practices", 12, "--clinicians", 2, "--cases", 2, "--seed", 11, "--all-kinds")
FIRST, OTHER = 1001, 1099  # the other has the TINs of the first, so that both are told of each other
# Instant in files' names: today's release takes what is before it, the later one the rest, with the rare kinds.
TO_LATER = "20220916"
# Practices and the instants from which on their files come at the end; those of the first are of a later kind.
WAITING, OTHERS = ("1234", "20230217"), ("1003", "20230301")


def join_virtual_group(inbox):
    """Practices with kinds that few have become one virtual group, which has messages of its own."""
    rare = {path.name.split("_")[1] for kind in ("interoperability", "measure-results", "reweighting")
            for path in inbox.glob(f"*_{kind}.csv")}
    for practice in sorted(rare):
        with open(next(inbox.glob(f"*_{practice}_roster.csv")), encoding="utf-8") as roster:
            tin = next(csv.DictReader(roster))["tin"]
        (inbox / f"20221108T030000-0600_{practice}_virtual-group.csv").write_text(
            "practice_id,performance_year,entity_kind,entity_number,tin,membership\n"
            f"{practice},2022,VIRTUAL_GROUP,VG-0001,{tin},MEMBER\n", encoding="utf-8")


def make_inboxes(suite):
    """The sample, generated practices, and one more with the TINs of the first of them."""
    inboxes = suite.fresh("contract-inbox"), suite.folder / "contract-inbox-registry"
    made = suite.qcdr("generate", *GENERATED, "--first-practice", FIRST, "--out", inboxes[0])
    if made.code != 0:
        raise RuntimeError(made.tail())
    join_virtual_group(inboxes[0])
    for inbox, source in zip(inboxes, (SAMPLE, REGISTRY)):
        for path in sorted(inbox.glob(f"*_{FIRST}_*")):
            text = path.read_text(encoding="utf-8").replace(f"\n{FIRST},", f"\n{OTHER},")
            text = text.replace(f"<PracticeID>{FIRST}<", f"<PracticeID>{OTHER}<")
            copy = path.with_name(path.name.replace(f"_{FIRST}_", f"_{OTHER}_"))
            copy.write_text(text, encoding="utf-8")
        for path in source.glob("20*"):
            shutil.copy(path, inbox)
    return inboxes


def part_of(name):
    """Which part of the season a file belongs to: see exchange() and check_what_waits()."""
    instant, practice = name.split("_")[:2]
    if practice == str(OTHER):
        return "other"
    for part, (whose, since) in (("waiting", WAITING), ("last", OTHERS)):
        if practice == whose and instant >= since:
            return part
    return "first" if instant < TO_LATER else "later"


def folders_of(suite, inboxes, name, *parts):
    """An inbox and a registry's inbox with what these parts bring."""
    folders = []
    for source in inboxes:
        folder = suite.fresh(f"contract-{name}-{source.name}")
        folder.mkdir()
        for path in source.iterdir():
            if part_of(path.name) in parts:
                (folder / path.name).symlink_to(path)
        folders.append(folder)
    return folders
