"""The stand-in as a test holds it: starts, calls, tells, kills and starts it again at the same address.

    with cms_standin.Standin(folder, "--clock", "virtual", "--now", "2023-01-10T09:00:00-05:00") as cms:
        reply = cms.call("POST", "/measurement-sets", body)
        cms.tell("POST", "/faults", {"kind": "close-after-commit", "method": "POST"})

Every wait has a bound. Not thread-safe, but any number of threads may `call`.
"""

import http.client
import json
import pathlib
import socket
import urllib.parse

from background import Background, until

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "cms-standin"
START_SECONDS_MAX = 30
CALL_SECONDS_MAX = 30
VENDOR = "6169123"
REGISTRY, OTHER, EHR, PRACTICE, PRODUCTION_ONLY, EXPIRED = (
    f"token-of-{who}" for who in ("registry", "other", "ehr", "practice", "production", "past"))
ORGANIZATION = "12c6258f-0000-4000-8000-000000000001"
OTHER_ORGANIZATION = "12c6258f-0000-4000-8000-000000000002"
TOKENS = [
    {"token": REGISTRY, "organization": ORGANIZATION, "kind": "registry", "vendor": VENDOR},
    {"token": OTHER, "organization": OTHER_ORGANIZATION, "kind": "registry", "vendor": "1"},
    {"token": EHR, "organization": "an-ehr", "kind": "ehr", "vendor": "2"},
    {"token": PRACTICE, "organization": "a-practice", "kind": "practice", "tins": ["000456789"]},
    {"token": PRODUCTION_ONLY, "organization": ORGANIZATION, "kind": "registry", "vendor": VENDOR,
     "environments": ["production"]},
    {"token": EXPIRED, "organization": ORGANIZATION, "kind": "registry", "vendor": VENDOR,
     "expires": "2020-01-01T00:00:00-05:00"},
]


class Reply:
    def __init__(self, answer, data):
        self.status = answer.status
        self.headers = answer.headers
        self.data = data

    @property
    def json(self):
        return json.loads(self.data)

    @property
    def error(self):
        return self.json["error"]


class Standin:
    def __init__(self, folder, *flags, tokens=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tokens.json").write_text(
            json.dumps({"tokens": TOKENS if tokens is None else tokens}), "utf-8")
        self.log = self.folder / "standin.log"
        self._flags = [str(flag) for flag in flags]
        self.port = 0
        self.process = None
        self.address = None
        self.start()

    def start(self):
        before = self.log.stat().st_size if self.log.exists() else 0
        self.process = Background(
            [FOLDER / "standin", "--tokens", self.folder / "tokens.json", "--store",
             self.folder / "cms.sqlite", "--port", self.port, *self._flags], self.log)

        def opened():
            text = self.log.read_bytes()[before:].decode()
            if not self.process.alive():
                raise RuntimeError(f"the stand-in has ended: {text[-400:]}")
            return next((line for line in text.splitlines() if line.startswith("http")), None)
        self.address = until(opened, "the stand-in does not start", START_SECONDS_MAX, 0.02)
        self.port = urllib.parse.urlsplit(self.address).port

    def restart(self):
        self.process.kill()
        self.start()

    def await_end(self):
        return self.process.wait(START_SECONDS_MAX)

    def _exchange(self, method, path, data, headers, seconds):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return Reply(answer, answer.read())
        finally:
            connection.close()

    def call(self, method, path, body=None, token=REGISTRY, seconds=CALL_SECONDS_MAX, **headers):
        """A reply; what http.client and socket raise when there is none. `body` may be bytes."""
        sent = {"Accept": "application/json"}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        return self._exchange(method, "/api/submissions" + path, data,
                              {name: value for name, value in sent.items() if value is not None}, seconds)

    def tell(self, method, path, body=None):
        """What the stand-in itself answers; RuntimeError when it refuses."""
        reply = self._exchange(method, "/standin" + path, None if body is None else json.dumps(body),
                               {}, CALL_SECONDS_MAX)
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.data[:300]}")
        return reply.json

    def outcome(self, *arguments, **named):
        """The reply, or None when the connection ended without a whole one."""
        try:
            return self.call(*arguments, **named)
        except (http.client.HTTPException, ConnectionError, socket.timeout):
            return None

    def submissions(self):
        return self.tell("GET", "/store")["submissions"]

    def sets(self):
        return [each for row in self.submissions() for each in row["measurementSets"]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.alive():
            self.process.end(START_SECONDS_MAX)
        return False
