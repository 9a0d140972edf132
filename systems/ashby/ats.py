"""What do Ashby's words mean in ours?"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from core.actions import CreateField, OpeningDraft, SetOptions, UpdateOpening
from core.errors import AnswerLost, Rejected, TryLater
from core.fields import calendar_day
from core.ports import Listing
from core.records import (
    ApplicationTrace,
    Candidate,
    CloseReason,
    Definition,
    Offer,
    OfferTrace,
    Opening,
    Option,
    Place,
    State,
    Value,
    digest,
)
from systems.ashby.client import Client, strange
from systems.ashby.models import (
    ApplicationRow,
    CandidateRow,
    CloseReasonRow,
    ContactInfo,
    DefinitionRow,
    FieldValue,
    OfferRow,
    OpeningRow,
    PlaceRow,
)

T = TypeVar("T")


class AshbyAts:
    """The verbs of `core.ports.Ats`, by Ashby."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def try_read(self, path: str) -> None:
        """One small call to a path that was refused; KeyRefused where it still is."""
        endpoint = path.strip("/")
        if not endpoint.endswith(".list"):
            endpoint = "opening.list"
        try:
            self._client.read(endpoint, {} if endpoint == "closeReason.list" else {"limit": 1})
        except Rejected:
            return  # The key is taken: only the request is not as it should be.

    # Lists

    def openings(self, token: str | None) -> Listing[Opening]:
        """opening.list; it has no filter on state or on archived ones."""
        return self._pass("opening.list", {}, token, read_opening)

    def definitions(self, token: str | None) -> Listing[Definition]:
        """customField.list, archived ones too; it has no filter on the object type."""
        return self._pass("customField.list", {"includeArchived": True}, token, read_definition)

    def departments(self, token: str | None) -> Listing[Place]:
        """department.list; archived ones too, so that an incremental pass reports archiving."""
        return self._pass("department.list", {"includeArchived": True}, token, _read_place)

    def locations(self, token: str | None) -> Listing[Place]:
        """location.list, likewise."""
        return self._pass("location.list", {"includeArchived": True}, token, _read_place)

    def close_reasons(self) -> list[CloseReason]:
        """closeReason.list: those in use. It has neither pages nor a sync token."""
        rows = self._client.read_rows("closeReason.list", {"includeArchived": False})
        read = [_read(CloseReasonRow.model_validate, row, "closeReason.list") for row in rows]
        return [CloseReason(row.id, row.text or "") for row in read if not row.is_archived]

    def find_openings(self, identifier: str) -> list[Opening]:
        """opening.search; whether it matches exactly is not documented, so it is checked here."""
        rows = self._client.read_rows("opening.search", {"identifier": identifier})
        openings = [_read(read_opening, row, "opening.search") for row in rows]
        return [one for one in openings if one.identifier == identifier]

    # Openings

    def opening(self, opening_id: str) -> Opening | None:
        """opening.info. The code for an unknown id is not published; others end in _not_found."""
        try:
            row = self._client.read("opening.info", {"openingId": opening_id})
        except Rejected as error:
            if error.code.endswith("not_found"):
                return None
            raise
        return _read(read_opening, row, "opening.info")

    def create_opening(self, draft: OpeningDraft) -> Opening:
        """opening.create in state Approved; it takes no custom fields."""
        body = {
            "identifier": draft.identifier,
            "description": draft.description,
            "teamId": draft.team_id,
            "locationIds": list(draft.location_ids),
            "targetStartDate": draft.target_start,
            "isBackfill": draft.is_backfill,
            "employmentType": draft.employment_type,
            "openingState": State.APPROVED.value,
        }
        body = {name: value for name, value in body.items() if value not in (None, [])}
        row = self._client.create("opening.create", body)
        try:
            return _read(read_opening, row, "opening.create")
        except TryLater as error:
            raise AnswerLost(error.reason) from None

    def update_opening(self, update: UpdateOpening) -> Opening:
        """opening.update; the schema has defaults for the last two, so they are always sent."""
        return self._write(
            "opening.update",
            {
                "openingId": update.opening_id,
                **update.changes,
                "isBackfill": update.is_backfill,
                "employmentType": update.employment_type,
            },
        )

    def add_location(self, opening_id: str, location_id: str) -> Opening:
        """opening.addLocation."""
        return self._write(
            "opening.addLocation", {"openingId": opening_id, "locationId": location_id}
        )

    def remove_location(self, opening_id: str, location_id: str) -> Opening:
        """opening.removeLocation."""
        return self._write(
            "opening.removeLocation", {"openingId": opening_id, "locationId": location_id}
        )

    def set_state(self, opening_id: str, state: str, close_reason: str | None) -> Opening:
        """opening.setOpeningState. Filled is never settable."""
        body = {"openingId": opening_id, "openingState": state}
        if close_reason is not None:
            body["closeReasonId"] = close_reason
        return self._write("opening.setOpeningState", body)

    def set_opening_values(self, opening_id: str, values: Mapping[str, Value]) -> dict[str, Value]:
        """customField.setValues: all fields of the opening in one call; what it answers is kept."""
        answer = self._client.write(
            "customField.setValues",
            {
                "objectType": "Opening",
                "objectId": opening_id,
                "values": [{"fieldId": id_, "fieldValue": value} for id_, value in values.items()],
            },
        )
        return {**values, **_kept_values(answer)}

    # Hires

    def applications(
        self, token: str | None, person_field: str
    ) -> Listing[tuple[ApplicationTrace, Candidate]]:
        """application.list of the hired ones.

        Whether the filter still selects beside a token is not documented, so the status of each
        is read.
        """
        reader = partial(_read_application, person_field)
        return self._pass("application.list", {"status": "Hired"}, token, reader)

    def application(
        self, application_id: str, person_field: str
    ) -> tuple[ApplicationTrace, Candidate]:
        """application.info."""
        row = self._client.read("application.info", {"applicationId": application_id})
        return _read(partial(_read_application, person_field), row, "application.info")

    def candidate(self, candidate_id: str) -> Candidate:
        """candidate.info: all addresses and numbers, the primary ones first."""
        row = self._client.read("candidate.info", {"id": candidate_id})
        return _read(_read_candidate, row, "candidate.info")

    def offers(self, token: str | None) -> Listing[tuple[OfferTrace, Offer]]:
        """offer.list: all of them, so that one that is cancelled is seen too."""
        return self._pass("offer.list", {}, token, read_offer)

    def offer(self, offer_id: str) -> tuple[OfferTrace, Offer]:
        """offer.info without its form, which can be large."""
        body = {"offerId": offer_id, "excludeFormDefinition": True}
        return _read(read_offer, self._client.read("offer.info", body), "offer.info")

    def set_application_value(self, application_id: str, field_id: str, value: Value) -> None:
        """customField.setValues of one field of an application."""
        self._client.write(
            "customField.setValues",
            {
                "objectType": "Application",
                "objectId": application_id,
                "values": [{"fieldId": field_id, "fieldValue": value}],
            },
        )

    # Field definitions

    def create_field(self, field: CreateField) -> Definition:
        """customField.create. Its word for the holder of versioned objects ends in _Version."""
        holder = f"{field.holder}_Version" if field.holder in ("Opening", "Offer") else field.holder
        body: dict[str, Any] = {
            "title": field.title,
            "fieldType": field.type,
            "objectType": holder,
            "description": f"StoredResult in step with ChartHop. {field.marker}",
        }
        if field.options:
            body["selectableValues"] = [
                {"label": option.label, "value": option.name} for option in field.options
            ]
        if field.type == "Date":
            body["isDateOnlyField"] = field.is_date_only
        row = self._client.create("customField.create", body)
        try:
            return _read(read_definition, row, "customField.create")
        except TryLater as error:
            raise AnswerLost(error.reason) from None

    def set_options(self, options: SetOptions) -> Definition:
        """customField.updateSelectableValues: archives every option that is left out."""
        row = self._client.write(
            "customField.updateSelectableValues",
            {
                "customFieldId": options.definition_id,
                "selectableValues": [
                    {"label": option.label, "value": option.name, "isArchived": False}
                    for option in options.options
                ],
            },
        )
        return _read(read_definition, row, "customField.updateSelectableValues")

    def _write(self, endpoint: str, body: Mapping[str, Any]) -> Opening:
        return _read(read_opening, self._client.write(endpoint, body), endpoint)

    def _pass(
        self,
        endpoint: str,
        body: Mapping[str, Any],
        token: str | None,
        reader: Callable[[Any], T],
    ) -> Listing[T]:
        return Listing(
            *self._client.read_list(endpoint, body, token, lambda row: _read(reader, row, endpoint))
        )


def _read(reader: Callable[[Any], T], row: Any, endpoint: str) -> T:
    try:
        return reader(row)
    except ValidationError:
        raise strange(endpoint, "an item that cannot be read") from None


def read_opening(row: Any) -> Opening:
    """An opening out of its wire form; unset values are left out of `values`."""
    read = OpeningRow.model_validate(row)
    version = read.version
    return Opening(
        id=read.id,
        state=read.state or "",
        identifier=version.identifier or "",
        description=version.description or "",
        is_archived=bool(read.is_archived),
        team_id=version.team_id,
        location_ids=tuple(version.location_ids or ()),
        employment_type=version.employment_type,
        target_start=calendar_day(version.target_start),
        is_backfill=bool(version.is_backfill),
        values={
            value.id: value.value
            for value in version.custom_fields or ()
            if value.value is not None
        },
    )


def _kept_values(rows: Any) -> dict[str, Value]:
    """The values that an answer tells; nothing where it tells them in a form that is unknown."""
    try:
        read = [FieldValue.model_validate(row) for row in rows or ()]
    except (TypeError, ValidationError):
        return {}
    return {one.id: one.value for one in read}


def read_definition(row: Any) -> Definition:
    """A custom field definition; Opening and Opening_Version mean the same holder."""
    read = DefinitionRow.model_validate(row)
    return Definition(
        id=read.id,
        title=read.title or "",
        type=read.field_type or "",
        holder=(read.object_type or "").removesuffix("_Version"),
        is_archived=bool(read.is_archived),
        is_date_only=bool(read.is_date_only),
        description=read.description or "",
        options=tuple(
            Option(one.value, one.label or one.value, bool(one.is_archived))
            for one in read.values or ()
            if one.value
        ),
    )


def _read_place(row: Any) -> Place:
    read = PlaceRow.model_validate(row)
    return Place(read.id, read.name or "", bool(read.is_archived))


def _read_application(person_field: str, row: Any) -> tuple[ApplicationTrace, Candidate]:
    read = ApplicationRow.model_validate(row)
    values = {value.id: value.value for value in read.custom_fields or ()}
    person_id = values.get(person_field)
    trace = ApplicationTrace(
        id=read.id,
        is_hired=read.status == "Hired",
        candidate_id=read.candidate.id,
        person_id=str(person_id).strip() or None if person_id is not None else None,
    )
    return trace, _candidate(read.candidate)


def _read_candidate(row: Any) -> Candidate:
    return _candidate(CandidateRow.model_validate(row))


def _candidate(read: CandidateRow) -> Candidate:
    def values(primary: ContactInfo | None, others: list[ContactInfo] | None) -> tuple[str, ...]:
        rest = sorted(others or (), key=lambda one: not one.is_primary)
        found = [one.value.strip() for one in (primary, *rest) if one and one.value]
        return tuple(dict.fromkeys(filter(None, found)))

    return Candidate(
        name=(read.name or "").strip(),
        emails=values(read.email, read.emails),
        phones=values(read.phone, read.phones),
    )


def read_offer(row: Any) -> tuple[OfferTrace, Offer]:
    """An offer: what is remembered of it, and its terms.

    The digest leaves out what says nothing about the terms (version ids, who wrote them).
    """
    read = OfferRow.model_validate(row)
    version = read.version
    salary = version.salary
    offer = Offer(
        id=read.id,
        application_id=read.application_id,
        start=calendar_day(version.start),
        salary={"amount": salary.value, "currency": salary.currency}
        if salary is not None and salary.value is not None and salary.currency
        else None,
        values={
            one.title: one.value
            for one in version.custom_fields or ()
            if one.title and one.value is not None
        },
    )
    trace = OfferTrace(
        id=read.id,
        application_id=read.application_id,
        is_accepted=read.status == "Accepted",
        decided=read.decided or version.created,
        opening_id=version.opening_id,
        start=offer.start,
        terms=digest(offer),
    )
    return trace, offer
