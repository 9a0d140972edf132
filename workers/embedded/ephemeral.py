"""A temporary Redis for tests, which can also be broken on purpose."""

import secrets
import shutil
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from workers.embedded.process import ServerProcess, connect


def ephemeral(
    *, persist: bool = False, tcp: bool = False, options: Sequence[str] = ()
) -> "EphemeralServer":
    """A server in its own temporary folder, as a context manager.

    `persist`: acknowledged data survives `kill` (append-only file, written at once).
    `tcp`: a free loopback port instead of a socket. `options`: further arguments of the server.
    """
    return EphemeralServer(persist=persist, tcp=tcp, options=options)


class EphemeralServer:
    """A server that leaves no trace after `with`; its address never changes in between.

    `start` raises WrongSetup if no server is available.
    """

    def __init__(self, *, persist: bool, tcp: bool, options: Sequence[str]) -> None:
        # Created by `start`: a server that is never started leaves nothing behind.
        self._folder = Path(tempfile.gettempdir(), f"redis-{secrets.token_hex(4)}")
        self._data = self._folder / "data"
        self._persist = persist
        if tcp:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            self.url = f"redis://127.0.0.1:{port}/0"
            address = ("--port", str(port), "--bind", "127.0.0.1")
        else:
            path = self._folder / "redis.sock"
            self.url = f"unix://{path}"
            address = ("--port", "0", "--unixsocket", str(path))
        durable = ("--appendonly", "yes", "--appendfsync", "always") if persist else ()
        arguments = (*address, "--dir", str(self._data), "--save", "", *durable, *options)
        self._process = ServerProcess(self.url, arguments, self._folder / "redis.log")

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def _remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int | None:
        """The process id, None while the server is down."""
        return self._process.pid

    def start(self) -> None:
        """Start the server (again, after `stop` or `kill`) and wait until it answers."""
        if self._process.pid is not None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._data.mkdir(exist_ok=True)
        self._process.start()
        if not self._persist:
            # The data kept by `restart` has been read; a later crash must not bring it back.
            (self._data / "dump.rdb").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop the server cleanly."""
        self._process.stop()

    def kill(self) -> None:
        """Kill the server like a crash; `start` brings it back, empty unless `persist`."""
        self._process.kill()

    def restart(self, *, keep_data: bool) -> None:
        """Restart the server at once, with all its data or none."""
        if keep_data and not self._persist:
            with connect(self.url) as client:
                client.save()
        self._process.stop()
        if not keep_data:
            shutil.rmtree(self._data)
        self.start()
