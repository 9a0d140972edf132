"""The past, for lists that show the state of some seconds ago."""

from __future__ import annotations

from copy import deepcopy
from typing import Generic, Protocol, TypeVar

Value = TypeVar("Value")


class Timeline(Generic[Value]):
    """What something was, and from when on; times are epoch seconds and never go back."""

    def __init__(self, first: Value) -> None:
        self._entries = [(float("-inf"), first)]

    def add(self, at: float, value: Value) -> None:
        """It is another one from `at` on."""
        self._entries.append((at, value))

    def as_of(self, moment: float) -> Value:
        """What it was at that moment. What was before that is forgotten."""
        while len(self._entries) > 1 and self._entries[1][0] <= moment:
            del self._entries[0]
        return self._entries[0][1]


class Listed(Protocol):
    """A record that lists deliver in the order of `index`."""

    id: str
    index: int


Row = TypeVar("Row", bound=Listed)


class LaggedCollection(Generic[Row]):
    """The recent past of a collection whose lists are `seconds` late.

    `changes` is the number of the last change that such a list shows: an incremental pass that
    begins there delivers what this one did not show yet.
    """

    def __init__(self, seconds: float, rows: dict[str, Row], changes: int) -> None:
        self.seconds = seconds
        self._rows: dict[str, Timeline[Row | None]] = {
            row_id: Timeline(deepcopy(row)) for row_id, row in rows.items()
        }
        self._changes = Timeline(changes)

    def note(self, at: float, row_id: str, row: Row | None, changes: int) -> None:
        """A row was made or changed at that time, or has gone (None)."""
        self._rows.setdefault(row_id, Timeline(None)).add(at, deepcopy(row))
        self._changes.add(at, changes)

    def rows(self, now: float) -> list[Row]:
        """The rows as a list shows them now."""
        past = (timeline.as_of(now - self.seconds) for timeline in self._rows.values())
        return sorted((row for row in past if row is not None), key=lambda row: row.index)

    def changes(self, now: float) -> int:
        """The number of the last change that a list shows now."""
        return self._changes.as_of(now - self.seconds)
