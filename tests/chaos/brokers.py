"""The broker that scenarios disturb, and the way to it that can be disturbed as well."""

import os
import signal

from broker import Broker
from harness import ROOT, must
from local_pages import free_port
from proxy import Proxy


class DisturbedBroker(Broker):
    """One broker with two listeners. To the second one leads a proxy, which `through` names."""

    def __init__(self, tools, folder):
        super().__init__(tools, folder)
        self.through = f"127.0.0.1:{free_port()}"
        self.proxy = None

    def __enter__(self):
        port = self.through.rpartition(":")[2]
        super().__enter__()
        self.proxy = Proxy(int(port), int(self.address.rpartition(":")[2]) + 2)
        self.proxy.start()
        return self

    def start(self, *arguments):
        super().start("--through", self.through.rpartition(":")[2], *arguments)

    def __exit__(self, *arguments):
        if self.proxy:
            self.proxy.stop()
        self._signal(signal.SIGCONT)
        return super().__exit__(*arguments)

    def kill(self):
        must([ROOT / "tests/kafka", "kill", "--dir", self.folder])

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def heal(self):
        """Whatever a scenario left behind."""
        self.proxy.heal()
        self.thaw()
        self.start()

    def _signal(self, number):
        try:
            os.kill(int((self.folder / "broker.pid").read_text(encoding="ascii")), number)
        except (FileNotFoundError, ProcessLookupError):
            pass
