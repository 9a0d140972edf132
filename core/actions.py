"""The actions that a plan may consist of.

A plan is data: it can be printed, counted, held back by a brake, and carried out later elsewhere.
Nothing here knows how an action is carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.notes import Notes
from core.openings import OpeningDetails
from core.outcomes import Change, Outcome
from core.records import Option, Value


class Action:
    """One step of a plan. Each kind of record has its own actions."""


@dataclass(frozen=True)
class CreateOpening(Action):
    """Create the opening, then write its link and its fields in one call.

    `by_draft`: create it as a Draft and approve it once it has its values, because the organization
    has required opening fields and a create takes no values.
    """

    details: OpeningDetails
    values: Mapping[str, Value]
    by_draft: bool = False


@dataclass(frozen=True)
class ApproveOpening(Action):
    """Set a Draft that the sync created to Approved, once it has its values."""

    opening_id: str


@dataclass(frozen=True)
class SetValues(Action):
    """Write custom fields of the opening, all in one call."""

    opening_id: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class ClearValues(Action):
    """Clear custom fields of the opening. If Ashby refuses, the old values stay."""

    opening_id: str
    titles: Mapping[str, str]
    """Field definition id -> the title that the reason names."""


@dataclass(frozen=True)
class UpdateOpening(Action):
    """Set the attributes in `changed` to their wanted values, in the opening's latest version."""

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
    """Remove one id from an attribute of the opening that holds several."""

    opening_id: str
    attribute: str
    removed: str


@dataclass(frozen=True)
class CloseOpening(Action):
    """Close the opening, with a close reason if the organization has one."""

    opening_id: str


@dataclass(frozen=True)
class ReopenOpening(Action):
    """Set a closed opening to Approved again."""

    opening_id: str


@dataclass(frozen=True)
class CreateField(Action):
    """Create a custom field in Ashby. `holder` is Opening, Offer or Application.

    `code` is the code of the ChartHop field, or the name of one of the sync's own fields.
    """

    title: str
    type: str
    holder: str
    code: str
    options: tuple[Option, ...] = ()
    is_date_only: bool = False

    @property
    def marker(self) -> str:
        """The end of the field's description."""
        return marker(self.code)


@dataclass(frozen=True)
class SetOptions(Action):
    """Set the full list of a picklist's options; Ashby archives every option that is left out."""

    definition_id: str
    title: str
    options: tuple[Option, ...]
    code: str
    holder: str


def marker(code: str) -> str:
    """The end of the description of a field that the sync created: the durable link to its code."""
    return f"[charthop:{code}]"


@dataclass(frozen=True)
class CreatePerson(Action):
    """Create the person. `values` are by flat ChartHop field code."""

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
    """Move the start to another day. `earlier` are the start days planned before."""

    change_id: str
    start: str
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class UpdateJob(Action):
    """Change fields of the job. `day` is when the change takes effect; None means today."""

    job_id: str
    values: Mapping[str, Value]
    day: str | None = None


@dataclass(frozen=True)
class LinkPerson(Action):
    """Write the person's id on the application; the last step of a hire."""

    application_id: str


@dataclass(frozen=True)
class CancelHire(Action):
    """Delete the HIRE change, which takes the person out of the job again."""

    change_id: str


@dataclass(frozen=True)
class UnlinkPerson(Action):
    """Remove the person's id from the application, so that a new acceptance is a new hire."""

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
    """The actions for one record, and its outcome once they are done.

    Without actions, `outcome` says why there is nothing to do (unchanged, skipped, held). `notes`
    accompany the outcome in any case. `person_id` is the person that a hire became, None if there
    is none yet.
    """

    outcome: Outcome
    actions: tuple[Action, ...] = ()
    notes: Notes = ()
    opening_id: str | None = None
    changes: tuple[Change, ...] = field(default=())
    person_id: str | None = None

    def has(self, kind: type[Action]) -> bool:
        """True if the plan has an action of that kind."""
        return any(isinstance(action, kind) for action in self.actions)
