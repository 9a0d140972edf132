"""push: pushes a hire that waits for a person, or takes one back."""

from typing import Annotated

import typer

from control.cli.console import say
from control.cli.words import Organization, Record, opened, operator


def push(
    organization: Organization,
    record: Record,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back a hire that was withdrawn in Ashby.")
    ] = False,
) -> None:
    """Push one hire where push_hires = "manual".

    --undo deletes the hire in ChartHop and sets the job back to Active, provided that the candidate
    is no longer Hired or the offer is no longer accepted. It refuses once the person has started.
    """
    from control import orders
    from control.cli.sync import follow

    with opened(organization) as deployment:
        if undo:
            taken_back, result = orders.undo(deployment, organization, operator(), record)
            how = "in ChartHop, and the job is Active again" if result.changes else "before"
            say(f"{taken_back}: the hire was taken back {how}.")
            if result.outcome.wants_attention:
                say(f"{taken_back} held: {result.reason}", "bold yellow")
                raise typer.Exit(1)
            return
        sent = orders.push(deployment, organization, operator(), record)
        if status := follow(deployment, [sent], quietly=True):
            raise typer.Exit(status)
