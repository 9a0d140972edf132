"""pause, resume, approve: stop an organization and start it again."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, hang, is_terminal, say
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
        str | None,
        typer.Option(metavar="TEXT", help="The reason that `status` shows while it is paused."),
    ] = None,
) -> None:
    """Stop an organization immediately, on every worker.

    Nothing more is written for it: tasks already running stop before their next write.
    """
    from control import orders

    with opened(organization) as deployment:
        why = orders.pause(deployment, organization, operator(), reason)
    say(f"{organization} is paused ({why}).")
    say(f"To restart it, run `charthop-ashby resume {organization}`.")


def resume(organization: Organization) -> None:
    """Restart a paused organization with its next sync."""
    from control import orders

    with opened(organization) as deployment:
        resumed = orders.resume(deployment, organization, operator())
    if resumed.was_paused:
        say(f"{organization} continues with the next sync.")
    else:
        say(f"{organization} is not paused.")
    for reason in resumed.in_the_way:
        say(f"Still in the way: {reason}")


def approve(
    organization: Organization,
    yes: Annotated[bool, typer.Option("--yes", help="Approve without a prompt.")] = False,
) -> None:
    """Show what the mass-change brake holds, and approve exactly that.

    On a terminal it asks for confirmation; elsewhere --yes is required. The next sync carries out
    what was approved, once and within a day. Anything that changes before then is held again.
    """
    from control import orders
    from control.held import held
    from control.records import remembered

    with opened(organization) as deployment:
        shown = held(deployment, organization)
        if not shown.kinds:
            say(f"The brake holds nothing for {organization}.")
            return
        called = remembered(deployment.memory(organization))
        for kind in shown.kinds:
            hang(kind.reason.what)
            show_rows(("action", "record", "name", "from and to"), _rows(kind, called))
            say()
        if not yes:
            _ask(organization, shown.number)
        orders.approve(deployment, organization, operator(), shown.digest)
        is_paused = deployment.public_memory(organization).switches.paused() is not None
    say(f"{shown.number} approved; the next sync carries them out.")
    if is_paused:
        say(f"{organization} is paused; to restart it, run `charthop-ashby resume {organization}`.")
        return
    say(f"To run it now: charthop-ashby sync {organization} --wait")


def _ask(organization: str, number: int) -> None:
    """Stop where the answer is no, and where nobody can be asked."""
    if not (is_terminal() and sys.stdin.isatty()):
        raise Stop(
            f"nothing was approved; confirm with: charthop-ashby approve {organization} --yes", 2
        )
    if not typer.confirm(f"Approve these {number}?"):
        raise Stop("nothing was approved.", 1)


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
