"""What is in one Ashby account, and what do recruiters do in it by hand?"""

# ruff: noqa: N803 - Ashby's own spelling of the names is kept.

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sandbox.ashby.oddities import AshbyOddities
from sandbox.ashby.records import (
    VERSION_FIELDS,
    Application,
    Candidate,
    CustomField,
    Named,
    Offer,
    OfferVersion,
    Opening,
    Option,
    Record,
    User,
)
from sandbox.ashby.shapes import shown_opening, shown_value
from sandbox.ashby.values import normal_value
from sandbox.wire import HasSandbox, Sandbox, locked

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Holds(Protocol):
    """An object whose custom fields can be set."""

    values: dict[str, Any]


class Account(HasSandbox):
    """One account. Its dicts of records by id are open to look into.

    `scopes` are the permissions of its key and may be changed at any time.
    """

    def __init__(
        self, world: Sandbox, oddities: AshbyOddities, key: str, scopes: Iterable[str]
    ) -> None:
        self.world = world
        self.oddities = oddities
        self.key = key
        self.scopes = set(scopes)
        self.title = "ChartHop sync"
        self.openings: dict[str, Opening] = {}
        self.custom_fields: dict[str, CustomField] = {}
        self.applications: dict[str, Application] = {}
        self.offers: dict[str, Offer] = {}
        self.candidates: dict[str, Candidate] = {}
        self.departments: dict[str, Named] = {}
        self.locations: dict[str, Named] = {}
        self.close_reasons: dict[str, Named] = {}
        self.jobs: dict[str, Named] = {}
        self.users: dict[str, User] = {}
        self.changes = 0
        self.generation = 0
        self._made = 0
        self.id = self.new_id()
        self.created_at = self.stamp()
        self.stages = {title: self.new_id() for title in ("Active", "Hired", "Archived", "Lead")}
        self.plan_id = self.new_id()
        self.author_id = self.new_id()

    # The settings of the account.

    @locked
    def add_department(self, name: str, archived: bool = False) -> str:
        """A new department; gives its id."""
        return self.put(self.departments, self.record(Named, name=name, archived=archived)).id

    @locked
    def add_location(self, name: str, archived: bool = False) -> str:
        """A new location; gives its id."""
        return self.put(self.locations, self.record(Named, name=name, archived=archived)).id

    @locked
    def add_close_reason(self, text: str, archived: bool = False) -> str:
        """A new reason why openings are closed; gives its id."""
        return self.put(self.close_reasons, self.record(Named, name=text, archived=archived)).id

    @locked
    def add_job(self, title: str) -> str:
        """A new job that openings and applications belong to; gives its id."""
        return self.put(self.jobs, self.record(Named, name=title)).id

    @locked
    def add_user(self, first: str, last: str, email: str) -> str:
        """A new user; gives the id."""
        user = self.record(User, first_name=first, last_name=last, email=email)
        return self.put(self.users, user).id

    @locked
    def add_custom_field(
        self,
        title: str,
        fieldType: str,
        objectType: str = "Opening",
        selectableValues: Sequence[str | Mapping[str, str]] = (),
        isDateOnlyField: bool = False,
    ) -> str:
        """A new custom field; an option is a {"label", "value"} or a word that is both."""
        options = [
            Option(one, one) if isinstance(one, str) else Option(one["label"], one["value"])
            for one in selectableValues
        ]
        made = self.record(
            CustomField,
            title=title,
            object_type=objectType.removesuffix("_Version"),
            field_type=fieldType,
            options=options,
            date_only=isDateOnlyField,
        )
        return self.put(self.custom_fields, made).id

    @locked
    def archive_custom_field(self, field_id: str) -> None:
        """An admin archives a custom field."""
        self.custom_fields[field_id].archived = True
        self.touch(self.custom_fields[field_id])

    # Openings.

    @locked
    def add_opening(self, identifier: str | None, state: str = "Draft", **version: Any) -> str:
        """A recruiter makes an opening; `version` has Ashby's names, such as description."""
        opening = self.record(Opening)
        opening.version = {
            "identifier": identifier or f"OPN-{opening.index}",
            "description": None,
            "teamId": None,
            "jobIds": [],
            "targetHireDate": None,
            "targetStartDate": None,
            "isBackfill": False,
            "employmentType": "FullTime",
            "locationIds": [],
            **_known(version),
        }
        self.put(self.openings, opening)
        self.new_version(opening)
        self.enter(opening, state)
        return opening.id

    @locked
    def edit_opening(self, opening_id: str, **version: Any) -> None:
        """A recruiter edits the opening's latest version, under Ashby's names."""
        opening = self.openings[opening_id]
        opening.version.update(_known(version))
        self.new_version(opening)

    @locked
    def set_opening_field(self, opening_id: str, title: str, value: Any) -> None:
        """A recruiter types a value into a custom field; None empties it."""
        opening = self.openings[opening_id]
        self.set_value(opening, self.field_titled(title, "Opening"), value)

    @locked
    def set_state(self, opening_id: str, state: str) -> None:
        """A recruiter sets the state. Filled, which only a hire brings about, can be set here."""
        self.enter(self.openings[opening_id], state)

    @locked
    def archive_opening(self, opening_id: str) -> None:
        """A recruiter archives the opening."""
        opening = self.openings[opening_id]
        opening.archived_at = self.stamp()
        self.touch(opening)

    @locked
    def delete_opening(self, opening_id: str) -> None:
        """The opening is gone; no list says so."""
        del self.openings[opening_id]

    @locked
    def opening(self, opening_id: str) -> dict[str, Any]:
        """The opening as the API shows it."""
        return shown_opening(self, self.openings[opening_id])

    @locked
    def opening_field(self, opening_id: str, title: str) -> Any:
        """The value of an opening's custom field as the API shows it, None where it has none."""
        opening = self.openings[opening_id]
        for field in self.custom_fields.values():
            titled = field.title == title and field.object_type == "Opening"
            if titled and field.id in opening.values:
                return shown_value(self, field, opening.values[field.id])["value"]
        return None

    # Candidates, applications and offers.

    @locked
    def add_candidate(self, name: str, email: str | None = None, phone: str | None = None) -> str:
        """Somebody who applies; gives the candidate's id."""
        candidate = self.record(
            Candidate,
            name=name,
            emails=[email] if email else [],
            phones=[phone] if phone else [],
            updated_at=self.stamp(),
        )
        return self.put(self.candidates, candidate).id

    @locked
    def add_application(
        self, candidate_id: str, status: str = "Active", job_id: str | None = None
    ) -> str:
        """The candidate applies for a job, any one unless given; gives the application's id."""
        job = job_id or next(iter(self.jobs), None) or self.add_job("Open application")
        application = self.record(
            Application, candidate_id=candidate_id, job_id=job, updated_at=self.stamp()
        )
        self.put(self.applications, application)
        self.set_application_status(application.id, status)
        return application.id

    @locked
    def set_application_status(self, application_id: str, status: str) -> None:
        """The application becomes Active, Hired, Archived or Lead."""
        application = self.applications[application_id]
        application.status = status
        application.updated_at = self.stamp()
        application.archived_at = self.stamp() if status == "Archived" else None
        application.history.append((self.new_id(), status, self.stamp()))
        self.touch(application)
        if status == "Hired" and self.oddities.fills_at == "hired":
            for offer in self.offers_of(application_id):
                if offer.status == "Accepted":
                    self._fill(offer)

    @locked
    def add_offer(
        self,
        application_id: str,
        opening_id: str | None = None,
        startDate: str | None = "2026-12-01T00:00:00.000Z",
        salary: tuple[float, str] | None = (120000, "USD"),
        acceptanceStatus: str = "Created",
        customFields: Mapping[str, Any] | None = None,
    ) -> str:
        """An offer is made; `customFields` has values by the titles of offer fields."""
        offer = self.record(Offer, application_id=application_id)
        offer.versions.append(
            OfferVersion(self.new_id(), self.stamp(), startDate, salary, opening_id, {})
        )
        self._set_offer_fields(offer.latest, customFields or {})
        self.put(self.offers, offer)
        if acceptanceStatus == "Accepted":
            self.accept_offer(offer.id)
        offer.status = acceptanceStatus
        return offer.id

    @locked
    def edit_offer(
        self, offer_id: str, customFields: Mapping[str, Any] | None = None, **terms: Any
    ) -> None:
        """The offer gets a new version; `terms` are startDate, salary and openingId."""
        offer = self.offers[offer_id]
        last = offer.latest
        version = OfferVersion(
            self.new_id(),
            self.stamp(),
            terms.pop("startDate", last.start_date),
            terms.pop("salary", last.salary),
            terms.pop("openingId", last.opening_id),
            dict(last.values),
        )
        if terms:
            raise TypeError(f"an offer has no {', '.join(terms)}")
        self._set_offer_fields(version, customFields or {})
        offer.versions.append(version)
        self.touch(offer)

    @locked
    def accept_offer(self, offer_id: str, decidedAt: str | None = None) -> None:
        """The candidate accepts, now unless `decidedAt` says when."""
        offer = self.offers[offer_id]
        offer.status = "Accepted"
        offer.decided_at = decidedAt or self.stamp()
        self.touch(offer)
        hired = self.applications[offer.application_id].status == "Hired"
        if self.oddities.fills_at == "accepted" or (hired and self.oddities.fills_at == "hired"):
            self._fill(offer)

    @locked
    def cancel_offer(self, offer_id: str) -> None:
        """The offer is withdrawn."""
        offer = self.offers[offer_id]
        offer.status = "Cancelled"
        self.touch(offer)

    @locked
    def merge_candidates(self, keep: str, drop: str) -> None:
        """Two candidates turn out to be one: `drop` is gone, its applications belong to `keep`."""
        kept, dropped = self.candidates[keep], self.candidates.pop(drop)
        kept.emails += [email for email in dropped.emails if email not in kept.emails]
        kept.phones += [phone for phone in dropped.phones if phone not in kept.phones]
        kept.updated_at = self.stamp()
        self.touch(kept)
        for application in self.applications.values():
            if application.candidate_id == drop:
                application.candidate_id = keep
                application.updated_at = self.stamp()
                self.touch(application)

    @locked
    def expire_tokens(self) -> None:
        """Every cursor and sync token given so far is too old from now on."""
        self.generation += 1

    # What the API does, too.

    def offers_of(self, application_id: str) -> list[Offer]:
        """The offers made in an application."""
        return [one for one in self.offers.values() if one.application_id == application_id]

    def enter(self, opening: Opening, state: str, reason_id: str | None = None) -> None:
        """Set the state of an opening, with what goes with it."""
        opening.state = state
        opening.closed_at = self.stamp() if state in ("Closed", "Filled") else None
        opening.close_reason_id = reason_id if state == "Closed" else None
        if state == "Open":
            opening.opened_at = self.stamp()
        self.touch(opening)

    def new_version(self, opening: Opening) -> None:
        """Something in the latest version was edited: it is another version now."""
        opening.version_id = self.new_id()
        opening.version_at = self.stamp()
        self.touch(opening)

    def set_value(self, holder: Holds, field: CustomField, value: Any) -> None:
        """Store a value that `values.normal_value` accepts; raises `values.BadValue`."""
        stored = None if value is None else normal_value(field, value, self.oddities.trims_text)
        if stored is None:
            holder.values.pop(field.id, None)
        else:
            holder.values[field.id] = stored
        if isinstance(holder, Opening) and self.oddities.values_make_versions:
            self.new_version(holder)
        elif isinstance(holder, Record):
            self.touch(holder)

    def field_titled(self, title: str, object_type: str) -> CustomField:
        """The custom field of that title; raises KeyError where there is none."""
        for field in self.custom_fields.values():
            if field.title == title and field.object_type == object_type and not field.archived:
                return field
        raise KeyError(f"no custom field {title!r} on {object_type}")

    def record(self, kind: type[AnyRecord], **values: Any) -> AnyRecord:
        """A new record with its id, its place in the lists, and the time."""
        self._made += 1
        milliseconds = int(self.world.clock() * 1000)
        return kind(
            id=self.new_id(),
            index=self._made,
            changed=0,
            created_at=self.stamp(),
            created_ms=milliseconds,
            **values,
        )

    def put(self, where: dict[str, AnyRecord], record: AnyRecord) -> AnyRecord:
        """Add a new record to its collection."""
        where[record.id] = record
        self.touch(record)
        return record

    def touch(self, record: Record) -> None:
        """The record has changed: passes with an older sync token deliver it."""
        self.changes += 1
        record.changed = self.changes

    def stamp(self) -> str:
        """Now, as Ashby writes it."""
        return self.world.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """A version 4 UUID out of the sandbox's own randomness."""
        return str(uuid.UUID(int=self.world.rng.getrandbits(128), version=4))

    def _fill(self, offer: Offer) -> None:
        opening = self.openings.get(offer.latest.opening_id or "")
        if opening is not None:
            self.enter(opening, "Filled")

    def _set_offer_fields(self, version: OfferVersion, values: Mapping[str, Any]) -> None:
        for title, value in values.items():
            self.set_value(version, self.field_titled(title, "Offer"), value)


def _known(version: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in version:
        if name not in VERSION_FIELDS:
            raise TypeError(f"an opening has no {name}")
    return version
