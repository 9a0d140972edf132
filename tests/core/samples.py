"""A job, an opening and a catalogue that are in step, for tests to change one thing of."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.actions import Plan
from core.catalogue import Catalogue, OwnFields
from core.notes import Note
from core.openings import Opening
from core.records import Definition, Entry, Field, Job, Lookup, Option

LINK = Definition("link", "ChartHop Job ID", "String", "Opening")
STATUS = Definition("status", "ChartHop Recruiting Status", "String", "Opening")
PERSON = Definition("person", "ChartHop Person ID", "String", "Application")

CATALOGUE = Catalogue(
    own=OwnFields(LINK, STATUS, PERSON),
    lookups={
        Lookup.DEPARTMENTS: {"engineering": [Entry("d1", "Engineering")]},
        Lookup.LOCATIONS: {"berlin": [Entry("l1", "Berlin")]},
        Lookup.USERS: {
            "ines@example.com": [Entry("u1", "ines@example.com")],
            "tom@example.com": [Entry("u2", "tom@example.com")],
        },
    },
)

JOB = Job(
    id="670405b2c8e3d13247cfef5d",
    title="Engineer",
    status="Active",
    is_open=True,
    department="Engineering",
    location="Berlin",
    employment="FULL",
    start="2026-12-01",
    hiring_manager="ines@example.com",
    recruiter="tom@example.com",
)

OPENING = Opening(
    id="o1",
    state="Approved",
    identifier=JOB.id,
    title="Engineer",
    department_id="d1",
    location_ids=("l1",),
    employment_type="FullTime",
    target_start="2026-12-01",
    hiring_manager_ids=("u1",),
    recruiter_ids=("u2",),
    values={"link": JOB.id, "status": "Active"},
)


def job(**changes: Any) -> Job:
    """The sample job with these changes."""
    return replace(JOB, **changes)


def opening(**changes: Any) -> Opening:
    """The sample opening, linked to the sample job, with these changes."""
    return replace(OPENING, **changes)


def free_opening(**changes: Any) -> Opening:
    """An opening of the sample job's identifier that is linked to nothing."""
    return replace(OPENING, **{"values": {}, **changes})


def field(type_: str = "STRING", code: str = "note", **more: Any) -> Field:
    """A ChartHop field; `options` may be given as (name, label) pairs."""
    options = tuple(Option(name, label) for name, label in more.pop("options", ()))
    return Field(code=code, label=more.pop("label", "Note"), type=type_, options=options, **more)


def definition(type_: str = "String", **more: Any) -> Definition:
    """An Ashby field of openings; `options` may be given as (value, label) pairs."""
    options = tuple(Option(name, label) for name, label in more.pop("options", ()))
    return Definition(
        id=more.pop("id", "f1"),
        title=more.pop("title", "Note"),
        type=type_,
        holder=more.pop("holder", "Opening"),
        options=options,
        **more,
    )


def codes(notes: Iterable[Note]) -> list[str]:
    """The codes of these notes."""
    return [note.code for note in notes]


def told(plan: Plan) -> str:
    """A plan in a few words: `created`, `closed: NOT_ACTIVE`, `held: NAMESAKES`."""
    reasons_ = ", ".join(codes(plan.notes))
    return f"{plan.outcome.value}: {reasons_}" if reasons_ else plan.outcome.value


def actions(plan: Plan) -> str:
    """The names of a plan's actions, in order."""
    return " ".join(type(action).__name__ for action in plan.actions)
