"""The fields of Ashby's offers, the ChartHop fields that could take them, and the mapping."""

from collections.abc import Mapping
from dataclasses import dataclass

from control.fields import type_name
from core import reasons
from core.offers import target_of
from core.records import Definition, Field, folded
from tasks.context import OrgContext
from tasks.hire_reads import charthop_fields, mapping


@dataclass(frozen=True)
class Row:
    """A mapped pair, or an unmapped field of one side. `is_wrong`: the mapping has no effect."""

    title: str | None
    ashby_type: str | None
    code: str | None
    type: str | None
    note: str = ""
    is_wrong: bool = False


def survey(org: OrgContext) -> list[Row]:
    """The mapped pairs, then the other offer fields, then ChartHop's other custom fields."""
    definitions = org.ats.definitions(None).items
    offered = {
        folded(one.title): one
        for one in definitions
        if one.holder == "Offer" and not one.is_archived
    }
    fields = charthop_fields(org)
    mapped = mapping(org, fields)
    rows = [_mapped(title, code, offered, fields) for title, code in mapped.items()]
    taken = {folded(title) for title in mapped}
    rows += [
        Row(one.title, one.type, None, None, "not mapped")
        for title, one in sorted(offered.items())
        if title not in taken
    ]
    custom = sorted(org.hris.custom_fields(), key=lambda one: one.label.casefold())
    rows += [
        Row(None, None, one.code, type_name(one), "not mapped")
        for one in custom
        if one.code not in mapped.values() and not one.is_smart
    ]
    return rows


def _mapped(
    title: str, code: str, offered: Mapping[str, Definition], fields: Mapping[str, Field]
) -> Row:
    definition, target = offered.get(folded(title)), target_of(code, fields)
    notes = []
    if definition is None:
        notes.append("Ashby has no offer field of that title: correct offer_fields")
    if target is None:
        notes.append(str(reasons.OFFER_FIELD_UNKNOWN(title=title, code=code)))
    return Row(
        title,
        definition.type if definition is not None else None,
        code,
        type_name(target) if target is not None else None,
        "; ".join(notes) or "mapped",
        is_wrong=bool(notes),
    )
