"""Answers from one record to what the vendors' documentation leaves open.

Each one is a question and this account's answer; answers that the sync can use are stored.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from core.actions import UpdateOpening
from core.errors import KeyRefused, Rejected
from core.openings import Opening
from core.outcomes import Outcome, Result
from core.records import State, folded
from core.values import calendar_day
from store.answers import Point
from systems.ashby.client import Client
from systems.ashby.permissions import permissions
from systems.http import Wire
from tasks.context import OrgContext
from tasks.survey import Survey

Answer = tuple[str, str]

REUSE = "can two openings share an identifier?"


def answers_of(
    org: OrgContext, result: Result, stored: Opening, survey: Survey
) -> Iterator[Answer]:
    """The answers from this record; stored if the sync uses them."""
    known = org.memory.answers.all()
    if result.outcome is Outcome.CREATED and stored.state == State.APPROVED:
        approved = known.get(Point.CREATES_APPROVED) is not False and not survey.catalogue.required
        if approved:
            org.memory.answers.settle(Point.CREATES_APPROVED, answer=True)
        yield (
            "can an opening be created as Approved?",
            "yes" if approved else "no, as a Draft first",
        )
    for definition in (one for _, one in survey.catalogue.fields):
        if stored.values.get(definition.id) is None:
            clears = _clears(org, stored, definition.id)
            org.memory.answers.settle(Point.CLEARS_WITH_NULL, answer=clears)
            yield "does null clear a field?", "yes" if clears else "no, it is refused"
            break
    for definition in (one for _, one in survey.catalogue.fields):
        value = stored.values.get(definition.id)
        if definition.type == "Date" and definition.is_date_only and isinstance(value, str):
            is_day = calendar_day(value) == value
            yield "how is a date returned?", "as a date" if is_day else "as a timestamp"
            break

    times = Counter(folded(one.identifier) for one in survey.openings.values())
    if any(number > 1 for number in times.values()):
        yield REUSE, "yes"


def answer_of_reuse(org: OrgContext, opening: Opening, undone: str) -> Answer:
    """Whether Ashby accepts another opening's identifier: that of one taken back earlier.

    Only for an opening that is being taken back and gets a different identifier afterwards.
    """
    wanted = replace(opening, identifier=undone)
    try:
        org.ats.update_opening(UpdateOpening(opening.id, wanted, frozenset({"identifier"})))
    except Rejected as error:
        return REUSE, f"no, it is refused ({error.code})"
    return REUSE, "yes"


def answer_of_refusals(wire: Wire) -> Iterator[Answer]:
    """Ashby's answer to a call that the key may not make, if the key lacks any permission."""
    client = Client(wire)
    question = "what does a 403 say?"
    try:
        missing = permissions(client).missing
        harmless = next((one.harmless for one in missing if one.harmless is not None), None)
        if harmless is not None:
            client.read(harmless, {"limit": 1})
    except KeyRefused as error:
        yield question, error.code or "no code"
    except Rejected as error:
        yield question, error.code
    else:
        yield question, "unknown: the key has every permission that was tried"


def _clears(org: OrgContext, stored: Opening, definition_id: str) -> bool:
    """True if Ashby accepts null for a field that is already empty."""
    try:
        answer = org.ats.set_opening_values(stored.id, {definition_id: None})
    except Rejected:
        return False
    return answer.get(definition_id) is None
