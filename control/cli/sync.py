"""sync: how is a sync asked for, and how did it go?"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from control.cli.console import (
    Stop,
    complain,
    console,
    counts,
    duration,
    is_plain,
    outcome,
    say,
    show,
)
from control.cli.words import AnyOrganization
from core.errors import WrongSetup
from core.outcomes import Outcome

if TYPE_CHECKING:
    from control.cli.deployment import Deployment, PublicMemory
    from store.syncs import Sync

POLL = 0.04
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
        bool, typer.Option("--wait", help="Show the progress until it is finished.")
    ] = False,
    record: Annotated[
        str | None,
        typer.Option(metavar="RECORD", help="One record only: job:ID or offer:ID."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Forget what is cached and compare everything.")
    ] = False,
) -> None:
    """Enqueue a sync now.

    Without --wait it returns at once. With it, the end is one line of outcomes and every record
    that is held or failed, with the reason; the exit status is then 1 if there is any.
    """
    from control.cli.deployment import Deployment

    kind = record.partition(":")[0] if record is not None else ""
    if record is not None and organization is None:
        raise WrongSetup("--record needs the organization: charthop-ashby sync ORG --record job:ID")
    if record is not None and (kind not in ("job", "offer") or not record.partition(":")[2]):
        raise WrongSetup(f"{record} is no record; write job:ID or offer:ID.")
    with Deployment() as deployment:
        names, status = _not_paused(deployment, deployment.enabled(organization))
        alive = bool(deployment.heartbeats.alive())
        waits = [
            send_record(deployment, name, record) if record else send_sync(deployment, name, full)
            for name in names
        ]
        if wait:
            with _shown(waits) as refresh:
                watch(deployment, waits, refresh)
            status = max([status, *(each.report() for each in waits)])
        else:
            say(f"Enqueued: {', '.join(each.title for each in waits)}.")
            if not alive:
                complain(
                    "no worker is running; it starts as soon as one does (`charthop-ashby run`, or "
                    "`celery -A workers worker`)."
                )
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
            complain(f"{name} is paused ({why}); `charthop-ashby resume {name}` starts it again.")
    if not going:
        raise typer.Exit(1)
    return going, int(len(going) < len(names))


@dataclass
class Wait:
    """Something that was sent and is waited for; times are those of time.monotonic()."""

    kept: "PublicMemory"
    id: str
    title: str

    def __post_init__(self) -> None:
        self.sent = time.monotonic()
        self.stage = "waiting for a worker"
        self.done, self.total = 0, 0
        self.begun = self.over = False

    def look(self) -> None:
        """Bring the above up to date."""
        raise NotImplementedError

    def report(self) -> int:
        """Say how it ended; the exit status."""
        raise NotImplementedError


class SyncWait(Wait):
    """A sync of one organization."""

    last: "Sync | None" = None

    def look(self) -> None:
        """Started, read, so many records done, finished."""
        self.last = self.kept.syncs.get(self.id)
        if self.last is None:
            return
        self.begun = True
        self.over = self.last.finished_at is not None
        if self.last.planned < 0:
            self.stage = "reading both sides"
            return
        self.total = self.last.planned
        left = 0 if self.over else min(self.kept.backlog.left(), self.total)
        self.done = self.total - left
        self.stage = f"{self.done} of {self.total} records"

    def report(self) -> int:
        """One line of outcomes, then what needs somebody."""
        assert self.last is not None
        took = (self.last.finished_at or time.time()) - self.last.started_at
        calls = sum(self.last.calls.values())
        say(
            f"{self.title}: {counts(dict(self.last.outcomes))} "
            f"({_number(calls, 'API call')}, {duration(took)})"
        )
        if self.last.problem is not None:
            complain(f"{self.title}: the sync stopped: {self.last.problem}")
        attention = {
            record: kept
            for record, kept in self.kept.results.all().items()
            if kept.result.outcome.wants_attention
        }
        if attention:
            rows = sorted(attention.items(), key=lambda one: (one[1].result.outcome, one[0]))
            show(
                ("outcome", "record", "reason"),
                [
                    (outcome(kept.result.outcome), record, kept.result.reason or "")
                    for record, kept in rows[:SHOWN]
                ],
            )
        if len(attention) > SHOWN:
            say(f"and {len(attention) - SHOWN} more: charthop-ashby status {self.title}")
        return 1 if attention or self.last.problem is not None else 0


class RecordWait(Wait):
    """The task of one record."""

    record = ""

    def look(self) -> None:
        """A task says that it ended and nothing before."""
        self.over = self.begun = self.kept.task_results.get(self.id) is not None

    def report(self) -> int:
        """How the record ended."""
        kept = self.kept.results.get(self.record)
        if kept is None:
            say(f"{self.record}: nothing was done; see the worker's log")
            return 1
        end = kept.result
        show(
            ("outcome", "record", "opening", "reason"),
            [(outcome(end.outcome), self.record, end.opening_id or "-", end.reason or "-")],
        )
        return int(end.outcome in (Outcome.HELD, Outcome.FAILED))


def send_sync(deployment: "Deployment", name: str, full: bool = False) -> SyncWait:
    """Enqueue a sync of one organization."""
    headers: dict[str, Any] = {"trigger": "shell", **({"full": True} if full else {})}
    sent = deployment.app.send_task("tasks.sync_organization", (name,), headers=headers)
    return SyncWait(deployment.public_memory(name), str(sent.id), name)


def send_record(deployment: "Deployment", name: str, record: str) -> Wait:
    """Enqueue the task of one record."""
    from tasks.base import send

    sent = send(deployment.app, name, record, awaited=True)
    wait = RecordWait(deployment.public_memory(name), sent, f"{name} {record}")
    wait.record = record
    return wait


def watch(
    deployment: "Deployment", waits: Sequence[Wait], refresh: Callable[[], None] = lambda: None
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
                "no worker is running, so nothing happens; it goes on as soon as one does "
                "(`charthop-ashby run`, or `celery -A workers worker`).",
                1,
            )
        if now - begun > NOT_BEGUN and not all(each.begun for each in waits):
            raise Stop("no worker has begun with it; their logs say why.", 1)
        time.sleep(POLL)


@contextmanager
def _shown(waits: Sequence[Wait]) -> Iterator[Callable[[], None]]:
    """Show how far they are; what is yielded brings that up to date."""
    if is_plain():
        yield _lines(waits)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console(), transient=True) as progress:
        bars = [progress.add_task(each.title, stage=each.stage, total=None) for each in waits]

        def refresh() -> None:
            for bar, each in zip(bars, waits, strict=True):
                total = each.total or (1 if each.over else None)
                done = each.done if each.total else int(each.over)
                progress.update(bar, total=total, completed=done, stage=each.stage)

        yield refresh


def _lines(waits: Sequence[Wait]) -> Callable[[], None]:
    """A line for each stage that lasts."""
    told = {each.id: (each.stage, time.monotonic()) for each in waits}

    def refresh() -> None:
        for each in waits:
            stage, at = told[each.id]
            if not each.over and time.monotonic() - at > LASTS:
                told[each.id] = (each.stage, time.monotonic())
                if each.stage != stage or not each.begun:
                    say(f"{each.title}: {each.stage}")

    return refresh


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
