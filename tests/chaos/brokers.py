"""The broker that scenarios disturb, and the way to it that can be disturbed as well."""

import os
import secrets
import signal
import subprocess
import time

from background import until
from broker import START_SECONDS_MAX, Broker
from harness import ROOT, Failure, must
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
        self.proxy = Proxy(int(port), int(self.address.rpartition(":")[2]) + 5)
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


class ThreeBrokers(Broker):
    """Three nodes that hold everything threefold, of which one may be away."""

    ALL_THERE_SECONDS_MAX = 60

    def __init__(self, tools, folder):
        super().__init__(tools, folder)
        ports = {node: self._free_pair() for node in (1, 2, 3)}
        voters = ",".join(f"{node}@127.0.0.1:{port + 1}" for node, port in ports.items())
        cluster = f"q{secrets.token_hex(16)}"[:22]
        self.arguments = {node: ["--dir", folder / f"node-{node}", "--port", port, "--node", node,
                                 "--voters", voters, "--cluster", cluster]
                          for node, port in ports.items()}
        self.address = ",".join(f"127.0.0.1:{port}" for port in ports.values())

    @staticmethod
    def _free_pair():
        """A port with a free one behind it, as tests/kafka looks for them."""
        return 20_000 + 4 * secrets.randbelow(2_500)

    def __enter__(self):
        try:
            self.heal()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for arguments in self.arguments.values():
            must([ROOT / "tests/kafka", "stop", *arguments[:2]], seconds=60)

    def kill(self, node):
        must([ROOT / "tests/kafka", "kill", *self.arguments[node][:2]])

    def heal(self):
        """Starts what does not run. At once, because no node is ready without another."""
        starts = [subprocess.Popen([str(a) for a in (ROOT / "tests/kafka", "start", *arguments)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                  for arguments in self.arguments.values()]
        codes = [process.wait(timeout=START_SECONDS_MAX) for process in starts]
        if any(codes):
            raise Failure(f"three brokers do not start: {codes}")

    def wait_until_in_sync(self):
        """Until every partition is on all three again: otherwise two away are one too many."""
        until(lambda: int(must([self.tools.probe, "out-of-sync", *self.place])) == 0,
              "partitions stay on fewer than three brokers")

    def clear(self):
        """Topics are made only once every node is there to hold them."""
        deadline = time.monotonic() + self.ALL_THERE_SECONDS_MAX
        while True:
            try:
                return super().clear()
            except Failure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
