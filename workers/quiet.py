"""The worker and the scheduler that `celery -A workers worker` and `beat` start."""

import logging
import os
import sys
import warnings
from typing import Any

from celery.apps.beat import Beat
from celery.apps.worker import Worker
from celery.exceptions import SecurityWarning
from redis import RedisError

from store.heartbeats import name_of
from store.space import Redis
from store.suitability import unsuitable
from workers.broker import use_channels_of

log = logging.getLogger("charthop_ashby")


def look_at_redis(redis: Redis) -> None:
    """Log the problems of this Redis. SystemExit if nothing would work."""
    try:
        found = unsuitable(redis)
    except RedisError:
        return  # It is unavailable and waited for, or cannot be checked.
    for one in found:
        log.warning("Redis: %s", one)
    if any(one.is_fatal for one in found):
        raise SystemExit(2)


class QuietWorker(Worker):
    """A worker without mingle and gossip, and without a banner unless on a terminal.

    These workers have nothing to exchange, and that traffic grows with the square of their number.
    Its flags exist only on the command line.
    """

    def prepare_args(self, **kwargs: Any) -> dict[str, Any]:
        """The arguments, as if both flags had been given."""
        return {**kwargs, "without_mingle": True, "without_gossip": True}

    def on_before_init(self, **kwargs: Any) -> None:
        """Hook before the first connection."""
        look_at_redis(self.app.redis_now)
        self.app.worker_name = name_of(self.hostname)
        use_channels_of(self.app.worker_name)
        with warnings.catch_warnings():
            # Celery's warning for root has four lines and names an option that does not exist here.
            warnings.simplefilter("ignore", SecurityWarning)
            super().on_before_init(**kwargs)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            log.info("this worker runs as root; it needs no privileges, so use a dedicated user")

    def emit_banner(self) -> None:
        """Print the banner, for people."""
        if sys.stdout.isatty():
            super().emit_banner()


class QuietBeat(Beat):
    """A scheduler without a banner unless on a terminal."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, quiet=quiet or not sys.stdout.isatty(), **kwargs)
