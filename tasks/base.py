"""How does a task end?

The one place where endings are handled: what an error class means for the record, when a task
comes again, what is remembered of it, and which record is sent next.
"""

import logging
import random
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import celery
import sentry_sdk

from core import reasons
from core.errors import KeyRefused, NeedsHuman, TryLater, WrongSetup
from core.outcomes import Ending, Outcome
from store.backlog import HIRES_FIRST, JOBS_AFTER
from tasks.messages import tell
from tasks.site import Site, Wiring

log = logging.getLogger("charthop_ashby")

JOB, OFFER = "job", "offer"
TASKS = {JOB: "tasks.sync_job", OFFER: "tasks.sync_hire"}
RANKS = {OFFER: HIRES_FIRST, JOB: JOBS_AFTER}
DIRECTIONS = {JOB: "outbound", OFFER: "inbound"}

TRIES = 3
PAUSES = (2.0, 8.0)
"""Seconds before the second and the third try, give or take half."""

LONGEST_PAUSE = 60.0
"""Seconds. A longer pause is left to the next sync; it keeps well under the visibility timeout."""

DROPPED = "dropped"
COMING_AGAIN = "coming again"


class SyncTask(celery.Task):
    """A task of the sync: what it has at hand, and how it ends."""

    abstract = True
    ignore_result = True
    max_retries = None
    throws: ClassVar[tuple[type[Exception], ...]] = (WrongSetup,)

    @property
    def wiring(self) -> Wiring:
        """What the workers gave the tasks."""
        wiring: Wiring = self.app.wiring
        return wiring

    def header(self, name: str) -> Any:
        """A header of this task's message, None where it has none."""
        return (self.request.headers or {}).get(name) or self.request.get(name)

    def open(self, organization: str) -> Site | None:
        """The organization's site; None, with a line in the log, where it is not to be synced."""
        try:
            return self.wiring.site(organization)
        except WrongSetup as error:
            log.warning("not synced: %s", error, extra={"organization": organization})
            return None

    def work(
        self,
        organization: str,
        record: str,
        do: Callable[[Site, str], Ending],
    ) -> str:
        """Run `do` for one record under its lock and handle how it ends; the outcome as a word."""
        site = self.open(organization)
        if site is None:
            return DROPPED
        kind, _, id_ = record.partition(":")
        refused = site.memory.switches.refused().get(DIRECTIONS[kind])
        if refused is not None and not self.header("probe"):
            return self._settle(site, record, Ending(Outcome.FAILED, refused))
        with site.memory.locks.hold(f"record:{record}", wait=1.0) as lock:
            if lock is None:
                ending, pause = None, self._pause_for_the_other()
            else:
                with site.permit.under(lock):
                    ending, pause = self._attempt(site, record, id_, do)
        if pause is not None:
            self._count(site, None)
            raise self.retry(countdown=pause)
        return self._settle(site, record, ending)

    def _attempt(
        self, site: Site, record: str, id_: str, do: Callable[[Site, str], Ending]
    ) -> tuple[Ending, float | None]:
        """One try: how it ended, and after how many seconds to try again where that can help."""
        direction = DIRECTIONS[record.partition(":")[0]]
        try:
            ending = do(site, id_)
        except TryLater as error:
            ending = Ending(Outcome.FAILED, error.reason)
            return ending, self._pause(site, record, error.after)
        except KeyRefused as error:
            if site.memory.switches.refuse(direction, error.reason):
                log.warning(
                    "%s: %s", direction, error.reason, extra={"organization": self._name(site)}
                )
            return Ending(Outcome.FAILED, error.reason), None
        except NeedsHuman as error:
            return Ending(error.outcome, error.reason), None
        except Exception as error:
            ending = Ending(Outcome.FAILED, report_bug(error, self._name(site), record))
            return ending, self._pause(site, record, None)
        site.memory.switches.accept(direction)
        return ending, None

    def whole(
        self, site: Site, do: Callable[[], None], direction: str = DIRECTIONS[JOB]
    ) -> str | None:
        """Do what concerns the whole organization: why it did not come to its end, else None.

        There is no second try: the next sync is one.
        """
        try:
            do()
        except KeyRefused as error:
            site.memory.switches.refuse(direction, error.reason)
            return error.reason
        except (TryLater, NeedsHuman) as error:
            return error.reason
        except Exception as error:
            return report_bug(error, self._name(site), "sync")
        return None

    def _pause(self, site: Site, record: str, after: float | None) -> float | None:
        """Seconds until the next try, None where it has had its tries."""
        known = site.memory.endings.get(record)
        if known is not None and known.ending.outcome is Outcome.FAILED:
            return None  # It failed in an earlier sync: one try a sync, and others go first.
        if self.request.retries >= TRIES - 1 or (after or 0) > LONGEST_PAUSE:
            return None
        pause = PAUSES[min(self.request.retries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)
        return max(pause, after or 0)

    def _pause_for_the_other(self) -> float | None:
        """Somebody else is at the record: look again shortly, then leave it to them."""
        return random.uniform(1, 3) if self.request.retries < TRIES else None

    def _settle(self, site: Site, record: str, ending: Ending | None) -> str:
        """Remember how the record ended and send what waits behind it."""
        memory = site.memory
        if ending is not None:
            ending = replace(ending, calls=sum(site.calls.values()))
            known = memory.endings.get(record)
            memory.endings.keep({record: ending}, {record: known} if known else {})
            if not ending.outcome.wants_attention:
                memory.switches.done(record)
        self._count(site, ending)
        word = ending.outcome.value if ending is not None else COMING_AGAIN
        if self.header("awaited"):
            memory.receipts.leave(self.request.id, word)
        log.info(
            "%s %s",
            record,
            word,
            extra={"organization": self._name(site), "record": record, "outcome": word},
        )
        self.send_next(site, settled=record)
        return word

    def send_next(self, site: Site, settled: str = "") -> None:
        """Send the records whose turn it is; finish the sync where nothing is left."""
        refused = site.memory.switches.refused()
        # Where a key was refused, one record finds out whether it works again.
        window = 1 if DIRECTIONS[JOB] in refused else self.wiring.window
        left, records = site.memory.backlog.next(window, settled)
        for place, record in enumerate(records):
            direction = DIRECTIONS[record.partition(":")[0]]
            send(self.app, self._name(site), record, probe=direction in refused and place == 0)
        if left == 0:
            sync = site.memory.syncs.last()
            if sync is not None and sync.planned >= 0 and sync.finished_at is None:
                self.finish(site, sync.id, sync.problem)

    def finish(self, site: Site, sync: str, problem: str | None) -> None:
        """The sync is over. `problem` is why it did not come to its end."""
        if not site.memory.syncs.finish(sync, problem):
            return  # Another worker has just said so.
        where = {"organization": self._name(site), "sync": sync}
        if problem is not None:
            log.warning("sync stopped: %s", problem, extra=where)
        found = site.memory.syncs.get(sync)
        counts = found.outcomes.items() if found is not None else ()
        words = ", ".join(f"{number} {outcome}" for outcome, number in counts)
        log.info("sync finished: %s", words or "no records", extra=where)
        self.whole(site, lambda: tell(site, problem))

    def _count(self, site: Site, ending: Ending | None) -> None:
        sync = site.memory.syncs.last_id()
        if sync is not None:
            site.memory.syncs.count(sync, {ending.outcome: 1} if ending else None, site.calls)
        site.calls.clear()

    @staticmethod
    def _name(site: Site) -> str:
        return site.rules.organization


def send(app: celery.Celery, organization: str, record: str, **headers: Any) -> str:
    """Send the task of one record; the id of its message."""
    kind, _, id_ = record.partition(":")
    result = app.send_task(TASKS[kind], (organization, id_), headers=headers)
    return str(result.id)


def report_bug(error: Exception, organization: str, record: str) -> str:
    """Log a bug with its trace but without its message, which may repeat personal data."""
    sentry_sdk.capture_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    trace = " <- ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    log.error(
        "bug: %s at %s",
        type(error).__name__,
        trace,
        extra={"organization": organization, "record": record},
    )
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno}" if last else "an unknown place"
    return reasons.BUG(kind=type(error).__name__, place=place)
