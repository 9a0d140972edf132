"""Drift: differences between the two sides that the sync must not resolve.

Reads both services like `plan` and writes nothing anywhere.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from control.plan import Forecast, forecast
from control.records import Directory
from core.drift import BothSides, Finding, Hired, find_drift, is_from_before, is_live
from core.errors import KeyRefused, NeedsHuman
from core.keys import RecordKey, RecordKind, offer_key
from core.outcomes import Result
from core.records import ApplicationTrace, Job
from core.values import day_in
from tasks.calendar import today, zone
from tasks.context import OrgContext
from tasks.intake import read_one

READ_BY_ID = 100
"""How many hires that have not come over are read by id, for the day on which they became Hired.
The others count from the day on which their offer was decided."""


@dataclass(frozen=True)
class Drift:
    """The differences, and the names of the records."""

    findings: list[Finding]
    directory: Directory


def read_drift(org: OrgContext) -> Drift:
    """Read both sides and compare them; raises any error of reading."""
    made = forecast(org, whole=True)
    live = {
        job_id: live
        for job_id, openings in made.survey.by_job.items()
        if (live := [one for one in openings if is_live(one)])
    }
    jobs: dict[str, Job | None] = {**made.survey.jobs}
    jobs.update({id_: org.hris.job(id_, []) for id_ in live if id_ not in jobs})
    sides = BothSides(
        jobs=jobs,
        live=live,
        hired=_hired(org, made),
        results=made.results,
        today=today(org),
        confidential_too=org.rules.sync_confidential_jobs,
    )
    return Drift(find_drift(sides), made.directory)


def _hired(org: OrgContext, made: Forecast) -> list[Hired]:
    """Everybody who is Hired in Ashby."""
    hired = []
    left = READ_BY_ID
    for application in made.intake.applications.values():
        if not application.is_hired:
            continue
        offer = made.intake.chosen.get(application.id)
        record = offer_key(offer.id) if offer else RecordKey(RecordKind.APPLICATION, application.id)
        since = application.hired_at or (offer.decided if offer else application.updated)
        if left and _may_be_missing(application, made.results.get(record)):
            since, left = _hired_at(org, made, application) or since, left - 1
        job_id = made.survey.index.job_of(offer.opening_id) if offer else None
        day = _day(day_in(zone(org), since))
        hired.append(Hired(record, day, job_id, application.person_id))
    return hired


def _may_be_missing(application: ApplicationTrace, result: Result | None) -> bool:
    """True if it matters since when somebody is Hired, and no list has shown it."""
    is_due = result is not None and not is_from_before(result)
    return is_due and application.person_id is None and application.hired_at is None


def _hired_at(org: OrgContext, made: Forecast, application: ApplicationTrace) -> str | None:
    """The moment at which the application became Hired, None if Ashby does not tell it."""
    read = partial(org.ats.application, application.id, made.survey.catalogue.own.person.id)
    try:
        found = read_one(org, f"application {application.id}", read)
    except KeyRefused:
        raise
    except NeedsHuman:
        return None
    return found[0].hired_at if found is not None else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
