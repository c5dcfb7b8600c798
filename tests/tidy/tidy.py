#!/usr/bin/env python3
"""Holds the habits of the code base: what must not come back is looked for on every run.

tests/tidy/tidy.py [--root FOLDER]   checks a tree; exit 0 clean, 3 with findings
tests/tidy/tidy.py --self-test       plants each fault and requires that it is found

Every check is a function of the list of files that yields (file, line, message). Both forms end
with "N passed, N failed", counted in checks.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import habits  # noqa: E402
import layering  # noqa: E402
from tree import load  # noqa: E402

CHECKS = {
    "arrows": layering.check_arrows,
    "rooted-includes": layering.check_rooted_includes,
    "purity": layering.check_purity,
    "heavy-headers": layering.check_heavy_headers,
    "open-ends": habits.check_open_ends,
    "file-sizes": habits.check_file_sizes,
    "function-lengths": habits.check_function_lengths,
    "dead-files": habits.check_dead_files,
    "readmes": habits.check_readmes,
    "document-links": habits.check_document_links,
    "machine-paths": habits.check_machine_paths,
    "registry-hosts": habits.check_registry_hosts,
    "way-of-work": habits.check_way_of_work,
    "identifiers-in-logs": habits.check_identifiers_in_logs,
    "package-names": habits.check_package_names,
}


def run_checks(root):
    """{check name: ["path:line: message", ...]}"""
    files = load(root)
    return {name: [f"{file.path}:{line}: {message}" for file, line, message in check(files)]
            for name, check in CHECKS.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        import self_test
        results = self_test.run(run_checks)
    else:
        results = run_checks(os.path.realpath(arguments.root))
    failed = 0
    for name, findings in results.items():
        for finding in findings:
            print(f"{name}: {finding}")
        failed += bool(findings)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
