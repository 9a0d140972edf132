"""The records that are kept in step, in our own terms.

The adapters in `systems/` translate between these terms and what ChartHop and Ashby send; only they
know how a call or its JSON is spelled. If a value itself is a vendor's word, such as the state of
an opening, it is used here unchanged (docs/decisions.md, "What core knows").
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Scalar = str | int | float | bool | None

Value = Scalar | Sequence[Scalar] | Mapping[str, Scalar | Mapping[str, Scalar]]
"""A field's value in plain JSON: text, number, bool, list of texts, {"amount", "currency"}, or an
object with such an object inside, like ChartHop's pay."""


class Recruiting(StrEnum):
    """ChartHop's recruiting status, in the words of its screens."""

    ACTIVE = "Active"
    PASSIVE = "Passive"
    INACTIVE = "Inactive"
    OFFER = "Offer"
    PENDING = "Pending"
    CLOSED = "Closed"

    @classmethod
    def read(cls, text: str | None) -> "Recruiting | None":
        """The status with that name in any case, None if there is none."""
        wanted = (text or "").strip().casefold()
        return next((status for status in cls if status.casefold() == wanted), None)


class State(StrEnum):
    """The states of an Ashby opening that matter to a rule."""

    DRAFT = "Draft"
    APPROVED = "Approved"
    OPEN = "Open"
    CLOSED = "Closed"
    FILLED = "Filled"


@dataclass(frozen=True)
class Job:
    """A ChartHop job as far as the sync reads it.

    `requisition` is the requisition code, None if another listed job shares it. Dates are ISO days
    as ChartHop sends them, unchecked. `hiring_manager` and `recruiter` are e-mail addresses.
    `fields` holds the values of the ticked fields by code.
    """

    id: str
    title: str
    status: str | None
    is_open: bool
    requisition: str | None = None
    department: str | None = None
    location: str | None = None
    employment: str | None = None
    start: str | None = None
    hiring_manager: str | None = None
    recruiter: str | None = None
    is_backfill: bool = False
    is_confidential: bool = False
    in_scenario: bool = False
    person_id: str | None = None
    created: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The identifier of the job's opening in Ashby."""
        return self.requisition or self.id


@dataclass(frozen=True)
class Option:
    """One choice of a picklist. `name` is the stable code, `label` the display text."""

    name: str
    label: str
    is_archived: bool = False


@dataclass(frozen=True)
class Field:
    """A ChartHop custom field. `type` and `plural` are ChartHop's words."""

    code: str
    label: str
    type: str
    plural: str = "SINGLE"
    entity: str = "JOB"
    sensitive: str = "ORG"
    is_smart: bool = False
    is_read_only: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Definition:
    """An Ashby custom field. `holder` is Opening, Offer, Application, ... without `_Version`."""

    id: str
    title: str
    type: str
    holder: str
    is_archived: bool = False
    is_date_only: bool = False
    is_required: bool = False
    description: str = ""
    options: tuple[Option, ...] = ()


class Lookup(StrEnum):
    """Ashby's lists in which entries are looked up by name."""

    DEPARTMENTS = "departments"
    LOCATIONS = "locations"
    USERS = "users"
    """By e-mail address."""


@dataclass(frozen=True)
class Entry:
    """An entry of such a list."""

    id: str
    name: str
    is_archived: bool = False


@dataclass(frozen=True)
class CloseReason:
    """A reason for closing an opening, as Ashby lists them."""

    id: str
    text: str
    is_archived: bool = False


class Acceptance(StrEnum):
    """The progress of an offer: accepted, undecided (made, revised, out), or over."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    OVER = "over"


@dataclass(frozen=True)
class OfferTrace:
    """The stored data of an offer: ids, dates and a digest of its terms, nothing personal."""

    id: str
    application_id: str
    acceptance: Acceptance
    decided: str | None
    opening_id: str | None
    start: str | None
    terms: str

    @property
    def is_accepted(self) -> bool:
        """True if the candidate has accepted the current version."""
        return self.acceptance is Acceptance.ACCEPTED


NO_ID = "(no id)"
"""Stands for what somebody wrote in place of a person's id: it may name people."""


@dataclass(frozen=True)
class ApplicationTrace:
    """The stored data of an application. `person_id` is the link to ChartHop's person, or NO_ID.

    `updated` is the day of the last change in UTC, `hired_at` the time at which it became Hired, if
    known.
    """

    id: str
    is_hired: bool
    candidate_id: str
    person_id: str | None = None
    updated: str | None = None
    hired_at: str | None = None
    is_archived: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Offer:
    """The terms of an offer. `start` is a calendar day; `values` are by custom field title.

    `labels` are the display texts of values that are codes of choices, also by title.
    """

    id: str
    application_id: str
    start: str | None
    salary: Mapping[str, Scalar] | None
    """{"amount", "currency"}"""
    values: Mapping[str, Value] = field(default_factory=dict)
    labels: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """The person to hire. The first address and the first number are the primary ones."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A ChartHop person. `job_id` is the job they hold or are announced to start in.

    `last_day` is set for somebody who is leaving or has left.
    """

    id: str
    emails: tuple[str, ...] = ()
    job_id: str | None = None
    last_day: str | None = None

    def job_on(self, day: str) -> str | None:
        """The person's job on that day; None after the last day."""
        has_left = self.last_day is not None and self.last_day < day
        return None if has_left else self.job_id


@dataclass(frozen=True)
class HireChange:
    """A ChartHop change that puts a person into a job from a day on.

    In the change's note, the sync records the offer and the application it was made for, and the
    earlier start days. Only an ACTIVE one is in force; a PROPOSED one waits
    for an approval, and one in CONFLICT with another change for somebody who resolves that.
    """

    id: str
    job_id: str
    person_id: str
    day: str
    offer_id: str | None = None
    application_id: str | None = None
    earlier: tuple[str, ...] = ()
    status: str = "ACTIVE"

    @property
    def is_in_force(self) -> bool:
        """True if the person is hired by it."""
        return self.status == "ACTIVE"


def digest(*parts: object) -> str:
    """A short digest of plain data or of our records; equal data gives equal digests."""
    text = json.dumps(parts, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _plain(part: object) -> object:
    """A record as plain data, for `json`. Converts one level at a time; `asdict` would copy all."""
    return vars(part) if hasattr(part, "__dataclass_fields__") else str(part)


def folded(name: str) -> str:
    """The form of a name, an identifier or an option's label in which it is compared.

    It ignores case, Unicode form, and the number and kind of spaces.
    """
    caseless = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", caseless).split())


def same_name(one: str, other: str) -> bool:
    """True if two names, identifiers or labels mean the same."""
    return folded(one) == folded(other)


def plain_value(raw: object) -> Value:
    """Data from a service as a value; what is nested more deeply than `Value` becomes JSON text."""
    if isinstance(raw, list):
        return [_scalar(one) for one in raw]
    if isinstance(raw, Mapping):
        return {str(name): _part(one) for name, one in raw.items()}
    return _scalar(raw)


def _part(raw: object) -> Scalar | Mapping[str, Scalar]:
    if isinstance(raw, Mapping):
        return {str(name): _scalar(one) for name, one in raw.items()}
    return _scalar(raw)


def _scalar(raw: object) -> Scalar:
    if raw is None or isinstance(raw, str | int | float | bool):
        return raw
    return json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False)
