"""Webhook events: verifies and de-duplicates them, and wakes records.

An event is only a hint: it names records, which are woken; a worker then reads the facts from the
services. This side holds no API key, makes no calls, and stores nothing of a body.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

import celery

from core import reasons
from core.keys import RecordKey, job_key, offer_key
from organizations import Organizations
from store.batch import Batch
from store.events import count_refused
from store.key_choice import key_id
from store.memory import Memory
from store.results import StoredResult
from store.space import Redis
from store.switches import Stopped
from systems.ashby import webhooks as ashby
from systems.ashby.webhooks import AshbyEvent
from systems.charthop import webhooks as charthop
from systems.charthop.webhooks import ChartHopEvent
from systems.webhooks import NotTaken, WrongSignature
from tasks.context import Wiring
from tasks.waking import look_up, wake, wake_sync

log = logging.getLogger("charthop_ashby")


class System(StrEnum):
    """The senders of events."""

    ASHBY = "ashby"
    CHARTHOP = "charthop"


class Noted(StrEnum):
    """The result of an event, also a label of the metrics."""

    WOKEN = "woken"
    SYNC = "sync"
    PING = "ping"
    REPEATED = "repeated"
    OWN = "own"
    NOTHING = "nothing"
    RESTING = "resting"


@dataclass
class Inbox:
    """Receives the events of one deployment."""

    organizations: Organizations
    redis: Redis
    app: celery.Celery
    wiring: Wiring
    _nobody: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def take(
        self, system: System, organization: str, headers: Mapping[str, str], body: bytes
    ) -> Noted:
        """Check one delivery and wake its records.

        Raises NotTaken if it is rejected, WrongSetup and Redis's own errors if it has to be
        delivered again. `headers` are by lower-case name.
        """
        self.organizations.require_readable()
        found, unreadable = self.organizations.look_up_webhook_secrets(
            organization, f"{system}_webhook_secret"
        )
        # Without a secret the work is the same: response times do not reveal who is configured.
        known = [one.get_secret_value().encode() for one in found] or [self._nobody]
        try:
            event = _read(system, headers, body, known)
        except NotTaken as error:
            if unreadable is not None and isinstance(error, WrongSignature):
                raise unreadable from None  # It may be signed with the secret in that file.
            count_refused(self.redis, system)
            raise
        if len(known) > 1 and event.kind != ashby.PING:
            self._note_secret(system, organization, headers, body, known, event.kind)
        return self._note(system, organization, event)

    def _note_secret(
        self,
        system: System,
        organization: str,
        headers: Mapping[str, str],
        body: bytes,
        known: Sequence[bytes],
        kind: str,
    ) -> None:
        """Record which of two secrets it came with: `check` says when the old one can go."""
        for secret in known:
            with suppress(NotTaken):
                _read(system, headers, body, [secret])
                id_ = key_id(secret.decode())
                self.wiring.memory(organization).events.note_secret(system, kind, id_)
                return

    def _note(self, system: System, organization: str, event: AshbyEvent | ChartHopEvent) -> Noted:
        memory = self.wiring.memory(organization)
        known = read_known(memory, system, event)
        if known.is_repeated:
            memory.events.count(system, event.kind, Noted.REPEATED)
            return Noted.REPEATED
        if isinstance(event, AshbyEvent) and event.is_ping:
            memory.events.count(system, event.kind, Noted.PING)
            return Noted.PING
        came = _Arrival(system, organization, memory, event, known)
        if not self.organizations.is_enabled(organization):
            noted = came.note(Noted.RESTING)
        elif isinstance(event, ChartHopEvent):
            noted = self._act_on_charthop(came, event)
        else:
            noted = self._act_on_ashby(came, event)
        where = {"organization": organization}
        log.info("event %s of %s: %s", event.kind, system, noted.value, extra=where)
        return noted

    # Records are noted in the transaction that puts them into the backlog, which sends lost ones
    # again. Everything else is noted last, so that after a failure the next delivery is not taken
    # for a repeat.

    def _act_on_charthop(self, came: "_Arrival", event: ChartHopEvent) -> Noted:
        if event.user_id is not None and event.user_id == came.known.own_user:
            return came.note(Noted.OWN)
        if event.job_id is not None:
            return self._wake(came, jobs_of_charthop(event, came.known))
        if came.known.stopped.paused is not None:
            return came.note(Noted.RESTING)
        wake_sync(self.app, came.memory.events, came.organization)
        return came.note(Noted.SYNC)

    def _act_on_ashby(self, came: "_Arrival", event: AshbyEvent) -> Noted:
        records = records_of_ashby(came.memory, event)
        application = new_hire(came.memory, event) if not records else None
        if application is None:
            return self._wake(came, records)
        look_up(self.app, came.memory, came.organization, application)
        return came.note(Noted.WOKEN)

    def _wake(self, came: "_Arrival", records: Sequence[RecordKey]) -> Noted:
        if not records:
            return came.note(Noted.NOTHING)
        woken = wake(
            self.app,
            came.memory,
            came.organization,
            records,
            self.wiring.window,
            stopped=came.known.stopped,
            also=lambda batch: came.note(Noted.WOKEN, batch),
        )
        return Noted.WOKEN if woken else came.note(Noted.RESTING)


def _read(
    system: System, headers: Mapping[str, str], body: bytes, known: Sequence[bytes]
) -> AshbyEvent | ChartHopEvent:
    """The verified event. Raises NotTaken."""
    read = ashby.read_event if system is System.ASHBY else charthop.read_event
    return read(headers, body, known)


@dataclass(frozen=True)
class Known:
    """The stored data that an event may concern, read at once."""

    is_repeated: bool
    stopped: Stopped
    own_user: str | None
    job: StoredResult | None


@dataclass(frozen=True)
class _Arrival:
    """An event that has been checked, and what is known about it."""

    system: System
    organization: str
    memory: Memory
    event: AshbyEvent | ChartHopEvent
    known: Known

    def note(self, noted: Noted, batch: Batch | None = None) -> Noted:
        """Record its result, so that it is recognised if it is delivered again."""
        self.memory.events.note(self.system, self.event.kind, self.event.key, noted, batch)
        return noted


def read_known(memory: Memory, system: System, event: AshbyEvent | ChartHopEvent) -> Known:
    """Read it in one round trip, as many events may arrive per second."""
    with Batch(memory.redis, atomic=False) as batch:
        seen = memory.events.read_seen(system, event.key, batch) if event.key is not None else None
        stopped = memory.switches.read(batch)
        own_user = memory.events.read_own_user(batch)
        job_id = event.job_id
        job = memory.results.read(job_key(job_id), batch) if job_id is not None else None
    return Known(
        seen is not None and seen.value,
        stopped.value,
        own_user.value,
        job.value if job is not None else None,
    )


def jobs_of_charthop(event: ChartHopEvent, known: Known) -> list[RecordKey]:
    """The job that the event names, except one that is confidential and stays so."""
    assert event.job_id is not None
    is_confidential = known.job is not None and reasons.CONFIDENTIAL.code in known.job.result.codes
    return [] if is_confidential and "sensitive" not in event.fields else [job_key(event.job_id)]


def records_of_ashby(memory: Memory, event: AshbyEvent) -> list[RecordKey]:
    """The known offers and jobs that the event concerns."""
    if event.candidate_ids:
        return [offer_key(id_) for id_ in memory.index.offers_of_candidates(event.candidate_ids)]
    if event.job_id is not None and event.opening_id is not None:
        job = job_key(event.job_id)
        is_ours = memory.results.get(job) is not None
        return [job] if is_ours and not _is_own_opening(memory, event) else []
    if event.offer_id is not None:
        offer = offer_key(event.offer_id)
        return [offer] if event.is_accepted or memory.results.get(offer) is not None else []
    if event.application_id is not None and not _is_told_by_hire(memory, event):
        known = memory.index.offer_of(event.application_id)
        return [offer_key(known)] if known is not None else []
    return []


def new_hire(memory: Memory, event: AshbyEvent) -> str | None:
    """The application in an event about a hire whose offer is not known here."""
    is_news = event.is_hired and event.offer_id is None and not _is_told_by_hire(memory, event)
    return event.application_id if is_news else None


def _is_told_by_hire(memory: Memory, event: AshbyEvent) -> bool:
    """True if a hire caused the event and also came as its own event."""
    if event.action_id is None or event.kind == ashby.HIRE:
        return False
    return memory.events.is_seen(System.ASHBY, ashby.key_of(event.action_id, ashby.HIRE))


def _is_own_opening(memory: Memory, event: AshbyEvent) -> bool:
    """True if the sync created the opening, or is creating one for the job right now."""
    job = job_key(event.job_id or "")
    remembered, known = memory.briefs.get(job), memory.results.get(job)
    linked = {remembered.link, known.result.opening_id if known is not None else None}
    return event.opening_id in linked or remembered.creating is not None
