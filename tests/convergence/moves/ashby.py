"""Recruiters in Ashby: openings are edited, closed, copied and deleted, places are renamed."""

from typing import Any

from tests.convergence.moves.charthop import CODES
from tests.convergence.world import LINK, STATUS, World


def edit_opening(world: World) -> str | None:
    opening = world.opening()
    if opening is None:
        return None
    account = world.account
    values = {
        "identifier": world.one_of(("R-1", "R-2", "MINE")),
        "description": world.one_of(("Recruiter's", None)),
        "teamId": world.one_of((None, *account.departments)),
        "locationIds": world.chance.sample(
            sorted(account.locations), world.chance.randint(0, len(account.locations))
        ),
        "employmentType": world.one_of(("Intern", "FullTime")),
        "targetStartDate": world.one_of(("2030-01-01", None)),
        "isBackfill": world.one_of((True, False)),
    }
    name = world.one_of(values)
    account.edit_opening(opening, **{name: values[name]})
    return f"Ashby: opening {opening[:8]} gets {name} {values[name]}"


def set_state(world: World) -> str | None:
    opening = world.opening()
    if opening is None:
        return None
    state = world.one_of(("Open", "Open", "Draft", "Closed", "Closed", "Filled"))
    world.account.set_state(opening, state)
    world.closed_by_hand.discard(opening)
    if state == "Closed":
        world.closed_by_hand.add(opening)
    return f"Ashby: opening {opening[:8]} is {state}"


def archive(world: World) -> str | None:
    opening = world.opening()
    if opening is None:
        return None
    if world.account.openings[opening].archived_at is None:
        world.account.archive_opening(opening)
        return f"Ashby: opening {opening[:8]} is archived"
    world.account.openings[opening].archived_at = None
    world.account.touch(world.account.openings[opening])
    return f"Ashby: opening {opening[:8]} is taken out of the archive"


def delete_opening(world: World) -> str | None:
    opening = world.opening()
    if opening is None:
        return None
    job = world.linked_to(opening) or world.let_go.get(opening)
    if job is not None:
        world.orphans.add(job)
    world.account.delete_opening(opening)
    return f"Ashby: opening {opening[:8]} is deleted"


def _type(world: World, opening: str, title: str, value: Any) -> bool:
    """Type a value into a field; False where there is no such field."""
    try:
        world.account.set_opening_field(opening, title, value)
    except KeyError:
        return False
    return True


def clear_link(world: World) -> str | None:
    opening = world.opening()
    job = world.linked_to(opening) if opening is not None else None
    if opening is None or job is None:
        return None
    _type(world, opening, LINK, None)
    world.let_go[opening] = job
    return f"Ashby: opening {opening[:8]} loses its link"


def type_status(world: World) -> str | None:
    opening = world.opening()
    status = world.one_of(("Passive", "Active", "nonsense", None))
    if opening is None or not _type(world, opening, STATUS, status):
        return None
    return f"Ashby: somebody types {status} into the status of opening {opening[:8]}"


def type_value(world: World) -> str | None:
    opening = world.opening()
    title, value = world.one_of((("Note", "mine"), ("Note", None), ("Seat", 99)))
    if opening is None or not _type(world, opening, title, value):
        return None
    return f"Ashby: somebody types {value} into {title} of opening {opening[:8]}"


def make_opening(world: World) -> str | None:
    if len(world.by_hand) >= 3:
        return None
    job = world.job()
    identifier = world.one_of((*CODES[:-1], *([job] if job else [])))
    state = world.one_of(("Open", "Draft", "Closed"))
    opening = world.account.add_opening(identifier, state)
    world.by_hand.add(opening)
    if state == "Closed":
        world.closed_by_hand.add(opening)
    return f"Ashby: opening {opening[:8]} is made by hand as {identifier}"


def copy_link(world: World) -> str | None:
    opening, job = world.one_of(sorted(world.by_hand & world.account.openings.keys())), world.job()
    if opening is None or job is None or not _type(world, opening, LINK, job):
        return None
    world.copied.add(opening)
    return f"Ashby: opening {opening[:8]} gets the link of job {job[:8]}"


def change_places(world: World) -> str:
    account = world.account
    kind, places = world.one_of(
        (("department", account.departments), ("location", account.locations))
    )
    place = world.one_of(places.values())
    match world.chance.randrange(3):
        case 0 if len(places) < 5:
            name = world.one_of(("Robotics", "Design", "Mars", "Rome"))
            (account.add_department if kind == "department" else account.add_location)(name)
            return f"Ashby: new {kind} {name}"
        case 1:
            place.archived = not place.archived
            account.touch(place)
            return f"Ashby: {kind} {place.name} is archived: {place.archived}"
    place.name = world.one_of(("Engineering", "Design", "Berlin", "Rome", "Elsewhere"))
    account.touch(place)
    return f"Ashby: a {kind} is called {place.name}"


def change_choices(world: World) -> str | None:
    fields = [one for one in world.account.custom_fields.values() if one.options]
    found = world.one_of(fields)
    if found is None:
        return None
    option = world.one_of(found.options)
    option.archived, option.label = (
        world.one_of((True, False)),
        world.one_of(("Mine", option.label)),
    )
    world.account.touch(found)
    return f"Ashby: option {option.value} is {option.label}, archived: {option.archived}"
