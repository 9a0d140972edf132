"""What must be true of the hires of a world that was left alone, worked out without the product."""

from collections import Counter
from typing import Any

from core.keys import offer_key
from core.outcomes import Outcome
from sandbox.ashby.records import Application, Offer
from tests.convergence.world import World

IN_STEP = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)


def hired(world: World) -> list[tuple[Application, Offer]]:
    """The applications that are Hired, each with its accepted offer."""
    return [
        (application, offer)
        for offer in world.account.offers.values()
        if offer.status == "Accepted"
        and (application := world.account.applications.get(offer.application_id)) is not None
        and application.status == "Hired"
    ]


def job_of(world: World, offer: Offer) -> str | None:
    """The job that the offer's opening is linked to, if that is one."""
    opening = offer.latest.opening_id
    if opening is None or opening not in world.account.openings:
        return None
    return world.linked_to(opening)


def is_sound(world: World, application: Application, offer: Offer) -> bool:
    """Whether nothing at all stands in the way of the hire.

    Only hires that have nothing to do with anybody else: what is to be done about two of them is
    for the tables to say.
    """
    job, start = job_of(world, offer), offer.latest.start_date
    candidate = world.account.candidates[application.candidate_id]
    if job is None or job not in world.org.jobs or start is None or not candidate.emails:
        return False
    row = world.org.job(job)
    change = world.org.jobs[job].hire
    ours = change is None or offer.id in str(change.note)
    others = [one for _, one in hired(world) if one.id != offer.id and job_of(world, one) == job]
    shared = Counter(
        email.casefold() for one in world.account.candidates.values() for email in set(one.emails)
    )
    known = {
        str(person.values.get(code)).casefold()
        for person in world.org.persons.values()
        if person.id not in world.made
        for code in ("contact.homeEmail", "contact.workEmail")
    }
    return (
        not others
        and ours
        and job not in world.cancelled
        and len(world.linked(job)) == 1
        and row.get("sensitive") != "HIGH"
        and (row["state"] == "OPEN" or change is not None)
        and (change is None or change.date > world.org.today())
        and start[:10] > world.org.today()
        and all(shared[email.casefold()] == 1 for email in candidate.emails)
        and not any(email.casefold() in known for email in candidate.emails)
        and offer.id not in world.entangled
    )


def nothing_is_written_for_somebody_who_is_not_hired(world: World) -> None:
    """At the moment of each write to ChartHop."""
    assert not world.unjust, f"written to ChartHop without a hire: {world.unjust}"


def every_sound_hire_has_arrived(world: World) -> None:
    """The person is in the job, from the right day on, with the right pay as of every day."""
    for application, offer in hired(world):
        if not is_sound(world, application, offer):
            continue
        job = job_of(world, offer)
        assert job is not None
        result = world.deployment.result(str(offer_key(offer.id)))
        assert result.outcome in IN_STEP, f"{offer.id} has not arrived: {result}"
        change = world.org.jobs[job].hire
        assert change is not None, f"nobody was hired into {job}; {result}"
        start = str(offer.latest.start_date)[:10]
        assert change.date == start, f"{job}: starts {change.date}, the offer says {start}"
        _assert_pay(world, job, offer, start)


def _assert_pay(world: World, job: str, offer: Offer, start: str) -> None:
    """No earlier figure comes back on a later day."""
    if offer.latest.salary is None:
        return
    amount, currency = offer.latest.salary
    days = [start, *(day for day, _ in world.org.jobs[job].dated if day >= start)]
    for day in days:
        stored: Any = world.org.jobs[job].values_on(day).get("baseComp")
        if stored is None:
            continue  # Without an interval in the plan or the offer no pay is written.
        assert (stored["pay"]["amount"], stored["pay"]["currency"]) == (amount, currency), (
            f"{job} on {day} pays {stored}, the offer says {offer.latest.salary}"
        )


def nobody_is_doubled(world: World) -> None:
    """One person for each address, one job for each person, one hire for each job."""
    emails = Counter(
        str(world.org.persons[id_].values.get("contact.homeEmail")).casefold()
        for id_ in world.made
        if id_ in world.org.persons
    )
    twice = {email: count for email, count in emails.items() if count > 1}
    assert not twice, f"several persons were made with one address: {twice}"
    active = [one for one in world.org.changes.values() if one.status == "ACTIVE"]
    for what in ("job_id", "person_id"):
        counts = Counter(getattr(one, what) for one in active)
        again = {id_: count for id_, count in counts.items() if count > 1}
        assert not again, f"hired more than once, by {what}: {again}"


def every_person_that_was_made_is_explained(world: World) -> None:
    """By a record that names the person, as long as Ashby knows the application."""
    named = {kept.result.person_id for kept in world.deployment.memory().results.all().values()}
    for person in world.made:
        change = world.org.persons[person].hire if person in world.org.persons else None
        if change is None:
            continue
        assert person in named, (
            f"person {person} is hired into {change.job_id} and no record says so"
        )


HIRE_LAWS = [
    nothing_is_written_for_somebody_who_is_not_hired,
    every_sound_hire_has_arrived,
    nobody_is_doubled,
    every_person_that_was_made_is_explained,
]
