#!/usr/bin/env python3
"""Line coverage by library, from the counters that a run of the coverage preset left.

tests/coverage/coverage.py BUILD_FOLDER [--minimum PERCENT]

Tests, fuzz targets and generated code do not count. A line counts as covered when any program
reached it. Ends with "N passed, N failed": one per library, failed below the minimum.
"""

import argparse
import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile

FILES_AT_A_TIME = 50
SECONDS_MAX = 600


def counters(build):
    for folder, _, names in sorted(os.walk(build)):
        for name in sorted(names):
            if name.endswith(".gcda"):
                yield os.path.join(os.path.abspath(folder), name)


def library_of(path):
    parts = path.split("/")
    stem = os.path.splitext(parts[-1])[0]
    if len(parts) < 3 or parts[0] not in ("pipeline", "services"):
        return None
    return None if stem.endswith(("_test", "_fuzz")) else "/".join(parts[:2])


def covered_lines(build, root):
    """{library: {(file, line): reached}}"""
    lines = collections.defaultdict(dict)
    files = list(counters(build))
    for start in range(0, len(files), FILES_AT_A_TIME):
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(
                ["gcov", "--json-format", "--hash-filenames", *files[start:start + FILES_AT_A_TIME]],
                cwd=scratch, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=SECONDS_MAX)
            for name in os.listdir(scratch):
                with gzip.open(os.path.join(scratch, name)) as f:
                    _merge(json.load(f), root, lines)
    return lines


def _merge(report, root, lines):
    for file in report["files"]:
        path = os.path.relpath(
            os.path.join(report["current_working_directory"], file["file"]), root)
        library = library_of(path)
        if library is None:
            continue
        for line in file["lines"]:
            key = (path, line["line_number"])
            lines[library][key] = lines[library].get(key, False) or line["count"] > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("--minimum", type=float, default=80.0)
    arguments = parser.parse_args()
    root = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    lines = covered_lines(arguments.build, root)
    failed = 0
    for library in sorted(lines):
        reached = sum(lines[library].values())
        percent = 100.0 * reached / len(lines[library])
        low = percent < arguments.minimum
        failed += low
        print(f"{library:24} {percent:6.1f} % of {len(lines[library])} lines"
              f"{'  below ' + str(arguments.minimum) if low else ''}")
    print(f"{len(lines) - failed} passed, {failed} failed")
    return 3 if failed or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
