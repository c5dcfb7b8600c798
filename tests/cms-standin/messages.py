"""A request as the API sees it, and its answer."""

import json
import re

import problems

BODY_BYTES_MAX = 2 * 1024 * 1024
_ACCEPTED = ("*/*", "application/*", "application/json", "application/vnd.qpp.cms.gov.v1+json")
_COLLECTIONS = ("submissions", "measurement-sets", "measurements")
_ACTIONS = ("score", "score-preview")


class Request:
    """`path` is what stands behind the base address, without a slash at its end."""

    def __init__(self, method, path, query, headers, body):
        self.method = method
        self.path = path.rstrip("/")
        self.query = query
        self.headers = headers
        self.body = body

    @property
    def template(self):
        """The path without ids, for logs: nothing of what was sent is in it."""
        parts = self.path.split("/")[1:]
        if not parts or parts[0] not in _COLLECTIONS or len(parts) > 3:
            return "/unknown"
        return "/" + "/".join(part if at == 0 or part in _ACTIONS else ":id"
                              for at, part in enumerate(parts))

    def check_accept(self):
        wanted = self.headers.get("Accept") or "*/*"
        types = [re.split(r"[;\s]", each.strip())[0].lower() for each in wanted.split(",")]
        if not any(each in _ACCEPTED for each in types):
            raise problems.Problem(406, "NotAcceptable", f"{_ACCEPTED[2]} or {_ACCEPTED[3]} is answered")

    def json(self):
        """The body, an object. Problems 400 and 415."""
        kind = (self.headers.get("Content-Type") or "").split(";")[0].strip().lower()
        if kind not in _ACCEPTED[2:]:
            raise problems.Problem(415, "UnsupportedMediaType", "application/json is taken")
        try:
            body = json.loads(self.body.decode("utf-8"), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise problems.Problem(400, "BadRequest", "the body is not JSON") from None
        if not isinstance(body, dict):
            raise problems.Problem(400, "BadRequest", "the body is not an object")
        return body

    def whole_number(self, name, default, least, most):
        text = self.query.get(name)
        if text is None:
            return default
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            details = problems.Details()
            details.add(name, text, f"a whole number from {least} to {most} is wanted")
            raise problems.Problem(422, "ValidationError", "invalid query", details.as_json("location"))
        return int(text)


def _no_number(text):
    raise ValueError(f"{text} is no JSON")


class Answer:
    """`effect` says for the call log what was committed, `touched` to which set; None when nothing was."""

    def __init__(self, status, body=None, effect=None, headers=(), touched=None):
        self.status = status
        self.body = body
        self.effect = effect
        self.headers = tuple(headers)
        self.touched = touched

    def data(self):
        return b"" if self.body is None else json.dumps(self.body).encode()
