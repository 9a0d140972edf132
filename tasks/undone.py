"""A hire that was taken back while its opening in Ashby stays Filled."""

from dataclasses import replace

from core import reasons
from core.hires import TAKEN_BACK
from core.keys import offer_key
from core.openings import Opening, called, identifiers
from core.outcomes import Outcome, Result
from core.records import State
from store.briefs import HireBrief
from tasks.context import OrgContext


def held_while_filled(result: Result, brief: HireBrief, opening: Opening | None) -> Result:
    """A held result that names the manual step: no API call changes a Filled opening."""
    if reasons.WITHDRAWN_DONE.code not in result.codes or opening is None:
        return result
    is_anothers = brief.claimed_by not in (None, brief.offer.id)
    if opening.state != State.FILLED or opening.is_archived or is_anothers:
        return result
    return replace(
        result,
        outcome=Outcome.HELD,
        notes=(reasons.UNDONE_FILLED(opening=called(identifiers([opening]))),),
    )


def was_undone(org: OrgContext, offer_id: str) -> bool:
    """True if the history shows that the hire was taken back."""
    history = org.memory.results.history(offer_key(offer_id))
    return any(TAKEN_BACK in told.result.changes for told in history)


def opening_now(org: OrgContext, brief: HireBrief) -> Opening | None:
    """The current state of the offer's opening."""
    return org.ats.opening(brief.offer.opening_id) if brief.offer.opening_id is not None else None


def opening_of(org: OrgContext, brief: HireBrief) -> Opening | None:
    """The offer's opening as it was last read."""
    return next(iter(org.memory.openings.get([brief.offer.opening_id or ""])), None)
