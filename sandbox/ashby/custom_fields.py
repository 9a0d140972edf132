"""The customField.* endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.ashby import requests
from sandbox.ashby.account import Account
from sandbox.ashby.paging import Rejected
from sandbox.ashby.records import CustomField, Option
from sandbox.ashby.shapes import shown_field, shown_value
from sandbox.ashby.state import Holds
from sandbox.ashby.values import BadValue, normal_value

_SELECTS = ("ValueSelect", "MultiValueSelect")


def create(account: Account, body: requests.FieldCreate) -> Any:
    """Answer customField.create."""
    _refuse_titled(account, "customField.create", body.title)
    object_type = body.objectType.removesuffix("_Version")
    options = body.selectableValues or []
    if (body.fieldType in _SELECTS) != bool(options):
        raise Rejected("invalid_input", "selectableValues: for select fields, and only for them")
    _refuse_twice([option.value for option in options])
    if account.oddities.unique_titles and _titled(account, body.title, object_type):
        raise Rejected("invalid_input", "title: is used by another field")
    made = account.record(
        CustomField,
        title=body.title,
        object_type=object_type,
        field_type=body.fieldType,
        options=[Option(option.label, option.value) for option in options],
        description=body.description,
        date_only=bool(body.isDateOnlyField) and body.fieldType == "Date",
    )
    return shown_field(account, account.put(account.custom_fields, made))


def info(account: Account, body: requests.FieldInfo) -> Any:
    """Answer customField.info."""
    return shown_field(account, _field(account, body.customFieldId))


def update_options(account: Account, body: requests.FieldOptions) -> Any:
    """Answer customField.updateSelectableValues: options left out of the list are archived."""
    field = _field(account, body.customFieldId)
    _refuse_titled(account, "customField.updateSelectableValues", field.title)
    if field.field_type not in _SELECTS:
        raise Rejected("invalid_input", "customFieldId: the field has no options")
    _refuse_twice([option.value for option in body.selectableValues])
    options = account.altered("selectableValues", body.selectableValues)
    if options is None:
        return shown_field(account, field)
    given = {option.value: option for option in options}
    for option in field.options:
        wanted = given.pop(option.value, None)
        option.archived = wanted is None or wanted.isArchived
        option.label = option.label if wanted is None else wanted.label
    for added in given.values():
        field.options.append(Option(added.label, added.value, added.isArchived))
    account.touch(field)
    return shown_field(account, field)


def set_values(account: Account, body: requests.SetValues) -> Any:
    """Answer customField.setValues."""
    object_type, values = body.objectType, body.values
    needs_jobs = object_type == "Opening" and account.oddities.values_need_jobs
    if needs_jobs and "jobs:write" not in account.scopes:
        raise Rejected("missing_endpoint_permission", "The key lacks jobs:write")
    holder = _holder(account, object_type, body.objectId)
    fields = [_settable(account, object_type, one.fieldId) for one in values]
    pairs = list(zip(fields, values, strict=True))
    if account.oddities.values_atomic:
        for field, one in pairs:
            _refuse_bad(account, field, one.fieldValue)
    for field, one in pairs:
        _refuse_bad(account, field, one.fieldValue)
        account.set_value(holder, field, _altered(account, field, one.fieldValue))
    return [_shown(account, field, holder, one.fieldValue) for field, one in pairs]


def _altered(account: Account, field: CustomField, value: Any) -> Any:
    return account.altered(field.title, account.altered(field.field_type, value))


def _shown(account: Account, field: CustomField, holder: Holds, sent: Any) -> dict[str, Any]:
    """The value in the answer: what is stored, unless the sandbox is to repeat what was sent."""
    echoes = any(account.echoes(target) for target in (field.title, field.field_type))
    if echoes and sent is not None:
        return shown_value(account, field, normal_value(field, sent, account.oddities.trims_text))
    if field.id in holder.values:
        return shown_value(account, field, holder.values[field.id])
    return {"id": field.id, "title": field.title, "isPrivate": field.private, "value": None}


def _refuse_bad(account: Account, field: CustomField, value: Any) -> None:
    _refuse_titled(account, "customField.setValues", field.title)
    if value is None:
        if not account.oddities.null_clears:
            raise Rejected("invalid_input", "fieldValue: null is not a value")
        return
    try:
        normal_value(field, value, account.oddities.trims_text)
    except BadValue as bad:
        raise Rejected("invalid_input", f"fieldValue: {bad}") from None


def _settable(account: Account, object_type: str, field_id: str) -> CustomField:
    field = _field(account, field_id)
    if field.object_type != object_type or field.archived:
        raise Rejected("invalid_input", f"fieldId: no field of {object_type}")
    return field


def _holder(account: Account, object_type: str, object_id: str) -> Holds:
    holders: Mapping[str, Mapping[str, Holds]] = {
        "Opening": account.openings,
        "Application": account.applications,
        "Candidate": account.candidates,
    }
    holder = holders.get(object_type, {}).get(object_id)
    if holder is None:
        raise Rejected(f"{object_type.lower()}_not_found", f"There is no such {object_type}")
    return holder


def _field(account: Account, field_id: str) -> CustomField:
    field = account.custom_fields.get(field_id)
    if field is None:
        raise Rejected("custom_field_not_found", "There is no such custom field")
    return field


def _titled(account: Account, title: str, object_type: str) -> bool:
    return any(
        (field.title, field.object_type, field.archived) == (title, object_type, False)
        for field in account.custom_fields.values()
    )


def _refuse_titled(account: Account, endpoint: str, title: str) -> None:
    refusal = account.refusals.get((endpoint, title))
    if refusal is not None:
        raise Rejected(*refusal)


def _refuse_twice(values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise Rejected("invalid_input", "selectableValues: a value is given twice")
