"""What do the *.list endpoints answer? Each is a collection, a filter and a shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Limits, Page, page
from sandbox.ashby.records import Application, CustomField, Named, Offer
from sandbox.ashby.shapes import (
    OFFER_STATUS,
    shown_application,
    shown_close_reason,
    shown_department,
    shown_field,
    shown_location,
    shown_offer,
    shown_opening,
)

Archivable = TypeVar("Archivable", CustomField, Named)


def openings(account: Account, body: requests.DatedListing, limits: Limits) -> Page:
    """Answer opening.list: every opening, archived ones included."""
    return page(
        account,
        "opening",
        account.openings.values(),
        body.ask(),
        lambda one: shown_opening(account, one),
        lambda one: one.created_ms > (body.createdAfter or 0),
        limits,
    )


def custom_fields(account: Account, body: requests.ArchivableListing, limits: Limits) -> Page:
    """Answer customField.list: the fields of every kind of object."""
    fields = account.custom_fields.values()
    return _unless_archived(account, "customField", fields, body, shown_field, limits)


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
        account.applications.values(),
        body.ask(),
        lambda one: shown_application(account, one, openings="openings" in body.expand),
        keep,
        limits,
    )


def offers(account: Account, body: requests.OfferListing, limits: Limits) -> Page:
    """Answer offer.list; no offer here has been through an approval."""

    def keep(one: Offer) -> bool:
        return (
            (body.acceptanceStatus is None or one.status in body.acceptanceStatus)
            and (body.offerStatus is None or OFFER_STATUS[one.status] in body.offerStatus)
            and body.approvalStatus is None
            and body.applicationId in (None, one.application_id)
            and one.created_ms > (body.createdAfter or 0)
        )

    return page(
        account,
        "offer",
        account.offers.values(),
        body.ask(),
        lambda one: shown_offer(account, one),
        keep,
        limits,
    )


def departments(account: Account, body: requests.ArchivableListing, limits: Limits) -> Page:
    """Answer department.list."""
    found = account.departments.values()
    return _unless_archived(account, "department", found, body, shown_department, limits)


def locations(account: Account, body: requests.LocationListing, limits: Limits) -> Page:
    """Answer location.list."""
    found = account.locations.values()
    return _unless_archived(account, "location", found, body, shown_location, limits)


def _unless_archived(
    account: Account,
    name: str,
    records: Iterable[Archivable],
    body: requests.ArchivableListing,
    shape: Callable[[Archivable], dict[str, Any]],
    limits: Limits,
) -> Page:
    """A list whose archived records come only when asked for."""

    def keep(one: Archivable) -> bool:
        return body.includeArchived or not one.archived

    return page(account, name, records, body.ask(), shape, keep, limits)


def close_reasons(account: Account, body: requests.CloseReasonListing, limits: Limits) -> Page:
    """Answer closeReason.list, which takes no cursor and so has one page only."""
    reasons = account.close_reasons.values()
    return Page(
        [shown_close_reason(one) for one in reasons if body.includeArchived or not one.archived]
    )
