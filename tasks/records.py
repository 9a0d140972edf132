"""The frame of a record's task.

The lease, the tries, and the meaning of each error class: the one place that turns results into
outcomes and decides when a record is retried and which one is sent next.
"""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from core import reasons
from core.errors import (
    AnswerLost,
    Busy,
    KeyRefused,
    NeedsHuman,
    NoSuchRecord,
    Paused,
    Rejected,
    TryLater,
    WrongSetup,
)
from core.keys import RecordKey
from core.notes import Note
from core.outcomes import Outcome, Result
from store.briefs import Creating
from store.leases import RecordLease
from tasks import woken
from tasks.base import DEATHS, DROPPED, SyncTask
from tasks.context import OrgContext
from tasks.dispatch import send_next, send_records, window
from tasks.guards import AWAY, report_bug
from tasks.refusals import accept, refuse
from tasks.waking import wake_sync

log = logging.getLogger("charthop_ashby")

TRIES = 3
PAUSES = (2.0, 8.0)
"""Seconds before the second and the third try, plus or minus half."""

LONGEST_PAUSE = 60.0
"""Seconds, and up to half more: well under the visibility timeout. A record with a longer problem
is left to the next sync; if a whole service asks for more time, the task checks again."""

LONGEST_WORK = 90.0
"""Seconds after which a record's task makes no further call. Including the wait for its lock, the
last wait for the allowance and the last call, it ends within 150 s."""

OUTLASTS = 900.0
"""Seconds that a task waits in total for a service that asks for a pause; then it has failed."""

LOCK_WAIT = 1.0
"""Seconds that a task waits for another task of the same record before it is retried."""

LOOKS = 3
"""How often a task is retried while another task has the record."""

SETTLED = "settled already"
NO_SUCH_RECORD = "no such record"

Do = Callable[[OrgContext, RecordLease], Result]


class LeftAlone(StrEnum):
    """The record keeps the result that it has."""

    AS_IT_IS = "left as it is"
    TO_ANOTHER = "left to another task"


@dataclass(frozen=True)
class Again:
    """The task is retried after so many seconds, with this counter in its headers."""

    after: float
    counter: str
    count: float


Decision = Result | Again | LeftAlone
"""How one delivery of a record's message ends: settled, retried, or left alone."""


class RecordTask(SyncTask):
    """The base class of records' tasks."""

    abstract = True

    def work(self, organization: str, record: RecordKey, do: Do) -> str:
        """Run `do` under the record's lease and handle the result; returns the outcome's word."""
        org = self.open(organization, record)
        if org is None:
            return DROPPED
        lease = org.memory.leases.acquire(record, LOCK_WAIT)
        if self._is_settled(org, lease):
            return self._let_go(org, lease)
        decision = self._decision(org, lease, do)
        if isinstance(decision, Again):
            org.memory.leases.settle(lease, None, org.calls, again=decision.after)
            self.again(decision.after, **{decision.counter: decision.count})
        return self._settle(org, lease, decision)

    def _decision(self, org: OrgContext, lease: RecordLease, do: Do) -> Decision:
        """Run `do` if the record may be worked on now, and decide how this delivery ends."""
        turned_away = self._turned_away(org, lease)
        if turned_away is not None:
            return turned_away
        if not lease.is_ours:
            return self._wait_for_the_other()
        if lease.woken is not None and woken.is_left_to_sync(lease):
            return LeftAlone.AS_IT_IS
        org.gate.lasts(LONGEST_WORK)
        with org.gate.under(lease.lock), org.memory.leases.released_on_error(lease):
            return self._attempt(org, lease, do)

    def _of_unknown(self, org: OrgContext, lease: RecordLease, error: NoSuchRecord) -> Result:
        """The result of a record that no longer exists; for a mistyped id the task fails."""
        if lease.known is not None or self.header("queued"):
            return Result(error.outcome, (error.reason,))
        receipt = (str(self.request.id), NO_SUCH_RECORD)
        org.memory.leases.settle(lease, None, org.calls, receipt=receipt)
        raise WrongSetup(str(error.reason))

    def _is_settled(self, org: OrgContext, lease: RecordLease) -> bool:
        """True if an earlier delivery of this message did its work.

        A message from the backlog has its record in flight; any other one stores its answer.
        """
        if self.header("queued"):
            return not lease.in_flight
        return bool(
            self.header("redelivered") and org.memory.task_results.get(str(self.request.id))
        )

    def _let_go(self, org: OrgContext, lease: RecordLease) -> str:
        """Drop a second delivery: its record has settled, and there is no new request."""
        org.memory.leases.settle(lease, None, org.calls)
        where = {"organization": org.name, "record": str(lease.record)}
        log.info("%s: redelivered and dropped", lease.record, extra=where)
        send_next(self.app, org)
        return SETTLED

    def _turned_away(self, org: OrgContext, lease: RecordLease) -> Result | None:
        """The result without running it: paused, a refused key, or workers that died of it."""
        closed = org.gate.why_closed(lease.paused)
        if closed is not None:
            return _failed(lease, closed, Outcome.HELD)
        if self.is_deadly:
            return _failed(lease, reasons.WORKERS_DIED(times=DEATHS))
        refused = lease.refused.get(lease.record.kind.direction)
        if refused is not None and not self.header("probe"):
            return _failed(lease, refused)
        return None

    def _attempt(self, org: OrgContext, lease: RecordLease, do: Do) -> Decision:
        """One try, and what each class of error means."""
        direction = lease.record.kind.direction
        decision: Decision = LeftAlone.AS_IT_IS
        try:
            decision = do(org, lease)
        except woken.NotOurs:
            pass
        except woken.WantsSync:
            wake_sync(self.app, org.memory.events, org.name)
        except AWAY:
            raise
        except Busy as error:
            return self._wait_for_the_service(lease, error)
        except NoSuchRecord as error:
            return self._of_unknown(org, lease, error)
        except TryLater as error:
            return self._again_or_failed(lease, error.reason, error.after or 0)
        except KeyRefused as error:
            refuse(org, direction, error)
            lease.refused[direction] = error.reason
            return _failed(lease, error.reason)
        except NeedsHuman as error:
            return _left_to_a_person(org, lease, error)
        except Exception as error:
            bug = report_bug(error, org.name, str(lease.record))
            return self._again_or_failed(lease, bug)
        if direction in lease.refused:
            accept(org, direction)
            del lease.refused[direction]
        return decision

    def _wait_for_the_service(self, lease: RecordLease, busy: Busy) -> Again | Result:
        """Check again after the pause that the service asks for; failed if it has waited enough.

        This does not count as a try of the record.
        """
        waited = float(self.header("waited") or 0)
        if waited > OUTLASTS:
            return _failed(lease, busy.reason)
        pause = min(busy.after, LONGEST_PAUSE) * random.uniform(1.0, 1.5)
        return Again(pause, "waited", waited + pause)

    def _again_or_failed(
        self, lease: RecordLease, reason: Note, after: float = 0
    ) -> Again | Result:
        """Another try, after that many seconds at least; failed if no tries are left.

        What failed in an earlier sync has one try per sync, so that others go first.
        """
        failed_before = lease.known is not None and lease.known.result.outcome is Outcome.FAILED
        if failed_before or self.tries >= TRIES - 1 or after > LONGEST_PAUSE:
            return _failed(lease, reason)
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)
        return Again(max(pause, after), "tries", self.tries + 1)

    def _wait_for_the_other(self) -> Again | LeftAlone:
        """Check again a little later; after some checks the record is left to the other task.

        This does not count as a try of the record.
        """
        looks = int(self.header("looks") or 0)
        if looks >= LOOKS:
            return LeftAlone.TO_ANOTHER
        return Again(random.uniform(1, 3), "looks", looks + 1)

    def _settle(self, org: OrgContext, lease: RecordLease, end: Result | LeftAlone) -> str:
        """Store the record's result, if it has a new one, and send what waits behind it."""
        most = window(self.app, org, lease.paused, lease.refused)
        result = replace(end, calls=sum(org.calls.values())) if isinstance(end, Result) else None
        word = end.outcome.value if isinstance(end, Result) else end.value
        receipt = None if self.header("queued") else (str(self.request.id), word)
        left = org.memory.leases.settle(lease, result, org.calls, window=most, receipt=receipt)
        where = {
            "organization": org.name,
            "record": str(lease.record),
            "outcome": word,
            "sync": left.sync,
        }
        if result is not None and result.outcome.wants_attention:
            log.warning("%s %s: %s", lease.record, word, result.reason, extra=where)
        else:
            log.info("%s %s", lease.record, word, extra=where)
        if left.taken is not None:
            send_records(self.app, org, left.taken, lease.refused)
        return word


def _failed(lease: RecordLease, reason: Note, outcome: Outcome = Outcome.FAILED) -> Result:
    """The result of a failure; it keeps the person that exists in ChartHop."""
    before = lease.known.result if lease.known is not None else None
    return Result(
        outcome,
        (reason,),
        opening_id=before.opening_id if before is not None else None,
        person_id=lease.made or (before.person_id if before is not None else None),
    )


def _left_to_a_person(org: OrgContext, lease: RecordLease, error: NeedsHuman) -> Result:
    """The result of a record for which only a person can do something."""
    if isinstance(error, Paused):
        lease.paused = str(error.reason)
    if isinstance(error, Rejected):
        keep_detail(org, lease, error)
    return _failed(lease, error.reason, error.outcome)


def keep_detail(org: OrgContext, lease: RecordLease, refusal: Rejected) -> None:
    """Keep what the service said of the refusal, for `explain`."""
    if refusal.detail:
        org.memory.details.put(str(lease.record), refusal.detail)


@contextmanager
def marked(org: OrgContext, lease: RecordLease, identifier: str) -> Iterator[None]:
    """Mark that a create is about to be sent, so that its effect is searched for if it is lost."""
    org.memory.leases.mark(lease, Creating(identifier))
    try:
        yield
    except AnswerLost:
        raise
    except (TryLater, NeedsHuman):
        # Not carried out: there is nothing to search for, unless an earlier answer was lost.
        if lease.remembered.creating is None:
            org.memory.leases.mark(lease, None)
        raise
