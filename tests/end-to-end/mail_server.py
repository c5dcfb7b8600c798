#!/usr/bin/env python3
"""A real SMTP server (Debian's python3-aiosmtpd) that keeps what it takes, for tests.

    mail_server.py FOLDER [--refuse ADDRESS] [--busy N] [--stall N] [--tls CERT KEY] [--login USER PASSWORD]

Writes its port to FOLDER/port and each mail to FOLDER/NUMBER.eml, with the envelope's recipients before it.
--refuse: 550 for that recipient. --busy: 451 for the first N mails. --stall: takes the N-th mail, says so in
FOLDER/stalled, and never answers: whoever sent it does not know. --tls offers STARTTLS and wants it.
"""

import argparse
import asyncio
import pathlib
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keeper:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.folder)
        self.seen = 0
        self.kept = 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address == self.options.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.seen += 1
        if self.seen <= self.options.busy:
            return "451 come again"
        self.kept += 1
        path = self.folder / f"{self.kept:04}.eml"
        text = f"X-Envelope-To: {' '.join(envelope.rcpt_tos)}\r\n".encode() + envelope.content
        path.with_suffix(".part").write_bytes(text)
        path.with_suffix(".part").rename(path)
        if self.seen == self.options.stall:
            (self.folder / "stalled").touch()
            await asyncio.sleep(3600)
        return "250 OK"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--refuse")
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--stall", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--login", nargs=2)
    options = parser.parse_args()
    more = {}
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
        more = {"tls_context": context, "require_starttls": True}
    if options.login:
        def authenticate(_server, _session, _envelope, _mechanism, data):
            good = [data.login.decode(), data.password.decode()] == options.login
            return AuthResult(success=good, handled=False)
        more |= {"authenticator": authenticate, "auth_required": True,
                 "auth_require_tls": bool(options.tls)}
    controller = Controller(Keeper(options), hostname="127.0.0.1", port=0, **more)
    # Port 0: the controller would look whether it answers there.
    loop = controller.loop
    server = loop.run_until_complete(controller._create_server())  # pylint: disable=protected-access
    port = server.sockets[0].getsockname()[1]
    path = pathlib.Path(options.folder) / "port"
    path.with_suffix(".part").write_text(str(port), "utf-8")
    path.with_suffix(".part").rename(path)
    loop.run_forever()


if __name__ == "__main__":
    main()
