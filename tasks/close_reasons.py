"""Ashby's close reasons: the one given for a closing, and the ones that mean filled."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.catalogue import Catalogue, reasons_named
from core.errors import Busy, Rejected, TryLater
from core.notes import Note
from core.records import CloseReason
from tasks.context import OrgContext

log = logging.getLogger("charthop_ashby")


@dataclass(frozen=True)
class CloseReasons:
    """The close reasons, None if they were not read, and the ids of those that mean filled.

    `trouble` is why they could not be read: then the ids that meant filled last time are used.
    """

    known: Sequence[CloseReason] | None = None
    filled: frozenset[str] = frozenset()
    trouble: Note | None = None


def read_close_reasons(org: OrgContext) -> CloseReasons:
    """The close reasons, if some of them may mean that an opening was filled.

    They only decide which reason is given for leaving a closed opening alone, so a sync continues
    without them.
    """
    named = org.rules.filled_close_reasons
    if not named:
        return CloseReasons()
    try:
        known = org.ats.close_reasons()
    except Busy:
        raise
    except (TryLater, Rejected) as error:
        log.warning("close reasons: %s", error.reason, extra={"organization": org.name})
        last = org.memory.briefs.latest_catalogue()
        catalogue = org.memory.briefs.catalogue(last) if last is not None else None
        filled = catalogue.filled_reasons if catalogue is not None else frozenset()
        return CloseReasons(None, filled, error.reason)
    return CloseReasons(known, reasons_named(known, named))


def with_close_reasons(org: OrgContext, catalogue: Catalogue) -> Catalogue:
    """The catalogue with Ashby's close reasons, read unless somebody has read them already."""
    if catalogue.close_reasons is not None:
        return catalogue
    return replace(catalogue, close_reasons=org.ats.close_reasons())
