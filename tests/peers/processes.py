"""Processes pinned to a core, and what they cost."""

import os
import pathlib
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
END_SECONDS_MAX = 60


class Pinned:
    """A process on one core; its output goes to a file."""

    def __init__(self, core, arguments, log):
        self.log = pathlib.Path(log)
        self.usage = None
        self.memory_kibibytes = 0
        self.started = time.time()
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(["taskset", "-c", str(core), *map(str, arguments)],
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def cpu_seconds(self):
        """User and system time of all its threads until now."""
        text = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = text.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def kill(self):
        """SIGKILL, as a crash."""
        self.process.kill()
        self.process.wait()

    def end(self):
        """Asks it to end in order; afterwards its CPU seconds and peak memory are known."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.memory_kibibytes = int(line.split()[1])
        self.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS_MAX
        while time.monotonic() < deadline:
            pid, _, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid != 0:
                self.usage = usage.ru_utime + usage.ru_stime
                self.process.returncode = 0
                return self.usage
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"it did not end within {END_SECONDS_MAX} s; see {self.log}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None and self.process.poll() is None:
            self.kill()
        return False


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
