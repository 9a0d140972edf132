"""The custom fields of ChartHop: the ticked ones, and the ones that can be ticked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.errors import WrongSetup
from core.fields import JOB_ENTITIES, PRIVATE_LEVELS, ashby_type, choose_fields, plan_fields
from core.notes import Note
from core.records import Definition, Field, same_name
from tasks.context import OrgContext


@dataclass(frozen=True)
class Row:
    """A custom field, or an unknown ticked code. `refused` is why it cannot be synced."""

    code: str
    field: Field | None
    ticked: bool
    refused: Note | None
    is_required: bool = False
    """Whether Ashby requires a value of the field with that title on each opening."""

    @property
    def type(self) -> str | None:
        """ChartHop's type in a word or two."""
        return type_name(self.field) if self.field is not None else None

    @property
    def ashby_type(self) -> str | None:
        """The Ashby type that it needs, None if there is none."""
        return ashby_type(self.field) if self.field is not None else None

    @property
    def note(self) -> str:
        """A note for the operator before ticking it."""
        if self.refused is not None:
            return str(self.refused)
        if self.field is not None and self.field.sensitive in PRIVATE_LEVELS:
            return (
                f"sensitive in ChartHop ({self.field.sensitive}): everyone who can see the opening "
                "in Ashby would see its value"
            )
        return ""


def type_name(field: Field) -> str:
    """ChartHop's type of a field in a word or two."""
    plural = "" if field.plural == "SINGLE" else f" {field.plural.lower()}"
    return f"{field.type}{plural}{' (smart)' if field.is_smart else ''}"


def survey(org: OrgContext) -> list[Row]:
    """Every custom field of jobs, and every unknown ticked code; the ticked ones first."""
    custom = {field.code: field for field in org.hris.custom_fields()}
    definitions = list(org.ats.definitions(None).items)
    ticked = org.rules.synced_fields
    unknown = [code for code in ticked if code not in custom]
    _, refused = choose_fields(
        ticked,
        list(custom.values()),
        [field.code for field in org.hris.built_in_fields()] if unknown else (),
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
    return [replace(row, is_required=_is_required(row, definitions)) for row in rows]


def _is_required(row: Row, definitions: Sequence[Definition]) -> bool:
    return row.field is not None and any(
        one.is_required and not one.is_archived and same_name(one.title, row.field.label)
        for one in definitions
        if one.holder == "Opening"
    )


def _refusal(code: str, fields: Sequence[Field], definitions: Sequence[Definition]) -> Note | None:
    return plan_fields(fields, definitions).refused.get(code)


def refuse_strangers(org: OrgContext, rows: Sequence[Row], codes: Sequence[str]) -> None:
    """Raises WrongSetup for the first code that is not a custom field."""
    custom = org.hris.custom_fields()
    strangers = set(codes) - {row.code for row in rows}
    if strangers:
        native = [field.code for field in org.hris.built_in_fields()]
        _, refused = choose_fields([code for code in codes if code in strangers], custom, native)
        raise WrongSetup(str(next(iter(refused.values()))))


def changed(
    rows: Sequence[Row], ticked: Sequence[str], tick: Sequence[str], untick: Collection[str]
) -> list[str]:
    """The new list of codes. WrongSetup if one of them cannot be ticked or unticked."""
    refused = {row.code: row.refused for row in rows}
    for code in tick:
        if (why := refused[code]) is not None:
            raise WrongSetup(str(why))
        if code in untick:
            raise WrongSetup(f"{code} is given to both --tick and --untick; use only one.")
    for code in untick:
        if code not in ticked:
            raise WrongSetup(f"{code} is not ticked; ticked are: {', '.join(ticked) or 'none'}.")
    return [code for code in dict.fromkeys((*ticked, *tick)) if code not in untick]
