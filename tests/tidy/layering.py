"""Which library may know which, and what the pure ones must not touch."""

import re

from tree import line_of

# Arrows only go down. "proto" stands for the generated messages.
_BELOW = {
    "core": set(),
    "rulebook": {"core"},
    "calendar": {"core", "rulebook"},
    "measures": {"core", "rulebook"},
    "scoring": {"core", "rulebook"},
    "ledger": {"core", "rulebook", "calendar", "measures", "scoring", "proto"},
    "submission": {"core", "rulebook", "calendar", "measures", "scoring", "ledger", "proto"},
    "reference": {"core"},
    "intake": {"core", "rulebook", "reference", "proto"},
    "stream": {"core"},
}
# The loop writes and reads its own marker; of other records it knows only bytes.
_STREAM_MESSAGES = {"qcdr/v1/progress.pb.h"}

PURE = ("core", "rulebook", "calendar", "measures", "scoring", "ledger", "submission")
# The rulebook reads its data files; everything else pure meets data as arguments only.
_READS_FILES = {"rulebook"}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)

_HEAVY = ("rocksdb/", "librdkafka/", "httplib", "prometheus/", "simdjson", "nlohmann/json.hpp",
          "CLI/", "yaml-cpp/", "spdlog/")
_IMPURE_HEADERS = ("rocksdb/", "librdkafka/", "httplib", "prometheus/", "thread", "mutex",
                   "shared_mutex", "atomic", "condition_variable", "future", "random", "iostream",
                   "sys/socket.h", "curl/")
_FILE_HEADERS = ("fstream", "filesystem", "fcntl.h", "unistd.h")

_IMPURE_CODE = (
    (re.compile(r"\b(?:system|steady|high_resolution|utc)_clock\s*::\s*now\b"), "reads a clock"),
    (re.compile(r"\b(?:time|gettimeofday|clock_gettime|localtime|gmtime)\s*\("), "reads a clock"),
    (re.compile(r"\brandom_device\b|\bmt19937|(?<![\w.>])s?rand\s*\("), "is random"),
    (re.compile(r"\b(?:double|float)\b"), "uses floating point"),
    (re.compile(r"\bgetenv\s*\("), "reads the environment"),
)


def library_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "pipeline" else None


def includes(file):
    """(line, quoted or angle, path) of every include."""
    for match in _INCLUDE.finditer(file.text):
        yield line_of(file.text, match.start()), match.group(1) == '"', match.group(2)


def _matches(header, names):
    return any(header == n or header == n + ".h" or (n.endswith("/") and header.startswith(n))
               for n in names)


def check_arrows(files):
    services = {f.path.split("/")[1] for f in files
                if f.path.startswith("services/") and f.path.count("/") > 1}
    for file in files:
        library = library_of(file.path)
        if not file.is_cpp or library is None:
            continue
        allowed = _BELOW.get(library)
        if allowed is None:
            yield file, 1, f"library {library} has no place in the order of libraries"
            continue
        for line, quoted, header in includes(file):
            if not quoted:
                continue
            target = header.split("/")[0]
            if target == "qcdr":
                if "proto" not in allowed and header not in (
                        _STREAM_MESSAGES if library == "stream" else ()):
                    yield file, line, f"{library} must not know the message {header}"
            elif target in services and target not in _BELOW:
                yield file, line, f"{library} must not include a service: {header}"
            elif target in _BELOW and target != library and target not in allowed:
                yield file, line, f"upward include: {library} must not include {header}"


def check_rooted_includes(files):
    for file in files:
        if not file.is_cpp or not file.path.startswith(("pipeline/", "services/")):
            continue
        for line, quoted, header in includes(file):
            if quoted and ("/" not in header or header.startswith(".")):
                yield file, line, f"include {header} is not rooted at pipeline/ or services/"


def check_purity(files):
    for file in files:
        library = library_of(file.path)
        if not file.is_cpp or library not in PURE or file.is_test:
            continue
        banned = _IMPURE_HEADERS + (() if library in _READS_FILES else _FILE_HEADERS)
        for line, _, header in includes(file):
            if _matches(header, banned):
                yield file, line, f"pure library {library} includes {header}"
        for pattern, what in _IMPURE_CODE:
            for match in pattern.finditer(file.code):
                yield file, line_of(file.code, match.start()), f"pure library {library} {what}"


def check_heavy_headers(files):
    for file in files:
        if file.suffix != ".h":
            continue
        for line, _, header in includes(file):
            if _matches(header, _HEAVY) and not _is_private(file, files):
                yield file, line, f"{header} belongs in a .cc file: every includer pays for it"


def _is_private(file, files):
    """It has no .cc file of its own, and only .cc files of its folder include it."""
    if any(f.path == file.path[:-2] + ".cc" for f in files):
        return False
    rooted = file.path.split("/", 1)[1]
    includers = [f for f in files if f.is_cpp and rooted in {h for _, _, h in includes(f)}]
    return bool(includers) and all(f.suffix == ".cc" and f.folder == file.folder
                                   for f in includers)
