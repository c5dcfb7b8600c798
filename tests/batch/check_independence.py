#!/usr/bin/env python3
"""Holds that the batch program shares nothing with the code that it judges.

usage: check_independence.py NM PROGRAM SOURCE...

Fails when a source includes a header of calendar, measures, scoring, ledger or of a service other
than the log's envelope, or when the program defines a symbol of one of those libraries.
"""

import pathlib
import re
import subprocess
import sys

JUDGED = ("calendar", "measures", "scoring", "ledger")
SHARED = ("core/", "rulebook/", "qcdr/v1/", "stream/", "batch_", "common/file_key_ring.h",
          "common/chunk_seal.h", "common/reference_names.h", "reference/", "common/topic_names.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
SYMBOL = re.compile(r"\bqcdr::(%s)::" % "|".join(JUDGED))


def main():
    nm, program, *sources = sys.argv[1:]
    faults = []
    for source in sources:
        for header in INCLUDE.findall(pathlib.Path(source).read_text()):
            if not header.startswith(SHARED):
                faults.append(f"{source} includes {header}")
    listing = subprocess.run([nm, "-C", "--defined-only", program], check=True,
                             capture_output=True, text=True).stdout
    symbols = listing.splitlines()
    if not any("qcdr::batch::" in symbol for symbol in symbols):
        faults.append(f"{program} has no symbols to judge by")
    faults += [f"{program} contains {symbol}" for symbol in symbols if SYMBOL.search(symbol)][:10]
    for fault in faults:
        print(fault)
    return 1 if faults or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
