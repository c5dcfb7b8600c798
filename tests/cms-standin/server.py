"""HTTP around the API: reads bounded requests, limits, strikes with faults, answers and logs.

A thread per connection, at most CONNECTIONS_MAX of them; TLS where a context is given. The log, on
standard error, has a line per call: time, method, path without ids, status, fault. No identifier, token,
query or body is in it.
"""

import http.server
import json
import os
import signal
import socket
import socketserver
import struct
import sys
import threading
import time
import urllib.parse

import clocks
import faults
import messages

BASE = "/api/submissions"
CONNECTIONS_MAX = 128
IDLE_SECONDS_MAX = 60
_HTML = b"<html><head><title>QPP</title></head><body><h1>Please try again later</h1></body></html>"
_DENIED = b"<html><head><title>Access Denied</title></head><body>Access Denied</body></html>"


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, tls, parts):
        """`parts` has api, control, store, clock, faults, limiter, settings."""
        super().__init__(address, Handler)
        self.tls = tls
        self.parts = parts
        self._free = threading.BoundedSemaphore(CONNECTIONS_MAX)
        self._limiting = threading.Lock()

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True,
                                              do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request, client_address):
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):  # who called went away
            print(f"error {type(error).__name__} at {_place(error)}", file=sys.stderr, flush=True)

    def begin(self, address, request):
        """Logs the arrival and counts it; its number. Limited when it is one too many."""
        with self._limiting:
            now = self.parts.clock.now()
            number = self.parts.store.begin_call(now, address, request.method, request.template)
            wait = self.parts.limiter.refuse_seconds(address, now)
        return number, wait


def _place(error):
    """Where it was raised; its text may hold what was sent."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else "?"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cms-standin"
    sys_version = ""
    timeout = IDLE_SECONDS_MAX

    def log_message(self, *_):
        """The library's log has paths with what was sent."""

    def _serve(self):
        body = self._read_body()
        if body is None:
            return
        try:
            url = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True, max_num_fields=100))
        except ValueError:
            self._reply(messages.Answer(400, {"error": {"type": "BadRequest", "message": "no such address"}}))
            return
        if url.path == "/standin" or url.path.startswith("/standin/"):
            request = messages.Request(self.command, url.path, query, self.headers, body)
            self._reply(self.server.parts.control.answer(request))
        elif url.path.startswith(BASE + "/"):
            self._call(messages.Request(self.command, url.path[len(BASE):], query, self.headers, body))
        else:
            self._reply(messages.Answer(404, {"error": {"type": "NotFound", "message": "not the API"}}))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _read_body(self):
        length = self.headers.get("Content-Length", "0")
        refused = None
        if self.headers.get("Transfer-Encoding") is not None:
            refused = 411
        elif not (length.isascii() and length.isdigit()):
            refused = 400
        elif len(length) > 10 or int(length) > messages.BODY_BYTES_MAX:
            refused = 413
        if refused:
            self.close_connection = True
            self._reply(messages.Answer(refused, {"error": {"type": "BadRequest",
                                                            "message": "the body is not taken"}}))
            return None
        return self.rfile.read(int(length))

    # One call of the API

    def _call(self, request):
        parts = self.server.parts
        number, wait = self.server.begin(self.client_address[0], request)
        organization = parts.api.organization(request)
        if wait > 0:
            self._end(number, request, organization, parts.settings.limited_status, "limited")
            parts.store.note_call(number, limited=1)
            self._refuse(parts.settings.limited_status, wait)
            return
        fault = parts.faults.pick(request, number)
        if fault is None:
            answer = parts.api.answer(request)
            self._end(number, request, organization, answer.status, None, answer.effect, answer.touched)
            self._reply(answer)
            return
        time.sleep(fault.latency_seconds)
        self._strike(fault, number, request, organization)

    def _strike(self, fault, number, request, organization):
        api = self.server.parts.api
        undone = fault.kind in ("close-before-commit", "crash-before-commit") or (
            fault.kind == "status" and not fault.told.get("committed"))
        answer, effect, touched = None, None, None
        if not undone:
            if fault.kind == "alter-stored":
                self._alter(request)
            answer = api.answer(request)
            effect, touched = answer.effect, answer.touched
            if fault.kind == "duplicate-entry":
                answer = api.answer(request)
                effect = "; ".join(each for each in (effect, answer.effect) if each) or None
        closes = fault.kind.startswith(("close", "crash"))
        status = fault.status if fault.kind == "status" else None if closes else answer.status
        self._end(number, request, organization, status, fault.kind, effect, touched)
        if fault.kind.startswith("crash"):
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.kind.startswith("close"):
            self._close(fault.told.get("reset", False))
        elif fault.kind == "status":
            self._refuse(fault.status, fault.told.get("retry_after_seconds"))
        else:
            self._answer_badly(fault, answer)

    @staticmethod
    def _alter(request):
        try:
            request.body = json.dumps(faults.changed(json.loads(request.body))).encode()
        except ValueError:
            pass  # no JSON is answered as such

    def _answer_badly(self, fault, answer):
        data = answer.data()
        if fault.kind == "half-answer":
            self._head(answer, len(data))
            self.wfile.write(data[:len(data) // 2])
            self._close(fault.told.get("reset", False))
        elif fault.kind == "drip":
            self._head(answer, len(data))
            size = max(1, -(-len(data) // max(1, int(fault.told.get("pieces", 20)))))
            for at in range(0, len(data), size):
                self.wfile.write(data[at:at + size])
                self.wfile.flush()
                time.sleep(fault.told.get("pause_seconds", 0.05))
        elif fault.kind == "wrong-content":
            self._wrong(fault.content, answer, data)
        else:
            self._reply(answer)

    def _wrong(self, content, answer, data):
        if content == "html":
            self._reply_bytes(200, _HTML, "text/html")
        elif content == "changed":
            self._reply(messages.Answer(answer.status, faults.changed(answer.body)))
        else:
            wrong = {"broken": data[:-10], "empty": b"", "list": b"[]"}[content]
            self._reply_bytes(answer.status, wrong, "application/json")

    def _end(self, number, request, organization, status, fault, effect=None, touched=None):
        self.server.parts.store.note_call(number, organization=organization, status=status, fault=fault,
                                          effect=effect, touched=touched)
        print(clocks.text(self.server.parts.clock.now()), request.method, request.template, status,
              fault or "", file=sys.stderr, flush=True)

    # Answers

    def _refuse(self, status, wait_seconds):
        """As a gateway in front of the API does."""
        headers = [] if wait_seconds is None or status == 403 else [
            ("Retry-After", str(max(1, -int(-wait_seconds // 1))))]
        if status == 403:
            self._reply_bytes(403, _DENIED, "text/html")
        else:
            self._reply(messages.Answer(status, {"error": {
                "type": self.responses[status][0].replace(" ", ""), "message": "try again later"}},
                None, headers))

    def _head(self, answer, length, kind="application/json"):
        self.send_response(answer.status)
        if answer.status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _reply(self, answer):
        data = answer.data()
        self._head(answer, len(data))
        self.wfile.write(data)

    def _reply_bytes(self, status, data, kind):
        self._head(messages.Answer(status), len(data), kind)
        self.wfile.write(data)

    def _close(self, reset):
        self.close_connection = True
        if reset:
            # Without lingering what was not sent is thrown away and the other side is told at once.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
            return
        socket.socket.shutdown(self.connection, socket.SHUT_RDWR)
