"""What a person can order. Every order is noted with who gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from control.deployment import Deployment
from control.errors import RecordInWork
from core import reasons
from core.keys import RecordKey, offer_key
from core.notes import Note
from core.outcomes import Outcome, Result
from store.journal import Order
from tasks import hires
from tasks.base import send


@dataclass(frozen=True)
class Operator:
    """Who gives an order. `via`: shell, console or assistant; it is a sync's trigger, too."""

    name: str
    via: str = "shell"


@dataclass(frozen=True)
class Resumed:
    """`was_paused`: it goes on with the next sync. `in_the_way`: what else keeps it from that."""

    was_paused: bool
    in_the_way: tuple[Note, ...]


@dataclass(frozen=True)
class Released:
    """What the brake held and was let go: by kind the reason and the records."""

    held: Mapping[str, tuple[Note, Sequence[RecordKey]]]
    number: int


@dataclass(frozen=True)
class Sent:
    """A task that was enqueued: a whole sync, or of one `record`."""

    organization: str
    id: str
    record: RecordKey | None = None


def pause(deployment: Deployment, organization: str, by: Operator, reason: str | None) -> str:
    """Stop an organization at once, on every worker; what is said while it is paused."""
    deployment.named(organization)
    why = reason or f"by {by.name}"
    deployment.public_memory(organization).switches.pause(why)
    _note(deployment, organization, by, "pause", why)
    return why


def resume(deployment: Deployment, organization: str, by: Operator) -> Resumed:
    """Let a paused organization go on with its next sync."""
    deployment.named(organization)
    switches = deployment.public_memory(organization).switches
    was_paused = switches.paused() is not None
    if was_paused:
        switches.resume()
        _note(deployment, organization, by, "resume")
    return Resumed(was_paused, tuple(dict.fromkeys(switches.refused().values())))


def approve(deployment: Deployment, organization: str, by: Operator) -> Released:
    """Release what the brake holds now, once and for a day."""
    deployment.named(organization)
    kept = deployment.public_memory(organization)
    held = kept.switches.held()
    if not held:
        return Released({}, 0)
    number = kept.switches.approve(held)
    told = Result(Outcome.HELD, (reasons.APPROVED(by=by.name),))
    kept.results.tell({record: told for _, records in held.values() for record in records})
    _note(deployment, organization, by, "approve", f"{number} records")
    return Released(held, number)


def sync(deployment: Deployment, organization: str, by: Operator, *, full: bool = False) -> Sent:
    """Enqueue a sync of one organization."""
    headers: dict[str, Any] = {"trigger": by.via, **({"full": True} if full else {})}
    sent = deployment.app.send_task("tasks.sync_organization", (organization,), headers=headers)
    _note(deployment, organization, by, "sync", "everything" if full else None)
    return Sent(organization, str(sent.id))


def sync_record(deployment: Deployment, organization: str, by: Operator, record: RecordKey) -> Sent:
    """Enqueue the task of one record."""
    sent = send(deployment.app, organization, record, awaited=True)
    _note(deployment, organization, by, "sync", str(record))
    return Sent(organization, sent, record)


def push(deployment: Deployment, organization: str, by: Operator, offer: str) -> Sent:
    """Let a hire go that waits for a person, and enqueue its task."""
    deployment.enabled(organization)
    kept = deployment.public_memory(organization)
    kept.switches.push(offer)
    record = offer_key(offer)
    kept.results.tell({record: Result(Outcome.HELD, (reasons.PUSHED(by=by.name),))})
    _note(deployment, organization, by, "push", str(record))
    return Sent(organization, send(deployment.app, organization, record, awaited=True), record)


def undo(deployment: Deployment, organization: str, by: Operator, offer: str) -> Result:
    """Take a hire back that was withdrawn in Ashby; how the record stands afterwards.

    Raises RecordInWork, and NeedsHuman where there is nothing to undo.
    """
    deployment.enabled(organization)
    org = deployment.wiring.context(organization)
    record = offer_key(offer)
    with org.memory.locks.hold(f"record:{record}", wait=10.0) as lock:
        if lock is None:
            raise RecordInWork(f"a worker is at work on {record}; try again in a moment.")
        with org.gate.under(lock):
            result = hires.undo(org, offer)
        known = org.memory.results.get(record)
        org.memory.results.keep({record: result}, {record: known} if known else {})
    _note(deployment, organization, by, "undo", str(record))
    return result


def _note(
    deployment: Deployment, organization: str, by: Operator, what: str, about: str | None = None
) -> None:
    deployment.public_memory(organization).journal.note(Order(what, by.name, by.via, about))
