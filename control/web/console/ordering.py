"""Orders by button; the journal records each one with its operator."""

from starlette.responses import Response

from control import orders
from control.errors import HeldChanged
from control.web.console import pages
from control.web.console.visit import Visit

LONGEST_REASON = 200
"""Characters."""


def sync(visit: Visit) -> Response:
    """*Sync now*."""
    visit.deployment.enabled(visit.organization)
    sent = orders.sync(visit.deployment, visit.organization, visit.by)
    return visit.back("syncs", sent.id)


def pause(visit: Visit) -> Response:
    """*Pause*, with or without a reason."""
    reason = " ".join(visit.text("reason").split())[:LONGEST_REASON]
    orders.pause(visit.deployment, visit.organization, visit.by, reason or None)
    return visit.back()


def resume(visit: Visit) -> Response:
    """*Resume*."""
    orders.resume(visit.deployment, visit.organization, visit.by)
    return visit.back()


def approve(visit: Visit) -> Response:
    """*Approve* exactly what was shown; 409 with what is held now where that is not it."""
    try:
        orders.approve(visit.deployment, visit.organization, visit.by, visit.text("digest"))
    except HeldChanged as error:
        return pages.organization(visit, status=409, warning=str(error))
    return visit.back()


def sync_record(visit: Visit) -> Response:
    """*Sync this now*; the page of the record waits for the result."""
    record = pages.record_of(visit)
    visit.deployment.enabled(visit.organization)
    visit.console.asker.forget_sides(visit.organization, record)
    sent = orders.sync_record(visit.deployment, visit.organization, visit.by, str(record))
    return visit.back("records", str(record), task=sent.id)


def push(visit: Visit) -> Response:
    """*Push* a hire that waits for a person."""
    record = pages.record_of(visit)
    sent = orders.push(visit.deployment, visit.organization, visit.by, str(record))
    return visit.back("records", str(record), task=sent.id)
