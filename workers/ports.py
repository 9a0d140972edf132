"""Waits for ports in use, so that one does not end other processes.

Under honcho and `run`, the end of one process ends all of them. There a process waits until its
port is free; elsewhere it exits with a message to the person who started it.
"""

import errno
import logging
import os
import time
from collections.abc import Callable
from typing import Final, TypeVar

log = logging.getLogger("charthop_ashby")

RETRY_DELAY: Final = 5.0
"""Seconds between two tries."""

ONE_OF_SEVERAL: Final = "HONCHO_PROCESS_NAME"
"""Set by honcho and by `run` for each of the processes that end together."""

T = TypeVar("T")


def once_free(
    listen: Callable[[], T], place: str, sleep: Callable[[float], None] = time.sleep
) -> T:
    """The result of `listen`; among processes that end together, waits until the port is free.

    Raises the OSError of `listen` elsewhere, and for any other error.
    """
    told = False
    while True:
        try:
            return listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not os.environ.get(ONE_OF_SEVERAL):
                raise
        if not told:
            log.warning("%s is in use; waiting until it is free", place)
            told = True
        sleep(RETRY_DELAY)
