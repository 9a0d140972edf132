"""The state of one Ashby account: its records, and how one is stored, changed and found."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol, TypeVar

from sandbox.alterations import Alteration
from sandbox.ashby.events import Events
from sandbox.ashby.oddities import AshbyOddities
from sandbox.ashby.records import (
    Application,
    Candidate,
    CustomField,
    Named,
    Offer,
    Opening,
    Record,
    User,
    Webhook,
)
from sandbox.ashby.values import normal_value
from sandbox.collection import Collection
from sandbox.lag import LaggedCollection
from sandbox.wire import HasSandbox, Sandbox, locked

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Holds(Protocol):
    """An object whose custom fields can be set."""

    values: dict[str, Any]


class Refusal(NamedTuple):
    """The error that is answered."""

    code: str
    message: str


class Listing(NamedTuple):
    """What a list shows at the moment, and the number of the last change that is in it."""

    records: list[Any]
    changes: int


class AccountState(HasSandbox):
    """The records of one account by id, and how they are stored."""

    def __init__(
        self, world: Sandbox, oddities: AshbyOddities, key: str, scopes: Iterable[str]
    ) -> None:
        self.world = world
        self.oddities = oddities
        self.key = key
        self.second_key: str | None = None
        self.scopes = set(scopes)
        self.title = "ChartHop sync"
        self.openings: dict[str, Opening] = Collection(world.lock)
        self.custom_fields: dict[str, CustomField] = Collection(world.lock)
        self.applications: dict[str, Application] = Collection(world.lock)
        self.offers: dict[str, Offer] = Collection(world.lock)
        self.candidates: dict[str, Candidate] = Collection(world.lock)
        self.departments: dict[str, Named] = Collection(world.lock)
        self.locations: dict[str, Named] = Collection(world.lock)
        self.close_reasons: dict[str, Named] = Collection(world.lock)
        self.jobs: dict[str, Named] = Collection(world.lock)
        self.users: dict[str, User] = Collection(world.lock)
        self.webhooks: dict[str, Webhook] = Collection(world.lock)
        self.events = Events(self)
        self.former_candidates: dict[str, Candidate] = Collection(world.lock)
        self.collections: dict[str, dict[str, Any]] = {
            "opening": self.openings,
            "customField": self.custom_fields,
            "application": self.applications,
            "offer": self.offers,
            "candidate": self.candidates,
            "department": self.departments,
            "location": self.locations,
            "closeReason": self.close_reasons,
            "job": self.jobs,
            "user": self.users,
        }
        self.lagging: dict[str, LaggedCollection[Any]] = {}
        self.alterations: dict[str, tuple[Alteration, bool]] = {}
        self.refusals: dict[tuple[str, str], Refusal] = {}
        self.broken: set[str] = set()
        self.hidden: set[str] = set()
        self.row_alterations: dict[str, Alteration] = {}
        self.changes = 0
        self.generation = 0
        self._made = 0
        self.id = self.new_id()
        self.created_at = self.stamp()
        self.stages = {title: self.new_id() for title in ("Active", "Hired", "Archived", "Lead")}
        self.hiring_roles = {self.new_id(): title for title in ("Hiring Manager", "Recruiter")}
        self.plan_id = self.new_id()
        self.author_id = self.new_id()

    @locked
    def expire_tokens(self) -> None:
        """Every cursor and sync token given so far is too old from now on."""
        self.generation += 1

    def offers_of(self, application_id: str) -> list[Offer]:
        """The offers made in an application."""
        return [one for one in self.offers.values() if one.application_id == application_id]

    def enter(self, opening: Opening, state: str, reason_id: str | None = None) -> None:
        """Set the state of an opening, with what goes with it."""
        opening.state = state
        opening.closed_at = self.stamp() if state in ("Closed", "Filled") else None
        opening.close_reason_id = reason_id if state == "Closed" else None
        if state == "Open":
            opening.opened_at = self.stamp()
        self.touch(opening)

    def new_version(self, opening: Opening) -> None:
        """Something in the latest version was edited: it is another version now."""
        opening.version_id = self.new_id()
        opening.version_at = self.stamp()
        self.touch(opening)

    def set_value(self, holder: Holds, field: CustomField, value: Any) -> None:
        """Store a value that `values.normal_value` accepts; raises `values.BadValue`."""
        stored = None if value is None else normal_value(field, value, self.oddities.trims_text)
        if stored is None:
            holder.values.pop(field.id, None)
        else:
            holder.values[field.id] = stored
        if isinstance(holder, Opening) and self.oddities.values_make_versions:
            self.new_version(holder)
        elif isinstance(holder, Record):
            self.touch(holder)
        if isinstance(holder, Application):
            self.events.application(holder, "applicationUpdate")

    def field_titled(self, title: str, object_type: str) -> CustomField:
        """The custom field of that title; raises KeyError where there is none."""
        for field in self.custom_fields.values():
            if field.title == title and field.object_type == object_type and not field.archived:
                return field
        raise KeyError(f"no custom field {title!r} on {object_type}")

    def record(self, kind: type[AnyRecord], **values: Any) -> AnyRecord:
        """A new record with its id, its place in the lists, and the time."""
        self._made += 1
        milliseconds = int(self.world.time() * 1000)
        return kind(
            id=self.new_id(),
            index=self._made,
            changed=0,
            created_at=self.stamp(),
            created_ms=milliseconds,
            **values,
        )

    def put(self, where: dict[str, AnyRecord], record: AnyRecord) -> AnyRecord:
        """Add a new record to its collection."""
        where[record.id] = record
        self.touch(record)
        return record

    def touch(self, record: Record) -> None:
        """The record has changed: passes with an older sync token deliver it."""
        self.changes += 1
        record.changed = self.changes
        for name, lagging in self.lagging.items():
            if record.id in self.collections[name]:
                lagging.note(self.world.time(), record.id, record, self.changes)

    def remove(self, where: dict[str, AnyRecord], record_id: str) -> AnyRecord:
        """Take a record out of its collection; no list says so."""
        for name, lagging in self.lagging.items():
            if self.collections[name] is where:
                lagging.note(self.world.time(), record_id, None, self.changes)
        return where.pop(record_id)

    def listing(self, family: str) -> Listing:
        """What the lists of a collection show at the moment."""
        lagging = self.lagging.get(family)
        if lagging is None:
            records, changes = list(self.collections[family].values()), self.changes
        else:
            now = self.world.time()
            records, changes = lagging.rows(now), lagging.changes(now)
        return Listing([one for one in records if one.id not in self.hidden], changes)

    def seen(self, where: dict[str, AnyRecord], record_id: str) -> AnyRecord | None:
        """The record, unless it does not exist or the key may not see it."""
        return None if record_id in self.hidden else where.get(record_id)

    def required_opening_fields(self) -> list[CustomField]:
        """The custom fields without which an opening does not leave Draft."""
        fields = self.custom_fields.values()
        on_openings = [one for one in fields if one.object_type == "Opening" and not one.archived]
        return [one for one in on_openings if one.required]

    def row(self, record: Record, shown: dict[str, Any]) -> Any:
        """A record in a list or search, as `alter_row` has it."""
        alter = self.row_alterations.get(record.id)
        return shown if alter is None else alter(shown)

    def altered(self, target: str, value: Any) -> Any:
        """The value as `store_differently` has it."""
        how, _ = self.alterations.get(target, (None, False))
        return value if how is None or value is None else how(value)

    def echoes(self, target: str) -> bool:
        """Whether the answer repeats what was sent although something else was stored."""
        return self.alterations.get(target, (None, False))[1]

    def stamp(self) -> str:
        """Now, as Ashby writes it."""
        return self.world.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """A version 4 UUID out of the sandbox's own randomness."""
        return str(uuid.UUID(int=self.world.rng.getrandbits(128), version=4))
