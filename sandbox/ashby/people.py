"""What do application.*, offer.*, candidate.* and the reference data answer?"""

from __future__ import annotations

from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Rejected
from sandbox.ashby.shapes import (
    shown_application,
    shown_candidate,
    shown_department,
    shown_history,
    shown_location,
    shown_offer,
    shown_user,
    shown_version,
)


def api_key(account: Account, body: requests.Nothing) -> Any:
    """Answer apiKey.info."""
    return {
        "title": account.title,
        "createdAt": account.created_at,
        "scopes": sorted(account.scopes),
    }


def application(account: Account, body: requests.ApplicationInfo) -> Any:
    """Answer application.info, with the history of its stages."""
    found = account.applications.get(body.applicationId)
    if found is None:
        raise Rejected("application_not_found", "application not found - lacking permissions?")
    shown = shown_application(account, found, openings="openings" in body.expand)
    return {**shown, "applicationHistory": shown_history(account, found)}


def offer(account: Account, body: requests.OfferInfo) -> Any:
    """Answer offer.info, with all versions."""
    found = account.offers.get(body.offerId)
    if found is None:
        raise Rejected("offer_not_found", "offer not found - are you lacking permissions?")
    shown = shown_offer(account, found)
    shown["versions"] = [shown_version(account, version) for version in found.versions]
    if not body.excludeFormDefinition:
        shown["formDefinition"] = {"sections": []}
    return shown


def candidate(account: Account, body: requests.CandidateInfo) -> Any:
    """Answer candidate.info; nobody here has an external mapping."""
    if (body.id is None) == (body.externalMappingId is None):
        raise Rejected("invalid_input", "either id or externalMappingId")
    found = account.candidates.get(body.id or "")
    if found is None:
        raise Rejected("candidate_not_found", "candidate not found - lacking permissions?")
    return shown_candidate(account, found)


def search_candidates(account: Account, body: requests.CandidateSearch) -> Any:
    """Answer candidate.search: whole e-mail address and part of the name, in any case."""
    if body.email is None and body.name is None:
        raise Rejected("invalid_input", "email or name is required")
    email, name = (body.email or "").casefold(), (body.name or "").casefold()
    found = [
        one
        for one in account.candidates.values()
        if (body.email is None or email in [address.casefold() for address in one.emails])
        and name in one.name.casefold()
    ]
    return [shown_candidate(account, one) for one in found[:100]]


def department(account: Account, body: requests.DepartmentInfo) -> Any:
    """Answer department.info."""
    if body.departmentId not in account.departments:
        raise Rejected("department_not_found", "There is no such department")
    return shown_department(account.departments[body.departmentId])


def location(account: Account, body: requests.LocationInfo) -> Any:
    """Answer location.info."""
    if body.locationId not in account.locations:
        raise Rejected("location_not_found", "There is no such location")
    return shown_location(account.locations[body.locationId])


def search_users(account: Account, body: requests.UserSearch) -> Any:
    """Answer user.search: nobody, or one."""
    found = [one for one in account.users.values() if one.email.casefold() == body.email.casefold()]
    return [shown_user(one) for one in found[:1]]
