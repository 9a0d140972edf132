"""Example values of custom fields from open jobs, to help decide which fields to tick.

Values that may be personal or are sensitive are not shown, nor is anything of a confidential job.
"""

from collections.abc import Sequence
from contextlib import suppress

from control.fields import Row
from control.sides import HIDDEN
from core.edits import SHOWN_TYPES, shown_value
from core.errors import NeedsHuman, TryLater
from core.fields import ashby_type
from core.opening_values import ashby_value
from core.records import Definition, Field, Job, Value
from core.text import for_assistant
from core.values import Unmappable
from tasks.context import OrgContext

MOST = 100
"""Fields that are looked at, the first ones: all of their codes stand in one address."""

SHOWN_LEVELS = frozenset({"GLOBAL", "ORG"})
"""Sensitivity levels of fields whose values everybody in the company may see."""


def read_samples(org: OrgContext, rows: Sequence[Row]) -> dict[str, str]:
    """A value by code of each field that has one; (not shown) where it is not to be seen.

    One call to ChartHop, and none where no field may be shown. It is no more than a help: nothing
    where ChartHop does not answer.
    """
    fields = [row.field for row in rows if row.field is not None]
    asked = [field for field in fields if _may_be_shown(field)][:MOST]
    found = {field.code: HIDDEN for field in fields if not _may_be_shown(field)}
    jobs: list[Job] = []
    if asked:
        with suppress(TryLater, NeedsHuman):
            jobs = org.hris.some_open_jobs(asked)
    for field in asked:
        values = (job.fields.get(field.code) for job in jobs if _is_public(job))
        shown = next(filter(None, (_shown(field, value) for value in values)), None)
        if shown is not None:
            found[field.code] = shown
    return found


def _may_be_shown(field: Field) -> bool:
    """True if it holds choices, days, or yes and no: texts and numbers may be about a person."""
    return field.sensitive in SHOWN_LEVELS and ashby_type(field) in SHOWN_TYPES


def _is_public(job: Job) -> bool:
    return not job.is_confidential and not job.in_scenario


def _shown(field: Field, value: Value) -> str:
    """One line of at most 200 letters without addresses, empty where Ashby could not hold it."""
    there = Definition("", field.label, ashby_type(field) or "", "Opening", options=field.options)
    if isinstance(ashby_value(field, there, value), Unmappable):
        return ""
    return for_assistant(shown_value(value, field.options) or "")
