"""Notices through a real broker to a real mail server: a consumer that is killed in the middle, and the same
mails as on the embedded log."""

import time

from commands import until
from harness import REGISTRY, SAMPLE
from notices import mail_server, mails, play, settings

IDLE_SECONDS = 5
STALLED_AT = 7
STALL_SECONDS_MAX = 60


def reports(folder):
    return sorted(mail["Message-ID"] for mail in mails(folder) if "A file was" in mail["Subject"])


def check_mail(suite, season, keys):
    codes = season.play("--inbox", SAMPLE, "--registry-inbox", REGISTRY)
    suite.equal("every service ends well", set(codes), {0})
    with mail_server(suite, "broker-mails", "--stall", STALLED_AT) as (folder, port):
        consumer = ("--state", season.folder / "notices", "--mail", settings(suite, port))
        killed = season.service("notices", 0, IDLE_SECONDS, *consumer)
        until((folder / "stalled").exists, "the mail server does not stall", STALL_SECONDS_MAX)
        killed.kill()
        before = [mail["Message-ID"] for mail in mails(folder)]
        season.rounds += 1
        again = season.service("notices", 0, IDLE_SECONDS, *consumer)
        suite.equal("a consumer after one that was killed ends well",
                    again.wait_until(time.monotonic() + 2 * STALL_SECONDS_MAX), 0)
        ids = [mail["Message-ID"] for mail in mails(folder)]
        twice = {each for each in ids if ids.count(each) > 1}
        suite.equal("one mail twice, known as the same", twice, {before[STALLED_AT - 1]})
        through_broker = sorted(set(reports(folder)))
        season.rounds += 1
        third = season.service("notices", 0, IDLE_SECONDS, *consumer)
        suite.equal("a third one sends nothing",
                    (third.wait_until(time.monotonic() + 2 * STALL_SECONDS_MAX), len(mails(folder))),
                    (0, len(ids)))
    with mail_server(suite, "embedded-mails") as (folder, port):
        ran = play(suite, suite.fresh("embedded-mailed"), settings(suite, port), "--keys", keys)
        suite.equal("the same season embedded", ran.code, 0)
        suite.check("the reports of the embedded log, by Message-ID",
                    reports(folder) == through_broker and len(through_broker) > 20,
                    (len(reports(folder)), len(through_broker)))
