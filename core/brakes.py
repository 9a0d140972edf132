"""The mass-change brake: how much change at once is too much.

Arithmetic only. What the brake holds waits until somebody approves it; the rest proceeds.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from core import reasons
from core.keys import RecordKey
from core.notes import Note


class MassChange(StrEnum):
    """A kind of change that is held if there is too much of it at once."""

    CLOSE = "close"
    CREATE = "create"
    HIRE = "hire"


SMALLEST_CROWD = 10
"""The number of linked openings below which a percentage of them means nothing."""


@dataclass(frozen=True)
class Limits:
    """The organization's limits for one sync."""

    close_percent: int = 30
    create_openings: int = 200
    create_persons: int = 25


Approval = tuple[str, RecordKey]
"""A `MassChange`, maybe of another version, and the record that it was released for."""


@dataclass(frozen=True)
class Held:
    """The records of one kind of change that wait, and the reason with its figures."""

    kind: MassChange
    records: frozenset[RecordKey]
    reason: Note


@dataclass(frozen=True)
class Proposal:
    """The changes that one sync is about to make, by record.

    `linked` counts the linked openings that are neither closed, filled, archived nor gone;
    `jobs_listed` the open jobs that ChartHop listed.
    """

    closing: Set[RecordKey]
    creating: Set[RecordKey]
    hiring: Set[RecordKey]
    linked: int
    jobs_listed: int


def brake(
    proposal: Proposal, limits: Limits, organization: str, approved: Set[Approval] = frozenset()
) -> list[Held]:
    """The kinds of change that are too many at once, without what an operator has `approved`."""
    held: list[Held] = []

    def unapproved(kind: MassChange, records: Set[RecordKey]) -> frozenset[RecordKey]:
        return frozenset(record for record in records if (kind, record) not in approved)

    closing = unapproved(MassChange.CLOSE, proposal.closing)
    share = limits.close_percent / 100
    if proposal.jobs_listed == 0 and len(closing) > 1:
        reason = reasons.BRAKE_EMPTY(count=len(closing), organization=organization)
        held.append(Held(MassChange.CLOSE, closing, reason))
    elif proposal.linked >= SMALLEST_CROWD and len(closing) > share * proposal.linked:
        reason = reasons.BRAKE_CLOSE(
            count=len(closing),
            total=proposal.linked,
            limit=limits.close_percent,
            organization=organization,
        )
        held.append(Held(MassChange.CLOSE, closing, reason))
    creating = unapproved(MassChange.CREATE, proposal.creating)
    if proposal.linked and len(creating) > limits.create_openings:
        reason = reasons.BRAKE_CREATE(
            count=len(creating), limit=limits.create_openings, organization=organization
        )
        held.append(Held(MassChange.CREATE, creating, reason))
    hiring = unapproved(MassChange.HIRE, proposal.hiring)
    if len(hiring) > limits.create_persons:
        reason = reasons.BRAKE_PERSONS(
            count=len(hiring), limit=limits.create_persons, organization=organization
        )
        held.append(Held(MassChange.HIRE, hiring, reason))
    return held
