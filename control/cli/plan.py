"""plan: what a sync would do now."""

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from control.cli.console import complain, hang, outcome, say, show
from control.cli.rows import Row, show_rows
from control.cli.words import AsJson, Organization, opened
from control.wording import ATTENTION_FIRST, at_rest, counts, told
from core.keys import RecordKey
from core.notes import in_words

if TYPE_CHECKING:
    from control.plan import Forecast


def plan(organization: Organization, as_json: AsJson = False) -> None:
    """Show what a sync would do now, record by record, with reasons.

    Writes nothing to ChartHop, Ashby or Redis. The organization does not have to be enabled.
    """
    from control.plan import forecast

    with opened(organization) as deployment:
        org = deployment.context(organization)
        made = forecast(org)
        if as_json:
            _print_json(organization, made)
        else:
            _print(organization, made)
            if organization not in deployment.organizations.enabled():
                complain(f"{organization} is not enabled, so no sync will do this.")
            if (why := org.memory.switches.paused()) is not None:
                complain(f"{organization} is paused ({why}), so no sync will do this.")
            for words in at_rest(org.memory.switches.refused()):
                complain(f"{organization}: {words}")
        if any(result.outcome.wants_attention for result in made.results.values()):
            raise typer.Exit(1)


def _ordered(made: "Forecast") -> list[RecordKey]:
    return sorted(
        made.results, key=lambda name: (ATTENTION_FIRST.index(made.results[name].outcome), name)
    )


def _print(organization: str, made: "Forecast") -> None:
    fields = made.fields()
    if fields:
        show(("field", "title", "type", "on"), fields)
        say()
    rows = []
    for record in _ordered(made):
        result = made.results[record]
        about = [result.reason or "", *(told(change) for change in result.changes)]
        word, label = outcome(result.outcome), made.directory.label(record)
        what = "; ".join(part for part in about if part)
        rows.append(Row(word, label, (str(record),), what, (word, str(record), label, what)))
    if rows:
        show_rows(("would be", "record", "name", "why, or what"), rows)
        say()
    for one in made.held:
        hang(str(one.reason), "bold yellow")
    tally = Counter(result.outcome.value for result in made.results.values())
    say(f"{organization}: {counts(tally)}; nothing was written")


def _print_json(organization: str, made: "Forecast") -> None:
    plain: dict[str, Any] = {
        "organization": organization,
        "brake": in_words(one.reason for one in made.held),
        "outcomes": Counter(result.outcome.value for result in made.results.values()),
        "fields": [
            dict(zip(("action", "title", "type", "on"), row, strict=True)) for row in made.fields()
        ],
        "records": [
            {
                "record": str(record),
                "outcome": made.results[record].outcome.value,
                "reason": made.results[record].reason,
                "codes": made.results[record].codes,
                "name": made.directory.label(record) or None,
                "opening_id": made.results[record].opening_id,
                "person_id": made.results[record].person_id,
                "changes": [
                    {"what": change.what, "before": change.before, "after": change.after}
                    for change in made.results[record].changes
                ],
            }
            for record in _ordered(made)
        ],
    }
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
