"""How a record ended."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from core.notes import Note, Notes, codes, in_words


class Outcome(StrEnum):
    """The outcome of a record, as `status` prints it."""

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
        """True if a person has to deal with the record."""
        return self in (Outcome.HELD, Outcome.FAILED)


IN_STEP = frozenset(
    {Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REOPENED, Outcome.UNCHANGED}
)
"""Outcomes of records that exist on both sides; their notes say what is missing."""

SAYS_NO_LACK = frozenset({"STORED_OTHERWISE"})
"""Codes of notes that such a record may have although nothing is missing."""


@dataclass(frozen=True)
class Change:
    """One changed attribute, as `explain` shows it.

    `before` and `after` are None if the value is private (names, pay, free text).
    """

    what: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Result:
    """The outcome of one record, with its reasons and changes.

    `fingerprint` is a digest of the compared state. The same state would give the same writes
    again, so a record that ended well is skipped until its fingerprint changes.
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
    def missing(self) -> Notes:
        """The notes on what a record in step lacks; none if the record is not in step."""
        if self.outcome not in IN_STEP:
            return ()
        return tuple(note for note in self.notes if note.code not in SAYS_NO_LACK)

    @property
    def codes(self) -> list[str]:
        """The codes of the notes, by which results are compared, grouped and counted."""
        return codes(self.notes)

    @property
    def reason(self) -> str | None:
        """The notes as text."""
        return in_words(self.notes)


def count_missing(results: Iterable[Result]) -> dict[Note, int]:
    """The notes on what records in step lack, with their counts, the most frequent first."""
    return dict(Counter(note for result in results for note in result.missing).most_common())
