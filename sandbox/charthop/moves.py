"""What the people of a ChartHop organization do by hand.

They take field codes as ChartHop spells them, dotted ones in a dict:
`edit_job(id, {"department.name": x})`.
"""

# ruff: noqa: N803 - ChartHop's own spelling of the names is kept.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.charthop.events import Casing, Subscription
from sandbox.charthop.records import Change, Field, Job, Person
from sandbox.charthop.rows import View
from sandbox.charthop.state import OrgState
from sandbox.wire import locked

CREATED = "2026-01-05"
"""The creation date of a job that is not told another."""


class OrgMoves(OrgState):
    """The jobs, persons, fields and groups of an organization, as people change them."""

    # Jobs.

    @locked
    def add_job(self, title: str = "Engineer", recruit: str | None = "Active", **codes: Any) -> str:
        """A new open job; gives its id. Dotted codes come as `**{"department.name": "Sales"}`."""
        job = Job(self.new_id(), {"createDate": CREATED})
        self.jobs[job.id] = job
        job.values.update(self.stored({"title": title, "recruit": recruit, **codes}))
        self.touched()
        self.events.job("change.create.create", job)
        return job.id

    @locked
    def edit_job(
        self,
        job_id: str,
        codes: Mapping[str, Any] | None = None,
        date: str | None = None,
        **more: Any,
    ) -> None:
        """Change values of a job from `date` on, today unless given; None empties a value."""
        self.set_values(self.jobs[job_id], self.stored({**(codes or {}), **more}), date)

    @locked
    def delete_job(self, job_id: str) -> None:
        """Remove a job from the organization."""
        job = self.jobs.pop(job_id)
        self.touched()
        self.events.job("change.create.delete", job)

    @locked
    def fill_job(self, job_id: str, person_id: str, date: str | None = None) -> Change:
        """Somebody fills the job by hand; `date` is the start, today unless given."""
        today = self.today()
        return self.hire(self.jobs[job_id], self.persons[person_id], date or today, today, None)

    @locked
    def hire_of(self, job_id: str) -> Change | None:
        """The hire into a job, announced or not; None where nobody was hired."""
        return self.jobs[job_id].hire

    @locked
    def cancel_hire(self, job_id: str) -> None:
        """Somebody cancels the hire into a job by hand: the job is open again."""
        change = self._hire_into(job_id)
        self.cancelled[change.id] = self.changes.pop(change.id)
        self.unhire(change)
        self.events.hire("change.delete.hire", change)

    @locked
    def move_hire(self, job_id: str, date: str) -> None:
        """Somebody moves the start of the hire into a job by hand."""
        change = self._hire_into(job_id)
        change.date = date
        self.touched()
        self.events.hire("change.update.hire", change)

    @locked
    def job(self, job_id: str, date: str | None = None) -> dict[str, Any]:
        """Every value of a job as an Org Editor reads it; `date` looks at a later day."""
        view = View(self, date or self.today(), sees_all=True)
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
        self.events.person("person.create", person)
        if job_id is not None:
            self.fill_job(job_id, person.id)
        return person.id

    @locked
    def edit_person(self, person_id: str, codes: Mapping[str, Any]) -> None:
        """Change values of a person, such as `contact.workEmail`; None empties a value."""
        person = self.persons[person_id]
        person.values.update(codes)
        self.touched()
        self.events.person("person.update", person)

    @locked
    def depart_person(self, person_id: str, date: str | None = None) -> None:
        """The person leaves on a day, today unless given, and is a former employee at once."""
        person = self.persons[person_id]
        if (hire := person.hire) is not None:
            person.started = hire.date
            self.unhire(hire)
            self.events.hire("change.create.depart", hire)
        person.ended = date or self.today()
        self.touched()

    @locked
    def person(self, person_id: str) -> dict[str, Any]:
        """Every value of a person as an Org Editor reads it."""
        view = View(self, self.today(), sees_all=True)
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
        isUnique: bool = False,
        max_length: int | None = None,
    ) -> str:
        """A new custom field; gives its id. `values` are (code, label) pairs of the options.

        A value that another record has (`isUnique`) or a longer text is refused when it is written.
        """
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
            unique=isUnique,
            max_length=max_length,
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
    def rename_group(self, type: str, old: str, new: str) -> None:  # noqa: A002
        """Give a department, location or team another name."""
        self.groups[self.add_group(type, old)].name = new
        self.touched()

    # Events.

    @locked
    def send_events(
        self,
        url: str,
        secret: str | None,
        casing: Casing = "camel",
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """Somebody sets up that events go to the address, with the secret as a bearer token.

        `casing` spells the keys ("entityType" or "entitytype"). `content` is the fixed text that an
        Action's HTTP step sends instead.
        """
        self.events.subscriptions.append(Subscription(url, secret, casing, content))

    @locked
    def stop_events(self) -> None:
        """No events are sent any more."""
        self.events.subscriptions.clear()

    def _hire_into(self, job_id: str) -> Change:
        change = self.jobs[job_id].hire
        if change is None:
            raise KeyError(f"nobody was hired into {job_id}")
        return change
