"""The records of an Ashby account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCOPES = (
    "jobs:read",
    "jobs:write",
    "candidates:read",
    "candidates:write",
    "offers:read",
    "organization:read",
    "organization:write",
    "hiringProcessMetadata:read",
    "hiringProcessMetadata:write",
    "apiKeys:read",
    "apiKeys:write",
)
"""Every permission that an endpoint of the sandbox asks for."""

ALL = frozenset(SCOPES)

OPTIONAL = frozenset({"organization:write", "apiKeys:write"})
"""Those that only hiring teams and the setting up of webhooks need."""

VERSION_FIELDS = (
    "identifier",
    "description",
    "teamId",
    "jobIds",
    "targetHireDate",
    "targetStartDate",
    "isBackfill",
    "employmentType",
    "locationIds",
)
"""What is editable in an opening's latest version."""


@dataclass
class Record:
    """Anything that lists deliver: `index` is its place in them, `changed` its last change."""

    id: str
    index: int
    changed: int
    created_at: str
    created_ms: int


@dataclass
class Opening(Record):
    """An opening.

    `version` holds the editable part under Ashby's names, `values` its custom fields by id, and
    `hiring_team` pairs of user id and role id.
    """

    state: str = "Draft"
    opened_at: str | None = None
    closed_at: str | None = None
    archived_at: str | None = None
    close_reason_id: str | None = None
    version_id: str = ""
    version_at: str = ""
    version: dict[str, Any] = field(default_factory=dict)
    hiring_team: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Option:
    """One choice of a select field."""

    label: str
    value: str
    archived: bool = False


@dataclass
class CustomField(Record):
    """A definition; `object_type` is as definitions spell it: Opening, Offer, Application ..."""

    title: str = ""
    object_type: str = "Opening"
    field_type: str = "String"
    options: list[Option] = field(default_factory=list)
    description: str | None = None
    archived: bool = False
    private: bool = False
    required: bool = False
    date_only: bool = False


@dataclass
class Candidate(Record):
    """A person who applied; `emails` and `phones` begin with the primary one."""

    name: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    updated_at: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Application(Record):
    """A candidate considered for a job; `history` is stage titles and when they were entered."""

    candidate_id: str = ""
    job_id: str = ""
    status: str = "Active"
    updated_at: str = ""
    archived_at: str | None = None
    history: list[tuple[str, str, str]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class OfferVersion:
    """The terms of an offer; every edit makes another.

    `approval` is Ashby's approvalStatus, None where no approval process is set up.
    """

    id: str
    created_at: str
    start_date: str | None
    salary: tuple[float, str] | None
    opening_id: str | None
    values: dict[str, Any]
    approval: str | None = None


@dataclass
class Offer(Record):
    """An offer made in an application; the last of `versions` counts."""

    application_id: str = ""
    status: str = "Created"
    decided_at: str | None = None
    versions: list[OfferVersion] = field(default_factory=list)

    @property
    def latest(self) -> OfferVersion:
        """The version that counts."""
        return self.versions[-1]


@dataclass
class Named(Record):
    """A department, a location, a close reason or a job: something with a name."""

    name: str = ""
    archived: bool = False


@dataclass
class Webhook:
    """Where events of one type go; without a secret they are not signed."""

    id: str
    type: str
    url: str
    secret: str | None
    enabled: bool = True


@dataclass
class User(Record):
    """Somebody who works in Ashby."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    enabled: bool = True
