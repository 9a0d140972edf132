"""fields: which ChartHop fields can be synced, and which are ticked?"""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import WrongSetup
from core.fields import JOB_ENTITIES, PRIVATE_LEVELS, ashby_type, choose_fields, plan_fields
from core.records import Definition, Field
from workers.commands.console import complain, is_terminal, say, show
from workers.commands.words import Organization

if TYPE_CHECKING:
    from tasks.site import Site
    from workers.commands.deployment import Deployment


@dataclass(frozen=True)
class Row:
    """A custom field, or a ticked code that is none. `refused` is why it cannot be synced."""

    code: str
    field: Field | None
    ticked: bool
    refused: str | None

    @property
    def note(self) -> str:
        """What an operator should know before ticking it."""
        if self.refused is not None:
            return self.refused
        if self.field is not None and self.field.sensitive in PRIVATE_LEVELS:
            return (
                f"sensitive in ChartHop ({self.field.sensitive}): everybody who sees the opening "
                "in Ashby would see its value"
            )
        return ""


def fields(
    organization: Organization,
    tick: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Sync this field; may be given several times."),
    ] = None,
    untick: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Sync it no longer; what is in Ashby stays. May be given several times.",
        ),
    ] = None,
) -> None:
    """List the ChartHop custom fields and tick those to sync.

    The ticks stand in the organizations file as synced_fields. On a terminal without an option,
    checkboxes. The organization need not be enabled for it.
    """
    from workers.commands.deployment import Deployment

    with Deployment() as deployment:
        site = deployment.site(organization)
        ticked = site.rules.synced_fields
        rows = survey(site)
        wanted: Sequence[str] | None = None
        if tick or untick:
            _refuse_strangers(site, rows, tick or ())
            wanted = _changed(rows, ticked, tick or (), untick or ())
        elif is_terminal() and sys.stdin.isatty():
            wanted = _ask(rows, ticked)
        if wanted is not None and list(wanted) != list(ticked):
            _write(deployment, organization, rows, ticked, wanted)
            rows = survey(deployment.site(organization))
        _list(rows)
        if any(row.ticked and row.refused for row in rows):
            raise typer.Exit(1)


def survey(site: "Site") -> list[Row]:
    """Every custom field of jobs, and every ticked code that is none; the ticked ones first."""
    custom = {field.code: field for field in site.hris.custom_fields()}
    definitions = list(site.ats.definitions(None).items)
    ticked = site.rules.synced_fields
    unknown = [code for code in ticked if code not in custom]
    _, refused = choose_fields(
        ticked,
        list(custom.values()),
        [field.code for field in site.hris.built_in_fields()] if unknown else (),
    )
    chosen = [custom[code] for code in ticked if code in custom and code not in refused]
    rows = [
        Row(code, custom.get(code), True, refused.get(code) or _refusal(code, chosen, definitions))
        for code in ticked
    ]
    for field in sorted(custom.values(), key=lambda one: one.label.casefold()):
        if field.code not in ticked and field.entity in JOB_ENTITIES:
            why = _refusal(field.code, [*chosen, field], definitions)
            rows.append(Row(field.code, field, False, why))
    return rows


def _refusal(code: str, fields: Sequence[Field], definitions: Sequence[Definition]) -> str | None:
    return plan_fields(fields, definitions).refused.get(code)


def _refuse_strangers(site: "Site", rows: Sequence[Row], codes: Sequence[str]) -> None:
    """WrongSetup for the first code that is no custom field."""
    custom = site.hris.custom_fields()
    strangers = set(codes) - {row.code for row in rows}
    if strangers:
        native = [field.code for field in site.hris.built_in_fields()]
        _, refused = choose_fields([code for code in codes if code in strangers], custom, native)
        raise WrongSetup(next(iter(refused.values())))


def _changed(
    rows: Sequence[Row], ticked: Sequence[str], tick: Sequence[str], untick: Collection[str]
) -> list[str]:
    """The codes as they are to be. WrongSetup where one of them cannot be ticked or unticked."""
    refused = {row.code: row.refused for row in rows}
    for code in tick:
        if (why := refused[code]) is not None:
            raise WrongSetup(why)
        if code in untick:
            raise WrongSetup(f"{code} is both to be ticked and to be unticked; decide for one.")
    for code in untick:
        if code not in ticked:
            raise WrongSetup(f"{code} is not ticked; ticked are: {', '.join(ticked) or 'none'}.")
    return [code for code in dict.fromkeys((*ticked, *tick)) if code not in untick]


def _ask(rows: Sequence[Row], ticked: Sequence[str]) -> list[str] | None:
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
    chosen = questionary.checkbox("Which ChartHop fields are synced?", choices=choices).ask()
    if chosen is None:
        return None
    kept = [code for code in ticked if code in chosen]
    return [*kept, *(code for code in chosen if code not in kept)]


def _write(
    deployment: "Deployment",
    organization: str,
    rows: Sequence[Row],
    before: Sequence[str],
    after: Sequence[str],
) -> None:
    from workers.organizations import set_ticked

    set_ticked(deployment.organizations.path, organization, after)
    by_code = {row.code: row for row in rows}
    for code in after:
        if code not in before:
            say(f"{code} is ticked; the next sync brings it to Ashby.")
            if by_code[code].note:
                complain(f"{code}: {by_code[code].note}")
    for code in before:
        if code not in after:
            say(f"{code} is no longer ticked; what is in Ashby stays there.")
    say()


def _list(rows: Sequence[Row]) -> None:
    if not rows:
        say("ChartHop has no custom field for jobs that this key may see.")
        return
    show(
        ("tick", "code", "label", "ChartHop type", "Ashby type", "note"),
        [
            (
                "[x]" if row.ticked else "[ ]",
                row.code,
                row.field.label if row.field else "-",
                _type(row.field) if row.field else "-",
                (ashby_type(row.field) if row.field else None) or "-",
                row.note,
            )
            for row in rows
        ],
    )


def _type(field: Field) -> str:
    plural = "" if field.plural == "SINGLE" else f" {field.plural.lower()}"
    return f"{field.type}{plural}{' (smart)' if field.is_smart else ''}"
