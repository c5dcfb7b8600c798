"""The files of a source tree, and C++ text without comments and strings."""

import os
import re

SKIPPED_FOLDERS = {".git", ".cache", "build", "node_modules", "__pycache__"}
TEXT_SUFFIXES = {
    ".cc", ".h", ".def", ".proto", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml",
    ".xml", ".xsd", ".csv", ".template", ".properties", ".toml", ".in", "",
}


class File:
    """One file: path relative to the root, with forward slashes; text read on first use."""

    def __init__(self, root, path):
        self.root = root
        self.path = path
        self._text = None
        self._code = None

    @property
    def name(self):
        return self.path.rsplit("/", 1)[-1]

    @property
    def folder(self):
        return self.path.rsplit("/", 1)[0] if "/" in self.path else ""

    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]

    @property
    def size(self):
        return os.path.getsize(os.path.join(self.root, self.path))

    @property
    def text(self):
        if self._text is None:
            with open(os.path.join(self.root, self.path), encoding="utf-8", errors="replace") as f:
                self._text = f.read()
        return self._text

    @property
    def code(self):
        """The text with comments, strings and preprocessor lines blanked, line breaks kept."""
        if self._code is None:
            self._code = blank_preprocessor(blank_comments_and_strings(self.text))
        return self._code

    @property
    def prose(self):
        """The text without the strings of a program: words there are data."""
        return blank_strings(self.text) if self.is_cpp else self.text

    @property
    def is_cpp(self):
        return self.suffix in (".cc", ".h")

    @property
    def is_test(self):
        stem = os.path.splitext(self.name)[0]
        return stem.endswith(("_test", "_fuzz")) or self.path.startswith("tests/")

    @property
    def is_script(self):
        return self.suffix in (".sh", ".py") or (self.suffix == "" and self.text.startswith("#!"))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def load(root):
    """Every file under root, in a stable order."""
    files = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(d for d in folders if d not in SKIPPED_FOLDERS)
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if not os.path.islink(os.path.join(root, path)):
                files.append(File(root, path))
    return files


_TOKEN = re.compile(
    r'(?P<line>//[^\n]*)'
    r'|(?P<block>/\*.*?\*/)'
    r'|(?P<raw>R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<digits>\d[\d']*\d)"
    r"|(?P<char>'(?:\\.|[^'\\\n])+')",
    re.DOTALL,
)


def blank_comments_and_strings(text):
    def blank(match):
        if match.lastgroup == "digits":
            return match.group(0)
        body = re.sub(r"[^\n]", " ", match.group(0))
        return body if match.group("string") is None else '"' + body[1:-1] + '"'

    return _TOKEN.sub(blank, text)


def blank_strings(text):
    def blank(match):
        if match.group("string") is None and match.group("raw") is None:
            return match.group(0)
        return re.sub(r"[^\n]", " ", match.group(0))

    return _TOKEN.sub(blank, text)


def blank_preprocessor(text):
    lines = text.split("\n")
    continued = False
    for i, line in enumerate(lines):
        if continued or line.lstrip().startswith("#"):
            continued = line.rstrip().endswith("\\")
            lines[i] = ""
        else:
            continued = False
    return "\n".join(lines)


_CONTAINER = re.compile(
    r'^\s*(?:inline\s+)?(?:template\s*<.*>\s*)?'
    r'(?:namespace\b|class\b|struct\b|union\b|enum\b|extern\s*"|typedef\s+(?:struct|enum|union)\b)',
    re.DOTALL,
)


def function_lengths(code):
    """(first line, number of lines) of every function body that stands outside other functions."""
    found = []
    stack = []  # "container", "function", "initialiser" or "other" for each open brace
    starts = []
    boundary = 0  # where the text that introduces the next brace begins
    for position, character in enumerate(code):
        if character == "{":
            if stack[-1:] != ["function"] and re.match(r"[\w>]", code[position - 1:position]):
                stack.append("initialiser")  # of a member, as in "C() : a_{1} {"
                continue
            intro = code[boundary:position]
            kind = _kind_of_block(intro, stack)
            if kind == "function":
                starts.append(boundary + len(intro) - len(intro.lstrip()))
            stack.append(kind)
            boundary = position + 1
        elif character == "}":
            kind = stack.pop() if stack else "other"
            if kind == "initialiser":
                continue
            if kind == "function":
                first = line_of(code, starts.pop())
                found.append((first, line_of(code, position) - first + 1))
            boundary = position + 1
        elif character == ";" and "function" not in stack:
            boundary = position + 1
    return found


def _kind_of_block(intro, stack):
    if any(kind != "container" for kind in stack):
        return "other"
    if _CONTAINER.match(re.sub(r"^\s*(?:public|private|protected)\s*:", "", intro)):
        return "container"
    stripped = intro.rstrip()
    if stripped.endswith("=") or ")" not in stripped:
        return "other"
    return "function"
