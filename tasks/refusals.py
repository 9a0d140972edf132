"""Keys that a service refuses: the direction is blocked until its key works again."""

import logging

from core.errors import KeyRefused
from core.keys import Direction
from core.outcomes import Outcome, Result
from tasks.context import OrgContext

log = logging.getLogger("charthop_ashby")


def refuse(org: OrgContext, direction: Direction, error: KeyRefused) -> None:
    """Block that direction: report it once, and let its waiting records fail."""
    read = f"{error.system} {error.read}" if error.read is not None else None
    if org.memory.switches.refuse(direction, error.reason, read):
        where = {"organization": org.name}
        log.warning("%s is blocked: %s", direction, error.reason, extra=where)
    waiting = org.memory.backlog.drop(direction)
    if waiting:
        result = Result(Outcome.FAILED, (error.reason,))
        org.memory.results.keep(dict.fromkeys(waiting, result), org.memory.results.all())
        sync = org.memory.syncs.last_id()
        if sync is not None:
            org.memory.syncs.count(sync, {Outcome.FAILED: len(waiting)})


def accept(org: OrgContext, direction: Direction) -> None:
    """Unblock that direction, as its key works."""
    if org.memory.switches.accept(direction):
        log.warning(
            "%s resumes: the key is accepted again", direction, extra={"organization": org.name}
        )


def probe(org: OrgContext, direction: Direction) -> None:
    """Repeat a read that was refused before, as a test; KeyRefused if it still is."""
    system, _, path = (org.memory.switches.refused_read(direction) or "").partition(" ")
    if path:
        (org.hris if system == "ChartHop" else org.ats).try_read(path)
        accept(org, direction)
