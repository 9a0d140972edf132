"""Reads several lists of one organization at the same time.

Somebody who waits for `sync --wait` waits for the slowest list instead of for all of them in lease.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any

Read = Callable[[], Any]
Together = Callable[..., list[Any]]
"""Takes reads, carries each out once, and gives what they gave, in their order."""


def one_after_another(*reads: Read) -> list[Any]:
    """In this thread, in their order."""
    return [read() for read in reads]


class Readers:
    """A few threads that all tasks of a process share.

    A read that none of them is free for is done by the task itself: where many organizations are
    due at once, each goes on by itself as if there were no readers, and none waits for another.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "reader")

    def __call__(self, *reads: Read) -> list[Any]:
        """The first error is raised once no read is under way any more."""
        first, *rest = reads
        # Each on behalf of this thread.
        begun = [self._pool.submit(copy_context().run, read) for read in rest]
        try:
            found = [first()]
            for read, future in zip(rest, begun, strict=True):
                found.append(read() if future.cancel() else future.result())
            return found
        finally:
            wait([future for future in begun if not future.cancel()])
