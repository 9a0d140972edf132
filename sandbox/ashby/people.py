"""The endpoints that read applications, offers, candidates, users and the key itself."""

from __future__ import annotations

from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Rejected
from sandbox.ashby.shapes import (
    shown_application,
    shown_candidate,
    shown_history,
    shown_user,
    shown_whole_offer,
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
    found = account.seen(account.applications, body.applicationId)
    if found is None:
        raise Rejected("application_not_found", "application not found - lacking permissions?")
    shown = shown_application(account, found, openings="openings" in body.expand)
    return {**shown, "applicationHistory": shown_history(account, found)}


def offer(account: Account, body: requests.OfferInfo) -> Any:
    """Answer offer.info, with all versions."""
    found = account.seen(account.offers, body.offerId)
    if found is None:
        raise Rejected("offer_not_found", "offer not found - are you lacking permissions?")
    shown = shown_whole_offer(account, found)
    if body.excludeFormDefinition:
        del shown["formDefinition"]
    return shown


def candidate(account: Account, body: requests.CandidateInfo) -> Any:
    """Answer candidate.info; nobody here has an external mapping."""
    if (body.id is None) == (body.externalMappingId is None):
        raise Rejected("invalid_input", "either id or externalMappingId")
    found = account.seen(account.candidates, body.id or "")
    if found is None:
        raise Rejected("candidate_not_found", "candidate not found - lacking permissions?")
    return shown_candidate(account, found)


def user(account: Account, body: requests.UserInfo) -> Any:
    """Answer user.info."""
    if body.userId not in account.users:
        raise Rejected("user_not_found", "There is no such user")
    return shown_user(account.users[body.userId])


def hiring_roles(account: Account, body: requests.RoleListing) -> Any:
    """Answer hiringTeamRole.list: titles alone unless `namesOnly` is false."""
    if body.namesOnly:
        return list(account.hiring_roles.values())
    return [{"id": role, "title": title} for role, title in account.hiring_roles.items()]


def search_users(account: Account, body: requests.UserSearch) -> Any:
    """Answer user.search: nobody, or one."""
    wanted = body.email.casefold()
    found = [one for one in account.listing("user").records if one.email.casefold() == wanted]
    return [account.row(one, shown_user(one)) for one in found[:1]]
