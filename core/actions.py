"""What may a plan ask for?

A plan is data: it can be printed, counted, held back by a brake, and carried out later by
somebody else. Nothing here knows how an action is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.notes import Notes
from core.outcomes import Change, Outcome
from core.records import Option, Value


@dataclass(frozen=True)
class OpeningDraft:
    """All that `opening.create` can carry. Days are `YYYY-MM-DD`."""

    identifier: str
    description: str
    team_id: str | None
    location_ids: tuple[str, ...]
    employment_type: str
    target_start: str | None
    is_backfill: bool


@dataclass(frozen=True)
class CreateOpening:
    """Make the opening in state Approved, then write its link and its fields in one call."""

    draft: OpeningDraft
    values: Mapping[str, Value]


@dataclass(frozen=True)
class SetValues:
    """Write custom fields of the opening, all in one call."""

    opening_id: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class ClearValues:
    """Empty custom fields of the opening; Ashby may refuse, and then the old values stay."""

    opening_id: str
    titles: Mapping[str, str]
    """Field definition id -> the title that the reason names."""


@dataclass(frozen=True)
class UpdateOpening:
    """Change what the opening's latest version says.

    Ashby has defaults for the last two even in an update, so they are always sent.
    """

    opening_id: str
    changes: Mapping[str, str | None]
    employment_type: str
    is_backfill: bool


@dataclass(frozen=True)
class AddLocation:
    """Add one location to the opening."""

    opening_id: str
    location_id: str


@dataclass(frozen=True)
class RemoveLocation:
    """Take one location off the opening."""

    opening_id: str
    location_id: str


@dataclass(frozen=True)
class CloseOpening:
    """Close the opening, with a close reason where the organization has one."""

    opening_id: str


@dataclass(frozen=True)
class ReopenOpening:
    """Bring a closed opening back to Approved."""

    opening_id: str


@dataclass(frozen=True)
class CreateField:
    """Make a custom field in Ashby. `holder` is Opening, Offer or Application."""

    title: str
    type: str
    holder: str
    marker: str
    options: tuple[Option, ...] = ()
    is_date_only: bool = False


@dataclass(frozen=True)
class SetOptions:
    """Give a picklist its full list; Ashby archives every option that is left out."""

    definition_id: str
    title: str
    options: tuple[Option, ...]


OpeningAction = (
    CreateOpening
    | SetValues
    | ClearValues
    | UpdateOpening
    | AddLocation
    | RemoveLocation
    | CloseOpening
    | ReopenOpening
)
FieldAction = CreateField | SetOptions


@dataclass(frozen=True)
class Plan:
    """What is to be done for one record, and how it ends once that is done.

    No actions means that nothing is to be done: `outcome` then says why (unchanged, skipped,
    held). `notes` go with the outcome whatever is done.
    """

    outcome: Outcome
    actions: tuple[OpeningAction, ...] = ()
    notes: Notes = ()
    opening_id: str | None = None
    changes: tuple[Change, ...] = field(default=())
