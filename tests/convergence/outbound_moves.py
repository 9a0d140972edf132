"""What people, weather and workers do: each a function that tells what it did.

`MOVES` is what a history is drawn from, with weights. More of them (hires, say) are added to its
lists.
"""

from typing import Any

from sandbox.wire import Fault
from tests.convergence.outbound_world import (
    LINK,
    OPTIONS,
    STATUS,
    Killed,
    Lost,
    Moves,
    World,
    configure,
)

TITLES = ("Engineer", "Lead 🚀", "مهندس", "<b>Cook</b> & co", "  Spaced  out ", "x" * 160)
STATUSES = (
    "Active",
    "Active",
    "Passive",
    "Passive",
    "Inactive",
    "Offer",
    "Pending",
    "Closed",
    None,
)
DEPARTMENTS = ("Engineering", "design ", "Robotics", None)
LOCATIONS = ("Berlin", "ROME", "Mars", None)
CODES = ("R-1", "R-2", "R-3", None)
DATES = ("2026-12-01", "2027-02-03", "someday", None)
NOTES = ("a text", "another", "", None)
SEATS = (0, 7, 12, None)
EMPLOYMENT = ("FULL", "PART", "CONTRACT", "EXPAT", None)
MOST_JOBS = 6


def _values(world: World) -> dict[str, Any]:
    """Something for every attribute of a job."""
    return {
        "department.name": world.one_of(DEPARTMENTS),
        "location.name": world.one_of(LOCATIONS),
        "employment": world.one_of(EMPLOYMENT),
        "startDatePlanned": world.one_of(DATES),
        "req": world.one_of(CODES),
        "backfill": world.one_of((True, False, None)),
        "note": world.one_of(NOTES),
        "seat": world.one_of(SEATS),
        "reason": world.one_of([name for name, _ in OPTIONS] + [None]),
    }


# ChartHop.


def new_job(world: World) -> str | None:
    if len(world.org.jobs) >= MOST_JOBS:
        return None
    status = world.one_of(("Active", "Active", "Active", *STATUSES[4:]))
    job = world.org.add_job(world.one_of(TITLES), status, **_values(world))
    return f"ChartHop: new job {job[:8]} {world.org.job(job)}"


def edit_job(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    values = {**_values(world), "title": world.one_of(TITLES)}
    codes = world.chance.sample(sorted(values), world.chance.randint(1, 3))
    edit = {code: values[code] for code in codes}
    world.org.edit_job(job, edit)
    return f"ChartHop: job {job[:8]} gets {edit}"


def recruit(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    now = (world.org.job(job).get("recruit") or "").casefold()
    status = world.one_of(STATUSES) if now == "active" else world.one_of(("Active", *STATUSES))
    world.org.edit_job(job, recruit=status)
    return f"ChartHop: job {job[:8]} is {status}"


def delete_job(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    world.org.delete_job(job)
    return f"ChartHop: job {job[:8]} is deleted"


def fill_job(world: World) -> str | None:
    job = world.job()
    if job is None or world.org.job(job)["state"] != "OPEN":
        return None
    world.org.add_person("Ada", "Lovelace", workEmail="ada@example.com", job_id=job)
    return f"ChartHop: job {job[:8]} is filled"


def open_again(world: World) -> str | None:
    change = world.one_of(world.org.changes.values())
    if change is None:
        return None
    del world.org.changes[change.id]
    world.org.unhire(change)
    return f"ChartHop: job {change.job_id[:8]} is open again"


def confide(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    level = world.one_of(("HIGH", "ORG", "ORG"))
    world.org.edit_job(job, sensitive=level)
    return f"ChartHop: job {job[:8]} has sensitivity {level}"


def change_options(world: World) -> str:
    values = world.chance.sample(OPTIONS, world.chance.randint(1, len(OPTIONS)))
    values = [(name, world.one_of((label, f"{label}!"))) for name, label in values]
    world.org.edit_field("reason", values=values)
    return f"ChartHop: the options of Reason are {values}"


def relabel(world: World) -> str:
    label = world.one_of(("Note", "Remark"))
    world.org.edit_field("note", label=label)
    return f"ChartHop: the field note is called {label}"


def rename_group(world: World) -> str:
    name = world.one_of(("Design", "Engineering", "Construction"))
    world.org.rename_group("department", "Design", name)
    return f"ChartHop: the department Design is called {name}"


# Ashby.


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


# Operators.


def tick(world: World) -> str:
    world.ticked = world.one_of((["note", "seat", "reason"], ["reason"], ["seat", "note"]))
    configure(world)
    return f"operator: ticked fields are {world.ticked}"


def empty_redis(world: World) -> str:
    world.deployment.redis.flushdb()
    if world.chance.random() < 0.5:
        world.messages.clear()
    return f"Redis is emptied; {len(world.messages)} messages are left"


# Workers.


def start_sync(world: World) -> str:
    headers = world.one_of(({"trigger": "schedule"}, {"trigger": "schedule"}, {}, {"full": "yes"}))
    world.deployment.send("tasks.sync_organization", "acme", **headers)
    return f"a sync is sent {headers}"


def sync_whole(world: World) -> str:
    world.deployment.send("tasks.sync_organization", "acme", trigger="schedule")
    world.work_off()
    if world.chance.random() < 0.8:
        world.later()
    return "a whole sync"


def work_some(world: World) -> str | None:
    if not world.messages:
        return None
    count = world.chance.randint(1, 4)
    world.work(count)
    return f"workers take {count} messages; {len(world.messages)} are left"


def repeat_message(world: World) -> str | None:
    message = world.one_of(world.messages)
    if message is None:
        return None
    world.messages.append(message)
    return f"{message.task} {message.args} is delivered twice"


def send_record(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    world.deployment.send("tasks.sync_job", "acme", job)
    return f"job {job[:8]} is sent by hand"


# Weather.

ASHBY_TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "lost"},
    {"kind": "lost"},
    {"kind": "late"},
    {"kind": "reset"},
    {"kind": "refused"},
    {"kind": "timeout"},
    {"kind": "html"},
    {"kind": "html200"},
    {"kind": "empty"},
    {"kind": "error", "code": "generic_internal_error"},
    {"kind": "status", "status": 429, "headers": {"retry-after": "1"}},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 403},
)
CHARTHOP_TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "accepted", "times": 3},
    {"kind": "status", "status": 500, "times": 3},
    {"kind": "status", "status": 403},
    {"kind": "html200"},
    {"kind": "timeout", "times": 3},
)


def bad_weather(world: World) -> str:
    trouble = world.one_of(ASHBY_TROUBLE)
    place = world.trouble(world.deployment.ashby, **trouble)
    return f"weather: {trouble} at {place}"


def short_list(world: World) -> str:
    """ChartHop's list lacks a job that is there."""
    lacking = world.job()

    def without(answer: Any) -> Any:
        if answer is None:
            return answer
        return {**answer, "data": [row for row in answer["data"] if row["id"] != lacking]}

    world.deployment.charthop.faults.append(
        Fault("/job$", "altered", alter=without, times=world.chance.randint(1, 3))
    )
    return f"weather: ChartHop's list lacks job {str(lacking)[:8]}"


def bad_weather_at_chart_hop(world: World) -> str:
    trouble = world.one_of(CHARTHOP_TROUBLE)
    place = world.trouble(world.deployment.charthop, **trouble)
    return f"weather: {trouble} at {place}"


def kill_worker(world: World) -> str:
    def kill(answer: Any) -> Any:
        world.log.append("... a worker is killed")
        if world.chance.random() < 0.3:
            world.log.append("... and Redis dies with it")
            world.deployment.redis.flushdb()
            world.messages.clear()
            raise Lost
        raise Killed

    place = world.trouble(world.deployment.ashby, kind="altered", alter=kill, times=1)
    return f"weather: a worker is to be killed after {place}"


def empty_redis_in_the_middle(world: World) -> str:
    def empty(answer: Any) -> Any:
        world.log.append("... Redis is emptied")
        world.deployment.redis.flushdb()
        return answer

    place = world.trouble(world.deployment.ashby, kind="altered", alter=empty, times=1)
    return f"weather: Redis is to be emptied after {place}"


def meanwhile(world: World) -> str:
    """Somebody else does something while a worker waits for an answer."""

    def happen(answer: Any) -> Any:
        fan_outs = [one for one in world.messages if one.task == "tasks.sync_organization"]
        moves = (edit_job, recruit, edit_opening, set_state, new_job, delete_job)
        if fan_outs and world.chance.random() < 0.5:
            world.messages.remove(fan_outs[0])
            world.log.append(f"... meanwhile another sync: {world.deployment.run(fan_outs[0])}")
        else:
            world.log.append(f"... meanwhile {world.one_of(moves)(world)}")
        return answer

    # Not while a worker makes fields: whoever comes second waits for it for real seconds.
    path = world.one_of(("/opening", "/opening.list", "/customField.setValues"))
    place = world.trouble(world.deployment.ashby, kind="altered", alter=happen, path=path, times=1)
    return f"weather: something is to happen during {place}"


MOVES = Moves(
    people=[
        (5, new_job),
        (10, edit_job),
        (14, recruit),
        (2, delete_job),
        (1, fill_job),
        (1, open_again),
        (1, confide),
        (2, change_options),
        (1, relabel),
        (1, rename_group),
        (5, edit_opening),
        (5, set_state),
        (2, archive),
        (2, delete_opening),
        (2, clear_link),
        (1, type_status),
        (2, type_value),
        (3, make_opening),
        (1, copy_link),
        (3, change_places),
        (1, change_choices),
        (1, tick),
    ],
    weather=[
        (10, bad_weather),
        (3, bad_weather_at_chart_hop),
        (1, short_list),
        (5, kill_worker),
        (4, empty_redis_in_the_middle),
        (1, empty_redis),
        (5, meanwhile),
    ],
    workers=[
        (10, sync_whole),
        (6, start_sync),
        (6, work_some),
        (2, repeat_message),
        (1, send_record),
    ],
)
