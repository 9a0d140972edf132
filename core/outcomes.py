"""How a record ended."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from core.notes import Note, Notes, codes, in_words


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


IN_STEP = frozenset(
    {Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REOPENED, Outcome.UNCHANGED}
)
"""Outcomes of records that both sides have; their notes say what is missing there."""

SAYS_NO_LACK = frozenset({"STORED_OTHERWISE"})
"""Codes of notes that are told of such a record although nothing is missing."""


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
    def missing(self) -> Notes:
        """What a record lacks that is otherwise in step; none where it is not."""
        if self.outcome not in IN_STEP:
            return ()
        return tuple(note for note in self.notes if note.code not in SAYS_NO_LACK)

    @property
    def codes(self) -> list[str]:
        """The codes of the notes: what they are compared, grouped and counted by."""
        return codes(self.notes)

    @property
    def reason(self) -> str | None:
        """The notes in words, for whoever reads them."""
        return in_words(self.notes)


def count_missing(results: Iterable[Result]) -> dict[Note, int]:
    """What is missing from those that are in step, and from how many; the most frequent first."""
    return dict(Counter(note for result in results for note in result.missing).most_common())
