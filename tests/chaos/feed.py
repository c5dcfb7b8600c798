"""Files that come in while things go wrong: put into the inboxes in groups, and taken by ingest.

`qcdr serve ingest` takes what is there and ends. Like a timer of a service manager, the feed starts it
again when a process was killed, found no cluster, or new files came.
"""

import json
import os
import threading
import time

from harness import Failure

GROUPS = 12
AGAIN_SECONDS = 0.3
# A file that was changed a moment ago is waited for.
AGE_SECONDS = 3600


class Feed(threading.Thread):
    """`order` may put the files in another order than that in which they arrive."""

    def __init__(self, pipeline, seconds, order=None, groups=GROUPS):
        super().__init__(daemon=True)
        self.pipeline = pipeline
        self.seconds = seconds
        files = pipeline.season.files
        if order:
            files = order(files)
        size = -(-len(files) // groups)
        self.groups = [files[at:at + size] for at in range(0, len(files), size)]
        self.tries = 0
        self.problem = None
        self._stopped = threading.Event()

    def run(self):
        try:
            for group in self.groups:
                started = time.monotonic()
                for path in group:
                    self._put(path)
                self._take_all()
                left = self.seconds / len(self.groups) - (time.monotonic() - started)
                if self._stopped.wait(max(0, left)):
                    return
        except Exception as error:  # pylint: disable=broad-except
            self.problem = f"{type(error).__name__}: {error}"

    def _put(self, path):
        target = self.pipeline.inboxes[path.parent] / path.name
        target.write_bytes(path.read_bytes())
        os.utime(target, (time.time() - AGE_SECONDS,) * 2)

    def _take_all(self):
        while not self._stopped.is_set():
            self.tries += 1
            process = self.pipeline.start("ingest")
            while process.alive() and not self._stopped.wait(0.02):
                pass
            if process.code() == 0:
                return
            self._stopped.wait(AGAIN_SECONDS)

    def stop(self):
        self._stopped.set()
        self.join()

    def join_within(self, seconds):
        self.join(seconds)
        if self.problem:
            raise Failure(f"the feed: {self.problem}")
        if self.is_alive():
            raise Failure(f"files were not taken within {seconds} s")

    def acknowledged(self):
        """Uploads that ingest said it had received."""
        found = set()
        for log in self.pipeline.folder.glob("ingest.*.log"):
            for line in log.read_text(encoding="utf-8").splitlines():
                if '"msg":"received"' in line:
                    found.add(json.loads(line)["upload_id"])
        return found
