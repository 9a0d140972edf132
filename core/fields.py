"""Ticked ChartHop fields: which can be synced, and the field that each one needs in Ashby."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core import reasons
from core.actions import CreateField, FieldAction, SetOptions, marker
from core.notes import Note
from core.records import Definition, Field, Option, folded
from core.values import plain_text

LINK_TITLE: Final = "ChartHop Job ID"
STATUS_TITLE: Final = "ChartHop Recruiting Status"
PERSON_TITLE: Final = "ChartHop Person ID"

TYPE_TABLE: Final = {
    "STRING": "String",
    "EMAIL": "String",
    "PHONE": "String",
    "TEXT": "LongText",
    "URL": "Url",
    "INTEGER": "Number",
    "DECIMAL": "Number",
    "PERCENT": "Number",
    "BOOLEAN": "Boolean",
    "DATE": "Date",
    "TIMESTAMP": "Date",
    "MONEY": "Currency",
    "ENUM": "ValueSelect",
    "ENUM_SCALE": "ValueSelect",
    "ENUM_MULTI": "MultiValueSelect",
}
"""ChartHop type -> Ashby type of the same meaning. docs/fields.md shows it."""

NAMED_TYPES: Final = frozenset({"PERSON", "PERSONS", "GROUP", "GROUPS", "JOB", "JOBS"})
"""ChartHop types whose values are references; Ashby gets the names as text."""

PICKLISTS: Final = frozenset({"ValueSelect", "MultiValueSelect"})
"""Ashby types that have options."""

JOB_ENTITIES: Final = frozenset({"JOB", "JOB_OPEN"})
"""The entities a field must belong to for an open job to have a value of it."""

PRIVATE_LEVELS: Final = frozenset({"MANAGER", "HIGH", "PRIVATE"})
"""Sensitivity levels that call for a warning before a field is shown to recruiters."""


@dataclass(frozen=True)
class FieldPlan:
    """The plan for the ticked fields.

    `usable` maps a ticked code to its definition, `refused` to the reason why it has none. Codes of
    fields still to be created are in neither.
    """

    actions: tuple[FieldAction, ...]
    usable: dict[str, Definition]
    refused: dict[str, Note]


def ashby_type(field: Field) -> str | None:
    """The Ashby type for a ChartHop field, None if there is no match."""
    if field.is_smart:
        return None
    if field.type in NAMED_TYPES:
        return "String"
    matching = TYPE_TABLE.get(field.type)
    if field.plural == "SINGLE" or matching == "MultiValueSelect":
        return matching
    return "MultiValueSelect" if field.type == "ENUM" else None


def choose_fields(
    ticked: Sequence[str], custom: Sequence[Field], built_in: Iterable[str] = ()
) -> tuple[list[Field], dict[str, Note]]:
    """The fields with the ticked codes, and a reason for each code without a usable field."""
    by_code = {field.code: field for field in custom}
    native = set(built_in)
    chosen: list[Field] = []
    refused: dict[str, Note] = {}
    for code in dict.fromkeys(ticked):
        if code in by_code and by_code[code].entity in JOB_ENTITIES:
            chosen.append(by_code[code])
        elif code in by_code:
            label, entity = by_code[code].label, by_code[code].entity
            refused[code] = reasons.FIELD_NOT_OF_JOBS(label=label, entity=entity)
        elif code in native:
            refused[code] = reasons.FIELD_BUILT_IN(code=code)
        else:
            near = difflib.get_close_matches(code, by_code, n=3)
            nearest = f" (nearest: {', '.join(near)})" if near else ""
            refused[code] = reasons.FIELD_UNKNOWN(code=code, nearest=nearest)
    return chosen, refused


def plan_fields(
    fields: Sequence[Field], definitions: Sequence[Definition], holder: str = "Opening"
) -> FieldPlan:
    """Plan the Ashby fields that these ChartHop fields need: create missing ones, update options.

    A definition is matched by the marker in its description, else by its title. The marker still
    matches after the label was changed in ChartHop; Ashby cannot rename a field.
    """
    mine = [definition for definition in definitions if definition.holder == holder]
    actions: list[FieldAction] = []
    usable: dict[str, Definition] = {}
    refused: dict[str, Note] = {}
    titles = {folded(LINK_TITLE), folded(STATUS_TITLE)}
    for field in fields:
        wanted = ashby_type(field)
        definition = find_definition(mine, field.label, marker(field.code))
        why = _why_refused(field, wanted, definition, holder, titles)
        if wanted is None or why is not None:
            refused[field.code] = why or _no_type(field)
            continue
        there = definition.options if definition is not None else ()
        options = _wanted_options(field, there) if wanted in PICKLISTS else ()
        is_day = field.type == "DATE"
        if definition is None:
            title = field.label.strip()
            actions.append(CreateField(title, wanted, holder, field.code, options, is_day))
            continue
        if wanted in PICKLISTS and not same_options(options, there):
            actions.append(SetOptions(definition.id, definition.title, options, field.code, holder))
        usable[field.code] = replace(definition, options=options, is_date_only=is_day)
    return FieldPlan(tuple(actions), usable, refused)


def _why_refused(
    field: Field, wanted: str | None, definition: Definition | None, holder: str, titles: set[str]
) -> Note | None:
    """Why Ashby cannot have the field, or None; in that case its title is added to `titles`."""
    if wanted is None:
        return _no_type(field)
    if folded(field.label) in titles:
        return reasons.FIELD_SAME_LABEL(code=field.code, label=field.label)
    titles.add(folded(field.label))
    if wanted in PICKLISTS and not any(not option.is_archived for option in field.options):
        return reasons.FIELD_NO_OPTIONS(label=field.label)
    if definition is not None and definition.type != wanted:
        return reasons.FIELD_OTHER_TYPE(
            label=field.label, found=definition.type, wanted=wanted, holder=f"{holder.lower()}s"
        )
    if definition is not None and definition.is_archived:
        return reasons.FIELD_ARCHIVED(label=definition.title)
    return None


def find_definition(definitions: Sequence[Definition], title: str, mark: str) -> Definition | None:
    """The definition with the marker, else the one with that title (active ones first)."""
    marked = [each for each in definitions if each.description.rstrip().endswith(mark)]
    named = [each for each in definitions if folded(each.title) == folded(title)]
    return min(marked or named, key=lambda each: each.is_archived, default=None)


def _no_type(field: Field) -> Note:
    """Why Ashby has no type for the field."""
    return reasons.FIELD_TYPE(label=field.label, type=_type_name(field))


def _type_name(field: Field) -> str:
    plural = "" if field.plural == "SINGLE" else f" {field.plural}"
    smart = " (smart field)" if field.is_smart else ""
    return f"{field.type}{plural}{smart}"


def _wanted_options(field: Field, existing: Sequence[Option]) -> tuple[Option, ...]:
    """The field's options as Ashby should list them.

    Ashby's stable value is ChartHop's option code. An option that a person created in Ashby with
    the same label keeps its value, so that openings that use it keep their choice.
    """
    values = {option.name for option in existing}
    by_label = {folded(option.label): option.name for option in reversed(existing)}
    taken: set[str] = set()
    wanted = []
    for option in field.options:
        if option.is_archived:
            continue
        value = option.name
        if value not in values:
            value = by_label.get(folded(option.label), value)
        if value in taken:
            value = option.name
        taken.add(value)
        wanted.append(Option(value, option.label))
    return tuple(wanted)


def same_options(some: Iterable[Option], others: Iterable[Option]) -> bool:
    """True if both offer the same choices, by code and label; their order does not count."""
    return _offered(some) == _offered(others)


def _offered(options: Iterable[Option]) -> set[tuple[str, str]]:
    return {(one.name, plain_text(one.label)) for one in options if not one.is_archived}
