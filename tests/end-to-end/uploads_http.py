"""Uploads over HTTP in `qcdr dev`: taken, judged, corrected, sent again; and what a dry run says."""

import base64
import contextlib
import csv
import hashlib
import http.client
import io
import json
import re
import shutil
import socket
import subprocess
import time

from harness import SAMPLE, Ran

TOKEN = "t" * 40
STRANGER = "s" * 40
CONSENTS = SAMPLE / "20221205T101500-0600_1234_consents.csv"
CASES = SAMPLE / "20221209T031500-0600_1234_cases-november.xml"
# Behind the consents of December, before the next file of the sample.
CLOCK = "2022-12-06T09:00:00-06:00"
BAD_CONSENTS = (
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at,document_sha256,note\r\n"
    "1234,2022,000456789,2000010019,GRANT,Ann Abbott,2022-12-01,,first\r\n"
    "1234,2022,000456789,2000010018,GRANT,\"Bell, Ben\",2022-12-01,,check digit\r\n"
    "1234,2022,000456789,2000010027,GRANTED,Cora Cole,2022-12-01,,word\r\n")


def wait_for(condition, message, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise RuntimeError(message)
        time.sleep(0.1)


class Server:
    """`qcdr dev` that listens, over the sample until November."""

    def __init__(self, suite, name):
        self.suite = suite
        inbox = suite.fresh(name + "-inbox")
        inbox.mkdir()
        for path in SAMPLE.iterdir():
            if path.name < "20221205" and path.suffix != ".md":
                shutil.copy(path, inbox)
        self.tokens = suite.folder / (name + "-tokens")
        self.tokens.write_text("".join(
            f"{practice} {hashlib.sha256(token.encode()).hexdigest()}\n"
            for practice, token in ((1234, TOKEN), (4321, STRANGER))), encoding="ascii")
        self.tokens.chmod(0o600)
        self.data = suite.fresh(name)
        played = suite.qcdr("dev", "--once", "--no-table", "--inbox", inbox, "--data-dir", self.data,
                            "--clock", ".." + CLOCK)
        if played.code != 0:
            raise RuntimeError(played.tail())
        self.log = suite.folder / (name + ".log")
        self.port = 0
        self.process = None

    @contextlib.contextmanager
    def running(self):
        with open(self.log, "wb") as errors:
            self.process = subprocess.Popen(
                [str(self.suite.binary), "dev", "--data-dir", str(self.data), "--clock", CLOCK,
                 "--listen", "127.0.0.1:0", "--access-tokens", str(self.tokens), "--no-table"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                cwd=self.suite.folder)
        try:
            found = wait_for(lambda: re.search(rb"serves scores port=(\d+)", self.log.read_bytes()),
                             "dev does not say where it listens")
            self.port = int(found[1])
            yield self
        finally:
            self.process.terminate()
            code = self.process.wait(timeout=60)
            self.suite.keep(Ran(["qcdr", "dev"], code, b"", self.log.read_bytes()))
        self.suite.equal("the server ends with", code, 0)

    def ask(self, method, path, body=None, token=TOKEN, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if token:
                sent["Authorization"] = "Bearer " + token
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        # Rejected rows are the practice's own; all else must hold no identifier.
        shown = b"" if path.endswith("rejected-rows.csv") else content
        self.suite.keep(Ran(["http", method, path], 0, shown, str(answer.headers).encode()))
        return answer.status, content, answer.headers

    def json(self, path):
        status, content, _ = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {content[:300]}")
        return json.loads(content)

    def send(self, body, **headers):
        return self.ask("POST", "/v1/uploads", body, **headers)

    def finished(self, upload):
        """The upload once every row is judged."""
        def look():
            shown = self.json(f"/v1/uploads/{upload}")
            return shown if shown["progress"]["stage"] in ("scored", "refused") else None
        return wait_for(look, f"upload {upload} is not finished")

    def take(self, body, **headers):
        status, content, _ = self.send(body, **headers)
        if status != 202:
            raise RuntimeError(f"{status} {content[:300]}")
        return self.finished(json.loads(content)["uploadId"])

    def scores(self):
        """Entity by place -> the two scores that are shown."""
        return {(row["tin"], row["level"], row["clinician"]):
                tuple(row[name]["value"] for name in ("asThingsStand", "ifAllOpenItemsDone"))
                for row in json.loads(self.ask("GET", "/v1/scores")[1],
                                      parse_float=str, parse_int=str)["rows"]}


def digest_of(body):
    return "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"


def dry_run_and_upload(suite, server, path):
    """What a dry run says of a file, beside what then comes. The answer of the dry run."""
    body = path.read_bytes()
    before = server.json("/v1/uploads")["total"]
    shown = server.scores()
    status, content, _ = server.ask("POST", "/v1/uploads?dry-run=true", body)
    suite.equal("a dry run is answered", status, 200)
    said = json.loads(content, parse_float=str, parse_int=str)
    suite.equal("it keeps nothing", (server.json("/v1/uploads")["total"], server.scores()),
                (before, shown))

    def side(name):
        return {(row["tin"], row["level"], row["clinician"]):
                tuple(row[name][score]["value"]
                      for score in ("asThingsStand", "ifAllOpenItemsDone"))
                for row in said["scores"] if row[name]}
    suite.equal("its scores before are those shown", side("before"), shown)
    taken = server.take(body)
    suite.equal("its scores after are those that come", side("after"), server.scores())
    suite.equal("so are the rows", {name: int(count) for name, count in said["rows"].items()},
                taken["rows"])
    suite.equal("and the findings", [(f["code"], int(f["count"])) for f in said["findings"]],
                [(f["code"], f["count"]) for f in taken["findings"]])
    return said


def a_dry_run_says_what_comes(suite):
    with Server(suite, "http-dry-run").running() as server:
        dry_run_and_upload(suite, server, CONSENTS)
        said = dry_run_and_upload(suite, server, CASES)
        suite.check("the cases change scores", any(row["changed"] for row in said["scores"]))
        data = server.data
    offline = suite.qcdr("validate", CONSENTS, "--data-dir", data, "--format", "json")
    suite.check("offline the same file brings nothing more",
                offline.code == 0 and not any(row["changed"] for row in json.loads(
                    offline.text[offline.text.index('{\n  "dryRun"'):])["scores"]), offline.tail())


def a_file_is_taken_once_by_its_key(suite):
    body = CONSENTS.read_bytes()
    with Server(suite, "http-key").running() as server:
        first = server.send(body, Idempotency_Key='"december"', Content_Digest=digest_of(body))
        again = server.send(body, Idempotency_Key="december")
        suite.equal("the same key and content get the same answer", again[:2], first[:2])
        suite.check("which says where to look",
                    first[2]["Location"] == "/v1/uploads/" + json.loads(first[1])["uploadId"])
        suite.equal("other content under the key is refused",
                    server.send(body + b"\r\n", Idempotency_Key="december")[0], 422)
        count = server.json("/v1/uploads")["total"]
        suite.equal("another digest than the content's is refused",
                    server.send(body, Content_Digest=digest_of(b"other"))[0], 400)
        suite.equal("a file of another practice is refused", server.send(body, token=STRANGER)[0], 403)
        suite.equal("a preview of no JSON is refused", server.ask(
            "POST", "/v1/score-preview", b"x", Content_Type="text/plain")[0], 415)
        suite.equal("nobody sends without a token", server.send(body, token=None)[0], 401)
        refused, said, _ = server.send(b"a,letter\r\nto,you\r\n")
        suite.equal("what is none of ours is refused with its finding",
                    (refused, [f["code"] for f in json.loads(said)["findings"]]),
                    (422, ["QCDR-FIL-0002"]))
        with socket.create_connection(("127.0.0.1", server.port)) as broken:
            broken.sendall(f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}"
                           f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:50])
        suite.equal("nothing of these is kept", server.json("/v1/uploads")["total"], count)
        unfinished = list((server.data / "blobs/unfinished").iterdir())
        wait_for(lambda: not list((server.data / "blobs/unfinished").iterdir()),
                 f"unfinished blobs are left: {unfinished}")
        mine = json.loads(first[1])["uploadId"]
        for below in ("", "/findings", "/changes", "/report", "/rejected-rows.csv"):
            suite.equal(f"another practice does not see it{below}",
                        server.ask("GET", f"/v1/uploads/{mine}{below}", token=STRANGER)[0], 404)
        suite.equal("nor that it is there", json.loads(
            server.ask("GET", "/v1/uploads", token=STRANGER)[1])["total"], 0)
        scores_are_of_the_caller(suite, server)
        what_could_fill_memory(suite, server, body)
        suite.equal("nothing of that is kept either", server.json("/v1/uploads")["total"], count)


def scores_are_of_the_caller(suite, server):
    suite.equal("no scores without a token", server.ask("GET", "/v1/scores", token=None)[0], 401)
    suite.equal("nor of another practice",
                server.ask("GET", "/v1/scores?practice=4321", token=TOKEN)[0], 404)
    rows = json.loads(server.ask("GET", "/v1/scores", token=STRANGER)[1])["rows"]
    suite.equal("a practice without data has no rows, whoever else has", rows, [])
    suite.check("the own ones are there", server.scores())


def what_could_fill_memory(suite, server, body):
    """Answers copied once for each range, and bodies that are read whole or whose end nobody knows."""
    ranges = "bytes=" + ",".join(["0-"] * 1000)
    suite.equal("ranges are not served", server.ask("GET", "/v1/uploads", Range=ranges)[0], 416)
    suite.equal("nor the method PRI", server.ask("PRI", "/v1/uploads", b"x" * 100)[0], 405)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as endless:
        # The body comes after the answer: what is under way when a connection is closed can take the
        # answer away with it.
        endless.sendall(f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}"
                        "\r\n\r\n".encode())
        answer = endless.recv(1000)
        try:
            endless.sendall(body)
        except OSError:
            pass  # closed already
    suite.check("a body without a length is refused", b" 411 " in answer.split(b"\r\n")[0],
                answer[:100])


def rejected_rows_come_back_and_are_fixed(suite):
    with Server(suite, "http-rejected").running() as server:
        first = server.take(BAD_CONSENTS.encode())
        suite.equal("two of three rows are rejected", first["rows"]["rejected"], 2)
        upload = first["uploadId"]
        page = server.json(f"/v1/uploads/{upload}/findings?limit=1")
        suite.equal("findings come in pages", (len(page["findings"]), page["nextOffset"]), (1, 1))
        _, listed, headers = server.ask("GET", f"/v1/uploads/{upload}/findings", Accept="text/csv")
        suite.check("or as CSV", headers["Content-Type"].startswith("text/csv")
                    and listed.startswith(b"code,severity"), listed[:200])
        status, content, _ = server.ask("GET", f"/v1/uploads/{upload}/rejected-rows.csv")
        suite.equal("the rejected rows come", status, 200)
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        suite.equal("as they came", [(row["npi"], row["signer_name"], row["note"]) for row in rows],
                    [("2000010018", "Bell, Ben", "check digit"),
                     ("2000010027", "Cora Cole", "word")])
        suite.check("with code and hint", all(row["qcdr_code"].startswith("QCDR-")
                                              and row["qcdr_hint"] for row in rows), content[:400])
        offline = suite.folder / "rejected.csv"
        source = suite.folder / "bad-consents.csv"
        source.write_text(BAD_CONSENTS, newline="")
        suite.qcdr("validate", source, "--rejected-rows", offline, "--received-at",
                   "2022-12-06T09:00:00-06:00")
        told = list(csv.DictReader(io.StringIO(offline.read_text(), newline="")))
        suite.equal("offline they are the same", [row["npi"] for row in told],
                    [row["npi"] for row in rows])
        fixed = content.replace(b"2000010018", b"2000010035").replace(b"GRANTED", b"GRANT")
        second = server.take(fixed)
        suite.equal("corrected they are taken", (second["rows"]["rejected"],
                                                 second["rows"]["accepted"]), (0, 2))
        codes = [f["code"] for f in second["findings"]]
        suite.check("and nothing is said of the added columns", codes.count("QCDR-FIL-0022") <= 1,
                    str(second["findings"]))
        changes = server.json(f"/v1/uploads/{second['uploadId']}/changes")
        suite.equal("what is fixed is told", (changes["comparedWith"]["uploadId"],
                                              changes["fixed"]["count"] >= 2), (upload, True))
        suite.equal("and nothing is new", [f["code"] for f in changes["new"]["findings"]], [])
        _, report, _ = server.ask("GET", f"/v1/uploads/{upload}/report")
        suite.check("the report is there", report.startswith(b"Processing report"), report[:200])
        data = server.data
    offline_rows = suite.qcdr("uploads", "rejected-rows", upload, "--data-dir", data)
    suite.outputs.pop()  # the practice's own data
    suite.equal("the command gives the same rows", offline_rows.out, content)
    told = json.loads(suite.qcdr("uploads", "changes", second["uploadId"], "--data-dir", data).text)
    suite.equal("and the same changes", told, changes)


def several_kinds_in_one_submission(suite):
    document = {
        "practiceId": 1234, "attester": {"name": "Ann Abbott", "signedAt": "2022-12-05"},
        "submission": {
            "entityType": "group", "taxpayerIdentificationNumber": "000456789",
            "performanceYear": 2022, "measurementSets": [
                {"category": "quality", "submissionMethod": "registry",
                 "performanceStart": "2022-01-01", "performanceEnd": "2022-12-31",
                 "measurements": [{"measureId": "404", "value": {
                     "performanceMet": 31, "performanceNotMet": 6, "eligiblePopulation": 37}}]},
                {"category": "pi", "performanceStart": "2022-07-01",
                 "performanceEnd": "2022-12-04", "cehrtId": "0015C7EXAMPLE22",
                 "measurements": [{"measureId": "PI_PPHI_1", "value": True}]}]}}
    with Server(suite, "http-kinds").running() as server:
        before = server.json("/v1/uploads")["total"]
        taken = server.take(json.dumps(document).encode())
        uploads = server.json("/v1/uploads")
        suite.equal("a submission of two categories is two uploads", uploads["total"], before + 2)
        kinds = sorted(upload["kind"] for upload in uploads["uploads"][:2])
        suite.equal("of their kinds", kinds, ["measure-result", "promoting-interoperability"])
        suite.equal("and both are used", [server.finished(upload["uploadId"])["rows"]["rejected"]
                                          for upload in uploads["uploads"][:2]], [0, 0])
        suite.check("the first is told", taken["format"] == "qpp-json", str(taken))


GROUPS = (a_dry_run_says_what_comes, a_file_is_taken_once_by_its_key,
          rejected_rows_come_back_and_are_fixed, several_kinds_in_one_submission)
