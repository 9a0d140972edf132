"""Texts for values, the same wherever a person reads them."""

import time
from collections.abc import Mapping

from core.keys import Direction
from core.notes import Note
from core.outcomes import Change, Outcome

ATTENTION_FIRST = (Outcome.FAILED, Outcome.HELD, *Outcome)
"""Outcomes in display order; those that need a person come first."""


def counts(outcomes: Mapping[str, int]) -> str:
    """`3 created, 97 unchanged`, what needs attention first."""
    order = [each.value for each in ATTENTION_FIRST]
    words = sorted(outcomes, key=lambda word: order.index(word) if word in order else len(order))
    return ", ".join(f"{outcomes[word]} {word}" for word in words) or "no records"


def lacks(missing: Mapping[Note, int]) -> list[str]:
    """`3 records: Ashby has no department Sales (NO_DEPARTMENT)`, a line for each."""
    return [
        f"{number} record{'' if number == 1 else 's'}: {note} ({note.code})"
        for note, number in missing.items()
    ]


def told(change: Change) -> str:
    """One change; for a private value only the fact that it changes."""
    if change.before is None and change.after is None:
        return f"{change.what} changed"
    return f"{change.what} {change.before or '(none)'} -> {change.after or '(none)'}"


def called(direction: Direction) -> str:
    """The display name of a direction."""
    ways = {Direction.OUTBOUND: "ChartHop to Ashby", Direction.INBOUND: "Ashby to ChartHop"}
    return f"{direction.value} ({ways[direction]})"


def at_rest(refused: Mapping[Direction, Note]) -> list[str]:
    """The directions blocked because a key was refused, and why, a line for each."""
    return [
        f"{called(direction)} is blocked until its key works: {reason}"
        for direction, reason in refused.items()
    ]


def next_sync(at: float | None, *, has_worker: bool) -> str:
    """The time of the next sync (`at` in seconds since the epoch), and what prevents it.

    Empty if nothing is known about it.
    """
    parts = []
    if at is not None:
        left = at - time.time()
        parts.append(f"next sync in {duration(left)}" if left > 0 else "the next sync is due")
    if not has_worker:
        parts.append("no worker is running")
    return "; ".join(parts)


def ago(at: float) -> str:
    """The time since `at` (seconds since the epoch)."""
    return f"{duration(max(0.0, time.time() - at))} ago"


def duration(seconds: float) -> str:
    """A duration in a suitable unit."""
    for unit, length, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 48)):
        if seconds < length * most:
            number = seconds / length
            return f"{number:.1f} {unit}" if unit == "s" and number < 10 else f"{number:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"


def pace(per_minute: float) -> str:
    """The number of calls to Ashby that the sync allows itself."""
    return f"at most {per_minute} calls a minute with each Ashby key (ASHBY_CALLS_PER_MINUTE)"
