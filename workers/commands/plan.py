"""plan: what would a sync do now?"""

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from core.outcomes import Change, Outcome
from workers.commands.console import complain, counts, outcome, say, show
from workers.commands.words import AsJson, Organization

if TYPE_CHECKING:
    from workers.commands.forecast import Forecast


def plan(organization: Organization, as_json: AsJson = False) -> None:
    """Show what a sync would do now, record by record, with reasons.

    Writes nothing anywhere: neither to ChartHop nor to Ashby nor to Redis. The organization need
    not be enabled for it.
    """
    from workers.commands.deployment import Deployment
    from workers.commands.forecast import forecast

    with Deployment() as deployment:
        site = deployment.site(organization)
        made = forecast(site)
        if as_json:
            _print_json(organization, made)
        else:
            _print(organization, made)
            if organization not in deployment.organizations.enabled():
                complain(f"{organization} is not enabled, so no sync does this.")
            if (why := site.memory.switches.paused()) is not None:
                complain(f"{organization} is paused ({why}), so no sync does this.")
        if any(ending.outcome.wants_attention for ending in made.endings.values()):
            raise typer.Exit(1)


def told(change: Change) -> str:
    """One change; values that are nobody's business are only said to change."""
    if change.before is None and change.after is None:
        return f"{change.what} changed"
    return f"{change.what} {change.before or '(none)'} -> {change.after or '(none)'}"


def _ordered(made: "Forecast") -> list[str]:
    first = [Outcome.FAILED, Outcome.HELD, *Outcome]
    return sorted(made.endings, key=lambda name: (first.index(made.endings[name].outcome), name))


def _print(organization: str, made: "Forecast") -> None:
    fields = made.fields()
    if fields:
        show(("field", "title", "type", "on"), fields)
        say()
    rows = []
    for record in _ordered(made):
        ending = made.endings[record]
        about = [ending.reason or "", *(told(change) for change in ending.changes)]
        rows.append(
            (
                outcome(ending.outcome),
                record,
                made.names.get(record, ""),
                "; ".join(part for part in about if part),
            )
        )
    if rows:
        show(("would be", "record", "name", "why, or what"), rows)
        say()
    for one in made.held:
        say(one.reason, "bold yellow")
    tally = Counter(ending.outcome.value for ending in made.endings.values())
    say(f"{organization}: {counts(tally)}; nothing was written")


def _print_json(organization: str, made: "Forecast") -> None:
    plain: dict[str, Any] = {
        "organization": organization,
        "brake": "; ".join(one.reason for one in made.held) or None,
        "outcomes": Counter(ending.outcome.value for ending in made.endings.values()),
        "fields": [
            dict(zip(("action", "title", "type", "on"), row, strict=True)) for row in made.fields()
        ],
        "records": [
            {
                "record": record,
                "outcome": made.endings[record].outcome.value,
                "reason": made.endings[record].reason,
                "name": made.names.get(record),
                "opening_id": made.endings[record].opening_id,
                "person_id": made.endings[record].person_id,
                "changes": [
                    {"what": change.what, "before": change.before, "after": change.after}
                    for change in made.endings[record].changes
                ],
            }
            for record in _ordered(made)
        ],
    }
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
