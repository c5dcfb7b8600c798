"""Uploads over HTTP into services on a real broker, with a snapshot of the register of NPIs in force: what
the two services that listen say of an upload, and that all instances come to the batch program's state."""

import hashlib
import http.client
import json
import shutil
import signal
import time

from generated_seasons import compare_with_batch
from harness import SAMPLE, Ran
from local_pages import free_port
from npi_register import register_of_the_sample, write_register

TOKEN = "a-token-of-the-tests-that-is-long-enough"
IDLE_SECONDS = 60
WAIT_SECONDS_MAX = 90
FIRST_OVER_HTTP = "20221205"
CONSENTS = "20221205T101500-0600_1234_consents.csv"


def ask(suite, port, method, path, body=None, token=TOKEN, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = "Bearer " + token
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    suite.keep(Ran(["http", method, path], 0, content, str(answer.headers).encode()))
    return answer.status, content


def until_answer(suite, port, path, good):
    """The first JSON answer that is good; the last one that was not when none is."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    last = None
    while time.monotonic() < deadline:
        try:
            status, content = ask(suite, port, "GET", path)
            last = json.loads(content) if status == 200 else {"status": status}
            if status == 200 and good(last):
                return last
        except OSError:  # it does not listen yet
            pass
        time.sleep(0.2)
    return last


def prepare(suite, season):
    """An inbox until November, the register, the tokens."""
    inbox = season.folder / "inbox"
    inbox.mkdir()
    for path in SAMPLE.iterdir():
        if path.name < FIRST_OVER_HTTP and path.suffix != ".md":
            shutil.copy(path, inbox)
    entries, _ = register_of_the_sample()
    write_register(season.folder / "npidata.csv", entries)
    loaded = suite.qcdr("reference", "load", season.folder / "npidata.csv", "--as-of", "2022-11-13",
                        "--reference", season.folder / "reference")
    suite.equal("a register is loaded", loaded.code, 0)
    tokens = season.folder / "tokens"
    tokens.write_text(f"1234 {hashlib.sha256(TOKEN.encode()).hexdigest()}\n", encoding="ascii")
    tokens.chmod(0o600)
    return inbox, tokens


def start(season, inbox, tokens, ports):
    reference = ("--reference", season.folder / "reference")
    services = [season.service("scoring", slot, IDLE_SECONDS, "--state", state, *reference)
                for slot, state in enumerate(season.states)]
    services.append(season.service("validation", 0, IDLE_SECONDS, *reference))
    services.append(season.service("portal", 0, IDLE_SECONDS, "--state", season.folder / "portal",
                                   "--listen", f"127.0.0.1:{ports[1]}", "--access-tokens", tokens,
                                   *reference))
    services.append(season.service("ingest", 0, IDLE_SECONDS, "--inbox", inbox, "--listen",
                                   f"127.0.0.1:{ports[0]}", "--access-tokens", tokens))
    return services


def check_uploads(suite, season, broker, keys):
    inbox, tokens = prepare(suite, season)
    ports = (free_port(), free_port())
    services = start(season, inbox, tokens, ports)
    try:
        judged = lambda shown: shown["progress"]["stage"] == "scored"
        known = until_answer(suite, ports[0], "/v1/uploads", lambda all_of: all_of.get("uploads"))
        suite.check("ingest tells of its uploads", known and known.get("uploads"), known)
        body = (SAMPLE / CONSENTS).read_bytes()
        sent = ask(suite, ports[0], "POST", "/v1/uploads", body, Idempotency_Key="first")
        suite.equal("a file is taken", sent[0], 202)
        upload = json.loads(sent[1])["uploadId"]
        again = ask(suite, ports[0], "POST", "/v1/uploads", body, Idempotency_Key="first")
        suite.equal("the same again is the same upload", json.loads(again[1]).get("uploadId"), upload)
        other = ask(suite, ports[0], "POST", "/v1/uploads", body + b"\r\n", Idempotency_Key="first")
        suite.equal("another file under the same key", other[0], 422)
        suite.equal("without a token", ask(suite, ports[0], "POST", "/v1/uploads", body,
                                           token="")[0], 401)
        of_ingest = until_answer(suite, ports[0], f"/v1/uploads/{upload}", judged)
        of_portal = until_answer(suite, ports[1], f"/v1/uploads/{upload}", judged)
        suite.check("both services say that it is scored",
                    of_ingest and of_portal and of_ingest.get("rows") == of_portal.get("rows"),
                    (of_ingest, of_portal))
        findings = until_answer(suite, ports[1], f"/v1/uploads/{upload}/findings",
                                lambda page: page.get("findings"))
        suite.check("its findings: it came after all its dates",
                    "QCDR-DL-0003" in json.dumps(findings), str(findings)[:300])
    finally:
        for service in services:
            service.signal(signal.SIGTERM)
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        codes = [service.wait_until(deadline) for service in services]
    suite.equal("every service ends well", set(codes), {0})
    check_state(suite, season, broker, keys)


def check_state(suite, season, broker, keys):
    digest = suite.digest(*season.view)
    compare_with_batch(suite, "uploads over HTTP", ["--broker", broker.servers, "--reference",
                                                    season.folder / "reference"], keys, digest)
    suite.equal("the portal follows to the same state",
                suite.digest("--state", season.folder / "portal", "--keys", keys), digest)
    found = suite.qcdr("reconciliation", *season.view, "--json")
    told = {finding["identifier"] for finding in json.loads(found.text)["findings"]}
    suite.check("what the register says is told",
                {"NPI_UNKNOWN", "NPI_ORGANIZATION", "NPI_DEACTIVATED", "NAME_MISMATCH"} <= told, told)
