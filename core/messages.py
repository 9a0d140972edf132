"""Messages to an organization's own channel: their content and timing.

One message when something starts to be held or to fail, and one when all is well again; nothing in
between, and nothing twice.
"""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from core.notes import Note, Notes, in_words
from core.outcomes import Outcome, Result
from core.text import for_message

SHOWN = 5
"""Maximum number of records that a message names."""

SYNC = "sync"
"""The key that stands for the sync as a whole among the records."""


@dataclass(frozen=True)
class Message:
    """Plain text. `title` is one line, `body` several. `is_good` means all is well again."""

    title: str
    body: str
    is_good: bool = False


def what_to_say(
    organization: str,
    told: Set[str],
    trouble: Mapping[str, Result],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    missing: Mapping[Note, int] = MappingProxyType({}),
) -> Message | None:
    """The message that is due, None if there is nothing new.

    `told` are the records whose trouble was already reported, `trouble` those that are held or
    failed now. Once the message is delivered, exactly `trouble` counts as reported. `names` are the
    records' display names. `missing` counts the records in step that lack something, by note.
    """
    if trouble.keys() - told:
        return _bad_news(organization, told, trouble, names)
    if told and not trouble:
        title = f"{organization}: all is well again"
        lines = ["Nothing is held or failing any more."]
        if missing:
            title = f"{organization}: nothing is held or failing any more, but something is missing"
            lines += [
                f"{number} in step, but: {note.cleaned(for_message)}"
                for note, number in missing.items()
            ]
        return Message(title, "\n".join(lines), is_good=not missing)
    return None


def _bad_news(
    organization: str, told: Set[str], trouble: Mapping[str, Result], names: Mapping[str, str]
) -> Message:
    fresh = sorted(trouble.keys() - told, key=lambda record: _order(record, trouble[record]))
    lines = [_line(result, records, names) for result, records in _alike(fresh[:SHOWN], trouble)]
    if len(fresh) > SHOWN:
        lines.append(f"and {len(fresh) - SHOWN} more")
    older = len(trouble) - len(fresh)
    if older:
        lines.append(f"({older} held or failed before)")
    lines += ["", f"See all: charthop-ashby status {organization}"]
    return Message(f"{organization}: {_counts(fresh, trouble)}", "\n".join(lines))


def _order(record: str, result: Result) -> tuple[bool, bool, str, str]:
    """Sort key: the sync itself, then failed, then held records; the same reasons together."""
    return record != SYNC, result.outcome is Outcome.HELD, result.reason or "", record


def _alike(records: list[str], trouble: Mapping[str, Result]) -> list[tuple[Result, list[str]]]:
    """The records grouped by outcome and reasons, so that a common problem is reported once."""
    groups: dict[tuple[Outcome, Notes], tuple[Result, list[str]]] = {}
    for record in records:
        result = trouble[record]
        groups.setdefault((result.outcome, result.notes), (result, []))[1].append(record)
    return list(groups.values())


def _line(result: Result, records: list[str], names: Mapping[str, str]) -> str:
    called = (f"{one} ({for_message(names[one])})" if names.get(one) else one for one in records)
    what = "the sync stopped" if SYNC in records else f"{result.outcome} {', '.join(called)}"
    why = in_words(note.cleaned(for_message) for note in result.notes)
    return f"{what}: {why}" if why else what


def _counts(records: list[str], trouble: Mapping[str, Result]) -> str:
    counted = Counter(trouble[record].outcome.value for record in records if record != SYNC)
    words = [f"{number} {outcome}" for outcome, number in counted.items()]
    return ", ".join((["the sync stopped"] if SYNC in records else []) + words)
