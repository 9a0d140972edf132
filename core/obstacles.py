"""Obstacles that keep a hire from ChartHop. The comment on each rule says what happened."""

from collections.abc import Iterator

from core import reasons
from core.gathered import AshbyHire, GatheredHire
from core.notes import Note
from core.openings import called
from core.records import Job
from core.rules import Rules


def obstacles_in_ashby(hire: AshbyHire) -> Iterator[Note]:
    """The obstacles that Ashby's records show, the most important first."""
    # Nobody chose an opening in the offer.
    if hire.offer.opening_id is None:
        yield reasons.NO_OPENING()
    # The opening was created by hand, or somebody cleared its link.
    elif hire.job_id is None:
        yield reasons.OPENING_NOT_LINKED(opening=hire.opening_called)
    # An opening was copied with its link, or somebody wrote the job's id into another one.
    elif len(linked := {hire.offer.opening_id: hire.opening, **hire.openings}) > 1:
        yield reasons.LINKED_TWICE(count=len(linked), openings=called(linked))
    # Another candidate was hired for the same opening before.
    if hire.claimed_by not in (None, hire.offer.id):
        yield reasons.SECOND_HIRE(opening=hire.opening_called)
    # Nobody entered a start date, or somebody removed it.
    if hire.offer.start is None:
        yield reasons.NO_START()


def obstacles_in_charthop(gathered: GatheredHire, rules: Rules) -> Iterator[Note]:
    """The obstacles that ChartHop's records show, the most important first."""
    hire, job, ours, person = gathered.hire, gathered.job, gathered.ours, gathered.person
    today = hire.today.isoformat()
    # Without a name there can be no person; without an address payroll would duplicate it.
    if not gathered.terms.person.get("name.last"):
        yield reasons.NO_NAME()
    if ours is None and not gathered.emails:
        yield reasons.NO_EMAIL()
    # Several people share an address: nobody can say who is meant.
    if ours is None and len(gathered.persons) > 1:
        yield reasons.TWO_PERSONS()
    if hire.job_id is not None:
        yield from _obstacles_of_job(hire, job, rules)
    # Somebody removed the person from the job, or wrote a stranger's id into the application.
    by_hand = gathered.is_filled_by_hand
    if ours is None and hire.application.person_id is not None and not by_hand:
        known = hire.application.person_id in [one.id for one in gathered.persons]
        yield reasons.HIRE_CANCELLED() if known else reasons.PERSON_NOT_OURS()
    # Somebody else was put into the job in ChartHop.
    if job is not None and job.person_id not in (None, person.id if person else None):
        yield reasons.FILLED_BY_OTHER()
    # The candidate works here already, or is about to start in another job.
    if ours is None and person is not None and job is not None:
        theirs = [c for c in gathered.changes if c.is_in_force and c.person_id == person.id]
        ahead = [change.job_id for change in theirs if change.day > today]
        if {person.job_on(today), *ahead} - {None, job.id}:
            yield reasons.ACTIVE_EMPLOYEE()
    # The hire was sent before and waits for an approval: sent again it would only be there twice.
    if gathered.unmade is not None and not by_hand:
        yield reasons.HIRE_NOT_MADE(what=f"a hire that is {gathered.unmade.status}")
    # The job was closed, or filled in another way.
    if job is not None and not job.is_open and job.person_id is None and ours is None:
        yield reasons.JOB_NOT_THERE()


def _obstacles_of_job(hire: AshbyHire, job: Job | None, rules: Rules) -> Iterator[Note]:
    # The job was deleted, or the key cannot see it.
    if job is None:
        yield reasons.JOB_NOT_THERE()
        return
    # A link is only text in Ashby: it gives no access to what the organization keeps closed.
    if job.in_scenario:
        yield reasons.SCENARIO()
    if job.is_confidential and not rules.sync_confidential_jobs:
        yield reasons.CONFIDENTIAL_HIRE()
    # ChartHop does not let anyone start in a job before the job exists.
    start, created = hire.offer.start, (job.created or "")[:10]
    if start is not None and created and start < created:
        yield reasons.START_TOO_EARLY(start=start, created=created)
