"""Settings that cannot work, told before anything is done. What needs a broker to be told is in
tests/broker/settings.py."""

import fcntl
import os
import socket

from refusals import SERVICES, Refusal, check_refusals, fingerprint, of_services

NOBODY = "127.0.0.1:1"
SECRET = "not-to-be-told-4711"


def config(suite, name, text, mode=0o600):
    path = suite.folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    os.chmod(path, mode)
    return path


def files_of_settings(suite):
    """Every mistake in the file: 2, or 6 where a secret is open to others; with its line."""
    folder = suite.folder
    broker = f"kafka:\n  bootstrap.servers: {NOBODY}\n"
    password = folder / "password"
    password.write_text(f"{SECRET}\n", encoding="utf-8")
    os.chmod(password, 0o644)
    secret = f"  sasl.password: {SECRET}\n"
    cases = [
        ("an unknown key", broker + "stat_dir: x\n", 2, ":3: unknown key stat_dir; there are "),
        ("a key twice", broker + "slot: 1\nslot: 2\n", 2, ":4: repeated key slot"),
        ("no YAML", broker + "slot: [\n", 2, ": this is not YAML"),
        ("no keys", "slot\n", 2, ":1: a map of keys is expected"),
        ("no broker", "slot: a\n", 2, "no broker: give --broker HOST:PORT, or kafka: "),
        ("a value out of range", broker + "snapshot_minutes: 0\n", 2,
         ":3: snapshot_minutes is a number from 0.01 to 10080"),
        ("a word for a number", broker + "snapshot_minutes: often\n", 2, ":3: snapshot_minutes"),
        ("neither true nor false", broker + "replay: perhaps\n", 2, ":3: replay is false or true"),
        ("an impossible slot", broker + "slot: a b\n", 2, "the slot (--slot, slot) has"),
        ("an unknown property", broker + "  sasl.pasword: x\n", 2,
         "kafka: No such configuration property: \"sasl.pasword\""),
        ("a property out of range", broker + "  consumer.session.timeout.ms: 0\n", 2,
         "\"session.timeout.ms\" value 0 is outside allowed range"),
        ("a property that is ours", broker + "  acks: 1\n", 2, "the property acks cannot be set"),
        ("a certificate that is not there",
         broker + "  security.protocol: ssl\n  ssl.ca.location: /none/ca.pem\n", 2,
         "ssl.ca.location"),
        ("an open file with a secret",
         broker + f"kafka_secret_files:\n  sasl.password: {password}\n", 6,
         f":4: sasl.password: {password} holds a secret and others can use it; set its mode"),
        ("a secret that is not there",
         broker + "kafka_secret_files:\n  sasl.password: /none/password\n", 2,
         ":4: sasl.password: /none/password cannot be read"),
    ]
    refusals = []
    for number, (name, text, code, words) in enumerate(cases):
        path = config(suite, f"settings-{number}", text)
        refusals += of_services(name, ["--config", path], code, words)
    open_file = config(suite, "open", broker + secret, 0o644)
    for command in (["topics", "ensure"], ["topics", "diff"], ["dlq", "list"],
                    *(["serve", service] for service in SERVICES)):
        refusals += [Refusal(f"{' '.join(command)}: a password in an open file",
                             [*command, "--config", open_file], 6, "open.yaml holds a secret"),
                     Refusal(f"{' '.join(command)}: no file",
                             [*command, "--config", "none.yaml"], 2, "none.yaml cannot be read")]
    before = {path.name for path in folder.iterdir()}
    check_refusals(suite, refusals)
    # The program's defaults, "keys", "blobs" and "state", would lie here.
    made = {path.name for path in folder.iterdir()} - before
    suite.equal("nothing was made but keys, which come before the broker", made - {"keys"}, set())
    told = [ran.arguments for ran in suite.outputs if SECRET.encode() in ran.out + ran.err]
    suite.equal("no message has a secret", told, [])


def a_cluster_that_does_not_answer(suite):
    """7, after the ten seconds for which a cluster is waited."""
    where = ["--broker", NOBODY, "--keys", suite.folder / "keys"]
    words = "bootstrap.servers: no broker answers; is it running, and are address and port right?"
    refusals = [Refusal(f"serve {service}: no broker",
                        ["serve", service, *where, "--state", suite.folder / f"none-{service}",
                         "--blobs", suite.folder / "none-blobs"], 7, words)
                for service in SERVICES]
    refusals += [Refusal(f"{' '.join(command)}: no broker", [*command, "--broker", NOBODY], 7, words)
                 for command in (["topics", "ensure"], ["topics", "diff"], ["dlq", "list"])]
    refusals.append(Refusal("serve ingest: a name that leads nowhere",
                            ["serve", "ingest", "--broker", "broker.invalid:9092", "--keys",
                             suite.folder / "keys", "--blobs", suite.folder / "none-blobs"], 7,
                            "bootstrap.servers: a name leads nowhere"))
    check_refusals(suite, refusals)


def directories_that_cannot_be_used(suite):
    """6, with the setting, before the broker is asked for."""
    closed = suite.fresh("closed")
    closed.mkdir()
    os.chmod(closed, 0o500)
    keys = suite.folder / "keys"
    suite.qcdr("serve", "ingest", "--config", "none.yaml", "--keys", keys)
    place = {"state_dir": "--state", "blob_dir": "--blobs", "key_dir": "--keys"}
    uses = {"ingest": ("blob_dir", "key_dir"), "validation": ("blob_dir", "key_dir"),
            "scoring": ("state_dir", "key_dir"), "portal": ("state_dir", "key_dir")}
    refusals = []
    for service, settings in uses.items():
        for setting in settings:
            where = {"--keys": keys, "--state": suite.folder / "unused",
                     "--blobs": suite.folder / "unused", place[setting]: closed / "below"}
            flags = [part for flag in where.items() for part in flag]
            refusals.append(Refusal(f"serve {service}: {setting} is not writable",
                                    ["serve", service, "--broker", NOBODY, *flags], 6,
                                    f"{setting} {closed}/below", "ermission denied",
                                    obeys_modes=True))
    refusals.append(Refusal("dev: the data directory is not writable",
                            ["dev", "--once", "--data-dir", closed / "below"], 6,
                            f"{closed}/below", "ermission denied", obeys_modes=True))
    before = fingerprint(closed)
    check_refusals(suite, refusals)
    suite.equal("nothing was made there", fingerprint(closed), before)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        check_refusals(suite, of_services(
            "the admin port is taken", ["--broker", NOBODY, "--keys", keys, "--admin",
                                        f"127.0.0.1:{port}"], 2,
            f"the admin port cannot listen on 127.0.0.1:{port}"))


def a_data_directory_that_is_not_ours(suite):
    """`qcdr dev` over one that another process has, and with other keys than it was made with."""
    mine, other_keys = suite.fresh("mine"), suite.fresh("other-keys")
    suite.play(mine, "--no-table")
    suite.qcdr("dev", "--once", "--no-table", "--data-dir", suite.fresh("other"), "--keys",
               other_keys)
    digest = suite.digest("--data-dir", mine)
    before = fingerprint(mine)
    check_refusals(suite, [Refusal("dev: other keys",
                                   ["dev", "--once", "--data-dir", mine, "--keys", other_keys], 2,
                                   "--data-dir, its state ", "made under other registry keys",
                                   "give the key directory that it was made with")])
    suite.equal("other keys: not a byte was changed", fingerprint(mine), before)
    with open(mine / "log/LOCK", "rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        check_refusals(suite, [Refusal("dev: another process", ["dev", "--once", "--data-dir", mine],
                                       2, "LOCK is locked: another process uses it")])
        suite.equal("another process: not a byte was changed", fingerprint(mine), before)
    suite.equal("the state still verifies", suite.digest("--data-dir", mine), digest)


GROUPS = (files_of_settings, a_cluster_that_does_not_answer, directories_that_cannot_be_used,
          a_data_directory_that_is_not_ours)
