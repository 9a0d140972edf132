"""status for a reader: one screen, in lines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from control.cli.console import hang, outcome, say, show, styled, when
from control.cli.rows import Row, show_rows
from control.wording import ago, at_rest, counts, duration, lacks, next_sync, pace, told
from core.notes import in_words
from store.allowances import ASHBY

if TYPE_CHECKING:
    from control.deployment import PublicMemory
    from control.records import Directory
    from control.status import Status, SyncReport
    from core.keys import RecordKey
    from store.results import StoredResult
    from store.syncs import Sync

SHOWN = 10
"""Records of one organization that are printed where all organizations are asked for."""


def print_state(state: "Status", called: "Directory", *, whole: bool, wide: bool = False) -> None:
    """One organization: its last sync, what waits, and its records."""
    _print_head(state)
    records = list(state.records)
    if not whole:
        records = [one for one in records if one[1].result.outcome.wants_attention]
    shown = records if whole else records[:SHOWN]
    if shown:
        rows = [_row(name, kept, called) for name, kept in shown]
        show_rows(("outcome", "record", "name", "since", "reason"), rows, wide=wide)
    if len(shown) < len(records):
        say(f"  and {len(records) - len(shown)} more: charthop-ashby status {state.organization}")
    say()


def _row(record: "RecordKey", kept: "StoredResult", called: "Directory") -> Row:
    word, label, since = outcome(kept.result.outcome), called.label(record), ago(kept.at)
    why = kept.result.reason or ""
    cells = (word, str(record), label, since, why)
    return Row(word, label, (str(record), since), why, cells)


def _print_head(state: "Status") -> None:
    """All that is said of the organization as a whole."""
    hang(styled((state.organization, "bold"), "  ", _in_words(state)))
    if state.last_sync is not None and state.last_sync.problems:
        hang(f"  the sync stopped: {in_words(state.last_sync.problems)}", "red")
    if state.broken is not None:
        hang(f"  not synced on schedule: {state.broken}", "red")
    if state.paused is not None:
        hang(f"  paused: {state.paused}", "bold yellow")
    for words in at_rest(state.refused):
        hang(f"  {words}", "bold yellow")
    if state.enabled and state.paused is None:
        words = next_sync(state.next_sync_at, has_worker=state.has_worker)
        if words:
            hang(f"  {words}")
    if state.brake is not None:
        hang(f"  {state.brake}", "bold yellow")
    if state.released:
        hang(f"  {state.released} released, waiting for the next sync", "cyan")
    for words in lacks(state.missing):
        hang(f"  {words}", "yellow")


def _in_words(state: "Status") -> str:
    if not state.enabled:
        return "disabled: nothing is read or written"
    sync = state.last_sync
    if sync is None:
        return "not synced yet"
    if sync.finished_at is None:
        return f"a sync has been running for {_running_for(sync)}: {counts(dict(sync.outcomes))}"
    took, calls = duration(sync.finished_at - sync.started_at), sum(sync.calls.values())
    return (
        f"last sync {ago(sync.finished_at)}: {counts(dict(sync.outcomes))} "
        f"({sync.trigger}, {calls} API calls, {took})"
    )


def print_pace(per_minute: int) -> None:
    """How many calls of Ashby the sync allows itself, where somebody chose that."""
    if per_minute != ASHBY.per_minute:
        say(pace(per_minute))


def _running_for(sync: "Sync") -> str:
    """For how long a sync has been running."""
    return ago(sync.started_at).removesuffix(" ago")


def print_history(kept: "PublicMemory", *, titled: bool, utc: bool, wide: bool) -> None:
    """The syncs that are remembered and who ordered what, the latest first."""
    if titled:
        say(kept.organization, "bold")
    _print_syncs(kept.syncs.history(), utc=utc, wide=wide)
    rows = [
        (when(one.at, utc=utc), one.what, one.by, one.via, one.about or "")
        for one in kept.journal.all()
    ]
    if rows:
        say()
        show(("when", "order", "by", "from", "about"), rows)


def _print_syncs(syncs: "Sequence[Sync]", *, utc: bool, wide: bool) -> None:
    rows = []
    for sync in syncs:
        took = duration(sync.finished_at - sync.started_at) if sync.finished_at else "running"
        calls = ", ".join(f"{count} {system}" for system, count in sync.calls.items())
        stopped = in_words(sync.problems)
        ended = f"stopped: {stopped}" if stopped else counts(dict(sync.outcomes))
        started = when(sync.started_at, utc=utc)
        cells = (started, sync.trigger, sync.id, took, calls, ended)
        rows.append(
            Row(started, sync.trigger, (took, sync.id), f"{ended} (API calls: {calls or 0})", cells)
        )
    if rows:
        show_rows(("started", "trigger", "id", "took", "API calls", "outcomes"), rows, wide=wide)
    else:
        say("no sync yet")


def print_sync(report: "SyncReport", called: "Directory", *, utc: bool, wide: bool) -> None:
    """What one sync did, from and to."""
    say(report.organization, "bold")
    _print_syncs([report.sync], utc=utc, wide=wide)
    rows = []
    for record, kept in report.records:
        about = (kept.result.reason, *map(told, kept.result.changes))
        what = "; ".join(part for part in about if part)
        moment = when(kept.at, utc=utc)
        word, label = outcome(kept.result.outcome), called.label(record)
        cells = (moment, word, str(record), label, what)
        # The moments of one sync are much alike; the title needs the room.
        rows.append(Row(word, label, (str(record),), what, cells))
    if rows:
        say()
        show_rows(("when", "outcome", "record", "name", "why, or what"), rows, wide=wide)
    else:
        say("nothing was changed")
