"""The brief of one hire: as the fan-out left it, or read from Ashby now."""

import time
from dataclasses import replace

from core import reasons
from core.errors import NoSuchRecord
from core.records import Acceptance, ApplicationTrace
from store.briefs import HireBrief
from tasks.context import OrgContext
from tasks.intake import read_hires, read_one
from tasks.keeping import keep
from tasks.survey import make_fields, take_survey

FRESH = 60.0
"""Seconds for which the fan-out's reading counts as current; later it is read again."""


def current_brief(org: OrgContext, brief: HireBrief | None, offer_id: str) -> HireBrief:
    """Ashby's data about the hire: as the fan-out read it a moment ago, else read now."""
    if brief is None:
        brief = read_anew(org, offer_id)
    return brief if is_current(brief) else relinked(org, brief, read_again(org, brief))


def is_current(brief: HireBrief) -> bool:
    """True if nothing has to be read again; no list is trusted to say that a hire is off."""
    is_on = brief.application.is_hired and brief.offer.is_accepted
    is_whole = brief.terms is not None and brief.candidate is not None
    return is_on and is_whole and is_fresh(brief, FRESH)


def relinked(org: OrgContext, before: HireBrief, now: HireBrief) -> HireBrief:
    """The newer brief, with the data of another opening if the offer names a new one by now."""
    same = now.offer.opening_id == before.offer.opening_id
    return now if same else read_anew(org, now.offer.id)


def read_anew(org: OrgContext, offer_id: str) -> HireBrief:
    """Survey both sides again, as the fan-out left no brief."""
    survey = take_survey(org)
    make_fields(org, survey)
    intake = read_hires(org, survey)
    keep(org, survey, org.memory.names.load())
    offer = intake.offers.get(offer_id)
    if offer is None:
        raise NoSuchRecord(reasons.NO_SUCH_OFFER(offer=offer_id))
    return intake.brief_from(survey, offer)


def read_again(org: OrgContext, brief: HireBrief) -> HireBrief:
    """The brief with the current offer and application, each read by its id."""
    applied = read_one(
        org,
        f"application {brief.application.id}",
        lambda: org.ats.application(brief.application.id, brief.person_field),
    )
    offered = read_one(org, f"offer {brief.offer.id}", lambda: org.ats.offer(brief.offer.id))
    application, candidate = applied or (
        replace(brief.application, is_hired=False, is_gone=True),
        brief.candidate,
    )
    offer, terms = offered or (replace(brief.offer, acceptance=Acceptance.OVER), brief.terms)
    return replace(brief, offer=offer, application=application, terms=terms, candidate=candidate)


def says_the_same(one: HireBrief, other: HireBrief) -> bool:
    """True if two readings of a hire lead to the same plan."""
    return one.offer == other.offer and _status(one.application) == _status(other.application)


def _status(application: ApplicationTrace) -> tuple[object, ...]:
    trace = application
    return trace.is_hired, trace.is_archived, trace.is_gone, trace.candidate_id, trace.person_id


def is_fresh(brief: HireBrief, seconds: float) -> bool:
    """True if the fan-out read the brief within so many seconds."""
    return time.time() - brief.read_at < seconds
