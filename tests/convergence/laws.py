"""What must be true of a world that was left alone: worked out here anew, without the product.

Each law takes the world and raises AssertionError with a sentence. Those about hires are in
hire_laws.py.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from core import reasons
from core.keys import RecordKind, job_key
from core.outcomes import Outcome
from tests.convergence.hire_laws import HIRE_LAWS
from tests.convergence.world import FIELDS, LINK, STATUS, World

Law = Callable[[World], None]

EMPLOYMENT = {"FULL": "FullTime", "PART": "PartTime", "CONTRACT": "Contract"}
ENDED = ("passive", "inactive", "closed")


def status(row: dict[str, Any]) -> str:
    """The recruiting status of a job in small letters."""
    return (row.get("recruit") or "").casefold()


def jobs(world: World) -> dict[str, dict[str, Any]]:
    """The rows of all jobs by id."""
    return {job: world.org.job(job) for job in world.org.jobs}


def is_synced(row: dict[str, Any]) -> bool:
    """Whether the job is open, Active, and anybody's business."""
    return row["state"] == "OPEN" and status(row) == "active" and row.get("sensitive") != "HIGH"


def identifier(world: World, job: str) -> str:
    """What the job's opening is called."""
    codes = Counter(row.get("req") for row in jobs(world).values() if row["state"] == "OPEN")
    code = world.org.job(job).get("req")
    return code if code and codes[code] == 1 else job


def reason_to_hold(world: World, job: str) -> str | None:
    """Why nobody can say which opening is the job's, None where one can."""
    account, live = world.account, world.live(job)
    if live:
        return "two openings carry its id" if len(live) > 1 else None
    if world.linked(job):
        return "its opening is archived"
    named = [
        id_
        for id_, one in account.openings.items()
        if one.version["identifier"] == identifier(world, job)
    ]
    if any(world.linked_to(id_) is not None for id_ in named):
        return "its identifier is another job's"
    if len(named) > 1:
        return "two openings have its identifier"
    if named:
        one = account.openings[named[0]]
        if one.archived_at is not None or one.state == "Filled":
            return "the opening of its identifier is put away"
    if job in world.orphans and not named:
        return "its opening was deleted"
    return None


# The laws.


def every_active_job_has_one_opening_in_step(world: World) -> None:
    """Unless it is held, for a reason that is there."""
    for job, row in jobs(world).items():
        if not is_synced(row):
            continue
        result = world.deployment.result(f"job:{job}")
        held = reason_to_hold(world, job)
        if held is not None and not (held == "its opening was deleted" and world.live(job)):
            assert result.outcome is Outcome.HELD, f"{job}: {held}, and it is {result}"
            continue
        live = world.live(job)
        assert len(live) == 1, f"{job} has {len(live)} openings; {result}"
        _assert_in_step(world, job, row, live[0])


def _is_taken(world: World, name: str, own: str) -> bool:
    """Whether another opening has that identifier: it is not taken from it."""
    openings = world.account.openings.items()
    return any(id_ != own and one.version["identifier"] == name for id_, one in openings)


def _assert_in_step(world: World, job: str, row: dict[str, Any], opening_id: str) -> None:
    account, opening = world.account, world.account.openings[opening_id]
    if opening.state == "Filled":
        return
    if opening.state == "Closed":
        told = f"{job} is Active and nobody but the sync closed its opening {opening_id}"
        assert opening_id in world.closed_by_hand, told
        return
    said, version = {}, opening.version
    wanted: dict[str, Any] = {
        "identifier": identifier(world, job),
        "description": row["title"].strip(),
        "employmentType": EMPLOYMENT.get(row.get("employment") or "", "FullTime"),
        "isBackfill": bool(row.get("backfill")),
        LINK: job,
        STATUS: "Active",
    }
    for name, places, code in (
        ("teamId", account.departments, "department.name"),
        ("locationIds", account.locations, "location.name"),
    ):
        folded = (row.get(code) or "").strip().casefold()
        found = [
            one.id
            for one in places.values()
            if not one.archived and one.name.strip().casefold() == folded
        ]
        many = name == "locationIds"
        if not folded:
            wanted[name] = [] if many else None
        elif len(found) == 1:
            wanted[name] = found if many else found[0]
    start = row.get("startDatePlanned")
    if start is None or _is_day(start):
        wanted["targetStartDate"] = start
    if _is_taken(world, wanted["identifier"], opening_id):
        del wanted["identifier"]
    wanted |= _wanted_values(world, row)
    for name in wanted:
        said[name] = version[name] if name in version else account.opening_field(opening_id, name)
    said["description"] = (said["description"] or "").strip()
    assert said == wanted, f"{job} is out of step with {opening_id}"


def _wanted_values(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """The ticked fields by the title that Ashby has, as far as they can be written there."""
    wanted = {}
    for code in world.ticked:
        titles = {FIELDS[code][0], world.org.fields[code].label}
        found = [
            one
            for one in world.account.custom_fields.values()
            if one.object_type == "Opening"
            and one.title in titles
            and f":{code}]" in (one.description or "")
        ]
        value = row.get(code)
        value = value.strip() or None if isinstance(value, str) else value
        if code == "reason" and value is not None:
            names = dict(world.org.fields[code].values)
            labels = {label: name for name, label in names.items()}
            value = value if value in names else labels.get(value)
            if value is None:
                continue  # Its option was removed: what Ashby has stays.
        if value is None and not world.account.oddities.null_clears:
            continue
        assert len(found) == 1, f"the field {code} is there {len(found)} times"
        wanted[found[0].title] = value
    return wanted


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def no_opening_is_left_open_for_a_job_that_is_not_recruited_for(world: World) -> None:
    """Those of deleted and filled jobs are closed, too."""
    rows = jobs(world)
    for id_, opening in world.account.openings.items():
        job = world.linked_to(id_)
        if job is None or opening.archived_at is not None or len(world.live(job)) > 1:
            continue
        row = rows.get(job)
        if row is not None and row.get("sensitive") == "HIGH":
            continue
        if row is None or row["state"] != "OPEN":
            over = row is None or status(row) not in ("offer", "pending")
        else:
            over = status(row) in ENDED
        if over and not is_left_to_a_person(world, job):
            told = f"{id_} is {opening.state}, and its job {job} is {row and status(row)}"
            assert opening.state in ("Closed", "Filled"), told


def is_left_to_a_person(world: World, job: str) -> bool:
    """Whether its opening is held because this deployment cannot know that it is its own."""
    kept = world.deployment.memory().results.get(job_key(job))
    held = {"NOT_LINKED_HERE", "CONTESTED"}
    return kept is not None and not held.isdisjoint(kept.result.codes)


def nothing_is_doubled(world: World) -> None:
    """No opening was made twice, and none was made and forgotten."""
    rows = jobs(world)
    made = [id_ for id_ in world.account.openings if id_ not in world.by_hand]
    linked = Counter(job for id_ in made if (job := world.linked_to(id_)) is not None)
    for job, count in linked.items():
        assert count == 1 or job in world.orphans, f"{count} openings were made for {job}"
    for id_ in made:
        if world.linked_to(id_) is not None or id_ in world.let_go:
            continue
        name = world.account.openings[id_].version["identifier"]
        owners = [
            job for job in rows if name in (job, rows[job].get("req")) and is_synced(rows[job])
        ]
        assert not owners, f"{id_} was made as {name} and is linked to nothing"
    titles = Counter((one.title, one.object_type) for one in world.account.custom_fields.values())
    twice = [title for title, count in titles.items() if count > 1]
    assert not twice, f"fields were made twice: {twice}"


def nothing_failed(world: World) -> None:
    """What is at fault is held; nothing here is beyond repair."""
    for record, kept in world.deployment.memory().results.all().items():
        assert kept.result.outcome is not Outcome.FAILED, f"{record}: {kept.result.reason}"


def nothing_is_left_to_do(world: World) -> None:
    """The next sync writes nothing and enqueues no record that has arrived."""
    sandbox = world.deployment.ashby
    sandbox.record_calls = True
    world.deployment.forget_calls()
    world.sync()
    sandbox.record_calls = False
    writes = [call.path for call in sandbox.calls if call.writes]
    assert not writes, f"the next sync writes {writes}"
    sync = world.deployment.memory().syncs.last()
    assert sync is not None
    assert not sync.problems
    # An offer that lacks something is looked at again, for no list tells; so is a job that is not
    # listed while a withdrawn hire fills it.
    expected = 0
    for record, kept in world.deployment.memory().results.all().items():
        waits = kept.result.outcome in (Outcome.SKIPPED, Outcome.HELD)
        is_left = reasons.LEFT_ALONE.code in kept.result.codes
        expected += (waits and record.kind is RecordKind.OFFER) or is_left
    assert sync.planned <= expected, f"the next sync enqueues {sync.planned} records"


def an_opening_stays_with_its_job(world: World) -> None:
    """Unless a recruiter took its link away or typed another one."""
    for opening, owner in world.owners.items():
        if opening in world.let_go or opening in world.copied:
            continue
        if opening in world.account.openings:
            assert world.linked_to(opening) == owner, f"{opening} was the opening of {owner}"


def what_a_recruiter_closed_stays_closed(world: World) -> None:
    """As long as ChartHop did not change its mind."""
    for opening in world.decided:
        state = world.account.openings[opening].state
        assert state == "Closed", f"{opening} was closed by a recruiter and is {state}"


LAWS: list[Law] = [
    every_active_job_has_one_opening_in_step,
    no_opening_is_left_open_for_a_job_that_is_not_recruited_for,
    nothing_is_doubled,
    an_opening_stays_with_its_job,
    what_a_recruiter_closed_stays_closed,
    *HIRE_LAWS,
    nothing_failed,
    nothing_is_left_to_do,
]
