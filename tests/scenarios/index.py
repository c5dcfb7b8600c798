"""The index names every scenario file and every one of the twelve situations."""

import re

from language import FOLDER

SITUATIONS = 12


def checks():
    """(name, problems) of each check."""
    text = (FOLDER / "INDEX.md").read_text(encoding="utf-8")
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.txt")} - {"people.txt"}
    named = set(re.findall(r"\]\(([\w/.-]+\.txt)\)", text))
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    return [
        ("every scenario file is in the index and every file of the index is there",
         [f"not in INDEX.md: {name}" for name in sorted(files - named)]
         + [f"INDEX.md names what is not there: {name}" for name in sorted(named - files)]),
        ("every situation is in the index",
         [f"no line for situation {number}" for number in range(1, SITUATIONS + 1)
          if number not in told]),
    ]
