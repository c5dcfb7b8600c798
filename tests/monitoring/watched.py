"""Processes of qcdr with an admin port, and Prometheus over them."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import Ran
from rules import RULES

WAIT_SECONDS_MAX = 60


def until(condition, message, seconds=WAIT_SECONDS_MAX):
    """What the condition came to, once it is true."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise RuntimeError(message)
        time.sleep(0.1)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url):
    """Status and body of a page."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Watched:
    """A process of qcdr in the background; its port is in its log."""

    def __init__(self, suite, name, *arguments):
        self.suite = suite
        self.name = name
        self.log = suite.folder / f"{name}.log"
        self.arguments = [str(suite.binary), *map(str, arguments), "--admin", "127.0.0.1:0",
                          "--log-format", "json"]
        self.urls = []
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=output,
                                            cwd=suite.folder)

    def lines(self):
        """The lines of its log that are finished; raises when one is no JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").split("\n")[:-1]]

    def port(self):
        def opened():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} has ended: {self.log.read_text('utf-8')[-400:]}")
            return [line["port"] for line in self.lines() if line["msg"] == "admin port open"]
        return until(opened, f"{self.name} opens no admin port")[0]

    def page(self, path):
        self.urls.append(f"http://127.0.0.1:{self.port()}{path}")
        return get(self.urls[-1])

    def metrics(self):
        return {path: self.page(path)[1] for path in ("/metrics", "/metrics/internal")}

    def end(self, seconds):
        """Its exit code and how long it took; killed after so many seconds."""
        started = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.suite.keep(Ran(self.arguments, code, b"", self.log.read_bytes()))
        return code, time.monotonic() - started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        return False


class Prometheus:
    """Debian's Prometheus over some processes, with our rules, each second."""

    def __init__(self, suite, targets):
        self.folder = suite.fresh("prometheus")
        self.folder.mkdir()
        self.url = f"http://127.0.0.1:{free_port()}"
        scrapes = [{"job_name": name + suffix, "metrics_path": path,
                    "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
                   for name, port in targets.items()
                   for suffix, path in (("", "/metrics"), ("-internal", "/metrics/internal"))]
        # JSON is YAML.
        (self.folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(path) for path in RULES], "scrape_configs": scrapes}), "utf-8")
        self.log = self.folder / "log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                 f"--storage.tsdb.path={self.folder}/data", "--log.level=warn",
                 f"--web.listen-address={self.url.split('//')[1]}"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def __enter__(self):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text("utf-8")[-800:])
            try:
                return get(self.url + "/-/ready")[0] == 200
            except OSError:
                return False
        until(ready, "Prometheus does not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        return False

    def api(self, path, **parameters):
        status, body = get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        answer = json.loads(body)
        if status != 200 or answer["status"] != "success":
            raise RuntimeError(f"{parameters}: {body[:300]}")
        return answer["data"]

    def query(self, expression):
        """The series that the expression has now."""
        return self.api("query", query=expression)["result"]
