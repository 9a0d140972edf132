"""Reads several lists of one organization at the same time.

With `sync --wait`, a person then waits for the slowest list instead of for all of them in turn.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any

Read = Callable[[], Any]
Together = Callable[..., list[Any]]
"""Takes read functions, calls each once, and returns their results in order."""


def one_after_another(*reads: Read) -> list[Any]:
    """Call the reads in this thread, in order."""
    return [read() for read in reads]


class Readers:
    """A few threads shared by all tasks of a process.

    If no thread is free, the task does the read itself: when many organizations are due at once,
    each proceeds as if there were no readers, and none waits for another.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "reader")
        self._free = threading.Semaphore(threads)

    def __call__(self, *reads: Read) -> list[Any]:
        """Call the reads at the same time. Raises the first error once all of them have ended."""
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
        """Start the read in another thread; None if none is free.

        Handing over a read costs a third of the CPU of a call, so nothing is queued that the task
        would take back in the end.
        """
        if not self._free.acquire(blocking=False):
            return None
        future = self._pool.submit(copy_context().run, read)
        future.add_done_callback(lambda _: self._free.release())
        return future
