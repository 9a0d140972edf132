"""The requests that Ashby accepts: one model per endpoint; anything else is `invalid_input`."""

# ruff: noqa: N815 - Ashby's own spelling of the names is kept.

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.ashby.paging import MAXIMUM, Ask
from sandbox.forms import Body

# RFC 4122: a version from 1 to 8 and the usual variant, or all zeros, or all ones.
Uuid = Annotated[
    str,
    Field(
        pattern=r"^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-"
        r"[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|"
        r"ffffffff-ffff-ffff-ffff-ffffffffffff)$"
    ),
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Employment = Literal["FullTime", "PartTime", "Intern", "Contract", "Temporary", ""]
State = Literal["Draft", "Approved", "Open", "Closed"]
Acceptance = Literal["Accepted", "Declined", "Pending", "Created", "Cancelled", "WaitingOnResponse"]
OfferStatus = Literal[
    "WaitingOnApprovalStart",
    "WaitingOnOfferApproval",
    "WaitingOnApprovalDefinition",
    "WaitingOnCandidateResponse",
    "CandidateRejected",
    "CandidateAccepted",
    "OfferCancelled",
]
Approval = Literal["Approved", "WaitingOnApprovals", "Declined"]


class Nothing(Body):
    """An empty body."""


class Listing(Body):
    """A paged list with sync tokens."""

    cursor: str | None = None
    syncToken: str | None = None
    limit: Annotated[int, Field(ge=1, le=MAXIMUM)] = MAXIMUM

    def ask(self) -> Ask:
        """The part that is about paging."""
        return Ask(self.cursor, self.syncToken, self.limit)


class DatedListing(Listing):
    """A list that can begin at a creation time, in milliseconds."""

    createdAfter: int | None = None


class ArchivableListing(Listing):
    """A list whose archived entries come only when asked for."""

    includeArchived: bool = False


class LocationListing(ArchivableListing):
    """The list of locations."""

    includeLocationHierarchy: bool = False


class ApplicationListing(DatedListing):
    """The list of applications."""

    status: Literal["Hired", "Archived", "Active", "Lead"] | None = None
    jobId: Uuid | None = None
    expand: list[Literal["openings"]] = Field(default_factory=list)


class OfferListing(DatedListing):
    """The list of offers."""

    offerStatus: Annotated[list[OfferStatus], Field(min_length=1)] | None = None
    acceptanceStatus: Annotated[list[Acceptance], Field(min_length=1)] | None = None
    approvalStatus: Annotated[list[Approval], Field(min_length=1)] | None = None
    applicationId: Uuid | None = None


class CloseReasonListing(Body):
    """The list of close reasons, which takes no cursor."""

    includeArchived: bool = False


class OpeningInfo(Body):
    """One opening."""

    openingId: Uuid


class OpeningSearch(Body):
    """Openings by identifier."""

    identifier: str


class _Editable(Body):
    identifier: str | None = None
    description: str | None = None
    teamId: Uuid | None = None
    targetHireDate: Day | None = None
    targetStartDate: Day | None = None
    isBackfill: bool | None = None
    employmentType: Employment | None = None


class OpeningCreate(_Editable):
    """A new opening."""

    locationIds: list[Uuid] | None = None
    jobIds: list[Uuid] | None = None
    openingState: State | None = None


class OpeningUpdate(_Editable):
    """New values for an opening; neither state nor locations nor jobs."""

    openingId: Uuid


class OpeningLocation(Body):
    """A location put to an opening, or taken from it."""

    openingId: Uuid
    locationId: Uuid


class OpeningState(Body):
    """Another state for an opening; Filled is none of them."""

    openingId: Uuid
    openingState: State
    closeReasonId: Uuid | None = None


class OpeningArchived(Body):
    """An opening archived, or taken out of the archive."""

    openingId: Uuid
    archive: bool


class NewOption(Body):
    """An option of a new select field."""

    label: str
    value: str


class FieldCreate(Body):
    """A new custom field. The object types are spelled otherwise than in definitions."""

    fieldType: Literal[
        "Boolean",
        "CompensationRange",
        "Currency",
        "Date",
        "LongText",
        "MultiValueSelect",
        "Number",
        "NumberRange",
        "String",
        "ValueSelect",
        "Url",
        "UUID",
    ]
    objectType: Literal[
        "Application",
        "Candidate",
        "Job",
        "Employee",
        "Talent_Project",
        "Opening_Version",
        "Offer_Version",
    ]
    title: Annotated[str, Field(min_length=1)]
    description: str | None = None
    selectableValues: list[NewOption] | None = None
    isDateOnlyField: bool | None = None
    isExposableToCandidate: bool = False


class FieldInfo(Body):
    """One custom field."""

    customFieldId: Uuid


class EditedOption(NewOption):
    """An option that is to exist."""

    isArchived: bool = False


class FieldOptions(Body):
    """The full list of options of a select field: what is left out is archived."""

    customFieldId: Uuid
    selectableValues: list[EditedOption]


Holder = Literal["Application", "Candidate", "Job", "Opening"]


class OneValue(Body):
    """One value of one custom field."""

    fieldId: Uuid
    fieldValue: Any


class SetValues(Body):
    """Several values for one object."""

    objectId: Uuid
    objectType: Holder
    values: Annotated[list[OneValue], Field(min_length=1)]


class ApplicationInfo(Body):
    """One application."""

    applicationId: Uuid
    expand: list[Literal["openings", "applicationFormSubmissions", "referrals"]] = Field(
        default_factory=list
    )


class OfferInfo(Body):
    """One offer."""

    offerId: Uuid
    excludeFormDefinition: bool = False


class CandidateInfo(Body):
    """One candidate, by exactly one of two ids."""

    id: Uuid | None = None
    externalMappingId: str | None = None


class UserSearch(Body):
    """Users by e-mail address."""

    email: str


class WebhookCreate(Body):
    """A new webhook; every type that has a payload."""

    webhookType: Literal[
        "applicationSubmit",
        "applicationUpdate",
        "candidateHire",
        "candidateStageChange",
        "candidateDelete",
        "candidateMerge",
        "interviewPlanTransition",
        "interviewScheduleCreate",
        "interviewScheduleUpdate",
        "jobCreate",
        "jobUpdate",
        "jobPostingDelete",
        "jobPostingUpdate",
        "jobPostingPublish",
        "jobPostingUnpublish",
        "offerCreate",
        "offerUpdate",
        "offerDelete",
        "openingCreate",
        "pushToHRIS",
        "signatureRequestUpdate",
        "surveySubmit",
    ]
    requestUrl: Annotated[str, Field(pattern=r"^https?://")]
    secretToken: Annotated[str, Field(min_length=1)]


class WebhookInfo(Body):
    """One webhook."""

    webhookId: Uuid


class WebhookUpdate(WebhookInfo):
    """New values for a webhook."""

    enabled: bool | None = None
    requestUrl: Annotated[str, Field(pattern=r"^https?://")] | None = None
    secretToken: Annotated[str, Field(min_length=1)] | None = None


class UserInfo(Body):
    """One user."""

    userId: Uuid


class UserListing(Listing):
    """The list of users."""

    includeDeactivated: bool = False


class RoleListing(Body):
    """The roles of hiring teams."""

    namesOnly: bool = True


class TeamMember(Body):
    """A user in a role on the hiring team of an opening."""

    openingId: Uuid
    teamMemberId: Uuid
    roleId: Uuid
