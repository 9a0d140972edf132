"""status: how did the last sync of each organization go, and what waits for a person?"""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from control.cli.console import complain, outcome, say, show
from control.cli.words import RECORD_HELP, AnyOrganization, AsJson, opened
from control.wording import ago, counts, duration
from core.notes import in_words
from core.outcomes import Outcome

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.records import Directory
    from control.status import Status
    from store.syncs import Sync

SHOWN = 10
"""Records of one organization that are printed where all organizations are asked for."""


def status(
    organization: AnyOrganization = None,
    as_json: AsJson = False,
    outcomes: Annotated[
        list[Outcome] | None,
        typer.Option(
            "--outcome",
            metavar="OUTCOME",
            help="Only records that ended so, like failed or held; may be given several times.",
        ),
    ] = None,
    record: Annotated[
        str | None, typer.Option(metavar="RECORD", help=f"Only that record: {RECORD_HELP}")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="The syncs of the last seven days, at most 200.")
    ] = False,
) -> None:
    """Show the last sync and how every record ended.

    What is held or has failed comes first, with the reason and what fixes it. For all
    organizations at once only that is shown of their records; for one, every record.
    """
    from control import status as control_status
    from control.records import remembered

    with opened(organization) as deployment:
        names = deployment.named(organization)
        problems = deployment.mistakes() if organization is None else []
        meant = control_status.named(deployment, names, record) if record else {}
        names = [name for name in names if not record or name in meant]
        states = [control_status.status(deployment, name) for name in names]
        shown = [state.only(outcomes or (), meant.get(state.organization)) for state in states]
        if as_json:
            _print_json(deployment, shown, history)
        elif history:
            for state in shown:
                _print_history(deployment, state.organization, titled=organization is None)
        else:
            for state in shown:
                whole = organization is not None or bool(outcomes or record)
                called = remembered(deployment.memory(state.organization))
                _print_state(state, called, whole=whole)
        for problem in problems:
            complain(problem.sentence)
        if any(state.wants_attention for state in states):
            raise typer.Exit(1)
        if problems:
            raise typer.Exit(2)


def _print_json(deployment: "Deployment", states: "list[Status]", history: bool) -> None:
    from store.results import iso

    plain: dict[str, dict[str, Any]] = {}
    for state in states:
        plain[state.organization] = {
            "enabled": state.enabled,
            "paused": state.paused,
            "refused": {way.value: str(why) for way, why in state.refused.items()},
            "brake": state.brake,
            "next_sync_at": iso(state.next_sync_at) if state.next_sync_at is not None else None,
            "last_sync": state.last_sync.plain() if state.last_sync is not None else None,
            "webhooks": {
                system: {kind: iso(at) for kind, at in state.webhooks[system].items()}
                if system in state.webhooks
                else None
                for system in ("ashby", "charthop")
            },
            "records": [
                {
                    "record": str(name),
                    "outcome": kept.result.outcome.value,
                    "reason": kept.result.reason,
                    "codes": kept.result.codes,
                    "opening_id": kept.result.opening_id,
                    "person_id": kept.result.person_id,
                    "at": kept.moment,
                }
                for name, kept in state.records
            ],
        }
        if history:
            syncs = deployment.public_memory(state.organization).syncs.history()
            plain[state.organization]["history"] = [one.plain() for one in syncs]
    sys.stdout.write(json.dumps({"organizations": plain}, indent=2, ensure_ascii=False) + "\n")


def _print_state(state: "Status", called: "Directory", *, whole: bool) -> None:
    from rich.text import Text

    say(Text.assemble((state.organization, "bold"), "  ", _in_words(state)))
    if state.last_sync is not None and state.last_sync.problems:
        say(f"  the sync stopped: {in_words(state.last_sync.problems)}", "red")
    if state.paused is not None:
        say(f"  paused: {state.paused}", "bold yellow")
    for direction, reason in state.refused.items():
        say(f"  {direction} rests and goes on by itself: {reason}", "bold yellow")
    if (when := _when(state)) is not None:
        say(f"  {when}")
    if state.brake is not None:
        say(f"  {state.brake}", "bold yellow")
    records = list(state.records)
    if not whole:
        records = [one for one in records if one[1].result.outcome.wants_attention]
    shown = records if whole else records[:SHOWN]
    if shown:
        show(
            ("outcome", "record", "name", "since", "reason"),
            [
                (
                    outcome(kept.result.outcome),
                    str(name),
                    called.label(name),
                    ago(kept.at),
                    kept.result.reason or "",
                )
                for name, kept in shown
            ],
        )
    if len(shown) < len(records):
        say(f"  and {len(records) - len(shown)} more: charthop-ashby status {state.organization}")
    say()


def _in_words(state: "Status") -> str:
    if not state.enabled:
        return "disabled: nothing is read or written"
    sync = state.last_sync
    if sync is None:
        return "not synced yet"
    if sync.finished_at is None:
        return f"a sync has been running for {_running_for(sync)}: {counts(dict(sync.outcomes))}"
    took, calls = duration(sync.finished_at - sync.started_at), sum(sync.calls.values())
    return (
        f"last sync {ago(sync.finished_at)}: {counts(dict(sync.outcomes))} "
        f"({sync.trigger}, {calls} API calls, {took})"
    )


def _when(state: "Status") -> str | None:
    """When the next sync is, and what keeps it from being done."""
    if not state.enabled or state.paused is not None:
        return None
    parts = []
    if state.next_sync_at is not None:
        left = state.next_sync_at - time.time()
        parts.append(f"next sync in {duration(left)}" if left > 0 else "the next sync is due")
    if not state.has_worker:
        parts.append("no worker is running")
    return "; ".join(parts) or None


def _running_for(sync: "Sync") -> str:
    """For how long a sync has been running."""
    return ago(sync.started_at).removesuffix(" ago")


def _print_history(deployment: "Deployment", name: str, *, titled: bool) -> None:
    from store.results import iso

    if titled:
        say(name, "bold")
    rows = []
    for sync in deployment.public_memory(name).syncs.history():
        took = duration(sync.finished_at - sync.started_at) if sync.finished_at else "running"
        calls = ", ".join(f"{count} {system}" for system, count in sync.calls.items())
        stopped = in_words(sync.problems)
        told = f"stopped: {stopped}" if stopped else counts(dict(sync.outcomes))
        rows.append((iso(sync.started_at), sync.trigger, took, calls, told))
    if rows:
        show(("started", "trigger", "took", "API calls", "outcomes"), rows)
    else:
        say("no sync yet")
