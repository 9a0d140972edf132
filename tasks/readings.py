"""Reads one of Ashby's lists and merges it with its stored copy.

Lists lag behind writes, so the sync's own writes take precedence until the list has caught up.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from core.errors import Busy, NeedsHuman, TryLater
from core.notes import Note
from core.ports import Identified, Listing
from store.answers import Point
from store.batch import Batch, Reply
from store.mirrors import Mirror, Recalled
from tasks.context import OrgContext

T = TypeVar("T", bound=Identified)

LAG = 900.0
"""Seconds after one of the sync's writes for which a list that disagrees may be out of date."""

SETTLING = 30.0
"""Seconds after a create with a lost answer during which finding nothing proves nothing."""

MOST_CONFIRMED = 50
"""How many items of a list are read by id in one reading."""


@dataclass
class Readings:
    """The lists that were read, to be stored: their changes and cursors.

    Both are by name of the list's mirror. `began` is in seconds since the epoch.
    """

    began: float = field(default_factory=time.time)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    passes: dict[str, tuple[Listing[Any], int]] = field(default_factory=dict)
    """The readings, each with the size of its list."""
    hiding: set[str] = field(default_factory=set)
    """The lists that may have more items than are known."""
    recalled: dict[str, Recalled[Any]] = field(default_factory=dict)
    """The stored copy of each list before it was read."""
    answers: Mapping[Point, bool] = field(default_factory=dict)
    """The account's known behavior where the documentation is silent."""
    believed: set[str] = field(default_factory=set)
    """The lists whose stored copy was used, without a call."""
    unread: dict[str, Note] = field(default_factory=dict)
    """The lists that could not be read, with the reason: what was read last is used instead."""

    def recall(self, org: OrgContext, *lists: str) -> None:
        """Look up the stored copies of these lists."""
        with Batch(org.memory.redis, atomic=False) as batch:
            found = org.memory.recall(lists, batch)
        self.take(found)

    def take(self, found: Mapping[str, Reply[Recalled[Any]]]) -> None:
        """Add the stored copies of these lists."""
        self.recalled.update({name: reply.value for name, reply in found.items()})

    def note(
        self, name: str, reading: Listing[Any], now: Mapping[str, Any], changed: Mapping[str, Any]
    ) -> None:
        """Record that the list was read, with its present size and changes."""
        self.changed.setdefault(name, {}).update(changed)
        hides = reading.lacks_some(now)
        (self.hiding.add if hides else self.hiding.discard)(name)
        # Read whole until it hides nothing: changes of hidden items would go unnoticed.
        self.passes[name] = replace(reading, token=None) if hides else reading, len(now)
        self.believed.discard(name)
        self.unread.pop(name, None)

    def keep(self, org: OrgContext) -> None:
        """Store what was read, but not the cursors yet."""
        for name, changed in self.changed.items():
            org.memory.mirrors[name].write(changed, self.began)

    def keep_cursors(self, org: OrgContext, batch: Batch) -> None:
        """Store the cursors. Done last: after a crash before this, the lists are read again."""
        for name, (reading, size) in self.passes.items():
            before = self.recalled[name].cursor
            org.memory.mirrors[name].continue_from(reading, self.began, size, before, batch)


def read_list(
    readings: Readings,
    name: str,
    mirror: Mirror[T],
    read: Callable[[str | None], Listing[T]],
    confirm: Callable[[str], T | None] | None = None,
    *,
    believe: bool = False,
    or_last: bool = False,
) -> dict[str, T]:
    """One of Ashby's lists as it is now; `confirm` reads one of its items by id.

    With `believe`, a reading from within the last hour may be used; with `or_last`, the last one if
    the list cannot be read.
    """
    recalled: Recalled[T] = readings.recalled[name]
    if believe and recalled.is_believed(readings.began):
        readings.believed.add(name)
        return recalled.items
    known = recalled.items
    try:
        reading = read(recalled.token(readings.began))
    except Busy:
        raise
    except (TryLater, NeedsHuman) as error:
        if not (or_last and (known or recalled.cursor is not None)):
            raise
        readings.unread[name] = error.reason
        return known
    if confirm is not None:
        reading = caught_up(mirror, known, reading, readings.began, confirm)
    now, changed = mirror.merge(known, reading, readings.began)
    readings.note(name, reading, now, changed)
    return now


def caught_up(
    mirror: Mirror[T],
    known: Mapping[str, T],
    reading: Listing[T],
    began: float,
    confirm: Callable[[str], T | None],
    is_news: Callable[[T], bool] = lambda _: False,
) -> Listing[T]:
    """The reading, corrected by what the sync wrote a short while ago.

    If the list differs from what the sync wrote, or lacks it, either the list is old or somebody
    has changed the item since. Reading the item decides, unless the listed item `is_news`, which
    an old list cannot have. Beyond `MOST_CONFIRMED` items the sync's own writes take precedence,
    and the next reading covers the whole list.
    """
    if not reading.items and not (reading.is_full and known):
        return reading
    recent = mirror.own_writes(began - LAG) & known.keys()
    items = {item.id: item for item in reading.items}
    doubtful = [
        id_
        for id_ in sorted(recent)
        if (_differs(items[id_], known[id_], is_news) if id_ in items else reading.is_full)
    ]
    if not doubtful:
        return reading
    for id_ in doubtful[:MOST_CONFIRMED]:
        now = confirm(id_)
        if now is not None:
            items[id_] = now
        else:
            items.pop(id_, None)
    for id_ in doubtful[MOST_CONFIRMED:]:
        items[id_] = known[id_]
    token = reading.token if len(doubtful) <= MOST_CONFIRMED else None
    return replace(reading, items=list(items.values()), token=token)


def _differs(listed: T, known: T, is_news: Callable[[T], bool]) -> bool:
    return listed != known and not is_news(listed)
