"""A broker whose clients log in over TLS, and files of settings for it."""

import os

from seasons import Broker

USER = "qcdr"
SECURE, EXPIRED, MISNAMED = 2, 3, 4  # listeners, by their distance from the open one


class SecureBroker(Broker):
    """As tests/kafka start --secure makes it; it has a listener without TLS as well."""

    start_flags = ("--secure",)

    def address(self, listener):
        host, _, port = self.servers.rpartition(":")
        return f"localhost:{int(port) + listener}" if listener else f"{host}:{port}"

    def secret(self, name):
        return self.folder / "tls" / name

    def log_bytes(self):
        """Bytes in the logs of all our topics: more when any record was produced.

        A topic that was deleted lies about for a minute, as a folder that ends in -delete.
        """
        return sum(path.stat().st_size for path in (self.folder / "data").glob("qcdr.*/*.log")
                   if not path.parent.name.endswith("-delete"))


def settings(suite, broker, name, *, listener=SECURE, password=None, more=(), **changes):
    """Writes a file of settings; a change to None leaves that property out."""
    properties = {"bootstrap.servers": broker.address(listener), "broker.address.family": "v4",
                  "security.protocol": "sasl_ssl", "sasl.mechanism": "SCRAM-SHA-512",
                  "sasl.username": USER, "ssl.ca.location": broker.secret("ca.pem")}
    properties.update({key.replace("_", "."): value for key, value in changes.items()})
    lines = ["kafka:"] + [f"  {key}: {value}" for key, value in properties.items() if value]
    lines += ["kafka_secret_files:", f"  sasl.password: {password or broker.secret('password')}"]
    path = suite.folder / f"{name}.yaml"
    path.write_text("\n".join([*lines, "replay: true", *more]) + "\n", encoding="utf-8")
    return path


def wrong_password(suite):
    path = suite.folder / "wrong-password"
    path.write_text("not-the-password\n", encoding="utf-8")
    os.chmod(path, 0o600)
    return path
