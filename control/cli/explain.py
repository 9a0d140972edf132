"""explain: what happened to one record, and why is it or is it not synced?"""

from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, ago, complain, note, outcome, say, show
from control.cli.plan import told
from control.cli.words import Organization
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.outcomes import Outcome, Result

if TYPE_CHECKING:
    from control.cli.deployment import Deployment, PublicMemory
    from control.cli.forecast import Forecast

Record = Annotated[
    str,
    typer.Argument(
        metavar="RECORD",
        help="A job's id or requisition code, an opening's id or identifier, an offer's id, or "
        "job:ID or offer:ID.",
    ),
]


def explain(organization: Organization, record: Record) -> None:
    """Tell the history of one record, and why it is or is not synced.

    Both services are asked how it stands now; nothing is written. Names and salaries are never
    shown, only that they changed.
    """
    from control.cli.deployment import Deployment

    with Deployment() as deployment:
        deployment.named(organization)
        kept = deployment.public_memory(organization)
        now = _look(deployment, organization)
        records = _find(kept, now, record)
        for name in records:
            _tell(deployment, kept, now, name)
        results = [kept.results.get(name) for name in records]
        if any(one is not None and one.result.outcome.wants_attention for one in results):
            raise typer.Exit(1)


def _look(deployment: "Deployment", organization: str) -> "Forecast | None":
    """How everything stands now; None, with the reason, where that cannot be found out."""
    from control.cli.forecast import forecast

    try:
        return forecast(deployment.context(organization))
    except (TryLater, NeedsHuman) as error:
        complain(f"how it stands now is not known: {error.reason}")
    except WrongSetup as error:
        complain(f"how it stands now is not known: {error}")
    return None


def _find(kept: "PublicMemory", now: "Forecast | None", called: str) -> list[str]:
    from control.cli.forecast import find

    found = set(find(now, called)) if now is not None else set()
    for name, last in kept.results.all().items():
        if called in (name, name.partition(":")[2]) or (
            name.startswith("job:") and last.result.opening_id == called
        ):
            found.add(name)
    if not found and now is None:
        raise Stop(f"{called} stands in no sync's history of {kept.organization}.", 1)
    if not found:
        raise Stop(
            f"{called} is nothing that the sync of {kept.organization} knows: no open job, no "
            "opening that it linked, no offer of a hired candidate. The key may not see it, or it "
            "is spelled otherwise.",
            2,
        )
    return sorted(found)


def _tell(
    deployment: "Deployment", kept: "PublicMemory", now: "Forecast | None", record: str
) -> None:
    from rich.text import Text

    last = kept.results.get(record)
    planned = now.results.get(record) if now is not None else None
    name = now.names.get(record, "") if now is not None else ""
    say(Text.assemble((record, "bold"), f"  {name}"))
    if now is not None and planned is None:
        note("now", "no sync looks at it: it is neither open nor waiting for anything")
    elif now is not None and planned is not None:
        would = "a sync would make it " if record in now.writes else ""
        note("now", Text.assemble(would, outcome(planned.outcome)))
        _tell_ending(planned)
    if last is None:
        note("last", "no sync has looked at it yet")
    else:
        note("last", Text.assemble(outcome(last.result.outcome), f", {ago(last.at)}"))
        if planned is None or last.result.reason != planned.reason:
            _tell_ending(last.result)
    if (why := kept.switches.paused()) is not None:
        note("paused", why, "bold yellow")
    elif kept.organization not in deployment.organizations.enabled():
        note("paused", "the organization is not enabled", "bold yellow")
    _tell_history(kept, record)
    say()


def _tell_ending(result: Result) -> None:
    for label, value in (
        ("why", result.reason),
        ("opening", result.opening_id),
        ("person", result.person_id),
        ("changes", "; ".join(told(change) for change in result.changes)),
    ):
        if value:
            note(label, value)


def _tell_history(kept: "PublicMemory", record: str) -> None:
    rows = []
    for one in reversed(kept.results.history(record)):
        result = one.result
        changes = "; ".join(told(change) for change in result.changes)
        about = "; ".join(part for part in (result.reason, changes) if part)
        rows.append((one.moment, outcome(result.outcome), str(result.calls or "-"), about))
    if rows:
        say("  history")
        show(("when", "outcome", "calls", "why, or what"), rows)
    elif kept.results.get(record) is None:
        return
    else:
        say("  no history: it was " + Outcome.UNCHANGED.value + " all along")
