"""tasks.report_drift: sends the weekly drift report to the organization's addresses."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from celery import shared_task

from control.drift import Drift, read_drift
from core.drift_report import report
from core.errors import NeedsHuman, TryLater
from tasks.base import DROPPED, SyncTask
from tasks.context import Messenger, OrgContext
from tasks.fan_out import LONGEST_FAN_OUT
from tasks.reporting import TASK, due

log = logging.getLogger("charthop_ashby")

REPORTED = "reported"
FAILED = "failed"
NOTHING = "nothing differs"


@shared_task(bind=True, base=SyncTask, name=TASK)
def report_drift(self: SyncTask, organization: str) -> str:
    """Read both sides and send each address its report once on its day, if there is any drift.

    A failed read or delivery is retried after the next sync of that day.
    """
    org = self.open(organization)
    if org is None or org.gate.closed() is not None:
        return DROPPED
    org.gate.lasts(LONGEST_FAN_OUT)
    with org.memory.locks.hold("drift-report") as lock:
        if lock is None:
            return DROPPED
        try:
            day, waiting = due(org)
            found = read_drift(org) if waiting else None
        except (TryLater, NeedsHuman) as error:
            log.warning(
                "the drift report could not be made (%s); the next sync tries again",
                error.reason.code,
                extra={"organization": organization},
            )
            return FAILED
        finally:
            org.memory.syncs.count_calls(org.calls)
        return DROPPED if found is None else _tell(org, found, day, waiting)


def _tell(org: OrgContext, found: Drift, day: date, waiting: Sequence[Messenger]) -> str:
    """Deliver the report if there is any drift, and record the addresses that got it."""
    message = report(org.name, found.findings, names(found, org.rules.titles_in_messages))
    for number, messenger in enumerate(waiting, 1):
        if not found.findings or messenger.deliver(message):
            org.memory.reports.keep(messenger.id, day)
            continue
        log.warning(
            "the drift report could not be delivered to address %s of those waiting; the next sync "
            "tries again",
            number,
            extra={"organization": org.name},
        )
    return REPORTED if found.findings else NOTHING


def names(found: Drift, with_titles: bool) -> dict[str, str]:
    """The names of the records; only their codes if titles must not be shown."""
    directory = found.directory
    if not with_titles:
        jobs = {id_: replace(job, title=None) for id_, job in directory.jobs.items()}
        directory = replace(directory, jobs=jobs)
    return {str(one.record): directory.label(one.record) for one in found.findings}
