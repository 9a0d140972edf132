"""The files of the embedded server and of `run` in a working directory, and access to them."""

import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import WrongSetup

# A unix socket's path fits in 104 bytes on macOS, 108 on Linux.
_LONGEST_SOCKET_PATH: Final = 100


@dataclass(frozen=True)
class Home:
    """The folder for `run`'s persistent data; `passed_over` says why a better one is not used."""

    directory: Path
    folder: Path
    passed_over: tuple[str, ...]


@contextmanager
def claimed(directory: Path) -> Iterator[Home]:
    """The home of `run` in that working directory, held exclusively until this process ends.

    Raises WrongSetup if another `run` works there.
    """
    home = home_of(directory.resolve())
    descriptor = os.open(home.folder / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            # Bound to this process, unlike flock: children left by a killed `run` hold nothing.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            process = os.read(descriptor, 20).decode(errors="replace").strip()
            raise WrongSetup(
                f"Another charthop-ashby run (process {process}) works in {home.directory}; end it "
                "first, or start this one in another directory."
            ) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield home
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(data: Path, within: float) -> Iterator[int]:
    """Lock the data: two servers would corrupt one append-only file.

    Waits `within` seconds for a server that is stopping. Raises WrongSetup if another one runs.
    """
    deadline = time.monotonic() + within
    descriptor = os.open(data, os.O_RDONLY)
    try:
        while not _locked(descriptor):
            if time.monotonic() >= deadline:
                raise WrongSetup(
                    f"{data} is in use by an embedded Redis server that was started with another "
                    "TMPDIR; set TMPDIR as there, or stop that one first."
                )
            time.sleep(0.01)
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def socket_path(directory: Path) -> Path:
    """The socket of `directory`'s server: short, private, and the same for all its processes.

    Raises WrongSetup if its folder belongs to somebody else.
    """
    name = _private_name(directory)
    path = Path(tempfile.gettempdir(), name, "redis.sock")
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        path = Path("/tmp", name, "redis.sock")  # noqa: S108
    if path.parent.exists():
        _check_private(path.parent)
    return path


def make_private(folder: Path) -> None:
    """Make a folder for this user only. Raises WrongSetup if the path is taken by anything else."""
    with suppress(FileExistsError):  # as a directory or as anything else
        folder.mkdir(mode=0o700)
    _check_private(folder)


def _private_name(directory: Path) -> str:
    digest = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:8]
    return f"charthop-ashby-{os.getuid()}-{digest}"


def _check_private(folder: Path) -> None:
    """Refuse a folder that another account could have prepared for us."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise WrongSetup(
            f"{folder} must be a directory of this user with mode 0700; remove it or set REDIS_URL."
        )


def home_of(directory: Path) -> Home:
    """A home in `directory`, else in the user's state folder, else a temporary one."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    passed_over: list[str] = []
    for candidate in (directory / ".charthop-ashby", state / _private_name(directory)):
        try:
            candidate.mkdir(parents=True, exist_ok=True)
            candidate.chmod(0o700)
            with tempfile.TemporaryFile(dir=candidate):
                pass
        except OSError as error:
            passed_over.append(f"cannot keep the queue in {candidate}: {error.strerror}")
        else:
            return Home(directory, candidate, tuple(passed_over))
    last_resort = socket_path(directory).parent
    make_private(last_resort)
    passed_over.append(
        f"keeping the queue in {last_resort}, which a restart of the machine may empty"
    )
    return Home(directory, last_resort, tuple(passed_over))
