"""How many calls an address may make, as CMS documents it.

`Windows`: at most COUNT calls in any SECONDS, for several pairs at once. CMS's pages say 25 a second on
average, over two minutes (3000 in 120 s), and bursts of 40 a second. `Bucket`: the usual other reading,
25 a second flow into a bucket of 40; it lets more than 40 through in one second. Not thread-safe: who
calls holds a lock. Time is the caller's, in seconds, and does not go back.
"""

import bisect
import collections

DOCUMENTED = "windows:40/1,3000/120"
# The older service went on refusing for so long after the last call that was too many.
BLOCK_SECONDS = 600


class NoLimit:
    seconds_max = 0

    def wait_seconds(self, now):
        return 0

    def take(self, now):
        pass


class Windows:
    def __init__(self, limits):
        self._limits = limits
        self._times = []
        self.seconds_max = max(seconds for _, seconds in limits)

    def wait_seconds(self, now):
        """0 when a call may be made now, else after how long."""
        wait = 0
        for count, seconds in self._limits:
            # A call made exactly SECONDS ago is no longer in the window.
            inside = len(self._times) - bisect.bisect_right(self._times, now - seconds)
            if inside >= count:
                wait = max(wait, self._times[-count] + seconds - now)
        return wait

    def take(self, now):
        self._times.append(now)
        old = bisect.bisect_right(self._times, now - self.seconds_max)
        if old > 1000:
            del self._times[:old]


class Bucket:
    def __init__(self, rate, burst):
        self._rate, self._burst = rate, burst
        self._level, self._at = burst, None
        self.seconds_max = burst / rate

    def _fill(self, now):
        if self._at is not None:
            self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now

    def wait_seconds(self, now):
        self._fill(now)
        return 0 if self._level >= 1 - 1e-9 else (1 - self._level) / self._rate

    def take(self, now):
        self._fill(now)
        self._level -= 1


def parse(text):
    """A function that makes a fresh limit; ValueError when the text is none."""
    kind, _, rest = text.partition(":")
    if kind == "none" and not rest:
        return NoLimit
    pairs = [tuple(float(number) for number in pair.split("/")) for pair in rest.split(",")]
    if any(len(pair) != 2 or min(pair) <= 0 for pair in pairs):
        raise ValueError(f"{text}: two numbers above zero are wanted in each pair")
    if kind == "windows":
        return lambda: Windows([(int(count), seconds) for count, seconds in pairs])
    if kind == "bucket" and len(pairs) == 1:
        return lambda: Bucket(*pairs[0])
    raise ValueError(f"{text} is no limit")


class Limiter:
    """One limit per address; addresses that were not seen for long are forgotten."""

    ADDRESSES_MAX = 1000

    def __init__(self, make, status):
        self._make = make
        self._status = status
        self._by_address = collections.OrderedDict()
        self._blocked_until = {}

    def _of(self, address):
        if address not in self._by_address and len(self._by_address) >= self.ADDRESSES_MAX:
            gone, _ = self._by_address.popitem(last=False)
            self._blocked_until.pop(gone, None)
        limit = self._by_address.setdefault(address, self._make())
        self._by_address.move_to_end(address)
        return limit

    def remember(self, address, now):
        """A call that was let through before a restart."""
        self._of(address).take(now)

    def seconds_max(self):
        return self._make().seconds_max

    def refuse_seconds(self, address, now):
        """0 and the call is counted, or after how many seconds it may be repeated."""
        limit = self._of(address)
        wait = limit.wait_seconds(now)
        if self._status == 403:
            # Here calls count although they are refused, and begin the block anew while too many.
            limit.take(now)
            if wait > 0:
                self._blocked_until[address] = now + BLOCK_SECONDS
            return max(0, self._blocked_until.get(address, 0) - now)
        if wait <= 0:
            limit.take(now)
        return wait
