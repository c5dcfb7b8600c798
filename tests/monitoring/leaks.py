"""Whether an identifier gets out of a process: by its log, metrics, keys, headers, URLs or errors.

Each channel is first shown to be one in which the search finds what is planted there. Then a season's
worth of each must hold none, and what is offered to a channel on purpose must not come out of it.
"""

import subprocess

import identifiers
from background import until
from harness import REGISTRY, ROOT, SAMPLE
from watched import Watched

REMOVED = "[removed]"
PLANTED_TOPIC = "qcdr.internal.audit.v1"  # nobody writes there yet


def of_the_season():
    names = identifiers.of_folder(SAMPLE)
    for kind, values in identifiers.of_folder(REGISTRY).items():
        names[kind] |= values
    return names


def one_of_each():
    names = of_the_season()
    return min(names["TIN"]), min(names["NPI"])


def plant_on_broker(servers):
    """A record with a TIN in its key and an NPI in a header, as no program of ours writes."""
    tin, npi = one_of_each()
    produced = subprocess.run(
        ["java", "-cp", str(ROOT / "build/kafka/lib/*"), "kafka.tools.ConsoleProducer",
         "--bootstrap-server", servers, "--topic", PLANTED_TOPIC, "--property", "parse.key=true",
         "--property", "parse.headers=true", "--property", "key.separator=|",
         "--property", "headers.delimiter=|"],
        input=f"from:{npi}|{tin}|value\n", capture_output=True, text=True, check=False, timeout=60)
    if produced.returncode != 0:
        raise RuntimeError(produced.stderr[-400:])


def offered(suite, broker_of_no_use):
    """Everything that leaves processes to which identifiers were offered where text of others goes."""
    tin, npi = one_of_each()
    inbox = suite.fresh("named-inbox")
    inbox.mkdir()
    (inbox / f"roster_{tin}_{npi}.bin").write_bytes(b"nothing that anybody reads")
    with Watched(suite, "offered", "dev", "--data-dir", suite.folder / "offered-data", "--inbox",
                 inbox) as process:
        until(lambda: any(line["msg"] == "file refused" for line in process.lines()),
              "the file is not refused")
        pages = "".join(process.metrics().values())
        process.end_and_keep(30)
    texts = {"log, the name of a file": process.log.read_text("utf-8"),
             "log, the client library": broker_of_no_use.read_text("utf-8"), "metrics": pages}
    for what, arguments in {"error text": ("validate", f"{tin}.csv"),
                            "error text of a service": ("serve", "validation", "--config",
                                                        f"{npi}.yaml"),
                            "error text of an option": ("dev", "--once", "--admin", tin),
                            "error text of usage": ("dev", "--inbox", f"{tin}/{npi}")}.items():
        ran = suite.qcdr(*arguments)
        texts[what] = ran.text + ran.errors
    return texts


def channels(suite):
    """{name: bytes} of the season that was watched."""
    logs = sorted(suite.folder.glob("*.log"))
    segments = [path for path in sorted((suite.season_broker / "data").rglob("*.log"))
                if PLANTED_TOPIC not in str(path)]
    urls = [url for pages in suite.season_pages.values() for url in pages]
    return {
        "logs": b"".join(path.read_bytes() for path in logs),
        "metrics": "".join(text for pages in suite.season_metrics.values()
                           for text in pages.values()).encode(),
        "keys, headers and values": b"".join(path.read_bytes() for path in segments),
        "URLs": "\n".join(urls).encode(),
        "error texts": b"".join(ran.err for ran in suite.outputs),
    }


def nothing_gets_out(suite):
    if not hasattr(suite, "season_broker"):
        raise RuntimeError("this looks at what a_season_is_watched left")
    forms = identifiers.printed_forms(of_the_season())
    tin, npi = one_of_each()
    pair = {tin.encode(), npi.encode()}
    found = {form for segment in (suite.season_broker / "data").glob(f"{PLANTED_TOPIC}*/*.log")
             for form in identifiers.find(pair, segment.read_bytes())}
    suite.equal("a planted key and a planted header are found on the broker", found,
                pair)
    for name, content in channels(suite).items():
        suite.check(f"there is something in {name}", len(content) > 200, len(content))
        spoilt = content + b"\n".join(b'{"x":"' + form + b'"}' for form in sorted(forms))
        suite.equal(f"all that is planted in {name} is found",
                    forms - identifiers.find(forms, spoilt), set())
        suite.equal(f"no identifier in {name}, {len(content)} bytes",
                    identifiers.find(forms, content), set())
    for what, text in offered(suite, suite.folder / "qcdr-lost.log").items():
        suite.check(f"{what}: what is offered does not come out",
                    tin not in text and npi not in text and text, text[-400:])
        if what != "metrics":
            suite.check(f"{what}: and its place is marked", REMOVED in text, text[-400:])
