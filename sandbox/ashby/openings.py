"""The opening.* endpoints, and those of the hiring team of an opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Rejected
from sandbox.ashby.records import Opening
from sandbox.ashby.shapes import shown_member, shown_opening
from sandbox.forms import is_day

_EDITABLE = (
    "identifier",
    "description",
    "teamId",
    "targetHireDate",
    "targetStartDate",
    "isBackfill",
    "employmentType",
)


def info(account: Account, body: requests.OpeningInfo) -> Any:
    """Answer opening.info."""
    return shown_opening(account, _opening(account, body.openingId))


def search(account: Account, body: requests.OpeningSearch) -> Any:
    """Answer opening.search; like the lists it may lag."""
    wanted = body.identifier
    found = []
    for opening in account.listing("opening").records:
        identifier = opening.version["identifier"] or ""
        if opening.archived_at is not None and not account.oddities.search_archived:
            continue
        if account.oddities.search == "contains":
            hit = wanted.casefold() in identifier.casefold()
        else:
            hit = wanted == identifier
        if hit:
            found.append(account.row(opening, shown_opening(account, opening)))
    return found


def create(account: Account, body: requests.OpeningCreate) -> Any:
    """Answer opening.create; the state is Draft unless the call says otherwise."""
    given = _checked(account, body)
    for location_id in body.locationIds or ():
        _exists(account.locations, location_id, "location")
    for job_id in body.jobIds or ():
        _exists(account.jobs, job_id, "job")
    _refuse_taken(account, given.get("identifier"), None)
    _refuse_beyond_draft(account, body.openingState or "Draft")
    given = {name: value for name, value in given.items() if value is not None}
    opening_id = account.add_opening(
        given.pop("identifier", None),
        body.openingState or "Draft",
        locationIds=list(dict.fromkeys(body.locationIds or ())),
        jobIds=list(dict.fromkeys(body.jobIds or ())),
        **given,
    )
    return shown_opening(account, account.openings[opening_id])


def _refuse_beyond_draft(account: Account, state: str) -> None:
    """A create takes no custom fields, so required ones are missing in every new opening."""
    rule = account.oddities.create_beyond_draft
    if state == "Draft" or rule == "accepted":
        return
    if rule == "refused":
        raise Rejected("invalid_input", "openingState: a new opening has to be approved first")
    _refuse_incomplete(account, {})


def _refuse_incomplete(account: Account, values: Mapping[str, Any]) -> None:
    missing = [one.title for one in account.required_opening_fields() if one.id not in values]
    if missing:
        raise Rejected("invalid_input", f"Missing required fields: {', '.join(missing)}")


def update(account: Account, body: requests.OpeningUpdate) -> Any:
    """Answer opening.update: null empties a value, what is left out stays as it is."""
    opening = _opening(account, body.openingId)
    given = _checked(account, body)
    _refuse_taken(account, given.get("identifier"), opening)
    if None in given.values() and not account.oddities.null_updates:
        raise Rejected("invalid_input", "expected a value, received null")
    if account.oddities.update_defaults:
        given = {"isBackfill": False, "employmentType": "FullTime", **given}
    if given.get("isBackfill", False) is None:
        given["isBackfill"] = False
    opening.version.update(given)
    account.new_version(opening)
    return shown_opening(account, opening)


def _checked(account: Account, body: requests.OpeningCreate | requests.OpeningUpdate) -> Any:
    """The editable values that the call gives, as they are kept."""
    given = {name: getattr(body, name) for name in _EDITABLE if name in body.model_fields_set}
    if given.get("employmentType", "") == "" and "employmentType" in given:
        given["employmentType"] = "FullTime"
    if given.get("teamId") is not None:
        _exists(account.departments, given["teamId"], "department")
    for name in ("targetHireDate", "targetStartDate"):
        if given.get(name) is not None and not is_day(given[name]):
            raise Rejected("invalid_input", f"{name}: not a date")
    if account.oddities.trims_text:
        for name in ("identifier", "description"):
            if given.get(name) is not None:
                given[name] = given[name].strip()
    given |= {name: account.altered(name, value) for name, value in given.items()}
    limit = account.oddities.title_limit
    if limit is not None and len(given.get("description") or "") > limit:
        raise Rejected("invalid_input", f"description: at most {limit} characters")
    return given


def _refuse_taken(account: Account, identifier: str | None, own: Opening | None) -> None:
    if identifier is None or not account.oddities.unique_identifiers:
        return
    for opening in account.openings.values():
        if opening is not own and opening.version["identifier"] == identifier:
            raise Rejected("invalid_input", "identifier: is used by another opening")


def add_location(account: Account, body: requests.OpeningLocation) -> Any:
    """Answer opening.addLocation."""
    opening = _opening(account, body.openingId)
    _exists(account.locations, body.locationId, "location")
    return _add(account, opening, "locationIds", body.locationId)


def remove_location(account: Account, body: requests.OpeningLocation) -> Any:
    """Answer opening.removeLocation."""
    return _remove(account, _opening(account, body.openingId), "locationIds", body.locationId)


def _add(account: Account, opening: Opening, name: str, added: str) -> Any:
    if added not in opening.version[name]:
        opening.version[name] = [*opening.version[name], added]
        account.new_version(opening)
    return shown_opening(account, opening)


def _remove(account: Account, opening: Opening, name: str, removed: str) -> Any:
    if removed in opening.version[name]:
        opening.version[name] = [one for one in opening.version[name] if one != removed]
        account.new_version(opening)
    return shown_opening(account, opening)


def set_state(account: Account, body: requests.OpeningState) -> Any:
    """Answer opening.setOpeningState; a Filled opening refuses every state."""
    opening = _opening(account, body.openingId)
    if opening.state == "Filled":
        raise Rejected("opening_state_invalid", "The opening has been filled")
    if body.closeReasonId is not None:
        _exists(account.close_reasons, body.closeReasonId, "close_reason")
    unexplained = body.openingState == "Closed" and body.closeReasonId is None
    if unexplained and account.oddities.close_needs_reason:
        raise Rejected("invalid_input", "closeReasonId: is required to close an opening")
    leaves_draft = opening.state == "Draft" and body.openingState in ("Approved", "Open")
    if leaves_draft and account.oddities.state_needs_fields:
        _refuse_incomplete(account, opening.values)
    state = account.altered("openingState", body.openingState)
    account.enter(opening, state, body.closeReasonId if state == "Closed" else None)
    return shown_opening(account, opening)


def set_archived(account: Account, body: requests.OpeningArchived) -> Any:
    """Answer opening.setArchived."""
    opening = _opening(account, body.openingId)
    opening.archived_at = account.stamp() if body.archive else None
    account.touch(opening)
    return shown_opening(account, opening)


def add_member(account: Account, body: requests.TeamMember) -> Any:
    """Answer hiringTeam.addMember for an opening."""
    opening, member = _team_of(account, body)
    if account.altered("hiringTeam", member) is not None and member not in opening.hiring_team:
        opening.hiring_team.append(member)
        account.new_version(opening)
    return shown_member(account, *member)


def remove_member(account: Account, body: requests.TeamMember) -> Any:
    """Answer hiringTeam.removeMember for an opening."""
    opening, member = _team_of(account, body)
    if member not in opening.hiring_team:
        raise Rejected("hiring_team_member_not_found", "The user does not have this role")
    if account.altered("hiringTeam", member) is not None:
        opening.hiring_team.remove(member)
        account.new_version(opening)
    return shown_member(account, *member)


def _team_of(account: Account, body: requests.TeamMember) -> tuple[Opening, tuple[str, str]]:
    opening = _opening(account, body.openingId)
    _exists(account.users, body.teamMemberId, "user")
    _exists(account.hiring_roles, body.roleId, "hiring_team_role")
    return opening, (body.teamMemberId, body.roleId)


def _opening(account: Account, opening_id: str) -> Opening:
    if opening_id in account.hidden:
        raise Rejected("opening_not_found", "There is no such opening, or the key may not see it")
    _exists(account.openings, opening_id, "opening")
    return account.openings[opening_id]


def _exists(records: Any, record_id: str, kind: str) -> None:
    if record_id not in records:
        raise Rejected(f"{kind}_not_found", f"There is no such {kind}, or the key may not see it")
