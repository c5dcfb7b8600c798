"""Runs `qcdr score-preview --batch` and reads its answers."""

import json
import re
import subprocess
import tempfile
from decimal import Decimal

_NUMBER = re.compile(r'"@@([^@"]*)@@"')


class EngineError(Exception):
    pass


def _raw(value):
    if isinstance(value, Decimal):
        return f"@@{value:f}@@"
    raise TypeError(type(value))


def to_json(submission, profile):
    """One line of a batch; decimals as they are, never through floating point."""
    text = json.dumps({"submission": submission, "profile": profile}, default=_raw,
                      separators=(",", ":"))
    return _NUMBER.sub(r"\1", text)


def from_json(text):
    return json.loads(text, parse_float=Decimal)


class Engine:
    def __init__(self, binary):
        self.binary = str(binary)
        self.arguments = ()  # more of them

    def answers(self, pairs):
        """The answer to each (submission, profile), in order."""
        with tempfile.TemporaryFile("w+") as lines:
            for submission, profile in pairs:
                lines.write(to_json(submission, profile) + "\n")
            lines.seek(0)
            process = subprocess.Popen([self.binary, "score-preview", "--batch", *self.arguments, "-"],
                                       stdin=lines, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
            count = 0
            with process.stdout:
                for line in process.stdout:
                    count += 1
                    yield from_json(line)
            code = process.wait()
        # 3: some lines are wrong; the caller sees which.
        if code not in (0, 3) or count != len(pairs):
            raise EngineError(f"score-preview ended with {code} after {count} of {len(pairs)} lines")

    def answer(self, submission, profile):
        return next(iter(list(self.answers([(submission, profile)]))))
