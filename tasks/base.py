"""How does a task end?

The one place where endings are handled: what an error class means for the record, when a task
comes again, what is remembered of it, and which record is sent next.
"""

import inspect
import logging
import random
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import celery
import sentry_sdk
from celery.exceptions import Reject
from kombu.exceptions import OperationalError

from core import reasons
from core.errors import Busy, KeyRefused, NeedsHuman, TryLater, WrongSetup
from core.outcomes import Ending, Outcome
from core.traces import trace
from store.backlog import HIRES_FIRST, JOBS_AFTER
from store.space import REDIS_AWAY
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
"""Seconds, give or take half: well under the visibility timeout. A record whose trouble lasts
longer is left to the next sync; where a whole service asks for more, the task looks again."""

LONGEST_WORK = 90.0
"""Seconds after which a record's task makes no further call. With the wait for its lock, its last
wait for the allowance and its last call it ends within 150 s."""

OUTLASTS = 900.0
"""Seconds that a task waits in all for a service that asks to be left alone; then it has failed."""

AWAY = (*REDIS_AWAY, OperationalError)

BREATH = 5.0
"""Seconds before a message is handed back for want of Redis."""

T = TypeVar("T")

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

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run. Where Redis stays away the message is handed back, to be delivered again.

        What cannot even be handed back is delivered again after the visibility timeout. A message
        of another version, whose arguments are not ours, is dropped: the next sync asks anew.
        """
        if not self._takes(args, kwargs):
            log.warning("dropped a message: %s takes other arguments in this version", self.name)
            return DROPPED
        try:
            return self.run(*args, **kwargs)
        except AWAY as error:
            kind = type(error).__name__
        except Reject:  # Celery's own, where a retry could not be sent: it would be lost.
            kind = "no retry could be sent"
        log.warning("Redis is away (%s): %s comes again", kind, self.name)
        time.sleep(BREATH)
        raise Reject("Redis is away", requeue=True)

    def _takes(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        try:
            inspect.signature(self.run).bind(*args, **kwargs)
        except TypeError:
            return False
        return all(isinstance(one, str) for one in (*args, *kwargs.values()))

    def again(self, pause: float, **told: float) -> NoReturn:
        """Come again after so many seconds; `told` are headers that count, for the next time."""
        names = ("trigger", "full", "probe", "awaited", "tries", "waited")
        headers = {**{name: self.header(name) for name in names}, **told}
        raise self.retry(countdown=pause, headers={k: v for k, v in headers.items() if v})

    @property
    def tries(self) -> int:
        """How many tries this record has had before this one."""
        return int(self.header("tries") or 0)

    def header(self, name: str) -> Any:
        """A header of this task's message, None where it has none."""
        return (self.request.headers or {}).get(name) or self.request.get(name)

    def open(self, organization: str, record: str = "") -> Site | None:
        """The organization's site; None, with a line in the log, where it is not to be synced.

        What waits for it is dropped then, and the next sync finds out anew what there is to do.
        """
        sentry_sdk.get_isolation_scope().set_tag("organization", organization)
        try:
            return self.wiring.site(organization)
        except WrongSetup as error:
            log.warning("not synced: %s", error, extra={"organization": organization})
            memory = self.wiring.memory(organization)
            memory.backlog.clear()
            left, _ = memory.backlog.next(0, record)
            sync = memory.syncs.last_id()
            if left == 0 and sync is not None:
                memory.syncs.finish(sync, str(error))
            memory.receipts.leave(self.request.id, DROPPED)
            return None

    def work(
        self,
        organization: str,
        record: str,
        do: Callable[[Site, str], Ending],
    ) -> str:
        """Run `do` for one record under its lock and handle how it ends; the outcome as a word."""
        site = self.open(organization, record)
        if site is None:
            return DROPPED
        closed = site.permit.closed()
        if closed is not None:
            return self._settle(site, record, Ending(Outcome.HELD, closed))
        kind, _, id_ = record.partition(":")
        refused = site.memory.switches.refused().get(DIRECTIONS[kind])
        if refused is not None and not self.header("probe"):
            return self._settle(site, record, Ending(Outcome.FAILED, refused))
        site.permit.lasts(LONGEST_WORK)
        told: dict[str, float] = {"tries": self.tries + 1}
        with site.memory.locks.hold(f"record:{record}", wait=1.0) as lock:
            if lock is None:
                ending, pause = None, self._pause_for_the_other()
            else:
                with site.permit.under(lock):
                    try:
                        ending, pause = self._attempt(site, record, id_, do)
                    except Busy as error:
                        # The service is to be left alone: that is no try of this record.
                        ending = Ending(Outcome.FAILED, error.reason)
                        pause, told = self._wait_for_the_service(error)
        if pause is not None:
            self._count(site, None)
            self.again(pause, **told)
        return self._settle(site, record, ending)

    def _wait_for_the_service(self, busy: Busy) -> tuple[float | None, dict[str, float]]:
        """Seconds until the next look, None where it was waited for long enough."""
        waited = float(self.header("waited") or 0)
        if waited > OUTLASTS:
            return None, {}
        pause = min(busy.after, LONGEST_PAUSE) * random.uniform(1.0, 1.5)
        return pause, {"waited": waited + pause}

    def _attempt(
        self, site: Site, record: str, id_: str, do: Callable[[Site, str], Ending]
    ) -> tuple[Ending, float | None]:
        """One try: how it ended, and after how many seconds to try again where that can help."""
        direction = DIRECTIONS[record.partition(":")[0]]
        try:
            ending = do(site, id_)
        except (*AWAY, Busy):
            raise
        except TryLater as error:
            ending = Ending(Outcome.FAILED, error.reason)
            return ending, self._pause(site, record, error.after)
        except KeyRefused as error:
            self._refuse(site, direction, error)
            return Ending(Outcome.FAILED, error.reason), None
        except NeedsHuman as error:
            return Ending(error.outcome, error.reason), None
        except Exception as error:
            ending = Ending(Outcome.FAILED, report_bug(error, self._name(site), record))
            return ending, self._pause(site, record, None)
        self.accept(site, direction)
        return ending, None

    def _refuse(self, site: Site, direction: str, error: KeyRefused) -> None:
        """Pause that direction: said once, and what waits for it need not find out by itself."""
        read = f"{error.system} {error.read}" if error.read is not None else None
        if site.memory.switches.refuse(direction, error.reason, read):
            where = {"organization": self._name(site)}
            log.warning("%s is paused: %s", direction, error.reason, extra=where)
        kind = next(kind for kind, one in DIRECTIONS.items() if one == direction)
        waiting = site.memory.backlog.drop(RANKS[kind])
        if waiting:
            ending = Ending(Outcome.FAILED, error.reason)
            site.memory.endings.keep(dict.fromkeys(waiting, ending), site.memory.endings.all())
            sync = site.memory.syncs.last_id()
            if sync is not None:
                site.memory.syncs.count(sync, {Outcome.FAILED: len(waiting)})

    def accept(self, site: Site, direction: str) -> None:
        """The key works for that direction."""
        if site.memory.switches.accept(direction):
            where = {"organization": self._name(site)}
            log.warning("%s goes on: the key is taken again", direction, extra=where)

    def try_again(self, site: Site, kind: str) -> None:
        """Where a read was refused before: one call that tells whether it still is (KeyRefused)."""
        direction = DIRECTIONS[kind]
        system, _, path = (site.memory.switches.refused_read(direction) or "").partition(" ")
        if path:
            (site.hris if system == "ChartHop" else site.ats).try_read(path)
            self.accept(site, direction)

    def whole(
        self, site: Site, do: Callable[[], None], direction: str = DIRECTIONS[JOB]
    ) -> str | None:
        """Do what concerns the whole organization: why it did not come to its end, else None.

        There is no second try: the next sync is one.
        """
        try:
            do()
        except AWAY:
            raise
        except KeyRefused as error:
            self._refuse(site, direction, error)
            return error.reason
        except (TryLater, NeedsHuman) as error:
            log.warning("%s: %s", direction, error.reason, extra={"organization": self._name(site)})
            return error.reason
        except Exception as error:
            return report_bug(error, self._name(site), "sync")
        return None

    def _pause(self, site: Site, record: str, after: float | None) -> float | None:
        """Seconds until the next try, None where it has had its tries."""
        known = site.memory.endings.get(record)
        if known is not None and known.ending.outcome is Outcome.FAILED:
            return None  # It failed in an earlier sync: one try a sync, and others go first.
        if self.tries >= TRIES - 1 or (after or 0) > LONGEST_PAUSE:
            return None
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)
        return max(pause, after or 0)

    def _pause_for_the_other(self) -> float | None:
        """Somebody else is at the record: look again shortly, then leave it to them."""
        return random.uniform(1, 3) if self.tries < TRIES else None

    def _settle(self, site: Site, record: str, ending: Ending | None) -> str:
        """Remember how the record ended and send what waits behind it."""
        memory = site.memory
        if ending is not None:
            ending = replace(ending, calls=sum(site.calls.values()))
            known = memory.endings.get(record)
            memory.endings.keep({record: ending}, {record: known} if known else {})
            if not ending.outcome.wants_attention:
                memory.switches.done(record)
        sync = self._count(site, ending)
        word = ending.outcome.value if ending is not None else COMING_AGAIN
        if self.header("awaited"):
            memory.receipts.leave(self.request.id, word)
        where = {"organization": self._name(site), "record": record, "outcome": word, "sync": sync}
        if ending is not None and ending.outcome.wants_attention:
            log.warning("%s %s: %s", record, word, ending.reason, extra=where)
        else:
            log.info("%s %s", record, word, extra=where)
        self.send_next(site, settled=record)
        return word

    def send_next(self, site: Site, settled: str = "") -> None:
        """Send the records whose turn it is; finish the sync where nothing is left."""
        refused = site.memory.switches.refused()
        # Where a key was refused, one record finds out whether it works again.
        window = 1 if DIRECTIONS[JOB] in refused else self.wiring.window
        if site.permit.closed() is not None:
            # What waits would only be turned away; the next sync after the pause finds it again.
            site.memory.backlog.clear()
            window = 0
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
        found = site.memory.syncs.get(sync)
        counts = found.outcomes.items() if found is not None else ()
        words = ", ".join(f"{number} {outcome}" for outcome, number in counts)
        log.info(
            "sync finished: %s", words or ("stopped" if problem else "no records"), extra=where
        )
        self.whole(site, lambda: tell(site, problem))

    def _count(self, site: Site, ending: Ending | None) -> str | None:
        """Count to the latest sync; its id."""
        sync = site.memory.syncs.last_id()
        if sync is not None:
            site.memory.syncs.count(sync, {ending.outcome: 1} if ending else None, site.calls)
        site.calls.clear()
        return sync

    @staticmethod
    def _name(site: Site) -> str:
        return site.rules.organization


def send(app: celery.Celery, organization: str, record: str, **headers: Any) -> str:
    """Send the task of one record; the id of its message."""
    kind, _, id_ = record.partition(":")
    result = app.send_task(TASKS[kind], (organization, id_), headers=headers)
    return str(result.id)


def spared(organization: str, record: str, do: Callable[[], T]) -> T | Ending:
    """What `do` gives; where it meets a bug, the ending of that record: the others go on."""
    try:
        return do()
    except AWAY:
        raise
    except Exception as error:
        return Ending(Outcome.FAILED, report_bug(error, organization, record))


def report_bug(error: Exception, organization: str, record: str) -> str:
    """Log a bug with its trace but without its message, which may repeat personal data."""
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("organization", organization)
        scope.set_tag("kind", record.partition(":")[0])
        scope.set_context("record", {"id": record})
        scope.capture_exception(error)
    where = {"organization": organization, "record": record}
    log.error("bug: %s", trace(error), extra=where)
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno}" if last else "an unknown place"
    return reasons.BUG(kind=type(error).__name__, place=place)
