"""Which hires does Ashby have, and how far is each?

The inbound half of a survey. Like the outbound one it only reads.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from core import reasons
from core.hires import chosen_offers, claims, screen_hire
from core.keys import RecordKey, offer_key
from core.outcomes import Outcome, Result
from core.ports import Listing
from core.records import ApplicationTrace, Candidate, Offer, OfferTrace, digest
from store.briefs import HireBrief
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.definitions import guard_own
from tasks.survey import Survey

ASKED_AGAIN = 20
"""How many of the hires that have not started yet are asked for by id in each sync: a filtered
list does not report an application that is no longer Hired."""


def today() -> date:
    """The calendar day that counts as today (UTC)."""
    return datetime.now(UTC).date()


@dataclass
class Intake:
    """The hires of one organization. `terms` and `candidates` hold what this sync read anew."""

    offers: dict[str, OfferTrace]
    applications: dict[str, ApplicationTrace]
    terms: dict[str, Offer] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chosen = chosen_offers(list(self.offers.values()))
        self.claims = claims(self.chosen, self.applications)

    def current_offers(self) -> list[OfferTrace]:
        """One offer of each application: the accepted one that was decided last, else the last."""
        last: dict[str, OfferTrace] = {}
        for offer in sorted(self.offers.values(), key=lambda one: (one.decided or "", one.id)):
            last[offer.application_id] = offer
        return list({**last, **self.chosen}.values())

    def job_of(self, offer: OfferTrace, survey: Survey) -> str | None:
        """The ChartHop job that the offer's opening is linked to."""
        opening = survey.openings.get(offer.opening_id or "")
        return survey.catalogue.linked_job(opening) if opening is not None else None

    def hired_jobs(self, survey: Survey) -> set[str]:
        """The jobs that somebody was hired against."""
        jobs = set()
        for offer in self.chosen.values():
            application = self.applications.get(offer.application_id)
            if application is not None and application.is_hired:
                jobs.add(self.job_of(offer, survey))
        return {job for job in jobs if job is not None}

    def brief(self, offer: OfferTrace, survey: Survey) -> HireBrief:
        """What a record task has to know about that hire."""
        job_id = self.job_of(offer, survey)
        application = self.applications.get(offer.application_id) or ApplicationTrace(
            offer.application_id, is_hired=False, candidate_id=""
        )
        return HireBrief(
            offer=offer,
            application=application,
            job_id=job_id,
            claimed_by=self.claims.get(offer.opening_id or ""),
            person_field=survey.catalogue.own.person.id,
            terms=self.terms.get(offer.id),
            candidate=self.candidates.get(offer.application_id),
            job=survey.jobs.get(job_id or ""),
            read_at=survey.readings.began,
        )


def read_hires(org: OrgContext, survey: Survey) -> Intake:
    """Read the hires; complete lists, or an error."""
    guard_own(survey.catalogue.own.person)
    field_id = survey.catalogue.own.person.id
    memory = org.memory

    def list_applications() -> tuple[dict[str, ApplicationTrace], Listing[Any]]:
        known = memory.applications.load()
        return known, org.ats.applications(memory.applications.token() if known else None, field_id)

    def list_offers() -> tuple[dict[str, OfferTrace], Listing[Any]]:
        known = memory.offers.load()
        return known, org.ats.offers(memory.offers.token() if known else None)

    (applications, read), (offers, listed) = org.together(list_applications, list_offers)
    candidates = {trace.id: candidate for trace, candidate in read.items}
    applications = _merge(org, survey, "applications", applications, read)

    terms = {trace.id: offer for trace, offer in listed.items}
    offers = _merge(org, survey, "offers", offers, listed)

    pending = _not_started(applications, offers)
    for application_id in random.sample(pending, min(len(pending), ASKED_AGAIN)):
        trace, candidate = org.ats.application(application_id, field_id)
        if trace != applications[application_id]:
            applications[application_id] = trace
            survey.readings.changed["applications"][application_id] = trace
        candidates[application_id] = candidate
    return Intake(offers, applications, terms, candidates)


def _merge(
    org: OrgContext,
    survey: Survey,
    name: str,
    known: dict[str, Any],
    reading: Listing[tuple[Any, Any]],
) -> dict[str, Any]:
    traces = Listing([trace for trace, _ in reading.items], reading.token, reading.is_full)
    now, changed = org.memory.mirrors[name].merge(known, traces, survey.readings.began)
    survey.readings.note(name, traces, now, changed)
    return dict(now)


def _not_started(
    applications: Mapping[str, ApplicationTrace], offers: Mapping[str, OfferTrace]
) -> list[str]:
    day = today().isoformat()
    return sorted(
        offer.application_id
        for offer in chosen_offers(list(offers.values())).values()
        if (offer.start or "") > day
        and (application := applications.get(offer.application_id)) is not None
        and application.is_hired
        and application.person_id is not None
    )


def hire_fingerprint(brief: HireBrief) -> str:
    """A digest of all that Ashby says about the hire, but for who it is."""
    return digest(brief.offer, brief.application.is_hired, brief.job_id)


def triage_hires(
    org: OrgContext,
    survey: Survey,
    intake: Intake,
    known: Mapping[RecordKey, StoredResult],
    *,
    full: bool,
) -> tuple[dict[RecordKey, Result], dict[RecordKey, HireBrief]]:
    """What each hire comes to without a look at ChartHop, and those that need one."""
    results: dict[RecordKey, Result] = {}
    briefs: dict[RecordKey, HireBrief] = {}
    pushed = org.memory.switches.pushed()
    for offer in intake.current_offers():
        record = offer_key(offer.id)
        before = known.get(record)
        brief = intake.brief(offer, survey)
        person_id = brief.application.person_id or (before.result.person_id if before else None)
        withdrawn = not (offer.is_accepted and brief.application.is_hired)
        if withdrawn and person_id is None:
            if offer.is_accepted:
                results[record] = Result(Outcome.SKIPPED, (reasons.NOT_HIRED(),))
            continue
        screened = None if withdrawn else screen(org, brief, pushed)
        if screened is not None:
            results[record] = screened
        elif before is not None and not full and _settled(before, brief):
            results[record] = _calm(before)
        else:
            briefs[record] = brief
    return results, briefs


def _settled(before: StoredResult, brief: HireBrief) -> bool:
    """Whether a task has already done all it can for just this state of the offer."""
    return (
        before.result.fingerprint == hire_fingerprint(brief)
        and not before.result.outcome.wants_attention
    )


def _calm(before: StoredResult) -> Result:
    if before.result.outcome is Outcome.SKIPPED:
        return before.result
    return replace(before.result, outcome=Outcome.UNCHANGED, changes=())


def screen(org: OrgContext, brief: HireBrief, pushed: frozenset[str]) -> Result | None:
    """The first rule that keeps the hire back without a look at ChartHop; None where none does."""
    return screen_hire(
        brief.offer,
        brief.application,
        job_id=brief.job_id,
        claimed_by=brief.claimed_by,
        pushed=brief.offer.id in pushed,
        rules=org.rules,
        today=today(),
    )
