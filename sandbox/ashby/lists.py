"""What do the *.list endpoints answer? Each is a collection, a filter and a shape."""

from __future__ import annotations

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Limits, Page, page
from sandbox.ashby.records import Application, Offer
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
    return page(
        account,
        "customField",
        account.custom_fields.values(),
        body.ask(),
        shown_field,
        lambda one: body.includeArchived or not one.archived,
        limits,
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
    return page(
        account,
        "department",
        account.departments.values(),
        body.ask(),
        shown_department,
        lambda one: body.includeArchived or not one.archived,
        limits,
    )


def locations(account: Account, body: requests.LocationListing, limits: Limits) -> Page:
    """Answer location.list."""
    return page(
        account,
        "location",
        account.locations.values(),
        body.ask(),
        shown_location,
        lambda one: body.includeArchived or not one.archived,
        limits,
    )


def close_reasons(account: Account, body: requests.CloseReasonListing, limits: Limits) -> Page:
    """Answer closeReason.list, which takes no cursor and so has one page only."""
    reasons = account.close_reasons.values()
    return Page(
        [shown_close_reason(one) for one in reasons if body.includeArchived or not one.archived]
    )
