"""Guards: an error in one record or direction becomes its reason, and the rest continues.

Besides tasks/records.py and tasks/base.py, the only place that catches unexpected errors.
"""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kombu.exceptions import OperationalError

from core import reasons
from core.errors import KeyRefused, NeedsHuman, TryLater
from core.keys import Direction, RecordKey
from core.notes import Note, Notes
from core.outcomes import Outcome, Result
from core.traces import trace
from store.connection import REDIS_AWAY
from tasks.bugs import reporter
from tasks.context import OrgContext
from tasks.refusals import refuse

log = logging.getLogger("charthop_ashby")

T = TypeVar("T")

AWAY = (*REDIS_AWAY, OperationalError)
"""Errors while Redis is unavailable: not the fault of any record, so guards let them pass."""


def guard_direction(org: OrgContext, direction: Direction, do: Callable[[], T]) -> T | Note:
    """The result of `do`, or the reason why it failed, so that the other direction continues.

    There is no retry: the next sync is the retry. A refused key blocks the direction.
    """
    try:
        return do()
    except AWAY:
        raise
    except KeyRefused as error:
        refuse(org, direction, error)
        return error.reason
    except (TryLater, NeedsHuman) as error:
        log.warning("%s: %s", direction, error.reason, extra={"organization": org.name})
        return error.reason
    except Exception as error:
        return report_bug(error, org.name, "sync")


def guard_sync(org: OrgContext, do: Callable[[], None]) -> Notes:
    """Do a step of the whole organization; returns the reason if it failed."""
    stopped = guard_direction(org, Direction.OUTBOUND, do)
    return () if stopped is None else (stopped,)


def or_failed(organization: str, record: RecordKey, do: Callable[[], T]) -> T | Result:
    """The result of `do`, or a failed result if it hits a bug, so that other records continue."""
    try:
        return do()
    except AWAY:
        raise
    except Exception as error:
        return Result(Outcome.FAILED, (report_bug(error, organization, str(record)),))


def or_reported(organization: str, do: Callable[[], object]) -> None:
    """Do something for one organization; a bug in it is reported, so that others continue."""
    try:
        do()
    except AWAY:
        raise
    except Exception as error:
        report_bug(error, organization, "-")


def report_bug(error: Exception, organization: str, record: str) -> Note:
    """Log a bug with its trace but without its message, which may contain personal data."""
    reporter().bug(error, organization, record)
    where = {"organization": organization, "record": record}
    log.error("bug: %s", trace(error), extra=where)
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno}" if last else "an unknown place"
    return reasons.BUG(kind=type(error).__name__, place=place)
