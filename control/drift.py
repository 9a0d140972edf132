"""Drift: differences between the two sides that the sync must not resolve.

Reads both services like `plan` and writes nothing anywhere.
"""

from dataclasses import dataclass
from datetime import date

from control.plan import Forecast, forecast
from control.records import Directory
from core.drift import BothSides, Finding, Hired, find_drift, is_live
from core.keys import RecordKey, RecordKind, offer_key
from core.records import Job
from core.values import day_in
from tasks.calendar import today, zone
from tasks.context import OrgContext


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
    """Everybody who is Hired; without a known day, since the day of the offer's decision."""
    hired = []
    for application in made.intake.applications.values():
        if not application.is_hired:
            continue
        offer = made.intake.chosen.get(application.id)
        since = application.hired_at or (offer.decided if offer else application.updated)
        record = offer_key(offer.id) if offer else RecordKey(RecordKind.APPLICATION, application.id)
        job_id = made.intake.job_of(offer, made.survey) if offer else None
        day = _day(day_in(zone(org), since))
        hired.append(Hired(record, day, job_id, application.person_id))
    return hired


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
