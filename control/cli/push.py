"""push: how is a hire let go that waits for a person, and how is one taken back?"""

from typing import Annotated

import typer

from control.cli.console import Stop, say
from control.cli.words import Organization


def push(
    organization: Organization,
    offer: Annotated[
        str, typer.Argument(help="The id of the offer in Ashby, as `status` shows it.")
    ],
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back a hire that was withdrawn in Ashby.")
    ] = False,
) -> None:
    """Push one hire where push_hires = "manual".

    With --undo: delete the hire in ChartHop and set the job back to Active, where the candidate
    is no longer Hired or the offer no longer accepted. A hire that has started is never taken
    back.
    """
    offer = offer.removeprefix("offer:")
    if undo:
        _take_back(organization, offer)
    else:
        _push(organization, offer)


def _push(organization: str, offer: str) -> None:
    from control.cli.deployment import Deployment
    from control.cli.sync import send_record, watch

    with Deployment() as deployment:
        deployment.enabled(organization)
        kept = deployment.public_memory(organization)
        kept.switches.push(offer)
        wait = send_record(deployment, organization, f"offer:{offer}")
        watch(deployment, [wait])
        status = wait.report()
        if status:
            raise typer.Exit(status)


def _take_back(organization: str, offer: str) -> None:
    from control.cli.deployment import Deployment
    from tasks import hires

    with Deployment() as deployment:
        deployment.enabled(organization)
        org = deployment.wiring.context(organization)
        record = f"offer:{offer}"
        with org.memory.locks.hold(f"record:{record}", wait=10.0) as lock:
            if lock is None:
                raise Stop(f"a worker is at work on {record}; try again in a moment.", 1)
            with org.gate.under(lock):
                result = hires.undo(org, offer)
            known = org.memory.results.get(record)
            org.memory.results.keep({record: result}, {record: known} if known else {})
        say(f"{record}: the hire is taken back in ChartHop, and the job is Active again.")
