"""Ashby's answers, as far as the sync reads them.

The published schema almost never allows null, but real answers contain it, so every property except
ids may be missing or null, and enumerations are open.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.records import same_name
from core.values import calendar_day
from systems.parsing import Id


class Wire(BaseModel):
    """Ignores unknown keys; its error messages never repeat the data."""

    model_config = ConfigDict(
        extra="ignore", hide_input_in_errors=True, populate_by_name=True, allow_inf_nan=False
    )


class Page(Wire):
    """A page of a list. Only the last page has a `sync_token`."""

    results: list[Any]
    more: bool | None = Field(None, alias="moreDataAvailable")
    next_cursor: str | None = Field(None, alias="nextCursor")
    sync_token: str | None = Field(None, alias="syncToken")

    @property
    def is_last(self) -> bool:
        """True if no page follows; without the flag, the cursor decides."""
        return self.next_cursor is None if self.more is None else not self.more


class FieldValue(Wire):
    """The value of one custom field; `id` is the id of the definition."""

    id: Id
    value: Any = None


Text = Annotated[str, BeforeValidator(lambda value: value or "")]
Ids = Annotated[tuple[Id, ...], BeforeValidator(lambda value: value or ())]
Day = Annotated[str | None, BeforeValidator(calendar_day)]
Truth = Annotated[bool, BeforeValidator(bool)]


HIRING_MANAGER = "Hiring Manager"
RECRUITER = "Recruiter"
"""Titles of the hiring team's roles that the sync manages."""


def _members(role: str) -> BeforeValidator:
    """The ids of the users with that role on the hiring team."""

    def read(team: Any) -> tuple[Any, ...]:
        members = [one for one in team or () if isinstance(one, dict)]
        return tuple(one.get("userId") for one in members if same_name(str(one.get("role")), role))

    return BeforeValidator(read)


class OpeningVersion(Wire):
    """The latest version of an opening.

    Its attributes are those of `core.openings.OpeningDetails`; their aliases are Ashby's names, in
    answers and in requests.
    """

    identifier: Text = ""
    title: Text = Field("", alias="description")
    department_id: Id | None = Field(None, alias="teamId")
    location_ids: Ids = Field((), alias="locationIds")
    employment_type: str | None = Field(None, alias="employmentType")
    target_start: Day = Field(None, alias="targetStartDate")
    is_backfill: Truth = Field(False, alias="isBackfill")
    hiring_manager_ids: Annotated[tuple[Id, ...], _members(HIRING_MANAGER)] = Field(
        (), alias="hiringTeam"
    )
    recruiter_ids: Annotated[tuple[Id, ...], _members(RECRUITER)] = Field((), alias="hiringTeam")
    custom_fields: list[FieldValue] | None = Field(None, alias="customFields")


def wire_name(attribute: str) -> str:
    """Ashby's name for an attribute of an opening."""
    return OpeningVersion.model_fields[attribute].alias or attribute


class OpeningRow(Wire):
    """An opening."""

    id: Id
    state: str | None = Field(None, alias="openingState")
    is_archived: bool | None = Field(None, alias="isArchived")
    close_reason_id: Id | None = Field(None, alias="closeReasonId")
    version: OpeningVersion = Field(default_factory=OpeningVersion, alias="latestVersion")


class SelectableValue(Wire):
    """One choice of a picklist."""

    label: str | None = None
    value: str | None = None
    is_archived: bool | None = Field(None, alias="isArchived")


class DefinitionRow(Wire):
    """A custom field definition. `object_type` may end in `_Version`."""

    id: Id
    title: str | None = None
    field_type: str | None = Field(None, alias="fieldType")
    object_type: str | None = Field(None, alias="objectType")
    is_archived: bool | None = Field(None, alias="isArchived")
    is_date_only: bool | None = Field(None, alias="isDateOnlyField")
    is_required: bool | None = Field(None, alias="isRequired")
    description: str | None = None
    values: list[SelectableValue] | None = Field(None, alias="selectableValues")


class EntryRow(Wire):
    """A department or a location."""

    id: Id
    name: str | None = None
    is_archived: bool | None = Field(None, alias="isArchived")


class UserRow(Wire):
    """A user of Ashby."""

    id: Id
    email: str | None = None
    is_enabled: bool | None = Field(None, alias="isEnabled")


class RoleRow(Wire):
    """A role on hiring teams."""

    id: Id
    title: str | None = None


class CloseReasonRow(Wire):
    """A close reason; its text is in `reasonText`."""

    id: Id
    text: str | None = Field(None, alias="reasonText")
    is_archived: bool | None = Field(None, alias="isArchived")


class ContactInfo(Wire):
    """An e-mail address or a phone number."""

    value: str | None = None
    is_primary: bool | None = Field(None, alias="isPrimary")


class CandidateRow(Wire):
    """A candidate, or the short form inside an application. It has a single name."""

    id: Id
    name: str | None = None
    page: str | None = Field(None, alias="profileUrl")
    email: ContactInfo | None = Field(None, alias="primaryEmailAddress")
    phone: ContactInfo | None = Field(None, alias="primaryPhoneNumber")
    emails: list[ContactInfo] | None = Field(None, alias="emailAddresses")
    phones: list[ContactInfo] | None = Field(None, alias="phoneNumbers")


class Stage(Wire):
    """A stage of an interview plan."""

    id: str | None = None


class StageEntry(Wire):
    """The time at which an application entered a stage."""

    stage_id: str | None = Field(None, alias="stageId")
    entered: str | None = Field(None, alias="enteredStageAt")


class ApplicationRow(Wire):
    """An application. Only application.info has `history`."""

    id: Id
    status: str | None = None
    updated: str | None = Field(None, alias="updatedAt")
    stage: Stage | None = Field(None, alias="currentInterviewStage")
    history: list[StageEntry] | None = Field(None, alias="applicationHistory")
    candidate: CandidateRow
    custom_fields: list[FieldValue] | None = Field(None, alias="customFields")


class Salary(Wire):
    """The pay of an offer, without an interval."""

    value: float | int | None = None
    currency: str | None = Field(None, alias="currencyCode")


class OfferValue(Wire):
    """The value of an offer's custom field, by its title."""

    title: str | None = None
    value: Any = None
    label: Any = Field(None, alias="valueLabel")


class OfferVersion(Wire):
    """The latest terms of an offer. `start` is typed as a timestamp but means a calendar day."""

    start: str | None = Field(None, alias="startDate")
    salary: Salary | None = None
    opening_id: Id | None = Field(None, alias="openingId")
    created: str | None = Field(None, alias="createdAt")
    custom_fields: list[OfferValue] | None = Field(None, alias="customFields")


class OfferRow(Wire):
    """An offer."""

    id: Id
    application_id: Id = Field(alias="applicationId")
    status: str | None = Field(None, alias="acceptanceStatus")
    decided: str | None = Field(None, alias="decidedAt")
    version: OfferVersion = Field(default_factory=OfferVersion, alias="latestVersion")
