"""Ports of this machine, and pages of processes that listen on them."""

import json
import socket
import urllib.error
import urllib.request

from background import until

PAGE_SECONDS_MAX = 10


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url, seconds=PAGE_SECONDS_MAX):
    """Status and body of a page."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def json_lines(text):
    """The lines of a log that are finished; raises when one is no JSON."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def admin_port(process, lines):
    """Where a process with `--admin 127.0.0.1:0` listens; `lines` gives the lines of its log."""
    def opened():
        if not process.alive():
            raise RuntimeError(f"{process.arguments[1:3]} has ended: {process.tail(400)}")
        return [line["port"] for line in lines() if line["msg"] == "admin port open"]
    return until(opened, f"{process.arguments[1:3]} opens no admin port")[-1]
