"""The base of every task: its message, its context, and the handling of its bugs.

Celery stays here and in the tasks themselves; the functions they call take the organization's
context. tasks/records.py handles the results of records' tasks.
"""

import inspect
import logging
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, NoReturn

import celery
from celery.exceptions import Reject, TaskPredicate

from core import reasons
from core.errors import KeyUnreadable, SetupUnreadable, WrongSetup
from core.keys import RecordKey
from core.notes import Notes
from store.batch import Batch
from store.deliveries import HEADER as DELIVERIES
from tasks.bugs import reporter
from tasks.context import OrgContext, Wiring
from tasks.dispatch import give_up, wiring_of
from tasks.guards import AWAY, report_bug

log = logging.getLogger("charthop_ashby")

REQUEUE_DELAY = 5.0
"""Seconds before a task is retried while Redis or the organizations file is unavailable."""

KEY_TRIES = 12
"""Number of times that a sync waits REQUEUE_DELAY for a key file. Then whoever ordered it learns
which file is missing; records wait for as long as it takes."""

DEATHS = 3
"""Number of workers that may die while they hold a message; a single death may be chance."""

DROPPED = "dropped"

HEADERS = ("trigger", "full", "queued", "probe", "tries", "waited", "looks")
"""The headers of a message; a retry keeps them."""


class Bug(Exception):
    """An unexpected error in a task; reports only its type and place."""


class SyncTask(celery.Task):
    """The base class of the sync's tasks."""

    abstract = True
    ignore_result = True
    max_retries = None
    throws: ClassVar[tuple[type[Exception], ...]] = (WrongSetup, Bug)

    @property
    def wiring(self) -> Wiring:
        """The wiring that the worker provides."""
        return wiring_of(self.app)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task. Any other error becomes a Bug: its message may contain personal data.

        If Redis stays unavailable, the message is returned for another delivery; if that fails too,
        it is delivered again after the visibility timeout. A message from another version, with
        different arguments, is dropped: the next sync sends it again.
        """
        if not self._takes(args, kwargs):
            log.warning("dropped a message: %s expects other arguments in this version", self.name)
            return DROPPED
        try:
            return self.run(*args, **kwargs)
        except AWAY as error:
            kind = type(error).__name__
        except Reject:  # Celery's own, if a retry could not be sent: it would be lost.
            kind = "no retry could be sent"
        except (TaskPredicate, WrongSetup):
            raise
        except Exception as error:
            organization, *ids = args or ("-",)
            note = report_bug(error, organization, ":".join((self.name, *ids)))
            raise Bug(str(note)) from None
        log.warning("Redis is away (%s): %s will be retried", kind, self.name)
        time.sleep(REQUEUE_DELAY)
        raise Reject("Redis is away", requeue=True)

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.run)

    def _takes(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        try:
            self._signature.bind(*args, **kwargs)
        except TypeError:
            return False
        return all(isinstance(one, str) for one in (*args, *kwargs.values()))

    def again(self, pause: float, **told: float) -> NoReturn:
        """Retry after so many seconds; `told` are counters for the next try's headers."""
        headers = {**{name: self.header(name) for name in HEADERS}, **told}
        raise self.retry(countdown=pause, headers={k: v for k, v in headers.items() if v})

    @property
    def tries(self) -> int:
        """Number of earlier tries of this record."""
        return int(self.header("tries") or 0)

    @property
    def is_deadly(self) -> bool:
        """True if too many workers died while they held this message."""
        return int(self.header(DELIVERIES) or 0) >= DEATHS

    def header(self, name: str) -> Any:
        """A header of this task's message, None if it is not set."""
        return (self.request.headers or {}).get(name) or self.request.get(name)

    def open(self, organization: str, record: RecordKey | None = None) -> OrgContext | None:
        """The organization's context; None, with a log line, if it is not to be synced.

        In that case its backlog is dropped, and its next sync determines anew what there is to do.
        If the organizations file or a key file cannot be read, that is not known: the task is
        retried, but a sync waits for a key file for a minute only.
        """
        reporter().begin(organization)
        try:
            return self.wiring.context(organization)
        except SetupUnreadable as error:
            self._wait(organization, record, error)
        except WrongSetup as error:
            problems = self._drop(organization, record, error)
            give_up(self.wiring.memory(organization), problems, record)
        return None

    def _wait(self, organization: str, record: RecordKey | None, error: SetupUnreadable) -> None:
        """Retry the task; return if it has waited long enough, with the backlog as it was."""
        is_bounded = isinstance(error, KeyUnreadable) and self.header("trigger") is not None
        if is_bounded and self.tries >= KEY_TRIES:
            self._drop(organization, record, error)
            return
        log.warning("waiting: %s", error, extra={"organization": organization})
        if is_bounded:
            self.again(REQUEUE_DELAY, tries=self.tries + 1)
        if record is not None:
            memory = self.wiring.memory(organization)
            with Batch(memory.redis) as batch:
                memory.backlog.postpone(record, REQUEUE_DELAY, batch)
        self.again(REQUEUE_DELAY)

    def _drop(self, organization: str, record: RecordKey | None, error: WrongSetup) -> Notes:
        """Drop the message for that reason."""
        log.warning("not synced: %s", error, extra={"organization": organization})
        memory = self.wiring.memory(organization)
        problems = (reasons.WRONG_SETUP(what=str(error)),)
        if record is None:  # Somebody may be waiting for the result.
            memory.syncs.start(self.request.id, self.header("trigger") or "shell")
            memory.syncs.finish(self.request.id, problems)
        memory.task_results.put(self.request.id, DROPPED)
        return problems
