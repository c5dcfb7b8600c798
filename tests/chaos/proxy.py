"""A TCP proxy before the broker that can be told to do what networks do.

It forwards from one port of the loopback to another. Told to, it drops what is connected, delays what
passes, keeps one direction back, or takes connections and never answers. Nothing that it forwards is
changed or put in another order. Runs on a thread of its own; its methods may be called from any.
"""

import asyncio
import threading

CHUNK_BYTES = 1 << 16
# What it keeps in memory of a connection: more stays with the sender.
HELD_BYTES_MAX = 1 << 20


class Proxy:
    def __init__(self, port, target):
        self.port = port
        self.target = target
        self.connections = 0
        self._delay = 0.0
        self._dead = False
        self._writers = set()
        self._open = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._started = threading.Event()

    def start(self):
        self._thread.start()
        if not self._started.wait(5):
            raise RuntimeError("the proxy does not start")

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # What it is told

    def drop(self):
        """Resets every connection that there is."""
        self._tell(self._drop)

    def delay(self, seconds):
        """Holds back everything that passes for so long."""
        self._tell(lambda: setattr(self, "_delay", seconds))

    def hold(self, direction):
        """Lets nothing pass "up" to the broker, or "down" to its clients."""
        self._tell(lambda: self._open[direction].clear())

    def play_dead(self):
        """Takes connections, and what comes on them, and never answers; those that are there, too."""
        self._tell(self._play_dead)

    def heal(self):
        """Passes everything on again. Connections that were made while it played dead are closed."""
        self._tell(self._heal)

    # On its thread

    def _tell(self, function):
        done = threading.Event()

        def call():
            function()
            done.set()
        self._loop.call_soon_threadsafe(call)
        if not done.wait(5):
            raise RuntimeError("the proxy does not answer")

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._open = {"up": asyncio.Event(), "down": asyncio.Event()}
        self._heal()
        self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=HELD_BYTES_MAX))
        self._started.set()
        self._loop.run_forever()

    def _drop(self):
        for writer in list(self._writers):
            writer.transport.abort()

    def _play_dead(self):
        self._dead = True
        for event in self._open.values():
            event.clear()

    def _heal(self):
        if self._dead:
            self._drop()
        self._dead = False
        self._delay = 0.0
        for event in self._open.values():
            event.set()

    async def _serve(self, client_reader, client_writer):
        self.connections += 1
        self._writers.add(client_writer)
        try:
            if self._dead:
                while await client_reader.read(CHUNK_BYTES):
                    pass
                return
            broker_reader, broker_writer = await asyncio.open_connection("127.0.0.1", self.target,
                                                                         limit=HELD_BYTES_MAX)
            self._writers.add(broker_writer)
            try:
                await asyncio.gather(self._pass_on(client_reader, broker_writer, "up"),
                                     self._pass_on(broker_reader, client_writer, "down"))
            finally:
                self._writers.discard(broker_writer)
                broker_writer.transport.abort()
        except OSError:
            pass  # either side has gone: so does the other
        finally:
            self._writers.discard(client_writer)
            client_writer.transport.abort()

    async def _pass_on(self, reader, writer, direction):
        while True:
            data = await reader.read(CHUNK_BYTES)
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._open[direction].wait()
            if not data:
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
