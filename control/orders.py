"""The orders that a person can give. The journal records each one with its operator."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from control.deployment import Deployment
from control.errors import HeldChanged, NotOneRecord, RecordInWork, RedisAway
from control.records import Directory, as_read, remembered, resolve, spelled
from core import reasons
from core.errors import WrongSetup
from core.keys import RecordKey, RecordKind
from core.notes import Note
from core.outcomes import Outcome, Result
from store.journal import Order

if TYPE_CHECKING:
    # A process that only sends tasks does not wait for imports that only workers need.
    from tasks.context import OrgContext


Held = Mapping[str, tuple[Note, Sequence[RecordKey]]]
"""What the brake holds: the reason and the records by kind."""


@dataclass(frozen=True)
class Operator:
    """Who gives an order. `via` is shell, console or assistant, and also a sync's trigger."""

    name: str
    via: str = "shell"


@dataclass(frozen=True)
class Resumed:
    """`was_paused`: it resumes with the next sync. `in_the_way`: what else prevents that."""

    was_paused: bool
    in_the_way: tuple[Note, ...]


@dataclass(frozen=True)
class Released:
    """What was released from the brake: the reason and the records by kind."""

    held: Held
    number: int


@dataclass(frozen=True)
class Sent:
    """An enqueued task: a whole sync, or that of one `record`."""

    organization: str
    id: str
    record: RecordKey | None = None


def pause(deployment: Deployment, organization: str, by: Operator, reason: str | None) -> str:
    """Stop an organization at once, on every worker; returns the reason shown during the pause."""
    deployment.named(organization)
    why = reason or f"by {by.name}"
    deployment.public_memory(organization).switches.pause(why)
    note(deployment, organization, by, "pause", why)
    return why


def resume(deployment: Deployment, organization: str, by: Operator) -> Resumed:
    """Resume a paused organization with its next sync."""
    deployment.named(organization)
    switches = deployment.public_memory(organization).switches
    was_paused = switches.paused() is not None
    if was_paused:
        switches.resume()
        note(deployment, organization, by, "resume")
    in_the_way = list(dict.fromkeys(switches.refused().values()))
    if organization not in deployment.organizations.enabled():
        in_the_way.insert(0, reasons.SWITCHED_OFF())
    return Resumed(was_paused, tuple(in_the_way))


def digest(held: Held, shown: Mapping[str, str]) -> str:
    """A digest of what the brake holds, in the state in which it is shown."""
    plain = {
        kind: [reason.plain(), sorted(map(str, records))]
        for kind, (reason, records) in held.items()
    }
    text = json.dumps([plain, sorted(shown.items())], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def approve(
    deployment: Deployment, organization: str, by: Operator, seen: str | None = None
) -> Released:
    """Release what the brake holds now, for one sync within a day.

    `seen` is the digest of what was shown to the operator; HeldChanged if it differs.
    """
    deployment.named(organization)
    kept = deployment.public_memory(organization)
    held, shown = kept.switches.held(), kept.switches.shown()
    if seen is not None and not hmac.compare_digest(seen.encode(), digest(held, shown).encode()):
        raise HeldChanged("What the brake holds has changed; review it again.")
    if not held:
        return Released({}, 0)
    number = kept.switches.approve(held, shown)
    told = Result(Outcome.HELD, (reasons.APPROVED(by=by.name),))
    kept.results.tell({record: told for _, records in held.values() for record in records})
    note(deployment, organization, by, "approve", f"{number} records")
    return Released(held, number)


def sync(deployment: Deployment, organization: str, by: Operator, *, full: bool = False) -> Sent:
    """Enqueue a sync of one organization."""
    headers: dict[str, Any] = {"trigger": by.via, **({"full": True} if full else {})}
    sent = deployment.app.send_task("tasks.sync_organization", (organization,), headers=headers)
    note(deployment, organization, by, "sync", "everything" if full else None)
    return Sent(organization, str(sent.id))


def sync_record(deployment: Deployment, organization: str, by: Operator, called: str) -> Sent:
    """Enqueue the task of one record. Raises NotOneRecord."""
    record = find(deployment, organization, called)
    if not record.kind.has_task:
        raise NotOneRecord(f"{record} cannot be synced on its own; sync {organization} instead.")
    sent = _send(deployment, organization, record)
    note(deployment, organization, by, "sync", str(record))
    return Sent(organization, sent, record)


def push(deployment: Deployment, organization: str, by: Operator, called: str) -> Sent:
    """Push a hire that waits for a person, and enqueue its task. Raises NotOneRecord."""
    deployment.enabled(organization)
    record = find(deployment, organization, called, hires_only=True)
    kept = deployment.public_memory(organization)
    kept.switches.push(record.id)
    kept.results.tell({record: Result(Outcome.HELD, (reasons.PUSHED(by=by.name),))})
    note(deployment, organization, by, "push", str(record))
    return Sent(organization, _send(deployment, organization, record), record)


def undo(
    deployment: Deployment, organization: str, by: Operator, called: str
) -> tuple[RecordKey, Result]:
    """Take back a hire that was withdrawn in Ashby; returns the record and its result.

    Raises NotOneRecord, RecordInWork, and NeedsHuman if there is nothing to undo.
    """
    from tasks import hires

    deployment.enabled(organization)
    org = deployment.wiring.context(organization)
    record = find(deployment, organization, called, hires_only=True)
    with org.memory.locks.hold(f"record:{record}", wait=10.0) as lock:
        if lock is None:
            raise RecordInWork(f"a worker is processing {record}; try again in a moment.")
        with org.gate.under(lock):
            result = hires.undo(org, record.id)
        known = org.memory.results.get(record)
        org.memory.results.keep({record: result}, {record: known} if known else {})
    note(deployment, organization, by, "undo", str(record))
    return record, result


def tick(deployment: Deployment, organization: str, by: Operator, codes: Sequence[str]) -> None:
    """Write these codes as the ticked fields. WrongSetup if the file cannot be written.

    The file is the record; before the first run there is no journal for the order.
    """
    from organizations.ticking import set_ticked

    deployment.named(organization)
    set_ticked(deployment.organizations.path, organization, codes)
    with suppress(RedisAway):
        note(deployment, organization, by, "fields", ", ".join(codes) or "none")


def find(
    deployment: Deployment, organization: str, called: str, *, hires_only: bool = False
) -> RecordKey:
    """The record named `called`; reads both services if no sync has seen it yet."""
    try:
        org = deployment.context(organization)
    except WrongSetup:  # only the workers have its keys
        known = remembered(deployment.memory(organization))
        key = spelled(called)
        if key is not None and key.kind.has_task:
            known = replace(known, others=known.others | {key})
        return resolve(organization, called, known, hires_only=hires_only)

    def read() -> Directory:
        from tasks.intake import read_hires
        from tasks.survey import take_survey

        survey = take_survey(org)
        read = as_read(survey, read_hires(org, survey), org.memory)
        return replace(read, others=read.others | _unlisted(org, called))

    return resolve(organization, called, remembered(org.memory), read, hires_only=hires_only)


def _send(deployment: Deployment, organization: str, record: RecordKey) -> str:
    from tasks.dispatch import send

    return send(deployment.app, organization, record)


def _unlisted(org: "OrgContext", called: str) -> frozenset[RecordKey]:
    """The record if it is in no list but can be read by id, such as a job that is not open."""
    key = spelled(called)
    if key is None or key.kind is not RecordKind.JOB:
        return frozenset()
    return frozenset((key,) if org.hris.job(key.id, []) is not None else ())


def note(
    deployment: Deployment, organization: str, by: Operator, what: str, about: str | None = None
) -> None:
    """Record an order and its operator in the journal."""
    deployment.public_memory(organization).journal.note(Order(what, by.name, by.via, about))
