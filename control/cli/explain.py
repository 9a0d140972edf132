"""explain: the history of one record, and why it is or is not synced."""

from typing import TYPE_CHECKING

import typer

from control.cli.console import complain, hang, note, outcome, say, styled, when
from control.cli.rows import Row, show_rows
from control.cli.words import Organization, Record, Utc, opened
from control.wording import ago, at_rest, next_sync, told
from core.outcomes import Outcome, Result

if TYPE_CHECKING:
    from control.explain import Explanation, Outlook
    from store.results import StoredResult


def explain(organization: Organization, record: Record, utc: Utc = False) -> None:
    """Show one record's history, and why it is or is not synced.

    Reads the record's current state from both services and writes nothing. Of names and salaries
    it shows only that they changed.
    """
    from control import explain as control_explain

    with opened(organization) as deployment:
        found = control_explain.explain(deployment, organization, record)
    if found.unreadable is not None:
        complain(f"the current state is unknown: {found.unreadable}")
    if found.unremembered is not None:
        complain(f"what the syncs did with it is unknown: {found.unremembered}")
    _tell(found, utc=utc)
    if found.wants_attention:
        raise typer.Exit(1)


def _tell(one: "Explanation", *, utc: bool) -> None:
    hang(styled((str(one.record), "bold"), f"  {one.name}"))
    planned, last = one.planned, one.last
    if one.page is not None:
        note("page", one.page)
    if planned is not None:
        would = "a sync would result in " if one.would_write else ""
        note("now", styled(would, outcome(planned.outcome)))
        _tell_ending(planned)
    elif one.unreadable is None:
        note("now", "no sync considers it: it is neither open nor waiting for anything")
    if one.unremembered is not None:
        note("last", "unknown")
    elif last is None:
        note("last", "no sync has considered it yet")
    else:
        note("last", styled(outcome(last.result.outcome), f", {ago(last.at)}"))
        if planned is None or last.result.notes != planned.notes:
            _tell_ending(last.result)
    if one.detail is not None:
        note("it said", one.detail)
    if one.unknown_users:
        note("no user", ", ".join(one.unknown_users))
    _tell_outlook(one.outlook)
    if last is not None or one.history:
        _tell_history(one.history, utc=utc)
    say()


def _tell_outlook(outlook: "Outlook") -> None:
    if not outlook.enabled:
        note("next", "no sync: the organization is not enabled", "bold yellow")
    elif outlook.paused is not None:
        note("paused", outlook.paused, "bold yellow")
    elif outlook.has_worker is not None and (
        words := next_sync(outlook.next_sync_at, has_worker=outlook.has_worker)
    ):
        note("next", words)
    for words in at_rest(outlook.refused):
        note("blocked", words, "bold yellow")


def _tell_ending(result: Result) -> None:
    for label, value in (
        ("why", result.reason),
        ("opening", result.opening_id),
        ("person", result.person_id),
        ("changes", "; ".join(told(change) for change in result.changes)),
    ):
        if value:
            note(label, value)


def _tell_history(history: "tuple[StoredResult, ...]", *, utc: bool) -> None:
    rows = []
    for one in reversed(history):
        result, moment = one.result, when(one.at, utc=utc)
        changes = "; ".join(told(change) for change in result.changes)
        about = "; ".join(part for part in (result.reason, changes) if part)
        calls = f"{result.calls} call{'' if result.calls == 1 else 's'}" if result.calls else ""
        cells = (moment, outcome(result.outcome), str(result.calls or "-"), about)
        rows.append(Row(moment, result.outcome.value, (calls,), about, cells))
    if rows:
        say("  history")
        show_rows(("when", "outcome", "calls", "why, or what"), rows, most=None)
    else:
        say("  no history: it was " + Outcome.UNCHANGED.value + " every time")
