"""Which findings the binary told while a suite ran: the index that tests/findings reads.

With QCDR_FINDINGS_SEEN=DIR each process that runs the binary appends the codes that it saw to a file of
its own in that folder; without it nothing is written.
"""

import os
import pathlib
import re

_CODE = re.compile(rb"QCDR-[A-Z]{2,3}-[0-9]{4}")
# These print the registry itself, whatever happened.
_PRINT_THE_REGISTRY = ("findings",)
_known = set()


def note(arguments, *outputs):
    folder = os.environ.get("QCDR_FINDINGS_SEEN")
    arguments = [str(argument) for argument in arguments]
    if not folder or not arguments or "--help" in arguments or \
            arguments[0] in _PRINT_THE_REGISTRY:
        return
    codes = {code for output in outputs for code in _CODE.findall(output)} - _known
    if not codes:
        return
    _known.update(codes)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    with open(pathlib.Path(folder) / f"{os.getpid()}.txt", "ab") as file:
        file.write(b"".join(code + b"\n" for code in sorted(codes)))
