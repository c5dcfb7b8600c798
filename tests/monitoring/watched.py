"""Processes of qcdr with an admin port, and Prometheus over them."""

import json
import time
import urllib.parse

from background import Background, until
from harness import Ran
from local_pages import admin_port, free_port, get, json_lines
from rules import RULES


class Watched(Background):
    """A process of qcdr in the background; its port is in its log."""

    def __init__(self, suite, name, *arguments):
        self.suite = suite
        self.name = name
        self.urls = []
        super().__init__([suite.binary, *arguments, "--admin", "127.0.0.1:0", "--log-format",
                          "json"], suite.folder / f"{name}.log", errors_only=True,
                         folder=suite.folder)

    def lines(self):
        """The lines of its log that are finished; raises when one is no JSON."""
        return json_lines(self.log.read_text("utf-8"))

    def port(self):
        return admin_port(self, self.lines)

    def page(self, path):
        self.urls.append(f"http://127.0.0.1:{self.port()}{path}")
        return get(self.urls[-1])

    def metrics(self):
        return {path: self.page(path)[1] for path in ("/metrics", "/metrics/internal")}

    def end_and_keep(self, seconds):
        """Its exit code and how long it took; what it said is searched for identifiers."""
        started = time.monotonic()
        code = self.end(seconds)
        self.suite.keep(Ran(self.arguments, code, b"", self.log.read_bytes()))
        return code, time.monotonic() - started


class Prometheus(Background):
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
        super().__init__(["prometheus", f"--config.file={self.folder}/prometheus.yml",
                          f"--storage.tsdb.path={self.folder}/data", "--log.level=warn",
                          f"--web.listen-address={self.url.split('//')[1]}"], self.folder / "log")

    def __enter__(self):
        def ready():
            if not self.alive():
                raise RuntimeError(self.tail(800))
            try:
                return get(self.url + "/-/ready")[0] == 200
            except OSError:
                return False
        until(ready, "Prometheus does not start")
        return self

    def api(self, path, **parameters):
        status, body = get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        answer = json.loads(body)
        if status != 200 or answer["status"] != "success":
            raise RuntimeError(f"{parameters}: {body[:300]}")
        return answer["data"]

    def query(self, expression):
        """The series that the expression has now."""
        return self.api("query", query=expression)["result"]
