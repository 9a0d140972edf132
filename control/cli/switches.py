"""pause, resume, approve: stop an organization and start it again."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, is_terminal, say
from control.cli.rows import Row, show_rows
from control.cli.words import Organization, opened, operator
from control.wording import told

if TYPE_CHECKING:
    from control.held import HeldKind
    from control.records import Directory

SHOWN = 200
"""Held records of one kind that are printed."""


def pause(
    organization: Organization,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What `status` says while it is paused.")
    ] = None,
) -> None:
    """Stop an organization at once, on every worker.

    Nothing more is written for it; what a worker has begun stops before its next write.
    """
    from control import orders

    with opened(organization) as deployment:
        why = orders.pause(deployment, organization, operator(), reason)
    say(f"{organization} is paused ({why}).")
    say(f"`charthop-ashby resume {organization}` starts it again.")


def resume(organization: Organization) -> None:
    """Let a paused organization go on with its next sync."""
    from control import orders

    with opened(organization) as deployment:
        resumed = orders.resume(deployment, organization, operator())
    if resumed.was_paused:
        say(f"{organization} goes on with the next sync.")
    else:
        say(f"{organization} is not paused.")
    for reason in resumed.in_the_way:
        say(f"Still in its way: {reason}")


def approve(
    organization: Organization,
    yes: Annotated[bool, typer.Option("--yes", help="Release it without being asked.")] = False,
) -> None:
    """Show what the mass-change brake holds, and release exactly that.

    On a terminal it asks first; elsewhere --yes is needed. What is released is carried out by the
    next sync, once and within a day; whatever changes until then is held again.
    """
    from control import orders
    from control.held import held
    from control.records import remembered

    with opened(organization) as deployment:
        shown = held(deployment, organization)
        if not shown.kinds:
            say(f"The brake holds nothing of {organization}.")
            return
        called = remembered(deployment.memory(organization))
        for kind in shown.kinds:
            say(kind.reason.what)
            show_rows(("action", "record", "name", "from and to"), _rows(kind, called))
            say()
        if not yes:
            _ask(organization, shown.number)
        orders.approve(deployment, organization, operator(), shown.digest)
    say(f"{shown.number} released; the next sync carries them out.")
    say(f"To have that now: charthop-ashby sync {organization} --wait")


def _ask(organization: str, number: int) -> None:
    """Stop where the answer is no, and where nobody can be asked."""
    if not (is_terminal() and sys.stdin.isatty()):
        raise Stop(
            f"nothing is released without a yes: charthop-ashby approve {organization} --yes", 2
        )
    if not typer.confirm(f"Release these {number}?"):
        raise Stop("nothing is released.", 1)


def _rows(kind: "HeldKind", called: "Directory") -> list[Row]:
    rows = []
    for record, changes in list(kind.records.items())[:SHOWN]:
        label, what = called.label(record), "; ".join(map(told, changes))
        cells = (kind.kind, str(record), label, what)
        rows.append(Row(kind.kind, label, (str(record),), what, cells))
    if len(kind.records) > SHOWN:
        more = f"and {len(kind.records) - SHOWN} more"
        rows.append(Row("", more, (), "", ("", more, "", "")))
    return rows
