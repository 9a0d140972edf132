"""The records of a ChartHop organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Group:
    """A department, a location or a team."""

    id: str
    type: str
    name: str


@dataclass
class Field:
    """The definition of one field; `org_id` is None for ChartHop's own."""

    id: str
    name: str
    label: str
    type: str
    plural: str = "SINGLE"
    entity_type: str = "JOB"
    values: list[tuple[str, str]] = field(default_factory=list)
    sensitive: str = "ORG"
    expr: str | None = None
    readonly: bool = False
    unique: bool = False
    max_length: int | None = None
    org_id: str | None = None


@dataclass
class Change:
    """A dated change of the organization; here always a HIRE."""

    id: str
    type: str
    job_id: str
    person_id: str
    date: str
    announce_date: str | None
    note: str | None
    created_at: str
    status: str = "ACTIVE"

    def announced(self, today: str) -> bool:
        """Without an announce date a hire is announced on the day it happens."""
        return (self.announce_date or self.date) <= today


@dataclass
class Job:
    """A job and its values by field code; `dated` are updates that apply from a later day on."""

    id: str
    values: dict[str, Any]
    dated: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    hire: Change | None = None

    def settle(self, today: str) -> None:
        """Let the updates whose day has come take effect."""
        if not self.dated:
            return
        due = [update for update in self.dated if update[0] <= today]
        for _, update in sorted(due, key=lambda entry: entry[0]):
            self.values.update(update)
        self.dated = [update for update in self.dated if update[0] > today]

    def values_on(self, day: str) -> dict[str, Any]:
        """The values as they will be on `day`; days gone by read as today."""
        due = [update for update in self.dated if update[0] <= day]
        if not due:
            return self.values
        values = dict(self.values)
        for _, update in sorted(due, key=lambda entry: entry[0]):
            values.update(update)
        return values


@dataclass
class Person:
    """A person; `started` and `ended` are the first and last day in the organization."""

    id: str
    values: dict[str, Any]
    started: str | None = None
    ended: str | None = None
    hire: Change | None = None

    @property
    def name(self) -> str:
        """First and last name in one string."""
        parts = (self.values.get("name.first"), self.values.get("name.last"))
        return " ".join(part for part in parts if part)
