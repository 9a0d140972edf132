"""The Celery application: what its processes are made of, and what they do when they start."""

import logging
import sys
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from core.optional import without

with without("yaml"):  # only JSON is used here
    import celery.signals
    from celery import Celery

from core.errors import WrongSetup
from store.connection import REDIS_AWAY, connect
from store.space import Redis
from workers import dashboard, liveness
from workers.backend import server
from workers.configuration import configuration
from workers.packages import forget_other_applications
from workers.settings import Settings

if TYPE_CHECKING:
    # Processes that only send tasks (`charthop-ashby sync`) do not wait for worker-only imports.
    from workers.lifeline import Lifeline
    from workers.wiring import Wiring

log = logging.getLogger("charthop_ashby")

READERS = 8
"""Further threads that read the lists of one organization at the same time: a sync of one changed
job, at 50 ms per call, takes 0.3 s with them and 0.6 s without."""


class Application(Celery):
    """The Celery application; `wiring` gives its tasks their contexts."""

    builtin_fixups: ClassVar[frozenset[str]] = frozenset()  # Django's: DJANGO_SETTINGS_MODULE
    settings: Settings
    loader_cls = "workers.packages:Loader"
    worker_name = ""
    """The name of this process's worker (store/heartbeats.py); '' if it is not a worker."""

    @cached_property
    def Worker(self) -> Any:  # noqa: N802
        """The worker that `celery -A workers worker` starts."""
        from workers import telemetry

        forbid_core_dumps()
        give_memory_back()
        # Before Celery's consumer is imported, which keeps what it finds at that time.
        report_bugs(self.settings)
        telemetry.start()
        from workers.quiet import QuietWorker

        return self.subclass_with_self(QuietWorker, name="Worker")

    @cached_property
    def Beat(self) -> Any:  # noqa: N802
        """The scheduler that `celery -A workers beat` starts."""
        from workers.quiet import QuietBeat

        forbid_core_dumps()

        return self.subclass_with_self(QuietBeat, name="Beat")

    @cached_property
    def redis_now(self) -> Redis:
        """A client for the loops of worker and beat, which must not wait."""
        return connect(server(self.settings), patience=0.0)

    @cached_property
    def wiring(self) -> "Wiring":
        """The wiring, created by the first task of the process."""
        from organizations import Organizations
        from tasks.together import Readers
        from workers.wiring import Wiring

        return Wiring(
            settings=self.settings,
            redis=connect(server(self.settings)),
            organizations=Organizations(self.settings.organizations_file),
            together=Readers(READERS),
            worker=self.worker_name,
        )

    @cached_property
    def lifeline(self) -> "Lifeline":
        """The heartbeat of this process's worker."""
        from tasks.dispatch import send_lost
        from workers.lifeline import Lifeline

        redis = connect(server(self.settings), patience=0.0, timeout=3.0)
        return Lifeline(redis, self.worker_name, partial(send_lost, self))


def forbid_core_dumps() -> None:
    """Prevent a crash from writing this process's memory, which contains keys, to disk."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def give_memory_back() -> bool:
    """Make threads share two heaps and return freed memory; True if the C library supports it.

    glibc gives each thread its own heap, and memory that a sync frees in one is not used by the
    next sync in another: a worker grew with every sync of a large organization.
    """
    import ctypes

    trim_threshold, arena_max = -1, -8  # of malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False  # Another C library: musl and macOS have no such heaps.
    return all((mallopt(arena_max, 2), mallopt(trim_threshold, 128 * 1024)))


def report_bugs(settings: Settings) -> None:
    """Report to Sentry if SENTRY_DSN is set; otherwise its SDK is not imported."""
    if settings.sentry_dsn is not None:
        from workers import sentry

        sentry.start(settings)


def make(settings: Settings, kind: type[Application] = Application) -> Application:
    """The application for these settings. Raises WrongSetup."""
    forget_other_applications()  # Celery sets some of these itself.
    app = kind("charthop-ashby", set_as_current=True)
    app.settings = settings
    app.conf.update(configuration(settings))
    dashboard.set_up(settings)
    return app


def make_or_exit() -> Application:
    """The application of this process's environment; if it is wrong, exits with status 2."""
    try:
        return make(Settings.load())
    except WrongSetup as error:
        print(f"charthop-ashby: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None


@celery.signals.setup_logging.connect
def _set_up_logging(loglevel: int | None = None, **_: Any) -> None:
    from workers import logs

    # Celery's own default is to log only warnings.
    logs.set_up(min(logging.INFO, loglevel or logging.INFO))
    logs.announce()


@celery.signals.worker_ready.connect
def _worker_starts(sender: Any, **_: Any) -> None:
    sender.app.lifeline.start()


@celery.signals.heartbeat_sent.connect
def _worker_lives(**_: Any) -> None:
    liveness.touch(liveness.WORKER)


@celery.signals.worker_ready.connect
def _worker_begins(sender: Any, **_: Any) -> None:
    from store import schema

    try:
        found = schema.claim(sender.app.redis_now)
    except REDIS_AWAY:
        return  # It is called again with the next connection.
    if found > schema.VERSION:
        log.warning("Redis holds data of a later version (%s after %s)", found, schema.VERSION)


@celery.signals.worker_shutdown.connect
def _worker_ends(sender: Any, **_: Any) -> None:
    liveness.end(liveness.WORKER)
    sender.app.lifeline.stop()


@celery.signals.beat_init.connect
def _beat_starts(sender: Any, **_: Any) -> None:
    report_bugs(Settings.load())
    sender.scheduler.apply_entry(sender.scheduler.schedule["sync-all"])
