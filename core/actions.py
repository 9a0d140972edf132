"""The actions that a plan may consist of.

A plan is data: it can be printed, counted, held back by a brake, and carried out later by
somebody else. Nothing here knows how an action is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.notes import Notes
from core.openings import OpeningDetails
from core.outcomes import Change, Outcome
from core.records import Option, Value


class Action:
    """One thing to be done; each kind of record has actions of its own."""


@dataclass(frozen=True)
class CreateOpening(Action):
    """Make the opening, and write its link and its fields in one call.

    `by_draft`: it is made as a Draft and approved once it has its values, because the organization
    has required opening fields, and a create takes no values.
    """

    details: OpeningDetails
    values: Mapping[str, Value]
    by_draft: bool = False


@dataclass(frozen=True)
class ApproveOpening(Action):
    """Bring a Draft that the sync made to Approved, once it has its values."""

    opening_id: str


@dataclass(frozen=True)
class SetValues(Action):
    """Write custom fields of the opening, all in one call."""

    opening_id: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class ClearValues(Action):
    """Empty custom fields of the opening; Ashby may refuse, and then the old values stay."""

    opening_id: str
    titles: Mapping[str, str]
    """Field definition id -> the title that the reason names."""


@dataclass(frozen=True)
class UpdateOpening(Action):
    """Change what the opening's latest version says: these attributes, to what is wanted."""

    opening_id: str
    wanted: OpeningDetails
    changed: frozenset[str]


@dataclass(frozen=True)
class AddTo(Action):
    """Add one id to an attribute of the opening that holds several."""

    opening_id: str
    attribute: str
    added: str


@dataclass(frozen=True)
class RemoveFrom(Action):
    """Take one id out of such an attribute."""

    opening_id: str
    attribute: str
    removed: str


@dataclass(frozen=True)
class CloseOpening(Action):
    """Close the opening, with a close reason where the organization has one."""

    opening_id: str


@dataclass(frozen=True)
class ReopenOpening(Action):
    """Bring a closed opening back to Approved."""

    opening_id: str


@dataclass(frozen=True)
class CreateField(Action):
    """Make a custom field in Ashby. `holder` is Opening, Offer or Application.

    `code` is that of the ChartHop field, or the name of one of the sync's own.
    """

    title: str
    type: str
    holder: str
    code: str
    options: tuple[Option, ...] = ()
    is_date_only: bool = False

    @property
    def marker(self) -> str:
        """What its description ends with."""
        return marker(self.code)


@dataclass(frozen=True)
class SetOptions(Action):
    """Give a picklist its full list; Ashby archives every option that is left out."""

    definition_id: str
    title: str
    options: tuple[Option, ...]
    code: str
    holder: str


def marker(code: str) -> str:
    """What the description of a field made by the sync ends with: the durable link to its code."""
    return f"[charthop:{code}]"


@dataclass(frozen=True)
class CreatePerson(Action):
    """Make the person. `values` are flat ChartHop field codes."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class UpdatePerson(Action):
    """Change fields of the person."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class FillJob(Action):
    """Hire the person into the job from `start` on, announced today."""

    job_id: str
    start: str


@dataclass(frozen=True)
class MoveHire(Action):
    """The person starts on another day; `earlier` are the days that were meant before."""

    change_id: str
    start: str
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class UpdateJob(Action):
    """Change fields of the job. `day` is when it takes effect, None: today."""

    job_id: str
    values: Mapping[str, Value]
    day: str | None = None


@dataclass(frozen=True)
class LinkPerson(Action):
    """Write the person's id on the application: everything is done."""

    application_id: str


@dataclass(frozen=True)
class CancelHire(Action):
    """Take the person out of the job again."""

    change_id: str


@dataclass(frozen=True)
class UnlinkPerson(Action):
    """Take the person's id off the application: a new acceptance is a new hire."""

    application_id: str


OpeningAction = (
    CreateOpening
    | SetValues
    | ClearValues
    | UpdateOpening
    | AddTo
    | RemoveFrom
    | ApproveOpening
    | CloseOpening
    | ReopenOpening
)
HireAction = (
    CreatePerson
    | UpdatePerson
    | FillJob
    | MoveHire
    | UpdateJob
    | LinkPerson
    | CancelHire
    | UnlinkPerson
)
FieldAction = CreateField | SetOptions


@dataclass(frozen=True)
class Plan:
    """What is to be done for one record, and how it ends once that is done.

    No actions means that nothing is to be done: `outcome` then says why (unchanged, skipped,
    held). `notes` go with the outcome whatever is done. `person_id` is the person that a hire
    became, None where none is made yet.
    """

    outcome: Outcome
    actions: tuple[Action, ...] = ()
    notes: Notes = ()
    opening_id: str | None = None
    changes: tuple[Change, ...] = field(default=())
    person_id: str | None = None

    def has(self, kind: type[Action]) -> bool:
        """Whether an action of that kind is among them."""
        return any(isinstance(action, kind) for action in self.actions)
