"""The Redis of this deployment, and who starts and stops the embedded one.

The embedded server belongs to a working directory. Every process that needs it holds a shared lock
on the socket's folder; the last one to leave stops it, so neither a second `run` nor one that was
killed can take it away or leave it behind.
"""

import fcntl
import hashlib
import logging
import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from core.errors import WrongSetup
from workers.embedded.process import ServerProcess, connect, is_listening, wait_until_up
from workers.settings import Settings

_log = logging.getLogger(__name__)

# A unix socket's path fits in 104 bytes on macOS, 108 on Linux.
_LONGEST_SOCKET_PATH: Final = 100
_STOP_SECONDS: Final = 10.0


def redis_url(settings: Settings) -> str:
    """Return the Redis of this deployment, in redis-py's form.

    That is REDIS_URL, else the embedded server of the current working directory, whether it runs
    or not. Raises WrongSetup where the embedded server's folder belongs to somebody else.
    """
    return settings.redis_url or _socket_url(_socket_path(Path.cwd()))


class EmbeddedServer:
    """The embedded server of `directory` (default: the working directory), as a context manager.

    Uses the one that runs already, else starts one. Data are kept in `.charthop-ashby/redis`
    there, written down every second, and never evicted. Raises WrongSetup from `start` where no
    server can be had; the sentence says what to do.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = (directory or Path.cwd()).resolve()
        self._socket = _socket_path(self._directory)
        self.url = _socket_url(self._socket)
        self.data_dir = self._directory / ".charthop-ashby" / "redis"
        self._process: ServerProcess | None = None
        self._share: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return as soon as the server answers, measured 0.03 s for a new one."""
        _make_private(self._socket.parent)
        with self._alone():
            self._share = os.open(self._socket.parent, os.O_RDONLY)
            fcntl.flock(self._share, fcntl.LOCK_SH)
            try:
                if is_listening(self._socket):
                    wait_until_up(self.url)
                else:
                    self._launch()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave the server, and end it cleanly where nobody else uses it."""
        if self._share is None:
            return
        if not self._socket.parent.exists():  # somebody emptied the temporary folder
            if self._process is not None:
                self._process.stop()
            self._leave()
            return
        with self._alone():
            if self._is_last():
                self._end()
            self._leave()

    def _launch(self) -> None:
        self.data_dir = _writable(self.data_dir, self._socket.parent)
        with _exclusive(self.data_dir) as lock:
            process = ServerProcess(
                self.url,
                [
                    *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                    *("--dir", str(self.data_dir), "--appendonly", "yes", "--save", ""),
                    *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction"),
                    *("--daemonize", "no"),
                ],
                self._socket.parent / "redis.log",
            )
            # The server inherits the lock and holds it for as long as it lives.
            process.start(keep_open=[lock])
        self._process = process

    def _end(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None
            return
        if not is_listening(self._socket):
            return
        # Somebody else's child, whose parent was killed or has left.
        with connect(self.url) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while is_listening(self._socket) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _is_last(self) -> bool:
        assert self._share is not None
        try:
            fcntl.flock(self._share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _leave(self) -> None:
        if self._process is not None:
            self._process.release()
            self._process = None
        if self._share is not None:
            os.close(self._share)
            self._share = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process start or stop this server meanwhile."""
        lock = os.open(self._socket.parent / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _socket_path(directory: Path) -> Path:
    """The socket of the server of `directory`: short, private, the same for all its processes."""
    digest = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:8]
    name = f"charthop-ashby-{os.getuid()}-{digest}"
    path = Path(tempfile.gettempdir(), name, "redis.sock")
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        path = Path("/tmp", name, "redis.sock")  # noqa: S108
    if path.parent.exists():
        _check_private(path.parent)
    return path


def _socket_url(path: Path) -> str:
    return f"unix://{path}"


def _make_private(folder: Path) -> None:
    with suppress(FileExistsError):  # as a directory or as anything else
        folder.mkdir(mode=0o700)
    _check_private(folder)


def _check_private(folder: Path) -> None:
    """Refuse a folder that another account could have laid out for us."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise WrongSetup(
            f"{folder} must be a directory of this user with mode 0700; remove it or set REDIS_URL."
        )


def _writable(folder: Path, last_resort: Path) -> Path:
    """Return `folder`, or where it cannot be written the user's state folder, or `last_resort`."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    for candidate in (folder, state / last_resort.name / "redis"):
        try:
            candidate.mkdir(parents=True, exist_ok=True)
            candidate.chmod(0o700)
            with tempfile.TemporaryFile(dir=candidate):
                pass
        except OSError as error:
            _log.warning("cannot keep the queue in %s: %s", candidate, error.strerror)
        else:
            return candidate
    last_resort = last_resort / "data"
    last_resort.mkdir(mode=0o700, exist_ok=True)
    _log.warning("keeping the queue in %s, which a restart of the machine may empty", last_resort)
    return last_resort


@contextmanager
def _exclusive(folder: Path) -> Iterator[int]:
    """Lock the data: two servers on one append-only file would ruin it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongSetup(
                f"{folder} is in use by an embedded Redis server that was started with another "
                "TMPDIR; set TMPDIR as there, or stop that one first."
            ) from None
        yield descriptor
    finally:
        os.close(descriptor)
