"""The server under the API: TLS, bounds, connections that stay, an end in order."""

import http.client
import json
import socket
import ssl
import subprocess

import cms_standin
import samples
import server


def _tls(suite):
    key, certificate = suite.folder / "server.key", suite.folder / "server.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    with cms_standin.Standin(suite.folder / "tls", "--limits", "none", "--tls", certificate, key) as cms:
        suite.check("with a certificate its address is HTTPS", cms.address.startswith("https://"), cms.address)
        context = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", cms.port, timeout=cms_standin.CALL_SECONDS_MAX,
                                                 context=context)
        statuses = []
        for _ in range(2):
            connection.request("GET", "/api/submissions/submissions", None,
                               {"Authorization": f"Bearer {cms_standin.REGISTRY}"})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        suite.equal("over which calls go, two on one connection", statuses, [200, 200])
        connection.request("POST", "/standin/faults", json.dumps({"kind": "close-after-commit"}))
        connection.getresponse().read()
        try:
            connection.request("POST", "/api/submissions/measurement-sets", json.dumps(samples.quality()), {
                "Authorization": f"Bearer {cms_standin.REGISTRY}", "Content-Type": "application/json"})
            connection.getresponse()
            suite.check("a connection ends here, too", False)
        except (http.client.HTTPException, OSError):
            suite.check("a connection ends here, too", True)
        connection.close()
        connection.request("GET", "/standin/store")
        stored = json.loads(connection.getresponse().read())
        suite.equal("after the commit", len(stored["submissions"]), 1)
        connection.close()
        suite.equal("plain HTTP fails", cms.outcome("GET", "/submissions"), None)


def _connections(suite, cms):
    held = [socket.create_connection(("127.0.0.1", cms.port)) for _ in range(server.CONNECTIONS_MAX)]
    try:
        cms_standin.until(lambda: cms.outcome("GET", "/submissions") is None, "a connection too many is taken", 10)
        suite.check("one connection too many is closed", True)
    finally:
        for each in held:
            each.close()
    cms_standin.until(lambda: cms.outcome("GET", "/submissions") is not None, "nobody is served any more", 10)
    suite.check("and served when others have gone", True)


def _raw(cms, text):
    with socket.create_connection(("127.0.0.1", cms.port), timeout=cms_standin.CALL_SECONDS_MAX) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def _bounds(suite, cms):
    for name, text in (("no request", b"hello\r\n\r\n"),
                       ("a line without end", b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"),
                       ("a thousand headers", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 1000 + b"\r\n"),
                       ("a length that is none", b"POST /api/submissions/measurements HTTP/1.1\r\n"
                        b"Content-Length: -1\r\n\r\n"),
                       ("a thousand parameters", b"GET /api/submissions/submissions?" + b"a=1&" * 1000
                        + b" HTTP/1.1\r\n\r\n")):
        answer = _raw(cms, text).split(b"\r\n")[0]
        suite.check(f"{name} is refused", b" 4" in answer or b"400" in answer, answer)
    half = _raw(cms, b"POST /api/submissions/measurement-sets HTTP/1.1\r\nContent-Type: application/json\r\n"
                     b"Authorization: Bearer " + cms_standin.REGISTRY.encode()
                + b"\r\nContent-Length: 900\r\n\r\n{\"category\":")
    suite.equal("half a body is not carried out", half.split(b"\r\n")[0], b"HTTP/1.1 400 Bad Request")
    suite.equal("nothing of all this is stored", cms.tell("GET", "/store")["submissions"], [])


def run(suite):
    _tls(suite)
    with cms_standin.Standin(suite.folder / "server", "--limits", "none") as cms:
        _bounds(suite, cms)
        _connections(suite, cms)
        suite.equal("SIGTERM ends it in order", cms.process.end(cms_standin.START_SECONDS_MAX), 0)
