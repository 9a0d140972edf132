"""explain: what happened to one record, and why is it or is it not synced?"""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import NeedsHuman, TryLater, WrongSetup
from core.outcomes import Ending, Outcome
from workers.commands.console import Stop, ago, complain, note, outcome, say, show
from workers.commands.plan import told
from workers.commands.words import Organization

if TYPE_CHECKING:
    from workers.commands.deployment import Deployment, Kept
    from workers.commands.forecast import Forecast

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
    from workers.commands.deployment import Deployment

    with Deployment() as deployment:
        deployment.named(organization)
        kept = deployment.kept(organization)
        now = _look(deployment, organization)
        records = _find(kept, now, record)
        for name in records:
            _tell(deployment, kept, now, name)
        endings = [kept.endings.get(name) for name in records]
        if any(one is not None and one.ending.outcome.wants_attention for one in endings):
            raise typer.Exit(1)


def _look(deployment: "Deployment", organization: str) -> "Forecast | None":
    """How everything stands now; None, with the reason, where that cannot be found out."""
    from workers.commands.forecast import forecast

    try:
        return forecast(deployment.site(organization))
    except (TryLater, NeedsHuman) as error:
        complain(f"how it stands now is not known: {error.reason}")
    except WrongSetup as error:
        complain(f"how it stands now is not known: {error}")
    return None


def _find(kept: "Kept", now: "Forecast | None", called: str) -> list[str]:
    from workers.commands.forecast import find

    found = set(find(now, called)) if now is not None else set()
    for name, last in kept.endings.all().items():
        if called in (name, name.partition(":")[2]) or (
            name.startswith("job:") and last.ending.opening_id == called
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


def _tell(deployment: "Deployment", kept: "Kept", now: "Forecast | None", record: str) -> None:
    from rich.text import Text

    last = kept.endings.get(record)
    planned = now.endings.get(record) if now is not None else None
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
        note("last", Text.assemble(outcome(last.ending.outcome), f", {ago(last.at)}"))
        if planned is None or last.ending.reason != planned.reason:
            _tell_ending(last.ending)
    if (why := kept.switches.paused()) is not None:
        note("paused", why, "bold yellow")
    elif kept.organization not in deployment.organizations.enabled():
        note("paused", "the organization is not enabled", "bold yellow")
    _tell_history(kept, record)
    say()


def _tell_ending(ending: Ending) -> None:
    for label, value in (
        ("why", ending.reason),
        ("opening", ending.opening_id),
        ("person", ending.person_id),
        ("changes", "; ".join(told(change) for change in ending.changes)),
    ):
        if value:
            note(label, value)


def _tell_history(kept: "Kept", record: str) -> None:
    rows = []
    for one in reversed(kept.endings.history(record)):
        ending = one.ending
        changes = "; ".join(told(change) for change in ending.changes)
        about = "; ".join(part for part in (ending.reason, changes) if part)
        rows.append((one.moment, outcome(ending.outcome), str(ending.calls or "-"), about))
    if rows:
        say("  history")
        show(("when", "outcome", "calls", "why, or what"), rows)
    elif kept.endings.get(record) is None:
        return
    else:
        say("  no history: it was " + Outcome.UNCHANGED.value + " all along")
