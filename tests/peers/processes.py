"""Processes pinned to a core, and what they cost."""

import os
import pathlib
import signal
import subprocess

from background import Background

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
END_SECONDS_MAX = 60


class Pinned(Background):
    """A process on one core; its output goes to a file."""

    def __init__(self, core, arguments, log):
        self.memory_kibibytes = 0
        super().__init__(["taskset", "-c", core, *arguments], log)

    def cpu_seconds(self):
        """User and system time of all its threads until now."""
        text = pathlib.Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def end_in_order(self):
        """Its CPU seconds until its end; afterwards its peak memory is known, too."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.memory_kibibytes = int(line.split()[1])
        if self.end(END_SECONDS_MAX) == -signal.SIGKILL:
            raise RuntimeError(f"it did not end within {END_SECONDS_MAX} s; see {self.log}")
        return self.usage.ru_utime + self.usage.ru_stime


class Lines:
    """A helper program whose lines of words and numbers are read as they come."""

    def __init__(self, core, arguments, log):
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(["taskset", "-c", str(core), *map(str, arguments)],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=errors, text=True)

    def __iter__(self):
        for line in self.process.stdout:
            word, *numbers = line.split()
            yield word, numbers

    def wait_for(self, wanted):
        for word, numbers in self:
            if word == wanted:
                return numbers
        raise RuntimeError(f"the program ended before it said {wanted}")

    def finish(self):
        """Reads to its end; every line by its first word, the last one counts."""
        said = {}
        for word, numbers in self:
            said.setdefault(word, []).append(numbers)
        if self.process.wait() != 0:
            raise RuntimeError(f"{self.process.args[-6:]} failed")
        return said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        return False
