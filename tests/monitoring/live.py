"""The sample season through a broker and through `qcdr dev`, watched by Prometheus."""

import contextlib
import re
import time

import leaks
from background import until
from harness import REGISTRY, SAMPLE
from rules import alerts, promtool, queries, records
from seasons import Broker
from watched import Prometheus, Watched

PARTITIONS = 4
PUBLIC_SERIES_MAX = 1500
HEARTBEAT = ("--heartbeat-seconds", 1)
# How old the newest heartbeat may be when it was sent a second ago, on a busy machine.
FRESH_SECONDS_MAX = 15
END_SECONDS_MAX = 30
_METRIC = re.compile(r"\b(?:qcdr|process|up)(?:_\w+)?\b(?=[\s{(\[)]|$)")


def mail_settings(suite):
    """Of a server that is not there: its notices wait, which nobody is told of so soon."""
    path = suite.folder / "mail.yaml"
    path.write_text("host: 127.0.0.1\nport: 1\ntls: none\nfrom: qcdr@example.org\n"
                    "link_base: http://127.0.0.1\ntries_max: 1000\n", "utf-8")
    return path


def metrics_of_a_sender(suite, season):
    """Of `serve submission`, beside a CMS that is not there: nothing is asked to be sent."""
    token = suite.folder / "cms.token"
    token.write_text("token", "ascii")
    token.chmod(0o600)
    settings = suite.folder / "cms.yaml"
    settings.write_text("use: preview\npreview: http://127.0.0.1:1/api/submissions\n"
                        f"token_file: {token}\n", "utf-8")
    with Watched(suite, "qcdr-submission", "serve", "submission", *season.common, "--state",
                 suite.folder / "submission", "--cms", settings, "--cms-loopback-http") as sender:
        until(lambda: sender.page("/readyz")[0] == 200, "the sender is not ready")
        return sender.page("/metrics")[1]


class Season:
    """Everything that runs: a broker, the services on it, and `qcdr dev` beside them."""

    def __init__(self, suite, stack):
        self.suite = suite
        self.broker = stack.enter_context(Broker(suite, "broker"))
        # Uncompressed, so that whoever looks for a word on the broker's disk finds it.
        config = suite.folder / "qcdr.yaml"
        config.write_text("kafka:\n  producer.compression.codec: none\nreplay: true\n"
                          "log_format: text\nadmin: 127.0.0.1:1\n", "utf-8")  # flags win over both
        self.common = ["--config", config, "--broker", self.broker.servers,
                       "--keys", suite.folder / "keys", "--blobs", suite.folder / "blobs"]
        topics = suite.qcdr("topics", "ensure", "--broker", self.broker.servers, "--replay",
                            "--partitions", PARTITIONS)
        if topics.code != 0:
            raise RuntimeError(topics.tail())
        self.processes = {
            "qcdr-validation": ("serve", "validation", *self.common, *HEARTBEAT),
            "qcdr-scoring": ("serve", "scoring", *self.common, "--state", suite.folder / "state"),
            "qcdr-notices": ("serve", "notices", *self.common, "--state", suite.folder / "notices",
                             "--mail", mail_settings(suite)),
            "qcdr-dev": ("dev", "--data-dir", suite.folder / "dev", "--inbox", SAMPLE,
                         "--registry-inbox", REGISTRY, *HEARTBEAT),
        }
        # Looks for a broker where there is none, under a name that must not be told on. Ends itself.
        tin, npi = leaks.one_of_each()
        stack.enter_context(Watched(suite, "qcdr-lost", "serve", "ingest", "--broker",
                                    f"{tin}.{npi}.invalid:9092", "--keys", suite.folder / "keys",
                                    "--blobs", suite.folder / "lost-blobs"))
        self.processes = {name: stack.enter_context(Watched(suite, name, *arguments))
                          for name, arguments in self.processes.items()}

    def ingest(self):
        return self.suite.qcdr("serve", "ingest", *self.common, "--admin", "127.0.0.1:0", "--inbox",
                               SAMPLE, "--registry-inbox", REGISTRY)


def a_season_is_watched(suite):
    with contextlib.ExitStack() as stack:
        season = Season(suite, stack)
        first = season.processes["qcdr-scoring"].page("/readyz?verbose")
        ports = {name: process.port() for name, process in season.processes.items()}
        prometheus = stack.enter_context(Prometheus(suite, ports))
        taken = season.ingest()
        suite.check("the season is taken in, and told as the file of settings wants it",
                    taken.code == 0 and "qcdr: received file=" in taken.errors, taken.tail())
        check_health(suite, season, first)
        check_heartbeat(suite, prometheus)
        check_pages(suite, season)
        check_rules(suite, prometheus)
        check_queries(suite, prometheus)
        check_numbers(suite, prometheus, season)
        check_metrics_of_alerts(suite, prometheus, metrics_of_a_sender(suite, season))
        leaks.plant_on_broker(season.broker.servers)
        check_endings(suite, prometheus, season)
        suite.season_pages = {name: process.urls for name, process in season.processes.items()}
        suite.season_broker = season.broker.folder


def check_health(suite, season, first):
    suite.check("scoring says what it waits for, or that it is ready",
                first[0] in (200, 503) and "readyz check" in first[1], first)
    for name, process in season.processes.items():
        until(lambda p=process: p.page("/readyz")[0] == 200,
              f"{name} is not ready: {process.page('/readyz?verbose')[1]}")
        for path in ("/livez", "/startupz", "/healthz"):
            suite.equal(f"{name} {path}", process.page(path)[0], 200)
    parts = season.processes["qcdr-scoring"].page("/readyz?verbose")[1]
    suite.check("readyz?verbose names each part",
                all(f"[+]{part} ok" in parts for part in ("log", "scoring", "entities")), parts)


def check_heartbeat(suite, prometheus):
    age = "time() - qcdr_heartbeat_timestamp_seconds{stage='scoring',job='%s'}"
    for job in ("qcdr-scoring", "qcdr-dev"):
        until(lambda j=job: len(prometheus.query(age % j)) == PARTITIONS,
              f"{job}: no heartbeat in every partition")
        late = [float(series["value"][1]) for series in prometheus.query(age % job)]
        suite.check(f"{job}: heartbeats come through every partition, and are fresh",
                    max(late) < FRESH_SECONDS_MAX, late)


def check_pages(suite, season):
    suite.season_metrics = {}
    for name, process in season.processes.items():
        pages = process.metrics()
        suite.season_metrics[name] = pages
        for path, text in pages.items():
            ran = promtool("check", "metrics", text=text)
            suite.check(f"{name} {path} is as Prometheus wants it", ran.returncode == 0,
                        (ran.stdout + ran.stderr)[-800:])
        series = [line for line in pages["/metrics"].splitlines() if not line.startswith("#")]
        least = 15 if name == "qcdr-notices" else 100  # it has no loop
        suite.check(f"{name} has no more than {PUBLIC_SERIES_MAX} public series",
                    least < len(series) <= PUBLIC_SERIES_MAX, len(series))
        values = set(re.findall(r'(?:practice|upload|tin|npi|file|path)\w*="', pages["/metrics"]))
        suite.equal(f"{name} has no label that could name somebody", values, set())


def check_metrics_of_alerts(suite, prometheus, of_a_sender):
    names = {name for text in alerts().values() for name in _METRIC.findall(expression_of(text))}
    suite.check("the rules use metrics", len(names) > 12, names)
    unknown = sorted(name for name in names
                     if not seen(prometheus, name) and f"\n{name}{{" not in of_a_sender)
    suite.equal("every metric that an alert looks at is there", unknown, [])


def check_rules(suite, prometheus):
    def evaluated():
        groups = prometheus.api("rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        return rules if all(rule["health"] != "unknown" for rule in rules) else None
    rules = until(evaluated, "rules are not evaluated")
    suite.equal("all rules are there", len(rules), len(alerts()) + len(records()))
    wrong = [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"]
    suite.equal("every rule evaluates", wrong, [])
    firing = [rule["name"] for rule in rules if rule.get("state") == "firing"]
    suite.equal("no alert fires over a season in order", firing, [])
    for record in records():
        suite.check(f"{record} has a series", seen(prometheus, record))


def expression_of(rule):
    return rule.split("expr:")[1].split("labels:")[0].replace(">-", "")


def seen(prometheus, expression):
    """A rate needs two samples, so the first answer may come too early."""
    try:
        return bool(until(lambda: prometheus.query(expression), expression, seconds=15))
    except RuntimeError:
        return False


def check_queries(suite, prometheus):
    silent = [(board, panel, expression) for board, panel, expression in queries()
              if not seen(prometheus, expression)]
    suite.check(f"every one of {len(queries())} dashboard queries returns a series",
                not silent and len(queries()) > 40, silent)
    suite.equal("a query of something that is not there returns none",
                prometheus.query("qcdr_no_such_thing"), [])


def check_numbers(suite, prometheus, season):
    def value(expression):
        return float(prometheus.query(expression)[0]["value"][1])
    files = [path for folder in (SAMPLE, REGISTRY) for path in folder.iterdir()
             if path.suffix != ".md"]
    # Both played the same season, one on the broker, one embedded. What is published is not compared:
    # how much goes together depends on how batches fell.
    same = ("qcdr_upload_rows_total", "qcdr_upload_outcomes_total", "qcdr_findings_total",
            "qcdr_folded_rows_total")
    for metric in same:
        totals = f"sum({metric}{{job='%s'}})"
        until(lambda t=totals: value(t % "qcdr-scoring") >= value(t % "qcdr-dev"),
              f"{metric} on the broker stays below that of the embedded log")
    time.sleep(1.5)
    for metric in same:
        suite.equal(f"{metric}: the same on the broker and embedded",
                    value(f"sum({metric}{{job='qcdr-scoring'}})"),
                    value(f"sum({metric}{{job='qcdr-dev'}})"))
    suite.equal("an outcome for each upload that dev took",
                value("sum(qcdr_upload_outcomes_total{job='qcdr-dev'})"),
                value("sum(qcdr_uploads_received_total{job='qcdr-dev'})"))
    suite.check("dev took every file",
                value("sum(qcdr_uploads_received_total{job='qcdr-dev'})") == len(files), len(files))
    rows = value("sum(qcdr_upload_rows_total{job='qcdr-dev'})")
    suite.check("validation read each row that was folded",
                value("sum(qcdr_validated_rows_total{job='qcdr-dev'})") >= rows > 600, rows)
    suite.equal("nothing is left behind",
                value("sum(qcdr_lag_records{job=~'qcdr-scoring|qcdr-validation'}) <= bool 8"), 1.0)
    suite.check("A follows C", until(lambda: value(
        "sum(qcdr_committed_offset{job='qcdr-dev',stage!='validation'}) - "
        "sum(qcdr_applied_offset{job='qcdr-dev'})") < 50, "the store does not follow", seconds=90))
    messages = [line["msg"] for line in season.processes["qcdr-dev"].lines()]
    suite.equal("the log has a line for each file", messages.count("received"), len(files))


def check_endings(suite, prometheus, season):
    for name, process in sorted(season.processes.items()):
        # Validation last, without a broker: whatever it waits for, it must not wait for ever.
        alone = name == "qcdr-validation"
        if alone:
            season.broker.kill()
        code, seconds = process.end_and_keep(END_SECONDS_MAX + 5)
        suite.check(f"{name} ends on a signal, in time" + (", also without a broker" if alone else ""),
                    code in ((0, 1) if alone else (0,)) and seconds < END_SECONDS_MAX + 1,
                    f"exit {code} after {seconds:.1f} s")
        suite.check(f"every line of {name}'s log is JSON with its fields",
                    all({"ts", "level", "msg"} <= set(line) for line in process.lines()))
    down = until(lambda: [alert for alert in prometheus.api("alerts")["alerts"]
                          if alert["labels"]["alertname"] == "QcdrServiceDown"],
                 "nobody notices that the services are gone")
    suite.check("a service that is gone is noticed", down)
