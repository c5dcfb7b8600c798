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

# What folds count by, as pipeline/rulebook/folding_digest.h has it: of years with specifications, and
# of every year.
FOLDED_FILES = (r"activities/(\d{4})\.csv", r"calendars/.*-(\d{4})\.yaml", r"measures/(\d{4})\.csv",
                r"vendors/(\d{4})\.csv", r"(measure-aliases|registries)\.yaml",
                r"(specifications)/.*\.yaml")
FOLDED_PARAMETERS = ("activities/group-share-percent", "activities/period-days",
                     "registry/case-count-drop-percent",
                     "registry/roster-drop-confirmation-percent")


def change(path, pattern, replacement):
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"{path}: {pattern} is there {count} times")
    path.write_text(changed, encoding="utf-8")


def values_of(text):
    """(first year, last year, value) of each entry of a parameter's file."""
    entries = re.findall(r"^  (\d{4})(?:-(\d{4}))?:\n    value: (\S+)$", text, re.MULTILINE)
    return [(int(first), int(last or first), value) for first, last, value in entries]


def specified_years(data):
    """Those of any specification."""
    years = set()
    for path in (data / "specifications").iterdir():
        first, last = re.search(r"^years: (\d{4})(?:-(\d{4}))?$", path.read_text(encoding="utf-8"),
                                re.MULTILINE).groups()
        years.update(range(int(first), int(last or first) + 1))
    return sorted(years)


def folding_digest(data):
    digest = hashlib.sha256()
    years = specified_years(data)
    for path in sorted(path.relative_to(data).as_posix() for path in data.rglob("*")
                       if path.is_file()):
        year = next((match.group(1) for match in (re.fullmatch(pattern, path)
                                                  for pattern in FOLDED_FILES) if match), None)
        if year is not None and (not year.isdigit() or int(year) in years):
            content = (data / path).read_bytes()
            digest.update(b"%s\0%d\0%s" % (path.encode(), len(content), content))
    for year in years:
        for name in FOLDED_PARAMETERS:
            text = (data / "parameters" / f"{name}.yaml").read_text(encoding="utf-8")
            for first, last, value in values_of(text):
                if first <= year <= last:
                    digest.update(f"{name}\0{year}\0{value}\0".encode())
    return digest.hexdigest()


def release_benchmarks(data):
    change(data / "benchmarks/2022.csv", r"^(404,registry,2020,,2,0) .*$",
           r"\1 20.5 25.5 30.5 35.5 40.5 45.5 50.5 55.5")


def release_specification(data):
    change(data / "specifications/424.yaml", "^anesthesia_minutes_minimum: 60$",
           "anesthesia_minutes_minimum: 90")
    digest = folding_digest(data)
    number = int(re.search(r"^number: (\d+)$", (data / "folding.yaml").read_text(encoding="utf-8"),
                           re.MULTILINE).group(1))
    change(data / "folding.yaml", r"^number: \d+$", f"number: {number + 1}")
    change(data / "folding.yaml", r"^sha256: .*$", f'sha256: "{digest}"')


def main():
    name, source, target = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    release_benchmarks(target)
    if name == "specification":
        release_specification(target)


if __name__ == "__main__":
    main()
