"""What the API refuses, as CMS words it: a type, a message and details.

CMS has published two forms of a detail. The one with `location`, `value` and `type` is what its file
converter is tested with; the one with `path` is in its tutorials until 2020. Both can be chosen.
"""

FORMS = ("location", "path")


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status, kind, message, details=None, headers=()):
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.details = details
        self.headers = tuple(headers)

    def body(self):
        error = {"type": self.kind, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


class Details:
    """The details of one ValidationError while they are collected."""

    def __init__(self):
        self._found = []

    def add(self, path, value, message, kind="InvalidValue"):
        self._found.append((path, value, kind, message))

    def missing(self, path, name):
        self.add(f"{path}.{name}" if path else name, None, f"{name} is missing", "MissingValue")

    def __bool__(self):
        return bool(self._found)

    def as_json(self, form):
        if form == "path":
            return [{"message": message, "path": f"$.{path}"} for path, _, _, message in self._found]
        return [{"location": {"path": path}, "value": value, "type": kind, "message": message}
                for path, value, kind, message in self._found]


def unauthorized(message):
    return Problem(401, "Unauthorized", message, headers=[("WWW-Authenticate", "Bearer")])


def not_found():
    """The same for what is not there and for what is somebody else's."""
    return Problem(404, "NotFound", "there is no such object, or it is not yours")
