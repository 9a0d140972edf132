"""Ashby's hires, and the progress of each.

The inbound half of a survey. Like the outbound half, it only reads.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from core import reasons
from core.errors import Busy, KeyRefused, NeedsHuman, TryLater
from core.hires import is_old
from core.intake import chosen_offers, claims
from core.keys import RecordKey, RecordKind
from core.matching import OpeningIndex
from core.notes import Note
from core.openings import identifiers
from core.outcomes import Outcome
from core.ports import Listing
from core.records import Acceptance, ApplicationTrace, Candidate, Job, Offer, OfferTrace
from store.briefs import HireBrief
from tasks.calendar import today, zone
from tasks.context import OrgContext
from tasks.definitions import guard_own
from tasks.survey import Survey

ASKED_AGAIN = 20
"""How many unfinished hires each sync reads by id: a filtered list does not report an application
that is no longer Hired. It reads as many of the ones Hired without an accepted offer, for the day
on which they became Hired."""

HIRE_LISTS = ("applications", "offers")
"""The names of two of Ashby's lists."""

FIRST_DAY = date.min + timedelta(days=1)
"""The first day of the calendar that has a day before it."""

T = TypeVar("T")


@dataclass
class Intake:
    """The hires of one organization. `terms` and `candidates` hold what this sync has read.

    `troubled` are applications that could not be read, with the reason; `unreadable` are records
    whose row has too little data. `whole` names the kinds whose full list was read.
    """

    offers: dict[str, OfferTrace]
    applications: dict[str, ApplicationTrace]
    terms: dict[str, Offer] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    troubled: dict[str, Note] = field(default_factory=dict)
    unreadable: frozenset[RecordKey] = frozenset()
    whole: frozenset[RecordKind] = frozenset()

    def __post_init__(self) -> None:
        self.chosen = chosen_offers(list(self.offers.values()))
        self.claims = claims(self.chosen, self.applications)

    def current_offers(self) -> list[OfferTrace]:
        """One offer per application: the accepted one that was decided last, else the latest."""
        last: dict[str, OfferTrace] = {}
        for offer in sorted(self.offers.values(), key=lambda one: (one.decided or "", one.id)):
            last[offer.application_id] = offer
        return list({**last, **self.chosen}.values())

    def hired_jobs(self, index: OpeningIndex) -> set[str]:
        """The jobs for which somebody was hired."""
        jobs = {
            index.job_of(offer.opening_id)
            for offer in self.chosen.values()
            if (application := self.applications.get(offer.application_id)) is not None
            and application.is_hired
        }
        return {job_id for job_id in jobs if job_id is not None}

    def brief(
        self,
        offer: OfferTrace,
        index: OpeningIndex,
        *,
        person_field: str,
        jobs: Mapping[str, Job],
        read_at: float,
    ) -> HireBrief:
        """The brief for the record task of that hire.

        `person_field` is the definition id of the field that holds the ChartHop person's id, `jobs`
        are the listed jobs by id, `read_at` is in seconds since the epoch.
        """
        opening, job_id = index.opening(offer.opening_id), index.job_of(offer.opening_id)
        application = self.applications.get(offer.application_id) or ApplicationTrace(
            offer.application_id, is_hired=False, candidate_id=""
        )
        linked = index.linked(job_id) if job_id is not None else ()
        return HireBrief(
            offer=offer,
            application=application,
            job_id=job_id,
            openings=identifiers(one for one in linked if not (one.is_archived or one.is_gone)),
            opening=opening.identifier if opening is not None else "",
            claimed_by=self.claims.get(offer.opening_id or ""),
            person_field=person_field,
            terms=self.terms.get(offer.id),
            candidate=self.candidates.get(offer.application_id),
            job=jobs.get(job_id or ""),
            read_at=read_at,
        )

    def brief_from(self, survey: Survey, offer: OfferTrace) -> HireBrief:
        """The same with what a survey has read."""
        return self.brief(
            offer,
            survey.index,
            person_field=survey.catalogue.own.person.id,
            jobs=survey.jobs,
            read_at=survey.readings.began,
        )


def read_hires(org: OrgContext, survey: Survey, *, whole: bool = False) -> Intake:
    """Read the hires: complete lists, or an error. An unreadable record affects only itself.

    `whole` reads all Hired applications, not only the changed ones: those no longer Hired are
    missing from it.
    """
    guard_own(survey.catalogue.own.person)
    field_id = survey.catalogue.own.person.id
    readings = survey.readings
    if not readings.recalled.keys() >= {*HIRE_LISTS}:
        readings.recall(org, *HIRE_LISTS)
    applied, offered = readings.recalled["applications"], readings.recalled["offers"]
    read, listed = org.together(
        lambda: org.ats.applications(None if whole else applied.token(readings.began), field_id),
        lambda: org.ats.offers(offered.token(readings.began)),
    )
    lists = ((RecordKind.OFFER, listed), (RecordKind.APPLICATION, read))
    intake = Intake(
        _merged_offers(org, survey, offered.items, listed, applied.items),
        _merged_applications(org, survey, applied.items, read),
        {trace.id: offer for trace, offer in listed.items},
        {trace.id: candidate for trace, candidate in read.items},
        unreadable=frozenset(
            RecordKey(kind, id_) for kind, listing in lists for id_ in listing.unreadable
        ),
        whole=frozenset(kind for kind, listing in lists if listing.is_full),
    )
    if intake.offers:
        _ask_again(org, survey, intake, _believed_hired(org, intake))
    _ask_again(org, survey, intake, undated(org, intake))
    return Intake(**{name: getattr(intake, name) for name in Intake.__dataclass_fields__})


def _as_dated_before(trace: ApplicationTrace, known: ApplicationTrace | None) -> ApplicationTrace:
    """Keep the day of the hire once it was read by id, as lists do not contain it."""
    if known is None or not (known.is_hired and trace.is_hired) or trace.hired_at is not None:
        return trace
    return replace(trace, hired_at=known.hired_at)


def _merged_applications(
    org: OrgContext, survey: Survey, known: dict[str, ApplicationTrace], read: Listing[Any]
) -> dict[str, ApplicationTrace]:
    """Known and listed applications merged; a vanished one is kept while a person is linked."""

    def vanished(trace: ApplicationTrace) -> ApplicationTrace | None:
        linked = trace.person_id is not None
        return replace(trace, is_hired=False, hired_at=None) if linked else None

    traces = [_as_dated_before(trace, known.get(trace.id)) for trace, _ in read.items]
    return _merge(org, survey, "applications", known, replace(read, items=traces), vanished)


def _merged_offers(
    org: OrgContext,
    survey: Survey,
    known: dict[str, OfferTrace],
    listed: Listing[Any],
    applications: Mapping[str, ApplicationTrace],
) -> dict[str, OfferTrace]:
    """The same for offers; `applications` are the ones known before."""

    def vanished(trace: OfferTrace) -> OfferTrace | None:
        application = applications.get(trace.application_id)
        linked = application is not None and application.person_id is not None
        return replace(trace, acceptance=Acceptance.OVER) if linked else None

    traces = [trace for trace, _ in listed.items]
    return _merge(org, survey, "offers", known, replace(listed, items=traces), vanished)


def _merge(
    org: OrgContext,
    survey: Survey,
    name: str,
    known: dict[str, Any],
    traces: Listing[Any],
    vanished: Callable[[Any], Any],
) -> dict[str, Any]:
    now, changed = org.memory.mirrors[name].merge(known, traces, survey.readings.began, vanished)
    # A row with a known owner is reported with its record, and read when it changes.
    survey.readings.note(name, replace(traces, unreadable=frozenset()), now, changed)
    return dict(now)


def _ask_again(org: OrgContext, survey: Survey, intake: Intake, ids: list[str]) -> None:
    """Read a random sample of these applications by id, each one separately."""
    changed = survey.readings.changed["applications"]
    person_field = survey.catalogue.own.person.id
    for application_id in random.sample(ids, min(len(ids), ASKED_AGAIN)):
        before = intake.applications[application_id]
        read = partial(org.ats.application, application_id, person_field)
        try:
            reading = read_one(org, f"application {application_id}", read)
        except Busy:
            return
        except KeyRefused:
            raise
        except NeedsHuman as error:
            intake.troubled[application_id] = error.reason
            continue
        if reading is None:
            trace = replace(before, is_hired=False, is_gone=True)
        else:
            trace, intake.candidates[application_id] = reading
        if trace != before:
            intake.applications[application_id] = changed[application_id] = trace


def _believed_hired(org: OrgContext, intake: Intake) -> list[str]:
    """Applications that an earlier list showed as Hired, and that need to be checked again.

    The hire has not started yet, has no person yet, or others wait for its opening.
    """
    day = today(org).isoformat()
    hired = {
        offer.application_id: offer
        for offer in intake.chosen.values()
        if (application := intake.applications.get(offer.application_id)) is not None
        and application.is_hired
    }
    openings = Counter(offer.opening_id for offer in hired.values())

    def matters(id_: str, offer: OfferTrace) -> bool:
        is_made = intake.applications[id_].person_id is not None
        if is_made and (offer.start or "") > day:
            return True
        if id_ in intake.candidates:
            return False  # It is in this sync's list.
        if offer.opening_id is not None and openings[offer.opening_id] > 1:
            return True
        is_due = org.rules.hires_since is not None and not is_old(offer, org.rules, zone(org))
        return is_due and not is_made

    return sorted(id_ for id_, offer in hired.items() if matters(id_, offer))


def undated(org: OrgContext, intake: Intake) -> list[str]:
    """Applications that are Hired without an accepted offer, possibly since `hires_since`."""
    since = org.rules.hires_since
    if since is None:
        return []
    # In the organization's time zone, the last change may have been a day later than in UTC.
    earliest = (max(since, FIRST_DAY) - timedelta(days=1)).isoformat()
    return sorted(
        application.id
        for application in intake.applications.values()
        if application.is_hired
        and application.id not in intake.chosen
        and application.hired_at is None
        and (application.updated or earliest) >= earliest
    )


def read_one(org: OrgContext, what: str, read: Callable[[], T]) -> T:
    """Read one Ashby record. NeedsHuman, naming `what` it is, if only this record is unreadable.

    A failure of the whole service raises its usual error.
    """
    try:
        return read()
    except (Busy, KeyRefused):
        raise
    except (TryLater, NeedsHuman):
        org.ats.try_read("offer.list")
    raise NeedsHuman(reasons.RECORD_UNREADABLE(what=what), Outcome.FAILED)
