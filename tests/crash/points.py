"""Which visit of each crash point kills, so that it falls into the middle of a run."""

# The loop freezes once a second and at the end, so the visits of its last points are few.
EMBEDDED = {
    "ingest-blob-written": 20,
    "ingest-upload-appended": 20,
    "validation-chunk-appended": 12,
    "validation-completed": 20,
    "loop-polled": 30,
    "loop-folded": 30,
    "loop-produced": 30,
    "loop-committed": 30,
    "loop-frozen": 2,
    "loop-submitted": 2,
    "store-before-write": 2,
    "store-after-write": 2,
    "log-frame-half-written": 120,
    "log-frame-written": 120,
    "log-frame-synced": 120,
}

# Service, and visit. How many records come in one poll varies there, so the numbers are low.
BROKER = {
    "ingest-blob-written": ("ingest", 20),
    "ingest-upload-appended": ("ingest", 20),
    "validation-chunk-appended": ("validation", 12),
    "validation-completed": ("validation", 20),
    "loop-polled": ("scoring-0", 3),
    "loop-folded": ("scoring-0", 3),
    "loop-produced": ("scoring-0", 3),
    "loop-committed": ("scoring-0", 3),
    "loop-frozen": ("scoring-0", 2),
    "loop-submitted": ("scoring-0", 2),
    "store-before-write": ("scoring-0", 2),
    "store-after-write": ("scoring-0", 2),
}

# The embedded log's own: nothing visits them on a broker.
EMBEDDED_ONLY = ("log-frame-half-written", "log-frame-written", "log-frame-synced")
# Nothing is sent in these seasons. services/submission and pipeline/submission die at each of them.
ELSEWHERE = ("submission-intent-on-log", "submission-intent-in-store", "submission-request-sent",
             "submission-answered", "submission-sent-on-log", "submission-sent-in-store",
             "submission-outcome-on-log", "submission-outcome-in-store")


def table_problems(known):
    """Points of the binary that a table lacks, and the other way round."""
    problems = [f"{name} is in no table of this suite" for name in known
                if name not in EMBEDDED and name not in ELSEWHERE]
    problems += [f"{name} is not a crash point of the binary" for name in (*EMBEDDED, *ELSEWHERE)
                 if name not in known]
    return problems + [f"{name} is not tried on the broker" for name in EMBEDDED
                       if name not in BROKER and name not in EMBEDDED_ONLY]


def visits(first, more):
    """The visit of the table, and `more` earlier ones, each once."""
    return sorted({max(1, first * (i + 1) // (more + 1)) for i in range(more + 1)})
