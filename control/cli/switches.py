"""pause, resume, approve: how does an operator stop an organization and let it go again?"""

from collections.abc import Sequence
from typing import Annotated

import typer

from control.cli.console import say, show
from control.cli.words import Organization, opened, operator
from core.keys import RecordKey

SHOWN = 20
"""Released records that are printed."""


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


def approve(organization: Organization) -> None:
    """Release what the mass-change brake holds.

    Exactly the records that it holds now are released, once and for a day; the next sync carries
    them out. Whatever changes until then is held again.
    """
    from control import orders

    with opened(organization) as deployment:
        released = orders.approve(deployment, organization, operator())
    if not released.held:
        say(f"The brake holds nothing of {organization}.")
        return
    for kind, (reason, records) in released.held.items():
        say(f"Released: {reason.what.partition(':')[2].strip()}")
        show(("action", "record"), _first(kind, records))
    say(f"{released.number} released; the next sync carries them out.")
    say(f"To have that now: charthop-ashby sync {organization} --wait")


def _first(kind: str, records: Sequence[RecordKey]) -> list[tuple[str, str]]:
    rows = [(kind, str(record)) for record in records[:SHOWN]]
    if len(records) > SHOWN:
        rows.append(("", f"and {len(records) - SHOWN} more"))
    return rows
