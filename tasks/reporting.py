"""Whether the weekly drift report is due, and to whom."""

from collections.abc import Sequence
from datetime import date

import celery

from core.errors import NeedsHuman, TryLater
from tasks.calendar import today
from tasks.context import Messenger, OrgContext

TASK = "tasks.report_drift"


def send_report(app: celery.Celery, org: OrgContext) -> None:
    """Send the task of the report where it is due; nothing of it disturbs the sync that ended."""
    if org.rules.drift_report is None or not org.messengers:
        return
    try:
        _, waiting = due(org)
    except (TryLater, NeedsHuman):
        return  # The day is not known: the next sync asks again.
    if waiting:
        app.send_task(TASK, (org.name,))


def due(org: OrgContext) -> tuple[date, Sequence[Messenger]]:
    """The organization's day, and the addresses that wait for its report.

    Raises what reading the time zone raises.
    """
    day = today(org)
    if org.time_zone is not None:
        org.memory.briefs.leave_time_zone(org.time_zone)
    if day.weekday() != org.rules.drift_report:
        return day, ()
    told = org.memory.reports.days()
    return day, [one for one in org.messengers if told.get(one.id) != day.isoformat()]
