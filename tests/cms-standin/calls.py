"""How many calls were made in any window: the highest number for each length asked for."""

WINDOW_SECONDS_MAX = 86_400


def highest(times, seconds):
    """Most calls in any stretch of that length; one exactly that much later is outside. Sorted times."""
    most = first = 0
    for at, now in enumerate(times):
        while times[first] <= now - seconds:
            first += 1
        most = max(most, at - first + 1)
    return most


def report(rows, windows):
    """The calls as JSON, and of them the highest rates: of all that came, and of those let through."""
    came = sorted(row["at"] for row in rows)
    passed = sorted(row["at"] for row in rows if not row["limited"])
    return {
        "calls": [{**row, "limited": bool(row["limited"])} for row in rows],
        "highest": [{"seconds": seconds, "came": highest(came, seconds), "passed": highest(passed, seconds)}
                    for seconds in windows],
        "seconds": came[-1] - came[0] if came else 0,
    }
