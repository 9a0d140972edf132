"""The state of one ChartHop organization, and what its calls and the people in it change of it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from sandbox.alterations import Alteration
from sandbox.charthop.builtin import GROUP_TYPES, RECRUIT, SEES_ALL
from sandbox.charthop.events import OrgEvents
from sandbox.charthop.oddities import ChartHopOddities
from sandbox.charthop.records import Change, Field, Group, Job, Person
from sandbox.collection import Collection
from sandbox.lag import Timeline
from sandbox.wire import HasSandbox, Sandbox, locked


class Snapshot(NamedTuple):
    """What lists are read from."""

    jobs: dict[str, Job]
    persons: dict[str, Person]
    changes: dict[str, Change]
    groups: dict[str, Group]


@dataclass(frozen=True)
class ValueRefusal:
    """A code that cannot be written, for one value or for all; `message` is what is answered."""

    code: str
    value: Any
    message: str

    def refuses(self, codes: Mapping[str, Any]) -> bool:
        """Whether the write holds the value."""
        given = codes.get(self.code)
        return given is not None and self.value in (None, given)


class OrgState(HasSandbox):
    """The records of one organization by id, and how they are changed."""

    def __init__(
        self, world: Sandbox, oddities: ChartHopOddities, slug: str, key: str, access: str
    ) -> None:
        self.world = world
        self.oddities = oddities
        self.slug = slug
        self.key = key
        self.second_key: str | None = None
        self.access = access
        self.name = slug.capitalize()
        self.timezone = "UTC"
        self.currencies = ["USD"]
        self.jobs: dict[str, Job] = Collection(world.lock)
        self.persons: dict[str, Person] = Collection(world.lock)
        self.changes: dict[str, Change] = Collection(world.lock)
        self.cancelled: dict[str, Change] = Collection(world.lock)
        self.fields: dict[str, Field] = Collection(world.lock)
        self.groups: dict[str, Group] = Collection(world.lock)
        self.building = 0
        self.past: Timeline[Snapshot] | None = None
        self.lag = 0.0
        self.late: frozenset[str] = frozenset()
        self.refusals: list[ValueRefusal] = []
        self.row_alterations: dict[str, Alteration] = {}
        self.events = OrgEvents(self)
        self._made = 0x670405B2
        self.id = self.new_id()

    @property
    def sees_all(self) -> bool:
        """Whether the key's access shows future-dated changes, pay and confidential jobs."""
        return self.access in SEES_ALL

    def today(self) -> str:
        """Today as YYYY-MM-DD, where the organization is."""
        return self.world.now().astimezone(ZoneInfo(self.timezone)).date().isoformat()

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
        self.events.hire("change.create.hire", change)
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
        if self.past is not None:
            self.past.add(self.world.time(), self.snapshot())

    def snapshot(self) -> Snapshot:
        """A copy of what lists are read from."""
        return Snapshot(*deepcopy((self.jobs, self.persons, self.changes, self.groups)))

    def row(self, record_id: str, shown: dict[str, Any]) -> Any:
        """A record in a list, as `alter_row` has it."""
        alter = self.row_alterations.get(record_id)
        return shown if alter is None else alter(shown)

    def as_listed(self, family: str) -> Self:
        """The organization as lists of "job", "person" or "change" show it."""
        if self.past is None or family not in self.late:
            return self
        listed = copy(self)
        listed.jobs, listed.persons, listed.changes, listed.groups = self.past.as_of(
            self.world.time() - self.lag
        )
        return listed

    def new_id(self) -> str:
        """A 24-digit hexadecimal id; later ones sort behind earlier ones."""
        self._made += 1
        return f"{self._made:08x}{self.world.rng.getrandbits(64):016x}"

    def set_values(self, job: Job, codes: Mapping[str, Any], date: str | None = None) -> None:
        """Store values of a job from a day on, today unless given."""
        today = self.today()
        job.settle(today)
        if date is None or date <= today:
            job.values.update(codes)
        else:
            job.dated.append((date, dict(codes)))
        self.touched()
        self.events.job("change.create.update", job, codes)
