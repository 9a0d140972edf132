"""What every task of the sync has in common: its message, its context, and an end for its bugs.

Celery stays here and in the tasks themselves; what they call takes the organization's context. How
a record's task ends is in tasks/records.py.
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
from core.errors import SetupUnreadable, WrongSetup
from core.keys import RecordKey
from store.deliveries import HEADER as DELIVERIES
from tasks.bugs import reporter
from tasks.context import OrgContext, Wiring
from tasks.dispatch import give_up, wiring_of
from tasks.guards import AWAY, report_bug

log = logging.getLogger("charthop_ashby")

REQUEUE_DELAY = 5.0
"""Seconds before a message comes again for want of Redis or of the organizations file."""

DEATHS = 3
"""Workers that may die while they hold a message; what kills one may be chance."""

DROPPED = "dropped"

HEADERS = ("trigger", "full", "queued", "probe", "tries", "waited", "looks")
"""What comes with a message beside its ids, and comes again when the task does."""


class Bug(Exception):
    """A task met an error that nothing of ours expects; told are its kind and its place only."""


class SyncTask(celery.Task):
    """A task of the sync: what it has at hand, and how it ends."""

    abstract = True
    ignore_result = True
    max_retries = None
    throws: ClassVar[tuple[type[Exception], ...]] = (WrongSetup, Bug)

    @property
    def wiring(self) -> Wiring:
        """What the workers gave the tasks."""
        return wiring_of(self.app)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run; Bug where an error comes up to here, for its own words may repeat personal data.

        Where Redis stays away the message is handed back, to be delivered again; what cannot even
        be handed back is delivered again after the visibility timeout. A message of another
        version, whose arguments are not ours, is dropped: the next sync asks anew.
        """
        if not self._takes(args, kwargs):
            log.warning("dropped a message: %s expects other arguments in this version", self.name)
            return DROPPED
        try:
            return self.run(*args, **kwargs)
        except AWAY as error:
            kind = type(error).__name__
        except Reject:  # Celery's own, where a retry could not be sent: it would be lost.
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
        """Come again after so many seconds; `told` are headers that count, for the next time."""
        headers = {**{name: self.header(name) for name in HEADERS}, **told}
        raise self.retry(countdown=pause, headers={k: v for k, v in headers.items() if v})

    @property
    def tries(self) -> int:
        """How many tries this record has had before this one."""
        return int(self.header("tries") or 0)

    @property
    def is_deadly(self) -> bool:
        """Whether workers died again and again while they held this message."""
        return int(self.header(DELIVERIES) or 0) >= DEATHS

    def header(self, name: str) -> Any:
        """A header of this task's message, None where it has none."""
        return (self.request.headers or {}).get(name) or self.request.get(name)

    def open(self, organization: str, record: RecordKey | None = None) -> OrgContext | None:
        """The organization's context; None, with a line in the log, where it is not to be synced.

        What waits for it is dropped then, and the next sync finds out anew what there is to do.
        Where the organizations file cannot be read, nobody knows that: the task comes again.
        """
        reporter().begin(organization)
        try:
            return self.wiring.context(organization)
        except SetupUnreadable as error:
            log.warning("waiting: %s", error, extra={"organization": organization})
            self.again(REQUEUE_DELAY)
        except WrongSetup as error:
            log.warning("not synced: %s", error, extra={"organization": organization})
            memory = self.wiring.memory(organization)
            problems = (reasons.WRONG_SETUP(what=str(error)),)
            if record is None:  # Somebody may wait for it.
                memory.syncs.start(self.request.id, self.header("trigger") or "shell")
                memory.syncs.finish(self.request.id, problems)
            give_up(memory, problems, record)
            memory.task_results.put(self.request.id, DROPPED)
            return None
