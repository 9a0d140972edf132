"""People in ChartHop: jobs are opened, edited, filled and deleted, fields are changed."""

from typing import Any

from tests.convergence.world import OPTIONS, World

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
