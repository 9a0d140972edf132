"""The note of a HIRE change: the hire's offer, readable by people and by the sync.

It outlives every cache: from it the sync recognises its own hires, whatever Ashby's fields contain.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.values import calendar_day

_ID = r"[0-9A-Za-z_-]+"
_MADE_FOR = re.compile(rf"Hired in Ashby, offer ({_ID})(?:, application ({_ID}))?")
_BEFORE = re.compile(r"start date before: ([0-9, -]+)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class HireNote(NamedTuple):
    """The content of a note; None and empty if somebody else wrote it."""

    offer_id: str | None = None
    application_id: str | None = None
    earlier: tuple[str, ...] = ()


def write_note(offer_id: str, application_id: str, earlier: Sequence[str] = ()) -> str:
    """The note of a hire; `earlier` are its earlier start days."""
    made_for = f"Hired in Ashby, offer {offer_id}, application {application_id}"
    return f"{made_for}; start date before: {', '.join(earlier)}" if earlier else made_for


def read_note(text: str | None) -> HireNote:
    """The note, anywhere in the text: people may add to it."""
    made_for = _MADE_FOR.search(text or "")
    if made_for is None:
        return HireNote()
    before = _BEFORE.search(text or "")
    days = _DAY.findall(before[1]) if before is not None else ()
    earlier = tuple(day for day in days if calendar_day(day))
    return HireNote(made_for[1], made_for[2], earlier)
