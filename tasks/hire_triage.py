"""Triage of hires: those that need ChartHop's data, and the results of the others."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core import reasons
from core.actions import Plan
from core.gathered import AshbyHire
from core.hires import is_old, screen_hire
from core.keys import RecordKey, RecordKind, offer_key
from core.notes import Note
from core.outcomes import Outcome, Result
from core.records import Acceptance, ApplicationTrace
from core.rules import Rules
from core.values import day_in
from store.briefs import HireBrief
from store.results import StoredResult
from tasks.calendar import today, zone
from tasks.context import OrgContext
from tasks.intake import ASKED_AGAIN, Intake
from tasks.survey import Survey
from tasks.undone import held_while_filled

NOTHING_MISSING = ([reasons.NOT_HIRED.code], [reasons.OFFER_OUT.code])
"""The codes of an expected hire that has no obstacle."""

Triaged = tuple[dict[RecordKey, Result], dict[RecordKey, HireBrief]]


def ashby_hire(
    org: OrgContext,
    brief: HireBrief,
    known: StoredResult | None,
    pushed: frozenset[str],
    *,
    is_unfinished: bool,
) -> AshbyHire:
    """The input of the ladder, from the brief and the stored state."""
    return AshbyHire(
        offer=brief.offer,
        application=brief.application,
        job_id=brief.job_id,
        openings=brief.openings,
        opening=brief.opening,
        claimed_by=brief.claimed_by,
        today=today(org),
        zone=zone(org),
        is_pushed=brief.offer.id in pushed,
        is_known=known is not None,
        is_unfinished=is_unfinished,
        made=known.result.person_id if known is not None else None,
    )


def ended(plan: Plan, fingerprint: str | None = None, *notes: Note) -> Result:
    """The result of a plan that was carried out or has no actions."""
    return Result(
        plan.outcome,
        (*plan.notes, *notes),
        plan.opening_id,
        plan.person_id,
        fingerprint,
        plan.changes,
    )


def triage_hires(
    org: OrgContext,
    survey: Survey,
    intake: Intake,
    known: Mapping[RecordKey, StoredResult],
    *,
    full: bool,
) -> Triaged:
    """The results of hires that Ashby's data decides, and the hires that need ChartHop's data."""
    results: dict[RecordKey, Result] = {}
    briefs: dict[RecordKey, HireBrief] = {}
    expected: dict[RecordKey, HireBrief] = {}
    told: set[str] = set()
    pushed, unfinished = _pushed_and_unfinished(org) if intake.offers else (frozenset(), set())
    for offer in intake.current_offers():
        record, brief = offer_key(offer.id), intake.brief_from(survey, offer)
        before = known.get(record)
        hire = ashby_hire(org, brief, before, pushed, is_unfinished=record in unfinished)
        if not _is_a_record(hire, org.rules):
            continue
        told.add(offer.application_id)
        ended_here = _ended_in_ashby(org, survey, intake, brief, hire)
        if ended_here is not None:
            results[record] = ended_here
        elif not full and before is not None and _settled(before, hire, org.rules):
            results[record] = _calm(before)
            if hire.is_expected and before.result.codes not in NOTHING_MISSING:
                expected[record] = brief
        else:
            briefs[record] = brief
    # Something was missing, perhaps from the candidate: no list shows whether it is there now.
    for record in random.sample(list(expected), min(len(expected), ASKED_AGAIN)):
        del results[record]
        briefs[record] = expected[record]
    results.update(_without_accepted_offer(org, intake, known, told))
    for record, result in _unreadable(intake, known):
        briefs.pop(record, None)
        results[record] = result
    return results, briefs


def _pushed_and_unfinished(org: OrgContext) -> tuple[frozenset[str], set[RecordKey]]:
    """The ids of the pushed offers, and the records with an unfinished create."""
    return org.memory.switches.pushed(), org.memory.briefs.unfinished()


def _ended_in_ashby(
    org: OrgContext, survey: Survey, intake: Intake, brief: HireBrief, hire: AshbyHire
) -> Result | None:
    """The result of the hire if Ashby's data alone decides it, else None."""
    offer = brief.offer
    if (trouble := intake.troubled.get(offer.application_id)) is not None:
        return Result(Outcome.FAILED, (trouble,), offer.opening_id, hire.person_id)
    screened = screen_hire(hire, org.rules)
    if screened is None:
        return None
    opening = survey.openings.get(offer.opening_id or "")
    return held_while_filled(ended(screened, hire.fingerprint(org.rules)), brief, opening)


def _is_a_record(hire: AshbyHire, rules: Rules) -> bool:
    """True if `status` shows the offer: a hire, one with data in ChartHop, or an expected hire."""
    if hire.is_touched or (not hire.is_off and hire.offer.is_accepted):
        return True
    return hire.is_expected and not is_old(hire.offer, rules, hire.zone)


def _settled(before: StoredResult, hire: AshbyHire, rules: Rules) -> bool:
    """True if a task has already done all it can for this state of the offer."""
    result = before.result
    is_same = result.fingerprint == hire.fingerprint(rules)
    return is_same and not result.outcome.wants_attention


def _calm(before: StoredResult) -> Result:
    if before.result.outcome is Outcome.SKIPPED:
        return before.result
    return replace(before.result, outcome=Outcome.UNCHANGED, changes=())


def _without_accepted_offer(
    org: OrgContext, intake: Intake, known: Mapping[RecordKey, StoredResult], told: set[str]
) -> dict[RecordKey, Result]:
    """Applications that are Hired without an accepted offer.

    Those from before `hires_since` are skipped silently: an old account has thousands.
    """
    since = org.rules.hires_since
    if since is None:
        return {}
    waiting = {
        offer.application_id
        for offer in intake.offers.values()
        if offer.acceptance is Acceptance.WAITING
    }
    results = {}
    for application in intake.applications.values():
        record = RecordKey(RecordKind.APPLICATION, application.id)
        if not application.is_hired or application.id in intake.chosen or application.id in told:
            continue
        if application.hired_at is None and record not in known:
            continue
        if _hired_on(org, application) < since.isoformat():
            continue
        is_out = application.id in waiting
        reason = reasons.OFFER_NOT_ACCEPTED() if is_out else reasons.NO_OFFER()
        results[record] = Result(Outcome.HELD, (reason,))
    return results


def _hired_on(org: OrgContext, application: ApplicationTrace) -> str:
    """The day of the hire in the organization's time zone, else that of the last change."""
    return day_in(zone(org), application.hired_at or application.updated) or ""


def _unreadable(
    intake: Intake, known: Mapping[RecordKey, StoredResult]
) -> Iterator[tuple[RecordKey, Result]]:
    """Records whose row has too little data, now or when it was last listed."""
    reread = {*map(offer_key, intake.terms)}
    reread |= {RecordKey(RecordKind.APPLICATION, id_) for id_ in intake.candidates}
    for record, kept in known.items():
        was_unreadable = reasons.LISTED_UNREADABLY.code in kept.result.codes
        if was_unreadable and record.kind not in intake.whole and record not in reread:
            yield record, kept.result
    for record in intake.unreadable:
        note = reasons.LISTED_UNREADABLY(what=f"{record.kind.word} {record.id}")
        person_id = known[record].result.person_id if record in known else None
        yield record, Result(Outcome.FAILED, (note,), person_id=person_id)
