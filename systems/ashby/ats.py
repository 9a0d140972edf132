"""Translates Ashby's records into our terms, and our actions into Ashby's calls."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from core import reasons
from core.actions import CreateField, SetOptions, UpdateOpening
from core.errors import AnswerLost, Rejected, TryLater
from core.openings import ATTRIBUTES, Opening, OpeningDetails
from core.ports import Listing
from core.records import (
    ApplicationTrace,
    Candidate,
    CloseReason,
    Definition,
    Entry,
    Lookup,
    Offer,
    OfferTrace,
    State,
    Value,
    same_name,
)
from systems.ashby.client import Client, strange
from systems.ashby.hire_rows import (
    NOBODY,
    read_application,
    read_candidate,
    read_candidate_page,
    read_offer,
)
from systems.ashby.models import HIRING_MANAGER, RECRUITER, RoleRow, wire_name
from systems.ashby.reading import (
    read,
    read_close_reason,
    read_definition,
    read_entry,
    read_opening,
    read_user,
    read_values,
)

T = TypeVar("T")

LOOKUPS: Mapping[Lookup, tuple[str, Mapping[str, Any], Callable[[Any], Entry]]] = {
    Lookup.DEPARTMENTS: ("department.list", {"includeArchived": True}, read_entry),
    Lookup.LOCATIONS: ("location.list", {"includeArchived": True}, read_entry),
    Lookup.USERS: ("user.list", {"includeDeactivated": True}, read_user),
}
"""The list behind each look-up, with archived entries, so that archiving is noticed later."""

ALWAYS_SENT = frozenset({"is_backfill", "employment_type"})
"""Attributes that opening.update resets to the schema's defaults if a call omits them."""

ADD: Mapping[str, tuple[str, str, str]] = {
    "location_ids": ("opening.addLocation", "opening.removeLocation", "locationId"),
}
"""Attributes with ids: the endpoints to add and remove one, and the name of the id."""

ROLES: Mapping[str, str] = {"hiring_manager_ids": HIRING_MANAGER, "recruiter_ids": RECRUITER}
"""Attributes of the hiring team, with the titles of their roles."""


log = logging.getLogger("charthop_ashby")


@dataclass(frozen=True)
class UnreadableRow:
    """A row of a list with too little data; only its id is known."""

    id: str


class AshbyAts:
    """Implements `core.ports.Ats` for Ashby."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def try_read(self, path: str) -> None:
        """Repeat a read that was refused, as a test; KeyRefused if it still is."""
        endpoint = path.strip("/")
        if not endpoint.endswith(".list"):
            endpoint = "opening.list"
        try:
            self._client.read(endpoint, {} if endpoint == "closeReason.list" else {"limit": 1})
        except Rejected:
            return  # The key is accepted: only the request is invalid.

    # Lists

    def openings(self, token: str | None) -> Listing[Opening]:
        """opening.list; it cannot filter by state or archived openings."""
        return self._pass("opening.list", {}, token, read_opening)

    def definitions(self, token: str | None) -> Listing[Definition]:
        """customField.list, including archived ones; it cannot filter by object type."""
        return self._pass("customField.list", {"includeArchived": True}, token, read_definition)

    def definition(self, definition_id: str) -> Definition | None:
        """customField.info."""
        return self._info("customField.info", {"customFieldId": definition_id}, read_definition)

    def entries(self, lookup: Lookup, token: str | None) -> Listing[Entry]:
        """The list behind a look-up."""
        endpoint, body, reader = LOOKUPS[lookup]
        return self._pass(endpoint, body, token, reader)

    def close_reasons(self) -> list[CloseReason]:
        """closeReason.list, including archived ones. It has neither pages nor a sync token."""
        return self._readable("closeReason.list", {"includeArchived": True}, read_close_reason)

    def find_openings(self, identifier: str) -> list[Opening]:
        """opening.search; exact matching is not documented, so matches are checked here."""
        rows = self._client.read_rows("opening.search", {"identifier": identifier})
        openings = [read(read_opening, row, "opening.search") for row in rows]
        return [one for one in openings if same_name(one.identifier, identifier)]

    # Openings

    def opening(self, opening_id: str) -> Opening | None:
        """opening.info."""
        return self._info("opening.info", {"openingId": opening_id}, read_opening)

    def create_opening(self, details: OpeningDetails, state: State) -> Opening:
        """opening.create; it takes no custom fields."""
        said = {wire_name(name): getattr(details, name) for name in ATTRIBUTES if name not in ROLES}
        body = {name: value for name, value in said.items() if value not in (None, ())}
        row = self._client.create("opening.create", {**body, "openingState": state.value})
        try:
            return read(read_opening, row, "opening.create")
        except TryLater as error:
            raise AnswerLost(error.reason) from None

    def update_opening(self, update: UpdateOpening) -> Opening:
        """opening.update."""
        sent = {
            wire_name(name): getattr(update.wanted, name) for name in update.changed | ALWAYS_SENT
        }
        return self._write("opening.update", {"openingId": update.opening_id, **sent})

    def add_to(self, opening: Opening, attribute: str, added: str) -> Opening:
        """opening.addLocation, and the like."""
        if attribute in ROLES:
            self._set_member("hiringTeam.addMember", opening, attribute, added)
            return _with(opening, attribute, (*getattr(opening, attribute), added))
        endpoint, _, called = ADD[attribute]
        return self._write(endpoint, {"openingId": opening.id, called: added})

    def remove_from(self, opening: Opening, attribute: str, removed: str) -> Opening:
        """opening.removeLocation, and the like."""
        if attribute in ROLES:
            self._set_member("hiringTeam.removeMember", opening, attribute, removed)
            left = tuple(one for one in getattr(opening, attribute) if one != removed)
            return _with(opening, attribute, left)
        _, endpoint, called = ADD[attribute]
        return self._write(endpoint, {"openingId": opening.id, called: removed})

    def _set_member(self, endpoint: str, opening: Opening, attribute: str, user_id: str) -> None:
        """Change the opening's hiring team, never a job's: its people would lose access."""
        body = {"openingId": opening.id, "teamMemberId": user_id, "roleId": self._role(attribute)}
        try:
            self._client.write(endpoint, body)
        except Rejected as error:
            if not (endpoint.endswith("removeMember") and error.code.endswith("not_found")):
                raise

    def _role(self, attribute: str) -> str:
        """hiringTeamRole.list: the id of the role."""
        title = ROLES[attribute]
        roles = self._readable("hiringTeamRole.list", {"namesOnly": False}, RoleRow.model_validate)
        for role in roles:
            if same_name(role.title or "", title):
                return role.id
        raise Rejected(
            reasons.REJECTED(system="Ashby", what="hiringTeamRole.list", code=f"no role {title}"),
            "no_such_role",
        )

    def set_state(self, opening_id: str, state: str, close_reason: str | None) -> Opening:
        """opening.setOpeningState. Filled is never settable."""
        body = {"openingId": opening_id, "openingState": state}
        if close_reason is not None:
            body["closeReasonId"] = close_reason
        return self._write("opening.setOpeningState", body)

    def set_archived(self, opening_id: str, *, archived: bool) -> Opening:
        """opening.setArchived; the flag is called `archive`."""
        return self._write("opening.setArchived", {"openingId": opening_id, "archive": archived})

    def set_opening_values(self, opening_id: str, values: Mapping[str, Value]) -> dict[str, Value]:
        """customField.setValues: all fields of the opening in one call; returns stored values."""
        answer = self._client.write(
            "customField.setValues",
            {
                "objectType": "Opening",
                "objectId": opening_id,
                "values": [{"fieldId": id_, "fieldValue": value} for id_, value in values.items()],
            },
        )
        return {**values, **read_values(answer)}

    # Hires

    def applications(
        self, token: str | None, person_field: str
    ) -> Listing[tuple[ApplicationTrace, Candidate]]:
        """application.list of Hired applications.

        Whether the filter still applies together with a token is not documented, so the status of
        each one is read.
        """
        reader = partial(read_application, person_field)
        return self._pass("application.list", {"status": "Hired"}, token, reader)

    def application(
        self, application_id: str, person_field: str
    ) -> tuple[ApplicationTrace, Candidate] | None:
        """application.info; deleted and hidden applications give the same answer."""
        body = {"applicationId": application_id}
        return self._info("application.info", body, partial(read_application, person_field))

    def candidate(self, candidate_id: str) -> Candidate | None:
        """candidate.info: all addresses and numbers, the primary ones first."""
        return self._info("candidate.info", {"id": candidate_id}, read_candidate)

    def candidate_page(self, candidate_id: str) -> str | None:
        """The `profileUrl` of candidate.info."""
        return self._info("candidate.info", {"id": candidate_id}, read_candidate_page)

    def offers(self, token: str | None) -> Listing[tuple[OfferTrace, Offer]]:
        """offer.list: all offers, so that a cancelled one is seen too."""
        return self._pass("offer.list", {}, token, read_offer)

    def offer(self, offer_id: str) -> tuple[OfferTrace, Offer] | None:
        """offer.info without its form, which can be large."""
        body = {"offerId": offer_id, "excludeFormDefinition": True}
        return self._info("offer.info", body, read_offer)

    def offers_of(self, application_id: str) -> list[tuple[OfferTrace, Offer]]:
        """offer.list of one application."""
        body = {"applicationId": application_id}
        return list(self._pass("offer.list", body, None, read_offer).items)

    def link_person(self, application_id: str, field_id: str, person_id: str | None) -> None:
        """Write the person's id on an application; None removes it.

        Whether null clears a field is not documented; if Ashby refuses it, a dash is written.
        """
        try:
            self._set_application_value(application_id, field_id, person_id)
        except Rejected:
            if person_id is not None:
                raise
            self._set_application_value(application_id, field_id, NOBODY)

    def _set_application_value(self, application_id: str, field_id: str, value: Value) -> None:
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
        """customField.create. The holder of versioned objects ends in _Version there."""
        holder = f"{field.holder}_Version" if field.holder in ("Opening", "Offer") else field.holder
        body: dict[str, Any] = {
            "title": field.title,
            "fieldType": field.type,
            "objectType": holder,
            "description": f"Kept in step with ChartHop. {field.marker}",
        }
        if field.options:
            body["selectableValues"] = [
                {"label": option.label, "value": option.name} for option in field.options
            ]
        if field.type == "Date":
            body["isDateOnlyField"] = field.is_date_only
        row = self._client.create("customField.create", body)
        try:
            return read(read_definition, row, "customField.create")
        except TryLater as error:
            raise AnswerLost(error.reason) from None

    def set_options(self, options: SetOptions) -> Definition:
        """customField.updateSelectableValues; archives every option that is left out."""
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
        return read(read_definition, row, "customField.updateSelectableValues")

    def _info(self, endpoint: str, body: Mapping[str, Any], reader: Callable[[Any], T]) -> T | None:
        """One object by id. The codes for an unknown id are not published; all end in not_found."""
        try:
            row = self._client.read(endpoint, body)
        except Rejected as error:
            if error.code.endswith("not_found"):
                return None
            raise
        return read(reader, row, endpoint)

    def _write(self, endpoint: str, body: Mapping[str, Any]) -> Opening:
        return read(read_opening, self._client.write(endpoint, body), endpoint)

    def _readable(
        self, endpoint: str, body: Mapping[str, Any], reader: Callable[[Any], T]
    ) -> list[T]:
        """The readable rows of a list without pages. TryLater if it has rows but none of them."""
        rows = self._client.read_rows(endpoint, body)
        readable = []
        for row in rows:
            with suppress(ValidationError):
                readable.append(reader(row))
        if rows and not readable:
            raise strange(endpoint, "no row that can be read")
        return readable

    def _pass(
        self,
        endpoint: str,
        body: Mapping[str, Any],
        token: str | None,
        reader: Callable[[Any], T],
    ) -> Listing[T]:
        """A reading of a list in which an unreadable row does not affect the others."""

        def read_or_tell(row: Any) -> T | UnreadableRow:
            try:
                return reader(row)
            except ValidationError:
                return UnreadableRow(str(row["id"]))

        rows = self._client.read_list(endpoint, body, token, read_or_tell)
        listing = Listing(
            [one for one in rows.items if not isinstance(one, UnreadableRow)],
            rows.token,
            rows.is_full,
            frozenset(one.id for one in rows.items if isinstance(one, UnreadableRow)),
            rows.nameless,
        )
        if unread := len(listing.unreadable) + listing.nameless:
            log.warning("%s", reasons.UNREADABLE_ROWS(system="Ashby", what=endpoint, count=unread))
        return listing


def _with(opening: Opening, attribute: str, ids: tuple[str, ...]) -> Opening:
    changes: dict[str, Any] = {attribute: ids}
    return replace(opening, **changes)
