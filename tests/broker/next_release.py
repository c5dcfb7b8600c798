#!/usr/bin/env python3
"""Writes a copy of the rulebook's data as a later release might have them.

    next_release.py benchmarks|specification FROM TO

benchmarks: measure 404 is easier, so that scores move and counts do not. specification: 424 asks for
longer anesthesia, so that counts move, too; on top of the first.
"""

import hashlib
import pathlib
import re
import shutil
import sys

# What folds count by, as pipeline/rulebook/loader.cc has it.
FOLDED_BY = ("activities/", "calendars/", "measures/", "parameters/activities/",
             "parameters/registry/", "specifications/")


def change(path, pattern, replacement):
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"{path}: {pattern} is there {count} times")
    path.write_text(changed, encoding="utf-8")


def release_benchmarks(data):
    change(data / "benchmarks/2022.csv", r"^(404,registry,2020,,2,0) .*$",
           r"\1 20.5 25.5 30.5 35.5 40.5 45.5 50.5 55.5")


def release_specification(data):
    change(data / "specifications/2022/424.yaml", "^anesthesia_minutes_minimum: 60$",
           "anesthesia_minutes_minimum: 90")
    digest = hashlib.sha256()
    for path in sorted(path.relative_to(data).as_posix() for path in data.rglob("*")
                       if path.is_file()):
        if path.startswith(FOLDED_BY):
            content = (data / path).read_bytes()
            digest.update(b"%s\0%d\0%s" % (path.encode(), len(content), content))
    number = int(re.search(r"^number: (\d+)$", (data / "folding.yaml").read_text(encoding="utf-8"),
                           re.MULTILINE).group(1))
    change(data / "folding.yaml", r"^number: \d+$", f"number: {number + 1}")
    change(data / "folding.yaml", r"^sha256: .*$", f'sha256: "{digest.hexdigest()}"')


def main():
    name, source, target = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    release_benchmarks(target)
    if name == "specification":
        release_specification(target)


if __name__ == "__main__":
    main()
