"""The *.list endpoints: each is a collection, a filter and a shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Limits, Page, page
from sandbox.ashby.records import Application, CustomField, Named, Offer, User
from sandbox.ashby.shapes import (
    OFFER_STATUS,
    shown_application,
    shown_close_reason,
    shown_department,
    shown_field,
    shown_location,
    shown_offer,
    shown_opening,
    shown_user,
)


def openings(account: Account, body: requests.DatedListing, limits: Limits) -> Page:
    """Answer opening.list: every opening, archived ones included."""
    return page(
        account,
        "opening",
        body.ask(),
        lambda one: shown_opening(account, one),
        lambda one: one.created_ms > (body.createdAfter or 0),
        limits,
    )


def custom_fields(account: Account, body: requests.ArchivableListing, limits: Limits) -> Page:
    """Answer customField.list: the fields of every kind of object."""
    return _unless_archived(
        account, "customField", body, lambda one: shown_field(account, one), limits
    )


def applications(account: Account, body: requests.ApplicationListing, limits: Limits) -> Page:
    """Answer application.list."""

    def keep(one: Application) -> bool:
        return (
            body.status in (None, one.status)
            and body.jobId in (None, one.job_id)
            and one.created_ms > (body.createdAfter or 0)
        )

    return page(
        account,
        "application",
        body.ask(),
        lambda one: shown_application(account, one, openings="openings" in body.expand),
        keep,
        limits,
    )


def offers(account: Account, body: requests.OfferListing, limits: Limits) -> Page:
    """Answer offer.list."""

    def keep(one: Offer) -> bool:
        return (
            (body.acceptanceStatus is None or one.status in body.acceptanceStatus)
            and (body.offerStatus is None or OFFER_STATUS[one.status] in body.offerStatus)
            and (body.approvalStatus is None or one.latest.approval in body.approvalStatus)
            and body.applicationId in (None, one.application_id)
            and one.created_ms > (body.createdAfter or 0)
        )

    return page(
        account,
        "offer",
        body.ask(),
        lambda one: shown_offer(account, one),
        keep,
        limits,
    )


def departments(account: Account, body: requests.ArchivableListing, limits: Limits) -> Page:
    """Answer department.list."""
    return _unless_archived(account, "department", body, shown_department, limits)


def locations(account: Account, body: requests.LocationListing, limits: Limits) -> Page:
    """Answer location.list."""
    return _unless_archived(account, "location", body, shown_location, limits)


def users(account: Account, body: requests.UserListing, limits: Limits) -> Page:
    """Answer user.list: those who may still sign in, unless the others are asked for."""

    def keep(one: User) -> bool:
        return body.includeDeactivated or one.enabled

    return page(account, "user", body.ask(), shown_user, keep, limits)


def _unless_archived(
    account: Account,
    name: str,
    body: requests.ArchivableListing,
    shape: Callable[[Any], dict[str, Any]],
    limits: Limits,
) -> Page:
    """A list whose archived records come only when asked for."""

    def keep(one: CustomField | Named) -> bool:
        return body.includeArchived or not one.archived

    return page(account, name, body.ask(), shape, keep, limits)


def close_reasons(account: Account, body: requests.CloseReasonListing, limits: Limits) -> Page:
    """Answer closeReason.list, which takes no cursor and so has one page only."""
    reasons, _ = account.listing("closeReason")
    shown = [one for one in reasons if body.includeArchived or not one.archived]
    return Page([account.row(one, shown_close_reason(one)) for one in shown])
