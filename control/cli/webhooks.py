"""webhooks: which are set up and when each came last; sets Ashby's up or takes them away."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from control.cli.console import Stop, complain, note, say, show, when
from control.cli.words import AsJson, Organization, Utc, opened, operator

if TYPE_CHECKING:
    from control.registering import Step
    from control.webhooks import Webhooks


def webhooks(
    organization: Organization,
    register: Annotated[
        bool, typer.Option("--register", help="Register Ashby's webhooks for WEB_URL.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete the webhooks that --register created.")
    ] = False,
    as_json: AsJson = False,
    utc: Utc = False,
) -> None:
    """List the webhooks and when each was last received.

    Also shows what to set up by hand in ChartHop. --register needs an Ashby key with the permission
    "API Keys, Write" and `charthop-ashby web` answering at WEB_URL. It keeps existing webhooks, so
    run it again after changing the secret or WEB_URL. The exit status is 1 if a webhook is off.
    """
    from control import registering
    from control import webhooks as control_webhooks

    if register + remove + as_json > 1:
        raise Stop("use only one of --register, --remove and --json.", 2)
    with opened(organization) as deployment:
        if register or remove:
            order = registering.register if register else registering.remove
            steps = order(deployment, organization, operator())
            _tell_steps(organization, steps)
            if any(step.done.wants_attention for step in steps):
                raise typer.Exit(1)
            return
        found = control_webhooks.webhooks(deployment, organization)
        unreachable = control_webhooks.why_unreachable(deployment)
    if as_json:
        _print_json(found)
    else:
        _tell(found, utc=utc)
        if unreachable is not None:
            complain(f"{unreachable}.")
    if found.wants_attention:
        raise typer.Exit(1)


def _tell_steps(organization: str, steps: "Sequence[Step]") -> None:
    if not steps:
        say(f"{organization}: charthop-ashby has set up no webhooks.")
        return
    show(("kind", "webhook"), [(step.kind, step.done.value) for step in steps])
    for step in steps:
        if step.fix:
            say(f"{step.kind}: {step.fix}", "bold yellow")


def _tell(found: "Webhooks", *, utc: bool) -> None:
    say("Ashby", "bold")
    rows = [(one.kind, one.state.value, _when(one.last_at, utc=utc)) for one in found.ashby]
    if rows:
        show(("kind", "webhook", "last received"), rows)
    else:
        say(
            "None is set up; to register them: charthop-ashby webhooks "
            f"{found.organization} --register"
        )
    say()
    say("ChartHop", "bold")
    arrived = [(kind, _when(at, utc=utc)) for kind, at in sorted(found.charthop.items())]
    if arrived:
        show(("kind", "last received"), arrived)
    else:
        say("None received yet.")
    say("ChartHop sends them from an action. Someone who may create actions there sets it up as:")
    _tell_action(found)
    if found.wants_attention:
        say()
        say(
            "To restore what is off or gone: charthop-ashby webhooks "
            f"{found.organization} --register"
        )
    for system in found.without_secret:
        complain(
            f"{found.organization} has no usable {system}_webhook_secret, so requests to "
            f"{found.urls[system]} are refused."
        )


def _tell_action(found: "Webhooks") -> None:
    (step,) = found.action["steps"]
    note("event", found.action["event"])
    note("sensitive", "yes" if found.action["sensitive"] else "no")
    note("step", f"HTTP, {step['httpMethod']}")
    note("address", step["httpUrl"])
    for name, value in step["httpHeaders"].items():
        note("header", f"{name}: {value}")
    note("body", json.dumps(step["httpContent"]))
    say("Replace SECRET with the value that charthop_webhook_secret points to.")


def _when(at: float | None, *, utc: bool) -> str:
    return when(at, utc=utc) if at is not None else "never"


def _print_json(found: "Webhooks") -> None:
    from store.results import iso

    def moment(at: float | None) -> str | None:
        return iso(at) if at is not None else None

    plain: dict[str, Any] = {
        "ashby": {
            "url": found.urls["ashby"],
            "webhooks": [
                {
                    "kind": one.kind,
                    "state": one.state.value,
                    "id": one.id,
                    "last_at": moment(one.last_at),
                }
                for one in found.ashby
            ],
        },
        "charthop": {
            "url": found.urls["charthop"],
            "webhooks": [
                {"kind": kind, "last_at": moment(at)} for kind, at in found.charthop.items()
            ],
            "action": found.action,
        },
    }
    shown = {"organizations": {found.organization: plain}}
    sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
