"""What do ChartHop's words mean in ours?"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from core import reasons
from core.errors import TryLater
from core.fields import NAMED_TYPES
from core.records import Field, Job, Option, Value
from systems.charthop.client import Client
from systems.charthop.models import FieldRow, JobRow, read_text

JOB_CODES = [
    "id",
    "jobId",
    "title",
    "open",
    "state",
    "recruit",
    "req",
    "employment",
    "department.name",
    "location.name",
    "startDatePlanned",
    "startDate",
    "backfill",
    "backfillJob",
    "sensitive",
    "scenarioId",
    "personId",
    "createDate",
]
"""The built-in field codes that the sync reads of a job."""

_ID = re.compile(r"[0-9a-f]{24}")

CONFIDENTIAL = frozenset({"HIGH", "PRIVATE"})


class ChartHopHris:
    """The verbs of `core.ports.Hris`, by ChartHop."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """Every open job.

        Only `is:open` is asked for: `recruit:active` is a contains-match and would take Inactive
        too, so the status is compared on this side.
        """
        rows = self._client.find_jobs("is:open", JOB_CODES + _codes(fields))
        jobs = [read_job(row, fields, listed=True) for row in rows]
        codes = Counter(job.requisition for job in jobs)
        return [
            replace(job, requisition=None) if codes[job.requisition] > 1 else job for job in jobs
        ]

    def job(self, job_id: str, fields: Sequence[Field]) -> Job | None:
        """One job by id, whatever its state."""
        row = self._client.get_job(job_id, JOB_CODES + _codes(fields))
        return read_job({"id": job_id, **row}, fields, listed=False) if row is not None else None

    def custom_fields(self) -> list[Field]:
        """The custom fields that are not hidden."""
        fields = []
        for row in self._client.find_fields():
            field = _read_field(row)
            if field is not None:
                fields.append(field)
        return fields

    def built_in_codes(self) -> Collection[str]:
        """The codes of the native fields."""
        names = (read_text(row.get("name")) for row in self._client.find_built_in_fields())
        return {name for name in names if name}


def read_job(row: dict[str, Any], fields: Sequence[Field], *, listed: bool) -> Job:
    """A job out of a row. `listed` tells that the row came from the list of open jobs."""
    try:
        read = JobRow.model_validate(row)
    except ValidationError:
        raise TryLater(
            reasons.STRANGE_ANSWER(system="ChartHop", detail="a job that cannot be read")
        ) from None
    state = (read.state or read.open or "").upper()
    return Job(
        id=read.id or read.job_id or "",
        title=read.title or "",
        status=read.recruit,
        is_open=state == "OPEN" if state else listed or read.person is None,
        requisition=read.req,
        department=read.department or read_text(row.get("department")),
        location=read.location or read_text(row.get("location")),
        employment=read.employment,
        start=read.start_planned or read.start,
        is_backfill=read.backfill or read.backfill_job,
        is_confidential=(read.sensitive or "").upper() in CONFIDENTIAL,
        in_scenario=read.scenario is not None,
        person_id=read.person,
        created=read.created,
        fields={field.code: _read_value(row, field) for field in fields},
    )


def _codes(fields: Sequence[Field]) -> list[str]:
    """What to ask for: the field itself, and the name of what it points at."""
    codes = []
    for field in fields:
        codes.append(field.code)
        if field.type in NAMED_TYPES:
            codes.append(f"{field.code}.{_name_code(field)}")
    return codes


def _name_code(field: Field) -> str:
    return "title" if field.type in ("JOB", "JOBS") else "name"


def _read_value(row: dict[str, Any], field: Field) -> Value:
    """A custom field's value; what points at something is given by its names."""
    value = row.get(field.code)
    if field.type in NAMED_TYPES:
        value = row.get(f"{field.code}.{_name_code(field)}", value)
        names = [read_text(one) for one in (value if isinstance(value, list) else [value])]
        # A bare id is no name: ChartHop would not say whom it means.
        return ", ".join(name for name in names if name and not _ID.fullmatch(name)) or None
    if field.type in ("ENUM", "ENUM_SCALE", "ENUM_MULTI"):
        if isinstance(value, list):
            return [read_text(one) for one in value if read_text(one)]
        return read_text(value)
    if field.type == "MONEY" and isinstance(value, dict):
        return {"amount": value.get("amount"), "currency": value.get("currency")}
    return value


def _read_field(row: dict[str, Any]) -> Field | None:
    try:
        read = FieldRow.model_validate(row)
    except ValidationError:
        return None
    if not read.name or not read.type or read.built_in or (read.status or "").upper() == "HIDDEN":
        return None
    return Field(
        code=read.name,
        label=(read.label or read.name).strip(),
        type=read.type.upper(),
        plural=(read.plural or "SINGLE").upper(),
        entity=(read.entity or "JOB").upper(),
        sensitive=(read.sensitive or "ORG").upper(),
        is_smart=read.expr is not None or read.type.upper() in ("EXPR", "ENUM_EXPR"),
        options=tuple(
            Option(value.name, value.label or value.name)
            for value in read.values or ()
            if value.name
        ),
    )
