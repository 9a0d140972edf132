"""pause, resume, approve: how does an operator stop an organization and let it go again?"""

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from control.cli.console import say, show
from control.cli.words import Organization

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
    from control.cli.deployment import Deployment

    with Deployment() as deployment:
        deployment.named(organization)
        why = reason or f"by {_operator()}"
        deployment.public_memory(organization).switches.pause(why)
        say(f"{organization} is paused ({why}).")
        say(f"`charthop-ashby resume {organization}` starts it again.")


def resume(organization: Organization) -> None:
    """Let a paused organization go on with its next sync."""
    from control.cli.deployment import Deployment

    with Deployment() as deployment:
        deployment.named(organization)
        switches = deployment.public_memory(organization).switches
        if switches.paused() is None:
            say(f"{organization} is not paused.")
        else:
            switches.resume()
            say(f"{organization} goes on with the next sync.")
        for reason in dict.fromkeys(switches.refused().values()):
            say(f"Still in its way: {reason}")


def approve(organization: Organization) -> None:
    """Release what the mass-change brake holds.

    Exactly the records that it holds now are released, once and for a day; the next sync carries
    them out. Whatever changes until then is held again.
    """
    from control.cli.deployment import Deployment
    from core import reasons
    from core.outcomes import Outcome, Result

    with Deployment() as deployment:
        deployment.named(organization)
        kept = deployment.public_memory(organization)
        held = kept.switches.held()
        if not held:
            say(f"The brake holds nothing of {organization}.")
            return
        released = kept.switches.approve(held)
        told = Result(Outcome.HELD, reasons.APPROVED())
        kept.results.tell({record: told for _, records in held.values() for record in records})
        for kind, (reason, records) in held.items():
            say(f"Released: {reason.partition(':')[2].strip() or reason}")
            show(("action", "record"), _first(kind, records))
        say(f"{released} released; the next sync carries them out.")
        say(f"To have that now: charthop-ashby sync {organization} --wait")


def _first(kind: str, records: Sequence[str]) -> list[tuple[str, str]]:
    rows = [(kind, record) for record in records[:SHOWN]]
    if len(records) > SHOWN:
        rows.append(("", f"and {len(records) - SHOWN} more"))
    return rows


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "an operator"
