"""ChartHop's answers, as far as the sync reads them.

The v2 endpoints return free maps of field codes, so every value may be a code, a label, an object
with a name, or a list of one.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def read_text(value: Any) -> str | None:
    """One text from any of ChartHop's forms of a scalar; None if it is empty."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        if "first" in value or "last" in value:
            return " ".join(str(value[part]) for part in ("first", "last") if value.get(part))
        value = next(
            (value[key] for key in ("name", "label", "title", "id") if value.get(key)), None
        )
        return read_text(value)
    if value is None or isinstance(value, bool):
        return None
    return str(value).strip() or None


def read_id(value: Any) -> str | None:
    """The id in any form of a reference: the id itself, or an object that has it beside a name."""
    if isinstance(value, list):
        value = value[0] if value else None
    return read_text(value["id"] if isinstance(value, dict) and value.get("id") else value)


def read_code(row: dict[str, Any], code: str) -> Any:
    """The value of a dotted code: under that exact key, else in nested objects."""
    if row.get(code) is not None:
        return row[code]
    value: Any = row
    for part in code.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def read_truth(value: Any) -> bool:
    """True if a flag is set: true, "true", "Yes", or any object or id."""
    if isinstance(value, str):
        return value.strip().casefold() not in ("", "false", "no", "0", "none", "null")
    return bool(value)


def read_state(value: Any) -> str | None:
    """OPEN or another state; ChartHop may send a boolean."""
    text = str(value).casefold() if isinstance(value, bool) else read_text(value)
    return {"true": "OPEN", "false": "CLOSED"}.get((text or "").casefold(), text)


Text = Annotated[str | None, BeforeValidator(read_text)]
Reference = Annotated[str | None, BeforeValidator(read_id)]
State = Annotated[str | None, BeforeValidator(read_state)]
Truth = Annotated[bool, BeforeValidator(read_truth)]


class Wire(BaseModel):
    """Ignores unknown keys; its error messages never repeat the data."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, populate_by_name=True)


class JobRow(Wire):
    """One row of GET /v2/org/{orgId}/job; dotted codes come as flat keys."""

    id: Text = None
    job_id: Text = Field(None, alias="jobId")
    title: Text = None
    open: State = None
    state: Text = None
    recruit: Text = None
    req: Text = None
    employment: Text = None
    department: Text = Field(None, alias="department.name")
    location: Text = Field(None, alias="location.name")
    start_planned: Text = Field(None, alias="startDatePlanned")
    start: Text = Field(None, alias="startDate")
    hiring_manager: Text = Field(None, alias="hireMgr.contact.workEmail")
    recruiter: Text = Field(None, alias="recruiter.contact.workEmail")
    backfill: Truth = False
    backfill_job: Truth = Field(False, alias="backfillJob")
    sensitive: Text = None
    scenario: Reference = Field(None, alias="scenarioId")
    person: Reference = Field(None, alias="personId")
    created: Text = Field(None, alias="createDate")

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, row: dict[str, Any]) -> dict[str, Any]:
        """The row with every dotted code as a flat key."""
        codes = [field.alias or "" for field in cls.model_fields.values()]
        return {**row, **{code: read_code(row, code) for code in codes if "." in code}}


class Rows(Wire):
    """ResultsData: a page of rows. `next` is the value of `from` for the next page."""

    data: list[Any]
    next: str | None = None


class EnumValue(Wire):
    """One choice of an ENUM field."""

    name: Text = None
    label: Text = None


class FieldOptions(Wire):
    """The options of a field definition."""

    read_only: Truth = Field(False, alias="readOnly")


def read_object(value: Any) -> dict[str, Any] | None:
    """The object; None for anything else."""
    return value if isinstance(value, dict) else None


class FieldRow(Wire):
    """A field definition. Either mark makes it read-only."""

    name: Text = None
    label: Text = None
    type: Text = None
    plural: Text = None
    entity: Text = Field(None, alias="entityType")
    sensitive: Text = None
    expr: Text = None
    readonly: Truth = False
    options: Annotated[FieldOptions | None, BeforeValidator(read_object)] = None
    built_in: Truth = Field(False, alias="builtIn")
    status: Text = None
    values: list[EnumValue] | None = None
