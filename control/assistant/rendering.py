"""Values of the control plane as answers of the tools.

The one place where other people's words are let into an answer: cleaned, short, and in a field that
says so. What is no id or code of the expected form is not let in at all.
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
"""Records in one answer; those that need somebody come first."""

NAMESAKES = 10
"""Records that are named where several may be meant."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


def word(text: str) -> str:
    """An id or code as it is; what has not the form of one is not shown."""
    return text if _WORD.fullmatch(text) else "(not shown)"


def word_or_none(text: str | None) -> str | None:
    """The same where there may be none."""
    return word(text) if text else None


def untrusted(text: str | None) -> str | None:
    """Other people's words, made harmless; None where nothing is left of them."""
    return (for_assistant(text) or None) if text else None


def meanings(*notes: Iterable[Note]) -> list[Meaning]:
    """What the codes of these notes mean, each once."""
    codes = dict.fromkeys(note.code for some in notes for note in some)
    known = [ALL[code] for code in codes if code in ALL]
    return [Meaning(code=one.code, cause=one.cause, fix=one.fix) for one in known]


def changes_of(changes: Sequence[Change]) -> list[ChangeAnswer]:
    """What changes."""
    return [
        ChangeAnswer(
            untrusted_what=for_assistant(one.what),
            untrusted_before=untrusted(one.before),
            untrusted_after=untrusted(one.after),
        )
        for one in changes
    ]


def result_of(result: Result, at: float | None = None) -> ResultAnswer:
    """One result."""
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
    """One record with its result."""
    return RecordAnswer(
        record=word(str(record)),
        untrusted_name=untrusted(directory.label(record)),
        **result_of(result, at).model_dump(),
    )


def refused_of(refused: Mapping[Direction, Note]) -> list[RefusedAnswer]:
    """The directions that rest, each with the reason."""
    return [
        RefusedAnswer(direction=way.value, code=why.code, untrusted_reason=for_assistant(str(why)))
        for way, why in refused.items()
    ]


def moment(at: float | None) -> str | None:
    """A moment in UTC, None where there is none."""
    return iso(at) if at is not None else None


def sync_of(sync: Sync) -> SyncAnswer:
    """One sync."""
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
    """One order."""
    return OrderAnswer(
        what=word(order.what),
        via=word(order.via),
        untrusted_by=for_assistant(order.by),
        untrusted_about=untrusted(order.about),
        at=iso(order.at),
    )


def approvable_of(held: Held, directory: Directory) -> Approvable | None:
    """What the brake holds and may be released, None where that is nothing."""
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
