"""Reads the data for the task of a woken record.

The record itself is read by id, because lists lag behind; everything else the plan needs comes from
the last sync. If that is gone, both sides are surveyed as without a brief.
"""

import time
from dataclasses import replace

from core import reasons
from core.actions import CloseOpening, CreateOpening, CreatePerson, Plan
from core.brakes import MassChange
from core.catalogue import Catalogue
from core.matching import OpeningIndex
from core.notes import Reason
from core.openings import Opening
from core.outcomes import Result
from core.records import Acceptance, ApplicationTrace, Candidate, Offer, OfferTrace
from store.briefs import HireBrief, JobBrief
from store.leases import RecordLease
from tasks.context import OrgContext
from tasks.intake import Intake, read_one
from tasks.late_jobs import identified, note_read

HELD_BY_BRAKE = frozenset(
    one.code
    for one in vars(reasons).values()
    if isinstance(one, Reason) and one.code.startswith("BRAKE_")
)


class NotOurs(Exception):
    """No sync would examine this record, so nothing is stored about it."""


class WantsSync(Exception):
    """Only a sync may carry this out, because it sees everything at once and asks the brake."""


def is_left_to_sync(lease: RecordLease) -> bool:
    """True if the brake holds the record: only `approve` releases it, whatever happens to it."""
    return lease.known is not None and not HELD_BY_BRAKE.isdisjoint(lease.known.result.codes)


def job_brief(org: OrgContext, lease: RecordLease) -> JobBrief | None:
    """The current job and its known openings; None if there is no stored state.

    Raises NotOurs if no sync would examine the job.
    """
    name = org.memory.briefs.latest_catalogue()
    catalogue = org.memory.briefs.catalogue(name) if name is not None else None
    if name is None or catalogue is None:
        return None
    job = org.hris.job(lease.id, [field for field, _ in catalogue.fields])
    note_read(org, lease.id, job, lease.pending)
    index = OpeningIndex(_openings(org, lease), catalogue)
    linked = index.linked(lease.id)
    if lease.known is None and not linked and (job is None or not job.is_open):
        raise NotOurs
    if job is not None:
        job = identified(job, index)
    return JobBrief(
        job,
        tuple(opening.id for opening in linked),
        tuple(opening.id for opening in index.namesakes(job)),
        name,
    )


def _openings(org: OrgContext, lease: RecordLease) -> list[Opening]:
    """The job's opening, or all openings if it is uncertain or the record needs attention."""
    known = lease.known.result if lease.known is not None else None
    opening_id = lease.remembered.link or (known.opening_id if known is not None else None)
    if opening_id is not None and not (known is not None and known.outcome.wants_attention):
        found = org.memory.openings.get([opening_id])
        if found:
            return found
    return list(org.memory.openings.load().values())


def allow(org: OrgContext, plan: Plan) -> None:
    """Raises WantsSync if an event may not cause this plan by itself.

    An event proves nothing, so it closes nothing and creates no more openings than one sync may.
    """
    if plan.has(CloseOpening):
        raise WantsSync
    if plan.has(CreateOpening):
        allow_one_more(org, MassChange.CREATE, org.rules.limits.create_openings)


def allow_one_more(org: OrgContext, kind: MassChange, limit: int) -> None:
    """Count one creation between two syncs; WantsSync if there are too many."""
    if org.memory.events.spend(kind) > limit:
        raise WantsSync


def hire_brief(org: OrgContext, lease: RecordLease) -> HireBrief | None:
    """The hire as Ashby has it now; None if there is no stored state of the organization.

    Raises NotOurs if no sync would examine the offer.
    """
    name = org.memory.briefs.latest_catalogue()
    catalogue = org.memory.briefs.catalogue(name) if name is not None else None
    if catalogue is None:
        return None
    began, memory = time.time(), org.memory
    offer, terms = _offer(org, lease)
    application, candidate = _application(org, offer, catalogue)
    memory.offers.put(offer, lease.pending)
    memory.applications.put(application, lease.pending)
    memory.index.learn({offer.id: offer}, {application.id: application}, lease.pending)
    intake = Intake(
        {**memory.offers.load(), offer.id: offer},
        {**memory.applications.load(), application.id: application},
        {offer.id: terms} if terms is not None else {},
        {application.id: candidate} if candidate is not None else {},
    )
    if lease.known is None and offer not in intake.current_offers():
        raise NotOurs
    openings = memory.openings.load()
    if offer.opening_id is not None and offer.opening_id not in openings:
        opening = org.ats.opening(offer.opening_id)
        if opening is not None:
            openings[opening.id] = opening
    index, person_field = OpeningIndex(openings.values(), catalogue), catalogue.own.person.id
    return intake.brief(offer, index, person_field=person_field, jobs={}, read_at=began)


def _offer(org: OrgContext, lease: RecordLease) -> tuple[OfferTrace, Offer | None]:
    """The current offer; one that is gone counts as over."""
    found = read_one(org, f"offer {lease.id}", lambda: org.ats.offer(lease.id))
    if found is None:
        stored = org.memory.offers.get([lease.id])
        if lease.known is None or not stored:
            raise NotOurs
        return replace(stored[0], acceptance=Acceptance.OVER), None
    if lease.known is None and not found[0].is_accepted:
        raise NotOurs
    return found


def _application(
    org: OrgContext, offer: OfferTrace, catalogue: Catalogue
) -> tuple[ApplicationTrace, Candidate | None]:
    """The offer's current application."""
    id_, person_field = offer.application_id, catalogue.own.person.id
    found = read_one(org, f"application {id_}", lambda: org.ats.application(id_, person_field))
    if found is not None:
        return found
    stored = org.memory.applications.get([id_]) or [ApplicationTrace(id_, False, "")]
    return replace(stored[0], is_hired=False, is_gone=True), None


def allow_hire(org: OrgContext, plan: Plan) -> None:
    """Raises WantsSync if events have created as many persons since the last sync as one may."""
    if plan.has(CreatePerson):
        allow_one_more(org, MassChange.HIRE, org.rules.limits.create_persons)


def as_before(lease: RecordLease, fingerprint: str) -> Result | None:
    """The record's last result, if a task has done all it can for this state; else None."""
    if lease.known is None or lease.known.result.outcome.wants_attention:
        return None
    before = lease.known.result
    if before.fingerprint is None or before.fingerprint != fingerprint:
        return None
    return replace(before, changes=())
