"""Notices as mail: a season through `qcdr dev` to a real SMTP server; busy, refusing and stalling ones; kills."""

import contextlib
import email
import email.policy
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import identifiers
from commands import until
from harness import REGISTRY, SAMPLE

SERVER = pathlib.Path(__file__).parent / "mail_server.py"
# Debian's aiosmtpd belongs to Debian's Python, which is not everywhere the first one.
PYTHON = next((python for python in (sys.executable, "/usr/bin/python3")
               if subprocess.run([python, "-c", "import aiosmtpd"], check=False,
                                 stderr=subprocess.DEVNULL).returncode == 0), sys.executable)


@contextlib.contextmanager
def mail_server(suite, name, *arguments):
    folder = suite.fresh(name)
    folder.mkdir()
    with subprocess.Popen([PYTHON, SERVER, folder, *map(str, arguments)]) as server:
        try:
            until((folder / "port").exists, "the mail server does not start")
            yield folder, int((folder / "port").read_text("utf-8"))
        finally:
            server.kill()


def settings(suite, port, *lines):
    path = suite.folder / "mail.yaml"
    path.write_text("\n".join([
        "host: localhost", f"port: {port}", "from: qcdr@example.org",
        "link_base: https://qcdr.example.org", "recipients: recipients.yaml",
        "mails_per_minute_max: 60000", *(lines or ("tls: none",))]) + "\n", "utf-8")
    (suite.folder / "recipients.yaml").write_text(
        '"1234": [administrator@example.org]\nregistry: [director@example.org]\n', "utf-8")
    return path


def mails(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(folder.glob("*.eml"))]


def play(suite, data, mail, *arguments):
    return suite.qcdr("dev", "--once", "--no-table", "--data-dir", data, "--inbox", SAMPLE,
                      "--registry-inbox", REGISTRY, "--clock", "..2023-03-01T12:00:00-06:00",
                      "--mail", mail, *arguments)


def a_season_of_mail(suite):
    data = suite.fresh("mailed")
    with mail_server(suite, "mails") as (folder, port):
        ran = play(suite, data, settings(suite, port))
        suite.equal("mail: exit code", ran.code, 0)
        first = mails(folder)
        subjects = [mail["Subject"] for mail in first]
        uploads = len([f for inbox in (SAMPLE, REGISTRY) for f in inbox.iterdir() if f.suffix != ".md"])
        reports = [mail for mail in first if re.match("A file was", mail["Subject"])]
        to = lambda address: [mail for mail in reports if address in mail["To"]]
        suite.check("mail: every file is reported", len(reports) >= uploads, (len(reports), uploads))
        cases = len(list(SAMPLE.glob("*.xml")))
        suite.equal("mail: of a case file is told who stands in its header", len(to("champion@example.org")),
                    cases)
        suite.equal("mail: of other files whom the operator named", len(to("administrator@example.org")),
                    uploads - cases - 1)
        suite.equal("mail: the registry's files are reported to the registry",
                    len(to("director@example.org")), 1)
        suite.check("mail: reminders name what is open",
                    any("can be done by" in mail.get_content() for mail in first), subjects)
        suite.check("mail: a deadline that passed is summed up, once for its instant",
                    0 < sum("A deadline passed" in s for s in subjects) <= 12, subjects)
        suite.check("mail: scores were computed again, with the cause",
                    any("statuses of 2022-12-" in mail.get_content() for mail in first
                        if "computed again" in mail["Subject"]), subjects)
        ids = [mail["Message-ID"] for mail in first]
        suite.equal("mail: no Message-ID twice", len(ids), len(set(ids)))
        suite.check("mail: says that a machine wrote it",
                    all(mail["Auto-Submitted"] == "auto-generated" for mail in first))
        forms = identifiers.printed_forms(identifiers.of_folder(SAMPLE))
        suite.check("mail: there are identifiers to look for", len(forms) > 50, len(forms))
        suite.equal("mail: no identifier", identifiers.find_below(forms, folder, "*.eml")[0], set())
        again = play(suite, data, settings(suite, port))
        suite.equal("mail: a second run sends nothing", (again.code, len(mails(folder))), (0, len(first)))
        # All that is state is gone; the log is folded again from its beginning.
        shutil.rmtree(data / "state")
        rebuilt = play(suite, data, settings(suite, port))
        suite.equal("mail: a rebuilt state sends nothing", (rebuilt.code, len(mails(folder))),
                    (0, len(first)))


def a_server_that_is_busy_and_refuses(suite):
    data = suite.fresh("mailed-busy")
    with mail_server(suite, "busy", "--busy", 3, "--refuse", "director@example.org") as (folder, port):
        ran = play(suite, data, settings(suite, port))
        suite.equal("busy server: exit code", ran.code, 0)
        kept = mails(folder)
        ids = [mail["Message-ID"] for mail in kept]
        suite.check("busy server: takes all in the end, each once", len(ids) == len(set(ids)) > 30, len(ids))
        suite.check("refused: nobody else suffers", not [m for m in kept if "director" in m["To"]])
        letters = suite.qcdr("dlq", "list", "--data-dir", data, "--json")
        suite.check("refused: a dead letter", "qcdr.public.notices.v1" in letters.text, letters.tail())


def killed_while_it_sends(suite):
    data = suite.fresh("mailed-killed")
    with mail_server(suite, "stalling", "--stall", 5) as (folder, port):
        command = [suite.binary, "dev", "--once", "--no-table", "--data-dir", data, "--inbox", SAMPLE,
                   "--registry-inbox", REGISTRY, "--mail", settings(suite, port)]
        with subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL) as process:
            until((folder / "stalled").exists, "the server does not stall", 120)
            process.send_signal(signal.SIGKILL)
        before = [mail["Message-ID"] for mail in mails(folder)]
        suite.equal("killed: between the server's having it and its answer", len(before), 5)
        ran = play(suite, data, settings(suite, port))
        ids = [mail["Message-ID"] for mail in mails(folder)]
        twice = {each for each in ids if ids.count(each) > 1}
        suite.equal("killed: one mail twice, known as the same", (ran.code, twice), (0, {before[-1]}))
        suite.check("killed: nothing is lost", len(ids) > 30, len(ids))


def with_tls_and_login(suite):
    folder = suite.fresh("certificate")
    folder.mkdir()
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                           "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                           "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
                          capture_output=True, check=False)
    suite.equal("a certificate", made.returncode, 0)
    password = suite.folder / "mail.password"
    password.write_text("a secret\n", "utf-8")
    password.chmod(0o600)
    arguments = ("--tls", folder / "certificate.pem", folder / "key.pem", "--login", "qcdr", "a secret")
    good = ("tls: starttls", f"certificates: {folder / 'certificate.pem'}", "user: qcdr",
            "password_file: mail.password", "tries_max: 1")
    roster = next(SAMPLE.glob("*_1234_roster.csv"))
    with mail_server(suite, "tls", *arguments) as (taken, port):
        def one_file(name, *lines):
            before = len(mails(taken))
            ran = suite.qcdr("dev", "--once", "--no-table", "--data-dir", suite.fresh(name), "--mail",
                             settings(suite, port, *lines), roster)
            return ran, len(mails(taken)) - before
        ran, count = one_file("tls-good", *good)
        suite.equal("STARTTLS with a login: one mail", (ran.code, count), (0, 1))
        ran, count = one_file("tls-untrusted", good[0], *good[2:])
        suite.equal("a certificate that nobody vouches for: none", (ran.code, count), (0, 0))
        password.write_text("another\n", "utf-8")
        ran, count = one_file("tls-login", *good)
        suite.equal("a wrong password: none", (ran.code, count), (0, 0))
        suite.check("a wrong password is not told", "another" not in ran.errors, ran.tail())
    ran = suite.qcdr("dev", "--once", "--data-dir", suite.fresh("tls-none"), "--mail",
                     settings(suite, 25, "tls: maybe"))
    suite.check("mistakes in the settings are told with their line",
                ran.code == 2 and "mail.yaml:7" in ran.errors, ran.tail())


GROUPS = (a_season_of_mail, a_server_that_is_busy_and_refuses, killed_while_it_sends, with_tls_and_login)
