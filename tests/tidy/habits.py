"""Sizes, words, dead files, documents and privacy."""

import posixpath
import re

from layering import includes
from tree import TEXT_SUFFIXES, function_lengths, line_of

LARGEST_SOURCE_BYTES = 24 * 1024
LONGEST_FUNCTION_LINES = 70

# Put together from parts, so that this file does not contain what it looks for.
_OPEN_ENDS = re.compile(
    r"(?<![\w-])(?:" + "|".join(("FIX" + "ME", "TO" + "DO", "X" * 3, "HA" + "CK")) + r")(?![\w-])")
_MACHINE_PATHS = re.compile("|".join(
    (r"(?<![\w.])/" + folder + r"/(?=\w)" for folder in ("wo" + "rk", "ro" + "ot", "ho" + "me"))))
_REGISTRIES = re.compile("|".join(re.escape(a + b) for a, b in (
    ("registry.", "npmjs"), ("repo1.", "maven"), ("repo.", "maven.apache"), ("deb.", "debian.org"),
    ("pypi.", "org"), ("crates.", "io"), ("proxy.", "golang"), ("central.", "sonatype"))))
_WAY_OF_WORK = re.compile(
    "|".join((r"\bissue " + r"#?\d", r"\.\./" + r"shared\b", r"\bshared/" + r"(?:design|domain)")),
    re.IGNORECASE)
_LOCAL_EXCEPTION = ("tests/tidy/",)


def _texts(files):
    for file in files:
        if file.suffix in TEXT_SUFFIXES and file.name != "LICENSE":
            yield file


def _find(files, pattern, message):
    for file in _texts(files):
        for match in pattern.finditer(file.text):
            yield file, line_of(file.text, match.start()), f"{message}: {match.group(0)}"


def check_open_ends(files):
    sources = [f for f in files if not f.path.startswith("tests/data/")]
    for file in _texts(sources):
        for match in _OPEN_ENDS.finditer(file.prose):
            yield (file, line_of(file.prose, match.start()),
                   f"unfinished work is not marked, it is finished: {match.group(0)}")


def check_machine_paths(files):
    yield from _find(files, _MACHINE_PATHS, "path of one machine")


def check_registry_hosts(files):
    yield from _find(files, _REGISTRIES, "host of a package registry")


def check_way_of_work(files):
    yield from _find(files, _WAY_OF_WORK, "speaks of how the work is organised")


def check_file_sizes(files):
    for file in files:
        measured = file.is_cpp or file.suffix in (".proto", ".py", ".sh") or (
            file.suffix == "" and file.name != "LICENSE" and file.is_script)
        if measured and file.size > LARGEST_SOURCE_BYTES:
            yield file, 1, f"{file.size} bytes, at most {LARGEST_SOURCE_BYTES}"


def check_function_lengths(files):
    for file in files:
        if not file.is_cpp:
            continue
        for line, length in function_lengths(file.code):
            if length > LONGEST_FUNCTION_LINES:
                yield file, line, f"function of {length} lines, at most {LONGEST_FUNCTION_LINES}"


def check_dead_files(files):
    by_path = {f.path: f for f in files}
    included = {header for f in files if f.is_cpp for _, _, header in includes(f)}
    for file in files:
        if file.suffix == ".cc" and not _is_built(file, by_path):
            yield file, 1, "no CMakeLists.txt names this file"
        elif file.suffix in (".h", ".def") and file.path.startswith(("pipeline/", "services/")):
            if file.path.split("/", 1)[1] not in included:
                yield file, 1, "nothing includes this file"


def _is_built(file, by_path):
    folder = file.folder
    while True:
        lists = by_path.get(posixpath.join(folder, "CMakeLists.txt"))
        if lists is not None:
            name = posixpath.relpath(file.path, folder or ".")
            if re.search(r"(?<![\w/.-])" + re.escape(name) + r"(?![\w.-])", lists.text):
                return True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def check_readmes(files):
    paths = {f.path for f in files}
    for file in files:
        if file.name == "CMakeLists.txt" and re.search(r"\bqcdr_library\(", file.text):
            if posixpath.join(file.folder, "README.md") not in paths:
                yield file, 1, "a library without README.md"


_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")


def check_document_links(files):
    by_path = {f.path: f for f in files}
    folders = {posixpath.dirname(p) for p in by_path}
    folders |= {posixpath.dirname(f) for f in folders}
    for file in files:
        if file.suffix != ".md":
            continue
        prose = _without_code(file.text)
        for match in _LINK.finditer(prose):
            target = match.group(1) or match.group(2)
            problem = _broken(file, target, by_path, folders)
            if problem:
                yield file, line_of(prose, match.start()), problem


def _without_code(text):
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r"^```.*?^```", blank, text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", blank, text)


def _broken(file, target, by_path, folders):
    if re.match(r"[a-z]+:", target):
        return None
    path, _, anchor = target.partition("#")
    full = posixpath.normpath(posixpath.join(file.folder, path)) if path else file.path
    if full not in by_path and full not in folders:
        return f"link to {target}, which does not exist"
    if anchor and full in by_path and full.endswith(".md"):
        if anchor not in _anchors(by_path[full].text):
            return f"link to {target}: no such heading"
    return None


def _anchors(text):
    anchors = set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", _without_fences(text), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        anchors.add(slug)
    return anchors


def _without_fences(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


_LOG_CALL = re.compile(
    r"(?:\bspdlog\s*::\s*\w+|\bQCDR_LOG\w*|\blog(?:ger)?_?\s*(?:\.|->)\s*\w+|\blog_\w+|\bLOG)\s*\("
    r"|\bstd\s*::\s*(?:cerr|clog)\s*<<|\bfmt\s*::\s*print\s*\(\s*stderr|\bfprintf\s*\(\s*stderr")
_IDENTIFIER = re.compile(r"\b(?:tins?|npis?|ssn|case_id|patient_id|last_name|first_name|birth_date)_?\b")
_HARMLESS = re.compile(r"\bmask_tin\s*\([^()]*\)|\b\w*(?:tins?|npis?)_?\s*(?:\.|->)\s*(?:size|empty)\s*\(\)")


def check_identifiers_in_logs(files):
    for file in files:
        if not file.is_cpp or file.is_test:
            continue
        for match in _LOG_CALL.finditer(file.code):
            end = file.code.find(";", match.end())
            statement = _HARMLESS.sub("", file.code[match.end():end])
            named = _IDENTIFIER.search(statement)
            if named:
                yield (file, line_of(file.code, match.start()),
                       f"{named.group(0)} in a log call: log a masked form or a token")


def check_package_names(files):
    install = re.compile(r"\bapt(?:-get)?\b[^\n#]*\binstall\b")
    for file in files:
        if file.path == "deploy/install-packages" or not (file.is_script or "Dockerfile" in file.name):
            continue
        if file.path.startswith(_LOCAL_EXCEPTION):
            continue
        for match in install.finditer(file.text):
            yield (file, line_of(file.text, match.start()),
                   "packages are named in deploy/install-packages only")
