"""sync: enqueues a sync and reports how it went."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, complain, console, hang, is_plain, outcome, say
from control.cli.rows import Row, show_rows
from control.cli.words import RECORD_HELP, AnyOrganization, apart, opened, operator
from control.wording import counts, duration, lacks
from core.errors import WrongSetup
from core.notes import in_words
from core.outcomes import Outcome

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.orders import Sent
    from control.progress import Progress, RecordProgress, SyncProgress
    from control.records import Directory
    from core.keys import RecordKey
    from store.results import StoredResult

USAGE = 2
"""Exit status where the organizations file is wrong."""

POLL = 0.02
"""Seconds between two looks; one look costs Redis two small reads."""

NO_WORKER = 15.0
"""Seconds without a live worker after which nobody waits any longer."""

NOT_BEGUN = 120.0
"""Seconds that workers may leave a sync in the queue; they try for one minute to begin it."""

LASTS = 3.0
"""Seconds between two lines about one sync where there is no terminal for a bar."""

SHOWN = 20
"""Held and failed records that are printed; `status` has them all."""


def sync(
    organization: AnyOrganization = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the sync and show its progress.")
    ] = False,
    record: Annotated[
        str | None,
        typer.Option(metavar="RECORD", help=f"Sync only this record: {RECORD_HELP}"),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Discard cached state and compare everything.")
    ] = False,
) -> None:
    """Enqueue a sync now.

    Without --wait the command returns immediately. With it, the command waits for the sync to
    finish, prints the outcomes and every held or failed record with its reason, and exits with
    status 1 if there are any.
    """
    from control import orders

    if record is not None and organization is None:
        raise WrongSetup("--record needs the organization: charthop-ashby sync ORG --record job:ID")
    apart({"--record": record is not None, "--full": full}, (("--record", "--full"),))
    with opened(organization) as deployment:
        names, status = _not_paused(deployment, deployment.enabled(organization))
        alive = bool(deployment.heartbeats.alive())
        by = operator()
        sent = [
            orders.sync_record(deployment, name, by, record)
            if record is not None
            else orders.sync(deployment, name, by, full=full)
            for name in names
        ]
        if wait:
            status = max(status, follow(deployment, sent))
        else:
            say(f"Enqueued: {', '.join(map(_title, sent))}.")
            if not alive:
                complain(
                    "no worker is running; the sync starts when one does (`charthop-ashby run`, or "
                    "`celery -A workers worker`)."
                )
        if organization is None:
            for mistake in deployment.mistakes():
                complain(mistake.sentence)
                status = USAGE
        if status:
            raise typer.Exit(status)


def _not_paused(deployment: "Deployment", names: Sequence[str]) -> tuple[list[str], int]:
    """Those that are not paused, and the exit status so far."""
    going = []
    for name in names:
        why = deployment.public_memory(name).switches.paused()
        if why is None:
            going.append(name)
        else:
            complain(
                f"{name} is paused ({why}); to restart it, run `charthop-ashby resume {name}`."
            )
    if not going:
        raise typer.Exit(1)
    return going, int(len(going) < len(names))


def follow(deployment: "Deployment", sent: "Sequence[Sent]", *, quietly: bool = False) -> int:
    """Wait until all of it is over and say how it ended; the exit status."""
    from control.progress import progress

    waits = [progress(deployment, each) for each in sent]
    # Loaded while the workers are at work instead of after it.
    import store.memory  # noqa: F401

    with nullcontext(lambda: None) if quietly else _shown(waits) as refresh:
        watch(deployment, waits, refresh)
    return max(_report(deployment, each) for each in waits)


def _report(deployment: "Deployment", wait: "SyncProgress | RecordProgress") -> int:
    from control.progress import SyncProgress
    from control.records import remembered

    called = remembered(deployment.memory(wait.sent.organization))
    if isinstance(wait, SyncProgress):
        return _report_sync(wait, called)
    return _report_record(wait, called)


def _report_sync(wait: "SyncProgress", called: "Directory") -> int:
    """One line of outcomes, then what needs somebody."""
    assert wait.last is not None
    name = wait.sent.organization
    took = (wait.last.finished_at or time.time()) - wait.last.started_at
    calls = sum(wait.last.calls.values())
    hang(
        f"{name}: {counts(dict(wait.last.outcomes))} "
        f"({_number(calls, 'API call')}, {duration(took)})"
    )
    if wait.last.problems:
        complain(f"{name}: the sync stopped: {in_words(wait.last.problems)}")
    for words in lacks(wait.missing()):
        hang(f"  {words}")
    attention = wait.attention()
    if attention:
        rows = sorted(attention.items(), key=lambda one: (one[1].result.outcome, one[0]))
        show_rows(
            ("outcome", "record", "name", "reason"),
            [_row(record, kept, called) for record, kept in rows[:SHOWN]],
        )
    if len(attention) > SHOWN:
        say(f"and {len(attention) - SHOWN} more: charthop-ashby status {name}")
    if not wait.last.is_set_up:
        return USAGE
    return 1 if attention or wait.last.problems else 0


def _row(record: "RecordKey", kept: "StoredResult", called: "Directory") -> Row:
    word, label, why = outcome(kept.result.outcome), called.label(record), kept.result.reason or ""
    return Row(word, label, (str(record),), why, (word, str(record), label, why))


def _report_record(wait: "RecordProgress", called: "Directory") -> int:
    """How the record ended."""
    record, kept = wait.sent.record, wait.result()
    assert record is not None
    if kept is None:
        say(f"{record}: nothing was done; see the worker's log")
        return 1
    end = kept.result
    word, label = outcome(end.outcome), called.label(record)
    cells = (word, str(record), label, end.opening_id or "-", end.reason or "-")
    row = Row(word, label, (str(record),), end.reason or "", cells)
    show_rows(("outcome", "record", "name", "opening", "reason"), [row])
    return int(end.outcome in (Outcome.HELD, Outcome.FAILED))


def _title(sent: "Sent") -> str:
    return sent.organization if sent.record is None else f"{sent.organization} {sent.record}"


def watch(
    deployment: "Deployment",
    waits: "Sequence[Progress]",
    refresh: Callable[[], None] = lambda: None,
) -> None:
    """Return when all are over; `refresh` is called after each look.

    Stop where no worker is alive, or none begins.
    """
    begun = last_alive = last_asked = time.monotonic()
    while True:
        for each in waits:
            if not each.over:
                each.look()
        refresh()
        if all(each.over for each in waits):
            return
        now = time.monotonic()
        if now - last_asked > 1.0:
            last_asked = now
            last_alive = now if deployment.heartbeats.alive() else last_alive
        if now - last_alive > NO_WORKER:
            raise Stop(
                "no worker is running; the sync continues when one does "
                "(`charthop-ashby run`, or `celery -A workers worker`).",
                1,
            )
        if now - begun > NOT_BEGUN and not all(each.begun for each in waits):
            raise Stop("no worker has started on it; see the workers' logs.", 1)
        time.sleep(POLL)


@contextmanager
def _shown(waits: "Sequence[Progress]") -> Iterator[Callable[[], None]]:
    """Show how far they are; what is yielded brings that up to date."""
    if is_plain():
        yield _lines(waits)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console(), transient=True) as progress:
        bars = [
            progress.add_task(_title(each.sent), stage=each.stage, total=None) for each in waits
        ]

        def refresh() -> None:
            for bar, each in zip(bars, waits, strict=True):
                total = each.total or (1 if each.over else None)
                done = each.done if each.total else int(each.over)
                progress.update(bar, total=total, completed=done, stage=each.stage)

        yield refresh


def _lines(waits: "Sequence[Progress]") -> Callable[[], None]:
    """A line for each stage that lasts."""
    told = {each.sent.id: (each.stage, time.monotonic()) for each in waits}

    def refresh() -> None:
        for each in waits:
            stage, at = told[each.sent.id]
            if not each.over and time.monotonic() - at > LASTS:
                told[each.sent.id] = (each.stage, time.monotonic())
                if each.stage != stage or not each.begun:
                    say(f"{_title(each.sent)}: {each.stage}")

    return refresh


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
