"""Candidates and recruiters: offers are made, accepted, revised and withdrawn, people are hired."""

from tests.convergence.world import World

DAYS = (
    "2026-12-01T00:00:00.000Z",
    "2026-12-15T00:00:00.000Z",
    "2027-01-04T00:00:00.000Z",
    None,
)
SALARIES = ((120000, "USD"), (99000, "USD"), (81000.5, "EUR"), None)
LEVELS = ("L4", "L5", "Senior (L6)", None)
MOST_OFFERS = 5


def _terms(world: World) -> dict[str, object]:
    return {
        "startDate": world.one_of(DAYS[:3] if world.chance.random() < 0.9 else DAYS),
        "salary": world.one_of(SALARIES),
        "customFields": {"Job Level": world.one_of(LEVELS)},
    }


def offer(world: World) -> str | None:
    """A candidate gets an offer, most often for an opening that a job is linked to."""
    account = world.account
    linked = [id_ for id_ in account.openings if world.linked_to(id_) is not None]
    opening = world.one_of(linked or account.openings)
    if opening is None or len(account.offers) >= MOST_OFFERS:
        return None
    number = len(account.candidates) + 1
    email = f"candidate{number}@example.net" if world.chance.random() < 0.9 else None
    candidate = account.add_candidate(f"Candidate{number} Example", email, None)
    application = account.add_application(candidate)
    made = account.add_offer(application, opening, **_terms(world))  # type: ignore[arg-type]
    return f"Ashby: offer {made[:8]} for opening {opening[:8]}"


def hire(world: World) -> str | None:
    """An offer is accepted and the candidate hired, in either order, or one of the two."""
    made = world.one_of(world.account.offers)
    if made is None:
        return None
    application = world.account.offers[made].application_id
    does = world.one_of((("accept", "hire"), ("hire", "accept"), ("accept", "hire"), ("accept",)))
    for what in does:
        if what == "accept":
            world.account.accept_offer(made)
        elif application in world.account.applications:
            world.account.set_application_status(application, "Hired")
    return f"Ashby: offer {made[:8]}: {', '.join(does)}"


def archive_application(world: World) -> str | None:
    application = world.one_of(world.account.applications)
    if application is None:
        return None
    world.account.set_application_status(application, "Archived")
    return f"Ashby: application {application[:8]} is archived"


def unhire(world: World) -> str | None:
    hired = [one.id for one in world.account.applications.values() if one.status == "Hired"]
    application = world.one_of(hired)
    if application is None:
        return None
    world.account.unhire(application)
    return f"Ashby: application {application[:8]} is not hired any more"


def revise(world: World) -> str | None:
    """New terms; half of the time they wait for approval."""
    made = world.one_of(world.account.offers)
    if made is None:
        return None
    terms = _terms(world)
    waits = world.chance.random() < 0.5
    (world.account.revise_offer if waits else world.account.edit_offer)(made, **terms)  # type: ignore[arg-type]
    return f"Ashby: offer {made[:8]} says {terms}{', not approved yet' if waits else ''}"


def accept_again(world: World) -> str | None:
    waiting = [one.id for one in world.account.offers.values() if one.status != "Accepted"]
    made = world.one_of(waiting)
    if made is None:
        return None
    world.account.approve_offer(made)
    world.account.accept_offer(made)
    return f"Ashby: offer {made[:8]} is accepted again"


def move_start(world: World) -> str | None:
    made = world.one_of(world.account.offers)
    if made is None:
        return None
    day = world.one_of(DAYS)
    world.account.edit_offer(made, startDate=day)
    return f"Ashby: offer {made[:8]} starts on {day}"


def change_opening(world: World) -> str | None:
    made, opening = world.one_of(world.account.offers), world.one_of(world.account.openings)
    if made is None or opening is None:
        return None
    world.account.edit_offer(made, openingId=opening)
    world.entangled.add(made)
    return f"Ashby: offer {made[:8]} is for opening {opening[:8]}"


def add_address(world: World) -> str | None:
    candidate = world.one_of(world.account.candidates)
    if candidate is None:
        return None
    number = world.chance.randint(1, 99)
    primary = world.chance.random() < 0.5
    world.account.add_address(candidate, f"more{number}@example.net", primary=primary)
    return f"Ashby: candidate {candidate[:8]} gets the address more{number}"


def same_address(world: World) -> str | None:
    """One candidate gets another's address: they turn out to be one person."""
    candidates = list(world.account.candidates.values())
    if len(candidates) < 2:
        return None
    one, other = world.chance.sample(candidates, 2)
    if not other.emails:
        return None
    world.account.add_address(one.id, other.emails[0])
    return f"Ashby: candidates {one.id[:8]} and {other.id[:8]} have one address"


def former_colleague(world: World) -> str | None:
    """ChartHop knows the candidate already: somebody who left."""
    with_address = [one for one in world.account.candidates.values() if one.emails]
    candidate = world.one_of(with_address)
    if candidate is None:
        return None
    known = {one.values.get("contact.homeEmail") for one in world.org.persons.values()}
    if candidate.emails[0] in known:
        return None
    person = world.org.add_person(
        "Former", "Colleague", homeEmail=candidate.emails[0], departed=True
    )
    return f"ChartHop: person {person[:8]} is a former colleague"


def refuse_a_value(world: World) -> str | None:
    if world.chance.random() < 0.5:
        world.org.refuse_value("jobLevel", "L5")
        return "ChartHop refuses the level L5"
    world.org.accept_value("jobLevel")
    return "ChartHop takes every level"


def cancel_in_charthop(world: World) -> str | None:
    change = world.one_of(world.org.changes.values())
    if change is None:
        return None
    world.cancelled.add(change.job_id)
    world.org.cancel_hire(change.job_id)
    return f"ChartHop: the hire into job {change.job_id[:8]} is cancelled"
