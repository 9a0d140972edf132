"""Reads an operator's files safely: without blocking, and within a size limit."""

import os
import stat
from pathlib import Path

SETTLED_AFTER = 2.0
"""Seconds after which a file that looks half written counts as complete."""


class NotRegular(OSError):
    """The path is a folder, a device or a pipe instead of a file."""


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a regular file; OSError if it is not one, too large or unreadable.

    It is opened without blocking: a named pipe would block the reader until somebody writes.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegular(0, "it is no regular file")
        content = file.read(most + 1)
    if len(content) > most:
        raise NotRegular(0, f"it is larger than {most // 1024} KiB")
    return content


def is_open_to_all(path: Path) -> bool:
    """True if every user of the machine may write to the file."""
    try:
        return bool(path.stat().st_mode & stat.S_IWOTH)
    except OSError:
        return False
