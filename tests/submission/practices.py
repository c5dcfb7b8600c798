"""Practices that are the sample one under another number and with TINs of their own.

Clinicians keep their NPIs: a pair is a TIN and an NPI, so nobody shares anything. Who of a practice may be
sent, and why nobody else, is written in the sample's README; here it stands again as data.
"""

import re

from harness import REGISTRY, SAMPLE

SAMPLE_NUMBER = "1234"
SAMPLE_GROUP, SAMPLE_INDIVIDUALS = "000456789", "000654321"

# Of the TIN that reports for its clinicians individually.
NPIS = {"Faro": "2000010068", "Gold": "2000010076", "Hale": "2000010084", "Ivory": "2000010092",
        "Jarvis": "2000010100", "Keller": "2000010118", "Lang": "2000010126", "Pohl": "2000010407",
        "Rahn": "2000010415", "Sand": "2000010423", "Thorn": "2000010431", "Ulm": "2000010449",
        "Voss": "2000010456"}
SENT = ("Faro", "Gold", "Hale", "Ivory", "Rahn", "Voss")
WITH_ACTIVITIES = ("Rahn",)
# Held or missing consent, taken back; opted out, with a revocation that is held; without cases.
NEVER_SENT = ("Jarvis", "Keller", "Lang", "Pohl", "Sand", "Thorn")
OPTS_OUT_LAST = "Ulm"  # on February 20


class Practice:
    def __init__(self, number, group, individuals):
        self.number = str(number)
        self.group = group
        self.individuals = individuals

    def mended(self, text):
        text = re.sub(rf"^{SAMPLE_NUMBER},", f"{self.number},", text, flags=re.MULTILINE)
        text = text.replace(f"<PracticeID>{SAMPLE_NUMBER}<", f"<PracticeID>{self.number}<")
        return text.replace(SAMPLE_GROUP, self.group).replace(SAMPLE_INDIVIDUALS, self.individuals)

    def keys(self, individuals=SENT):
        """What CMS is to hold: TIN, NPI or nothing, category."""
        found = {(self.group, None, "quality"), (self.group, None, "ia")}
        for name in individuals:
            found.add((self.individuals, NPIS[name], "quality"))
            if name in WITH_ACTIVITIES:
                found.add((self.individuals, NPIS[name], "ia"))
        return found

    def key(self, name, category="quality"):
        return (self.individuals, NPIS[name], category)


def copy_of_sample(at):
    """The sample itself, then others; their TINs differ in what is shown of them, too."""
    if at == 0:
        return Practice(SAMPLE_NUMBER, SAMPLE_GROUP, SAMPLE_INDIVIDUALS)
    return Practice(5000 + at, f"00041{5000 + at:04}"[:9], f"00061{7000 + at:04}"[:9])


def files(practices):
    """(name, text, whether it is the registry's own), by the instant of arrival."""
    found = []
    for folder in (SAMPLE, REGISTRY):
        for path in folder.iterdir():
            if not path.name[0].isdigit():
                continue
            for practice in practices:
                name = path.name.replace(f"_{SAMPLE_NUMBER}_", f"_{practice.number}_")
                found.append((name, practice.mended(path.read_text("utf-8")), folder == REGISTRY))
    return sorted(found)
