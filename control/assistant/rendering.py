"""Renders values of the control plane as answers of the tools.

The only place where other people's text enters an answer: cleaned, shortened, and in a field marked
as untrusted. An id or code that does not have the expected form is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from control.assistant.answers import (
    Approvable,
    ChangeAnswer,
    HeldAnswer,
    HeldRecord,
    Meaning,
    OrderAnswer,
    RecordAnswer,
    RefusedAnswer,
    ResultAnswer,
    SyncAnswer,
)
from control.held import Held
from control.records import Directory
from core.keys import Direction, RecordKey
from core.notes import ALL, Note
from core.outcomes import Change, Result
from core.text import for_assistant
from store.journal import Order
from store.results import iso
from store.syncs import Sync

LISTED = 200
"""Maximum number of records in one answer; those that need a person come first."""

NAMESAKES = 10
"""Maximum number of records that are listed if a name is ambiguous."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


def word(text: str) -> str:
    """An id or code, unchanged; anything else is not shown."""
    return text if _WORD.fullmatch(text) else "(not shown)"


def word_or_none(text: str | None) -> str | None:
    """The same for an optional id or code."""
    return word(text) if text else None


def untrusted(text: str | None) -> str | None:
    """Other people's text, made harmless; None if nothing is left of it."""
    return (for_assistant(text) or None) if text else None


def meanings(*notes: Iterable[Note]) -> list[Meaning]:
    """The meanings of these notes' codes, each once."""
    codes = dict.fromkeys(note.code for some in notes for note in some)
    known = [ALL[code] for code in codes if code in ALL]
    return [Meaning(code=one.code, cause=one.cause, fix=one.fix) for one in known]


def changes_of(changes: Sequence[Change]) -> list[ChangeAnswer]:
    """The changes as answers."""
    return [
        ChangeAnswer(
            untrusted_what=for_assistant(one.what),
            untrusted_before=untrusted(one.before),
            untrusted_after=untrusted(one.after),
        )
        for one in changes
    ]


def result_of(result: Result, at: float | None = None) -> ResultAnswer:
    """A result as an answer."""
    return ResultAnswer(
        outcome=result.outcome.value,
        codes=result.codes,
        untrusted_reasons=[for_assistant(str(note)) for note in result.notes],
        opening_id=word_or_none(result.opening_id),
        person_id=word_or_none(result.person_id),
        changes=changes_of(result.changes),
        at=moment(at),
    )


def record_of(
    record: RecordKey, result: Result, directory: Directory, at: float | None = None
) -> RecordAnswer:
    """A record and its result as an answer."""
    return RecordAnswer(
        record=word(str(record)),
        untrusted_name=untrusted(directory.label(record)),
        **result_of(result, at).model_dump(),
    )


def refused_of(refused: Mapping[Direction, Note]) -> list[RefusedAnswer]:
    """The blocked directions, each with the reason."""
    return [
        RefusedAnswer(direction=way.value, code=why.code, untrusted_reason=for_assistant(str(why)))
        for way, why in refused.items()
    ]


def moment(at: float | None) -> str | None:
    """An ISO timestamp in UTC; None for None."""
    return iso(at) if at is not None else None


def sync_of(sync: Sync) -> SyncAnswer:
    """A sync as an answer."""
    return SyncAnswer(
        id=word(sync.id),
        trigger=word(sync.trigger),
        started_at=iso(sync.started_at),
        finished_at=iso(sync.finished_at) if sync.finished_at else None,
        outcomes=dict(sync.outcomes),
        api_calls=dict(sync.calls),
        problems=[note.code for note in sync.problems],
    )


def order_of(order: Order) -> OrderAnswer:
    """An order as an answer."""
    return OrderAnswer(
        what=word(order.what),
        via=word(order.via),
        untrusted_by=for_assistant(order.by),
        untrusted_about=untrusted(order.about),
        at=iso(order.at),
    )


def approvable_of(held: Held, directory: Directory) -> Approvable | None:
    """What the brake holds and an operator may release; None if it holds nothing."""
    if not held.kinds:
        return None
    kinds = [
        HeldAnswer(
            kind=kind.kind,
            number=len(kind.records),
            what=kind.reason.what,
            records=_held_records(kind.records, directory),
            more=max(0, len(kind.records) - LISTED),
        )
        for kind in held.kinds
    ]
    return Approvable(digest=held.digest, number=held.number, kinds=kinds)


def _held_records(
    records: Mapping[RecordKey, Sequence[Change]], directory: Directory
) -> list[HeldRecord]:
    return [
        HeldRecord(
            record=word(str(record)),
            untrusted_name=untrusted(directory.label(record)),
            changes=changes_of(changes),
        )
        for record, changes in list(records.items())[:LISTED]
    ]
