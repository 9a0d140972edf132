"""How did a record end?"""

from dataclasses import dataclass, field
from enum import StrEnum

from core.notes import Notes, codes, in_words


class Outcome(StrEnum):
    """What `status` prints of a record."""

    CREATED = "created"
    UPDATED = "updated"
    CLOSED = "closed"
    REOPENED = "reopened"
    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    HELD = "held"
    FAILED = "failed"

    @property
    def wants_attention(self) -> bool:
        """Whether somebody has to look at the record."""
        return self in (Outcome.HELD, Outcome.FAILED)


@dataclass(frozen=True)
class Change:
    """One attribute that was changed, as `explain` tells it.

    `before` and `after` are None where the value is nobody's business (names, pay, free text).
    """

    what: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Result:
    """The outcome of one record with all that is told of it.

    `fingerprint` is a digest of what was compared. A plan made from the same state again would ask
    for the same writes, so a record that ended well is left alone until its fingerprint changes.
    """

    outcome: Outcome
    notes: Notes = ()
    opening_id: str | None = None
    person_id: str | None = None
    fingerprint: str | None = None
    changes: tuple[Change, ...] = field(default=())
    calls: int = 0
    """API calls that a task made for it."""

    @property
    def codes(self) -> list[str]:
        """The codes of the notes: what they are compared, grouped and counted by."""
        return codes(self.notes)

    @property
    def reason(self) -> str | None:
        """The notes in words, for whoever reads them."""
        return in_words(self.notes)
