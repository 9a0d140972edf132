"""The Redis of this deployment, and the embedded server that `run` supervises."""

import logging
import os
import signal
import time
from pathlib import Path
from typing import Final, Self

from workers.embedded.folder import Home, exclusive, make_private, socket_path
from workers.embedded.process import ServerProcess, connect, is_listening
from workers.settings import Settings

_log = logging.getLogger(__name__)

_STOP_SECONDS: Final = 10.0
_PAUSE: Final = 1.0
"""Seconds between two starts of a server that keeps ending by itself."""


def redis_url(settings: Settings) -> str:
    """The Redis of this deployment, in redis-py's form.

    That is REDIS_URL, else the embedded server of the current working directory, running or not.
    Raises WrongSetup if the embedded server's folder belongs to somebody else.
    """
    return settings.redis_url or _socket_url(socket_path(Path.cwd()))


class EmbeddedServer:
    """The embedded server of a working directory, as a context manager of its `run`.

    Data is stored in `home`, saved every second, and never evicted. `start` raises WrongSetup if no
    server is available; the sentence says what to do.
    """

    def __init__(self, home: Home) -> None:
        self._socket = socket_path(home.directory)
        self.url = _socket_url(self._socket)
        self.data_dir = home.folder / "redis"
        self._passed_over = home.passed_over
        self._process = ServerProcess(
            self.url,
            [
                *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                *("--dir", str(self.data_dir), "--appendonly", "yes", "--save", ""),
                *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction"),
                *("--daemonize", "no"),
            ],
            self._socket.parent / "redis.log",
        )
        self._started_at = 0.0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:  # Ctrl-C just after the launch
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers; 0.03 s for a new one, measured."""
        for line in self._passed_over:
            _log.warning(line)
        make_private(self._socket.parent)
        self._launch(_STOP_SECONDS if self._end_orphan() else 0.0)
        self._process.wait_until_up()

    def stop(self) -> None:
        """Stop the server cleanly."""
        self._process.stop()

    def tend(self) -> str | None:
        """Restart the server if it ended by itself, and say so. Called ten times a second."""
        status = self._process.ended()
        if status is None:
            return None
        if time.monotonic() - self._started_at < _PAUSE:
            return None
        self._launch()
        return f"the embedded Redis had ended with status {status} and was started again"

    def _launch(self, data_within: float = 0.0) -> None:
        self._started_at = time.monotonic()
        make_private(self._socket.parent)
        self.data_dir.mkdir(mode=0o700, exist_ok=True)
        with exclusive(self.data_dir, data_within) as lock:
            # The server inherits the lock and holds it for as long as it lives.
            self._process.launch(keep_open=[lock])

    def _end_orphan(self) -> bool:
        """Stop the server left by a killed `run`, if any: nothing else would."""
        if not is_listening(self._socket):
            return False
        with connect(self.url) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGTERM)
        return True


def _socket_url(path: Path) -> str:
    return f"unix://{path}"
