"""Reads several lists of one organization at the same time.

Somebody who waits for `sync --wait` waits for the slowest list instead of for all of them in lease.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
        self._free = threading.Semaphore(threads)

    def __call__(self, *reads: Read) -> list[Any]:
        """The first error is raised once no read is under way any more."""
        first, *rest = reads
        begun = [self._begin(read) for read in rest]
        try:
            found = [first()]
            for read, future in zip(rest, begun, strict=True):
                found.append(read() if future is None else future.result())
            return found
        finally:
            wait([future for future in begun if future is not None])

    def _begin(self, read: Read) -> "Future[Any] | None":
        """Let a reader read on behalf of this thread; None where none is free.

        To hand a read over costs as much CPU as a third of a call: nothing is left in a queue that
        the task takes back in the end.
        """
        if not self._free.acquire(blocking=False):
            return None
        future = self._pool.submit(copy_context().run, read)
        future.add_done_callback(lambda _: self._free.release())
        return future
