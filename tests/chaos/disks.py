"""Disks without space: under an instance's state, under the blobs, under the broker."""

import errno
import shutil
import time

from background import until
from brokers import DisturbedBroker
from harness import Failure, run_tool
from pipeline import last_line

FEED_SECONDS = 16
LEFT_BYTES = 16 << 10
MEBIBYTE = 1 << 20
# Less than a write-ahead log asks for beforehand, which it would otherwise have got before the disk
# is full, and more than stores of this season take.
STATE_MEBIBYTES = 34


class SmallDisk:
    """A file system of its own in memory, that can be filled to the last block."""

    def __init__(self, path, mebibytes):
        self.path = path
        self.filler = path / "filler"
        path.mkdir(parents=True)
        ran = run_tool(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", path])
        if ran.code != 0:
            raise Failure(f"a file system in memory cannot be mounted, and without one nothing is "
                          f"shown of a full disk: {ran.tail()}")

    def fill(self, left=LEFT_BYTES):
        """Leaves so many bytes free."""
        with open(self.filler, "ab", buffering=0) as file:
            while (free := self.free_bytes()) > left:
                try:
                    file.write(bytes(min(MEBIBYTE, free - left)))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    break  # somebody was faster

    def free_bytes(self):
        return shutil.disk_usage(self.path).free

    def free(self):
        self.filler.unlink(missing_ok=True)

    def close(self):
        run_tool(["umount", "--lazy", self.path])


def stopped_on_full_disk(it, service, disk, left):
    """Fills it again, because the service itself may have removed files since."""
    disk.fill(left)
    process = it.processes[service]
    return says_it_stopped(it, service) or not process.alive()


def says_it_stopped(it, service):
    return any('"level":"error"' in line for line in it.processes[service].tail(50_000).split("\n"))


def state_disk_full(it, dice, say):
    """The disk under one instance's state is full, also while it starts; then there is space again."""
    service = "scoring-0"
    disk = SmallDisk(it.state(service), STATE_MEBIBYTES)
    it.stack.callback(disk.close)
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    for starts_on_full_disk in (False, True):
        time.sleep(dice.uniform(0.5, 2))
        left = dice.choice((0, LEFT_BYTES))
        disk.fill(left)
        if starts_on_full_disk:
            it.wait_for_life(service, it.kill(service))
        until(lambda: stopped_on_full_disk(it, service, disk, left),
              lambda: f"{service} says nothing of its full disk, {disk.free_bytes()} bytes of which "
              f"are free: {last_line(it.processes[service])}", 30)
        others_go_on(it, service)
        disk.free()
        freed_at = time.monotonic()
        # What stopped stays stopped: an operator starts it again, and it must end in order.
        it.wait_for_life(service, it.end_and_restart(service))
        it.wait_until_ready(service)
        it.recovered.append(time.monotonic() - freed_at)
        say(f"full {'at a start' if starts_on_full_disk else 'at work'}: "
            f"ready {it.recovered[-1]:.1f} s after there was space")


def others_go_on(it, service):
    other = next(s for s in it.scoring if s != service)
    it.wait_until_ready(other, "portal-0")


def blob_disk_full(it, dice, say):
    """The disk under the blobs is full: nothing is acknowledged that is not stored."""
    disk = SmallDisk(it.folder / "blobs", 32)
    it.stack.callback(disk.close)
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(8)
    for _ in range(2):
        time.sleep(dice.uniform(0.3, 1.5))
        disk.fill(0)
        tries = it.feed.tries
        until(lambda t=tries: it.feed.tries > t + 1, "ingest goes on without space", 30)
        disk.free()
    say(f"{it.feed.tries} times ingest")


class SmallDiskBroker(DisturbedBroker):
    """A broker whose data lie on a small disk."""

    def __enter__(self):
        self.disk = SmallDisk(self.folder, 256)
        return super().__enter__()

    def __exit__(self, *arguments):
        try:
            return super().__exit__(*arguments)
        finally:
            self.disk.close()


def broker_disk_full(it, dice, say):
    """The disk under the broker is full, which ends it; then there is space, and it starts again."""
    it.start_all()
    it.wait_until_ready()
    it.begin_feed(FEED_SECONDS)
    time.sleep(dice.uniform(1, 4))
    it.broker.disk.fill(0)
    time.sleep(dice.uniform(4, 8))
    it.broker.kill()
    it.broker.disk.free()
    it.broker.start()
    healed_at = time.monotonic()
    it.wait_until_ready()
    it.recovered.append(time.monotonic() - healed_at)
    say(f"ready {it.recovered[-1]:.1f} s after it was there again")
