"""The schedule and the recipients of the weekly drift report."""

from collections.abc import Sequence
from datetime import date

import celery

from core.errors import NeedsHuman, TryLater
from tasks.calendar import today
from tasks.context import Messenger, OrgContext

TASK = "tasks.report_drift"


def send_report(app: celery.Celery, org: OrgContext) -> None:
    """Send the report's task if it is due; an error here does not affect the finished sync."""
    if org.rules.drift_report is None or not org.messengers:
        return
    try:
        _, waiting = due(org)
    except (TryLater, NeedsHuman):
        return  # The day is not known: the next sync tries again.
    if waiting:
        app.send_task(TASK, (org.name,))


def due(org: OrgContext) -> tuple[date, Sequence[Messenger]]:
    """The organization's day, and the addresses whose report is due.

    Raises the errors of reading the time zone.
    """
    day = today(org)
    if org.time_zone is not None:
        org.memory.briefs.leave_time_zone(org.time_zone)
    if day.weekday() != org.rules.drift_report:
        return day, ()
    told = org.memory.reports.days()
    return day, [one for one in org.messengers if told.get(one.id) != day.isoformat()]
