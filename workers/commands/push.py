"""push: how is a hire let go that waits for a person, and how is one taken back?"""

from typing import Annotated

import typer

from workers.commands.console import Stop, say
from workers.commands.words import Organization


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
    from workers.commands.deployment import Deployment
    from workers.commands.sync import send_record, watch

    with Deployment() as deployment:
        deployment.enabled(organization)
        kept = deployment.kept(organization)
        kept.switches.push(offer)
        wait = send_record(deployment, organization, f"offer:{offer}")
        watch(deployment, [wait])
        status = wait.report()
        if status:
            raise typer.Exit(status)


def _take_back(organization: str, offer: str) -> None:
    from tasks import hires
    from workers.commands.deployment import Deployment

    with Deployment() as deployment:
        deployment.enabled(organization)
        site = deployment.wiring.site(organization)
        record = f"offer:{offer}"
        with site.memory.locks.hold(f"record:{record}", wait=10.0) as lock:
            if lock is None:
                raise Stop(f"a worker is at work on {record}; try again in a moment.", 1)
            with site.permit.under(lock):
                ending = hires.undo(site, offer)
            known = site.memory.endings.get(record)
            site.memory.endings.keep({record: ending}, {record: known} if known else {})
        say(f"{record}: the hire is taken back in ChartHop, and the job is Active again.")
