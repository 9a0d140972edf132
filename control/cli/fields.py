"""fields: the ChartHop fields that can be synced, and which of them are ticked."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import complain, is_terminal, say, show
from control.cli.words import Organization, opened, operator
from core.errors import WrongSetup

if TYPE_CHECKING:
    from control.deployment import Deployment
    from control.fields import Row
    from tasks.context import OrgContext


def fields(
    organization: Organization,
    tick: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Sync this field; repeatable."),
    ] = None,
    untick: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Stop syncing this field; Ashby keeps its values. Repeatable.",
        ),
    ] = None,
    offer: Annotated[
        bool,
        typer.Option("--offer", help="List Ashby's offer fields and their mappings."),
    ] = False,
) -> None:
    """List the ChartHop custom fields and tick those to sync.

    Ticked fields are stored as synced_fields in the organizations file. On a terminal, without
    options, it shows checkboxes. The organization does not have to be enabled.
    """
    from control import fields as custom_fields

    if offer and (tick or untick):
        raise WrongSetup("--offer only lists; edit offer_fields in the organizations file.")
    with opened(organization) as deployment:
        org = deployment.context(organization)
        if offer:
            _list_offer_fields(org)
            return
        ticked = org.rules.synced_fields
        rows = custom_fields.survey(org)
        wanted: Sequence[str] | None = None
        if tick or untick:
            custom_fields.refuse_strangers(org, rows, tick or ())
            wanted = custom_fields.changed(rows, ticked, tick or (), untick or ())
        elif is_terminal() and sys.stdin.isatty():
            wanted = _ask(rows, ticked)
        if wanted is not None and list(wanted) != list(ticked):
            _write(deployment, organization, rows, ticked, wanted)
            rows = custom_fields.survey(deployment.context(organization))
        _list(rows)
        if any(row.ticked and row.refused for row in rows):
            raise typer.Exit(1)


def _ask(rows: "Sequence[Row]", ticked: Sequence[str]) -> list[str] | None:
    """The ticks by checkboxes; None where nothing was decided."""
    import questionary

    choices = [
        questionary.Choice(
            title=f"{row.code}  {row.field.label if row.field else ''}  {row.note}".rstrip(),
            value=row.code,
            checked=row.ticked,
            disabled="cannot be synced" if row.refused and not row.ticked else None,
        )
        for row in rows
    ]
    if not choices:
        return None
    chosen = questionary.checkbox("Which ChartHop fields should be synced?", choices=choices).ask()
    if chosen is None:
        return None
    kept = [code for code in ticked if code in chosen]
    return [*kept, *(code for code in chosen if code not in kept)]


def _write(
    deployment: "Deployment",
    organization: str,
    rows: "Sequence[Row]",
    before: Sequence[str],
    after: Sequence[str],
) -> None:
    from control import orders

    orders.tick(deployment, organization, operator(), after)
    by_code = {row.code: row for row in rows}
    for code in after:
        if code not in before:
            say(f"{code} is ticked; the next sync copies it to Ashby.")
            if by_code[code].note:
                complain(f"{code}: {by_code[code].note}")
    for code in before:
        if code not in after:
            say(f"{code} is no longer ticked; Ashby keeps its values.")
    say()


def _list_offer_fields(org: "OrgContext") -> None:
    from control import offer_fields

    rows = offer_fields.survey(org)
    show(
        ("offer field in Ashby", "Ashby type", "code in ChartHop", "ChartHop type", "note"),
        [
            (row.title or "-", row.ashby_type or "-", row.code or "-", row.type or "-", row.note)
            for row in rows
        ],
    )
    if any(row.is_wrong for row in rows):
        raise typer.Exit(1)


def _list(rows: "Sequence[Row]") -> None:
    if not rows:
        say("ChartHop has no custom job fields that this key can see.")
        return
    show(
        ("tick", "code", "label", "ChartHop type", "Ashby type", "note"),
        [
            (
                "[x]" if row.ticked else "[ ]",
                row.code,
                row.field.label if row.field else "-",
                row.type or "-",
                row.ashby_type or "-",
                row.note,
            )
            for row in rows
        ],
    )
