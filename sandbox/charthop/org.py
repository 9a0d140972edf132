"""What is in one ChartHop organization, and what do the people in it do by hand?

The methods of `Org` are the clicks: a job is added, edited, filled, a field is renamed. They take
field codes as ChartHop spells them, dotted ones in a dict: `edit_job(id, {"department.name": x})`.
"""

# ruff: noqa: N803 - ChartHop's own spelling of the names is kept.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.charthop.builtin import GROUP_TYPES, RECRUIT, SEES_ALL
from sandbox.charthop.oddities import ChartHopOddities
from sandbox.charthop.records import Change, Field, Group, Job, Person
from sandbox.charthop.rows import View
from sandbox.wire import HasSandbox, Sandbox, locked

CREATED = "2026-01-05"
"""The creation date of a job that is not told another."""


class Org(HasSandbox):
    """One organization. `jobs`, `persons`, `changes`, `fields` and `groups` are open to look into.

    `fields` holds the custom fields by code; `changes` the hires that were not cancelled.
    """

    def __init__(
        self, world: Sandbox, oddities: ChartHopOddities, slug: str, key: str, access: str
    ) -> None:
        self.world = world
        self.oddities = oddities
        self.slug = slug
        self.key = key
        self.access = access
        self.name = slug.capitalize()
        self.timezone = "America/New_York"
        self.currencies = ["USD"]
        self.jobs: dict[str, Job] = {}
        self.persons: dict[str, Person] = {}
        self.changes: dict[str, Change] = {}
        self.cancelled: dict[str, Change] = {}
        self.fields: dict[str, Field] = {}
        self.groups: dict[str, Group] = {}
        self.building = 0
        self._made = 0x670405B2
        self.id = self.new_id()

    @property
    def sees_all(self) -> bool:
        """Whether the key's access shows future-dated changes, pay and confidential jobs."""
        return self.access in SEES_ALL

    # Jobs.

    @locked
    def add_job(self, title: str = "Engineer", recruit: str | None = "Active", **codes: Any) -> str:
        """A new open job; gives its id. Dotted codes come as `**{"department.name": "Sales"}`."""
        job = Job(self.new_id(), {"createDate": CREATED})
        self.jobs[job.id] = job
        self._set(job, {"title": title, "recruit": recruit, **codes})
        return job.id

    @locked
    def edit_job(self, job_id: str, codes: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Change values of a job, effective today; None empties a value."""
        self._set(self.jobs[job_id], {**(codes or {}), **more})

    @locked
    def delete_job(self, job_id: str) -> None:
        """Remove a job from the organization."""
        del self.jobs[job_id]
        self.touched()

    @locked
    def fill_job(self, job_id: str, person_id: str, date: str | None = None) -> Change:
        """Somebody fills the job by hand; `date` is the start, today unless given."""
        today = self.world.today()
        return self.hire(self.jobs[job_id], self.persons[person_id], date or today, today, None)

    @locked
    def job(self, job_id: str, date: str | None = None) -> dict[str, Any]:
        """Every value of a job as an Org Editor reads it; `date` looks at a later day."""
        view = View(self, date or self.world.today(), sees_all=True)
        return view.job_row(self.jobs[job_id], None)

    # Persons.

    @locked
    def add_person(
        self,
        first: str,
        last: str,
        homeEmail: str | None = None,
        workEmail: str | None = None,
        departed: bool = False,
        job_id: str | None = None,
    ) -> str:
        """A person who never had a job, who left (`departed`), or who holds `job_id`."""
        values = {
            "name.first": first,
            "name.last": last,
            "contact.homeEmail": homeEmail,
            "contact.workEmail": workEmail,
        }
        person = Person(self.new_id(), {code: v for code, v in values.items() if v is not None})
        if departed:
            person.started, person.ended = "2024-02-05", "2025-06-30"
        self.persons[person.id] = person
        self.touched()
        if job_id is not None:
            self.fill_job(job_id, person.id)
        return person.id

    @locked
    def person(self, person_id: str) -> dict[str, Any]:
        """Every value of a person as an Org Editor reads it."""
        view = View(self, self.world.today(), sees_all=True)
        return view.person_row(self.persons[person_id], None)

    # Fields and groups.

    @locked
    def add_field(
        self,
        name: str,
        label: str,
        type: str,  # noqa: A002
        plural: str = "SINGLE",
        entityType: str = "JOB",
        values: Sequence[tuple[str, str]] = (),
        sensitive: str = "ORG",
        expr: str | None = None,
    ) -> str:
        """A new custom field; gives its id. `values` are (code, label) pairs of the options."""
        made = Field(
            id=self.new_id(),
            name=name,
            label=label,
            type=type,
            plural=plural,
            entity_type=entityType,
            values=list(values),
            sensitive=sensitive,
            expr=expr,
            org_id=self.id,
        )
        self.fields[name] = made
        self.touched()
        return made.id

    @locked
    def edit_field(
        self,
        name: str,
        label: str | None = None,
        values: Sequence[tuple[str, str]] | None = None,
        sensitive: str | None = None,
        type: str | None = None,  # noqa: A002
    ) -> None:
        """Change what is given of a custom field's definition."""
        edited = self.fields[name]
        edited.label = edited.label if label is None else label
        edited.values = edited.values if values is None else list(values)
        edited.sensitive = edited.sensitive if sensitive is None else sensitive
        edited.type = edited.type if type is None else type
        self.touched()

    @locked
    def remove_field(self, name: str) -> None:
        """Delete a custom field; its values are no longer read."""
        del self.fields[name]
        self.touched()

    @locked
    def add_group(self, type: str, name: str) -> str:  # noqa: A002
        """A group of type "department", "location" or "team"; one of that name is used again."""
        wanted = GROUP_TYPES.get(type, type)
        for group in self.groups.values():
            if group.type == wanted and group.name == name:
                return group.id
        made = Group(self.new_id(), wanted, name)
        self.groups[made.id] = made
        return made.id

    @locked
    def rename_group(self, type: str, old: str, new: str) -> None:  # noqa: A002
        """Give a department, location or team another name."""
        self.groups[self.add_group(type, old)].name = new
        self.touched()

    # What the API does, too.

    def hire(
        self, job: Job, person: Person, date: str, announce: str | None, note: str | None
    ) -> Change:
        """Put the person into the job from `date` on. Nothing is checked here."""
        change = Change(
            id=self.new_id(),
            type="HIRE",
            job_id=job.id,
            person_id=person.id,
            date=date,
            announce_date=announce,
            note=note,
            created_at=self.world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        self.changes[change.id] = change
        job.hire = person.hire = change
        self.touched()
        return change

    def unhire(self, change: Change) -> None:
        """Take a hire back: the job is open again."""
        job, person = self.jobs.get(change.job_id), self.persons.get(change.person_id)
        if job is not None and job.hire is change:
            job.hire = None
        if person is not None and person.hire is change:
            person.hire = None
        self.touched()

    def stored(self, codes: Mapping[str, Any]) -> dict[str, Any]:
        """Codes as they are kept: a group by id, a recruiting status by its label."""
        kept: dict[str, Any] = {}
        for code, value in codes.items():
            head, _, rest = code.partition(".")
            if head in GROUP_TYPES and rest == "name":
                kept[head] = None if value is None else self.add_group(head, value)
            elif code == "recruit" and isinstance(value, str):
                kept[code] = next((r for r in RECRUIT if r.upper() == value.upper()), value)
            else:
                kept[code] = value
        return kept

    def touched(self) -> None:
        """Something was written: the snapshot that lists are read from is built again."""
        self.building = self.oddities.stale_reads

    def new_id(self) -> str:
        """A 24-digit hexadecimal id; later ones sort behind earlier ones."""
        self._made += 1
        return f"{self._made:08x}{self.world.rng.getrandbits(64):016x}"

    def _set(self, job: Job, codes: Mapping[str, Any]) -> None:
        job.settle(self.world.today())
        job.values.update(self.stored(codes))
        self.touched()
