"""The fields of an organization, and the values that they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.charthop.builtin import (
    EMPLOYMENT,
    JOB_FIELDS,
    PERSON_FIELDS,
    RECRUIT,
    SENSITIVE,
)
from sandbox.charthop.records import Field, Job, Person
from sandbox.charthop.rows import spelled
from sandbox.charthop.state import OrgState
from sandbox.charthop.visits import Refusal, Visit
from sandbox.forms import is_day, is_number
from sandbox.wire import Answer

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def list_fields(visit: Visit) -> Answer:
    """Answer GET /v1/org/{orgId}/field: the custom fields unless `builtin` says otherwise."""
    visit.allow("from", "limit", "ids", "table", "tableType", "form", "builtin", "includeTtst")
    wanted = visit.text("builtin") or "custom"
    if wanted not in ("custom", "builtin", "all"):
        raise Refusal(400, f"builtin is none of custom, builtin, all: {wanted!r}")
    fields: list[Field] = []
    if wanted != "custom":
        fields += built_in(visit.org)
    if wanted != "builtin":
        fields += visit.org.fields.values()
    if (ids := visit.list_of("ids")) is not None:
        fields = [field for field in fields if field.id in ids]
    fields.sort(key=lambda field: field.id)
    page, following = visit.results(fields, lambda field: field.id)
    data = [visit.org.row(field.id, _shown(field)) for field in page]
    return Answer(200, {"data": data, **following})


def list_built_in(visit: Visit) -> Answer:
    """Answer GET /v1/org/{orgId}/field/built-in: ChartHop's own fields, all on one page."""
    visit.allow()
    data = [_shown(field) for field in built_in(visit.org)]
    for field in data:
        del field["builtIn"]  # PartialField has no such property
    return Answer(200, {"data": data})


def built_in(org: OrgState) -> list[Field]:
    """ChartHop's own fields, in the organization's spelling."""
    case = org.oddities.recruit_case
    values = {
        "recruit": [(str(spelled(status, case)), status) for status in RECRUIT],
        "employment": list(EMPLOYMENT),
        "sensitive": [(level, level.capitalize()) for level in SENSITIVE],
    }
    made: list[Field] = []
    for entity, fields in (("JOB", JOB_FIELDS), ("PERSON", PERSON_FIELDS)):
        for name, (label, kind) in fields.items():
            made.append(
                Field(
                    id=f"5f00{len(made):020x}",
                    name=name,
                    label=label,
                    type=kind,
                    entity_type=entity,
                    values=values.get(name, []),
                    sensitive="MANAGER" if name == "baseComp" else "ORG",
                )
            )
    return made


def _shown(field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": field.id,
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "plural": field.plural,
        "entityType": field.entity_type,
        "sensitive": field.sensitive,
        "isUnique": field.unique,
        "isRequired": False,
        "status": "ACTIVE",
        "readonly": field.readonly,
        "builtIn": field.org_id is None,
    }
    if field.org_id is not None:
        shown["orgId"] = field.org_id
    if field.expr is not None:
        shown["expr"] = field.expr
    if field.values:
        shown["values"] = [
            {"name": name, "label": label, "sort": sort}
            for sort, (name, label) in enumerate(field.values)
        ]
    if field.org_id is not None:
        return shown
    del shown["readonly"]
    return shown


def checked(
    org: OrgState, codes: Mapping[str, Any], entity: str, own: str | None
) -> dict[str, Any]:
    """The codes of a write that the organization has; raises `Refusal` for values they refuse.

    `own` is the id of the job or person that is written to, None for a new one.
    """
    for refusal in org.refusals:
        if refusal.refuses(codes):
            raise Refusal(400, refusal.message)
    known: dict[str, Any] = {}
    for code, value in codes.items():
        field = _field(org, code, entity)
        if field is None:
            if org.oddities.unknown_codes == "refused":
                raise Refusal(400, f"unknown field {code!r}")
            continue
        if field.expr is not None or field.readonly or field.type in ("EXPR", "ENUM_EXPR"):
            raise Refusal(400, f"field {code!r} cannot be written")
        if value is not None:
            _check_value(org, field, value, entity, own)
        known[code] = value
    return known


def _field(org: OrgState, code: str, entity: str) -> Field | None:
    custom = org.fields.get(code)
    if custom is not None and (custom.entity_type == "PERSON") == (entity == "PERSON"):
        return custom
    fields = JOB_FIELDS if entity == "JOB" else PERSON_FIELDS
    if code not in fields:
        return None
    return next(field for field in built_in(org) if field.name == code)


def _check(org: OrgState, field: Field, value: Any) -> None:
    if field.plural != "SINGLE" or field.type == "ENUM_MULTI":
        if not isinstance(value, list):
            raise Refusal(400, f"field {field.name!r} takes a list")
        values = value
    else:
        values = [value]
    fits = _FITS.get(field.type)
    for one in values:
        if field.type.startswith("ENUM"):
            if one not in [name for name, _ in field.values]:
                raise Refusal(400, f"field {field.name!r} has no value {one!r}")
        elif fits is not None and not fits(one):
            raise Refusal(400, f"field {field.name!r} does not take {one!r}")
        elif field.type == "PERSON" and one not in org.persons:
            raise Refusal(400, f"field {field.name!r} names no person")
        if field.max_length is not None and len(str(one)) > field.max_length:
            raise Refusal(400, f"field {field.name!r} takes {field.max_length} characters at most")
    if field.name == "title" and not 1 <= len(value) <= 160:
        raise Refusal(400, "title must have 1 to 160 characters")


def _check_value(org: OrgState, field: Field, value: Any, entity: str, own: str | None) -> None:
    try:
        _check(org, field, value)
        _refuse_taken(org, field, value, entity, own)
    except Refusal:
        if org.oddities.refusals_name_fields:
            raise
        raise Refusal(400, "invalid data") from None


def _refuse_taken(org: OrgState, field: Field, value: Any, entity: str, own: str | None) -> None:
    if not field.unique:
        return
    holders: Mapping[str, Job | Person] = org.jobs if entity == "JOB" else org.persons
    for holder in holders.values():
        if holder.id != own and holder.values.get(field.name) == value:
            raise Refusal(400, f"field {field.name!r} must be unique")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_money(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"amount", "currency", "places"}
        and is_number(value.get("amount"))
        and isinstance(value.get("currency"), str)
        and len(value["currency"]) == 3
        and _is_integer(value.get("places", 0))
    )


def _is_pay(value: Any) -> bool:
    parts = {"interval", "pay", "hoursPerWeek", "weeksPerYear", "monthsPerYear", "daysPerYear"}
    return (
        isinstance(value, dict)
        and set(value) <= parts
        and value.get("interval") in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
        and _is_money(value.get("pay"))
    )


def _is_url(value: Any) -> bool:
    return _is_text(value) and re.match(r"https?://[^\s/]+", value) is not None


def _is_timestamp(value: Any) -> bool:
    return _is_text(value) and _TIMESTAMP.fullmatch(value) is not None


def _is_email(value: Any) -> bool:
    return _is_text(value) and re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None


_FITS: dict[str, Callable[[Any], bool]] = {
    "STRING": _is_text,
    "TEXT": _is_text,
    "PHONE": _is_text,
    "EMAIL": _is_email,
    "URL": _is_url,
    "INTEGER": _is_integer,
    "DECIMAL": is_number,
    "PERCENT": is_number,
    "BOOLEAN": lambda value: isinstance(value, bool),
    "DATE": is_day,
    "TIMESTAMP": _is_timestamp,
    "MONEY": _is_money,
    "PAY_INTERVAL": _is_pay,
    "GROUP": _is_text,
    "JOB": _is_text,
}
