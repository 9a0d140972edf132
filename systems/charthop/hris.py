"""Translates ChartHop's records into our terms, and our actions into ChartHop's calls."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from core import reasons
from core.errors import AnswerLost, NeedsHuman, TryLater
from core.fields import NAMED_TYPES
from core.records import (
    Field,
    HireChange,
    Job,
    Option,
    Person,
    Value,
    folded,
    plain_value,
)
from core.values import calendar_day
from systems.charthop.client import Client
from systems.charthop.hire_notes import read_note, write_note
from systems.charthop.models import FieldRow, JobRow, read_code, read_id, read_text
from systems.charthop.phones import read_phone
from systems.parsing import is_id

JOB_CODES = [row.alias or name for name, row in JobRow.model_fields.items()]
"""The built-in field codes of a job that the sync reads."""

TOLD_OTHERWISE = {"id", "title", "department", "location", "start"}

SAME = JobRow.model_fields.keys() & {one.name for one in dataclass_fields(Job)} - TOLD_OTHERWISE
"""Attributes of a job with the same name and form as in its row."""

_ID = re.compile(r"[0-9a-f]{24}")

EMAIL_CODES = ("contact.workEmail", "contact.homeEmail")

PERSON_CODES = ["id", "personId", "jobId", "endDateOrg", *EMAIL_CODES]
"""The field codes of a person that the sync reads, without names."""

PAY_PARTS = ("interval", "hoursPerWeek", "weeksPerYear", "monthsPerYear", "daysPerYear")
MONEY_PARTS = ("amount", "currency", "places")
"""The parts that a pay interval and its money have in ChartHop's API; what else an answer has with
them may be derived, and refused in a write."""

CONFIDENTIAL = frozenset({"HIGH", "PRIVATE"})

NOT_IN_FORCE = frozenset({"STRUCK", "CONFLICT", "INACTIVE", "PROPOSED"})
"""States of a change that is not in force."""

UNDECIDED = frozenset({"CONFLICT", "PROPOSED"})
"""States of a change that somebody may still put in force."""


class ChartHopHris:
    """Implements `core.ports.Hris` for ChartHop."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def try_read(self, path: str) -> None:
        """Repeat a read that was refused, as a test; KeyRefused if it still is."""
        self._client.try_read(path)

    def own_user(self) -> str | None:
        """The user that the sync's calls are made as, None if ChartHop does not say."""
        return read_text(self._client.get_me().get("id"))

    def open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """Every open job.

        The query is only `is:open`: `recruit:active` is a contains-match that would include
        Inactive, so the status is compared here.
        """
        rows = self._client.find_jobs("is:open", JOB_CODES + _codes(fields))
        jobs = []
        for row in rows:
            with suppress(TryLater):  # An unreadable job is read by its id.
                jobs.append(read_job(row, fields, listed=True))
        codes = Counter(folded(job.requisition or "") for job in jobs)
        return [
            replace(job, requisition=None) if codes[folded(job.requisition or "")] > 1 else job
            for job in jobs
        ]

    def some_open_jobs(self, fields: Sequence[Field]) -> list[Job]:
        """The first open jobs of the list."""
        jobs = []
        for row in self._client.first_jobs("is:open", JOB_CODES + _codes(fields)):
            with suppress(TryLater):
                jobs.append(read_job(row, fields, listed=True))
        return jobs

    def job(self, job_id: str, fields: Sequence[Field]) -> Job | None:
        """One job by id, in any state."""
        row = self._client.get_job(job_id, JOB_CODES + _codes(fields))
        return read_job({**row, "id": job_id}, fields, listed=False) if row is not None else None

    def custom_fields(self) -> list[Field]:
        """The custom fields that are not hidden."""
        fields = []
        for row in self._client.find_fields():
            field = _read_field(row)
            if field is not None:
                fields.append(field)
        return fields

    def built_in_fields(self) -> list[Field]:
        """The native fields with their choices."""
        read = [_read_field(row, native=True) for row in self._client.find_built_in_fields()]
        return [field for field in read if field is not None]

    def time_zone(self) -> str | None:
        """The name of the organization's time zone, None if ChartHop does not say."""
        return read_text(self._client.get_organization().get("timezone"))

    # Hires

    def read_phone(self, text: str) -> str | None:
        """A phone number in the form that ChartHop recognises, None if the text is not one."""
        return read_phone(text)

    def persons_by_email(self, emails: Sequence[str]) -> list[Person]:
        """Everybody with one of these addresses, in any case.

        The answer is also compared here: whether `=` is case-sensitive is not documented.
        """
        wanted = {folded(email) for email in emails}
        spellings = sorted({*emails, *wanted})
        query = " or ".join(
            f"{code}={_quoted(email)}" for email in spellings for code in EMAIL_CODES
        )
        persons = []
        for row in self._client.find_persons(query, PERSON_CODES):
            person = _read_person(row)
            if wanted & {folded(email) for email in person.emails}:
                persons.append(person)
        return persons

    def create_person(self, values: Mapping[str, Value]) -> str:
        """Create a person; the parts of the name (`name.first`, ...) are sent as one object."""
        name = {
            code.removeprefix("name."): value
            for code, value in values.items()
            if code.startswith("name.")
        }
        rest = {code: value for code, value in values.items() if not code.startswith("name.")}
        row = self._client.create_person({"name": name, **rest})
        person_id = read_text(row.get("id")) or read_text(row.get("personId"))
        if person_id is None or not is_id(person_id):
            raise AnswerLost(
                reasons.ANSWER_LOST(system="ChartHop", detail="a new person without id")
            )
        return person_id

    def update_person(self, person_id: str, values: Mapping[str, Value]) -> None:
        """Change fields of a person."""
        self._client.update_person(person_id, values)

    def hire_changes_of_job(self, job_id: str) -> list[HireChange]:
        """The HIRE changes of a job that are in force or may come to be."""
        return self._hire_changes({"jobId": job_id})

    def hire_changes_of_person(self, person_id: str) -> list[HireChange]:
        """The HIRE changes of a person that are in force or may come to be."""
        return self._hire_changes({"personId": person_id})

    def _hire_changes(self, of: Mapping[str, str]) -> list[HireChange]:
        rows = self._client.find_changes(of)
        hires = [row for row in rows if (read_text(row.get("type")) or "HIRE").upper() == "HIRE"]
        changes = map(_read_change, hires)
        return [one for one in changes if one.is_in_force or one.status in UNDECIDED]

    def hire(
        self,
        job_id: str,
        person_id: str,
        start: str,
        announced: str,
        offer_id: str,
        application_id: str,
    ) -> None:
        """Put a person into a job through change/sync, which creates the change only once.

        Raises NeedsHuman if ChartHop answers with a different change, or one not in force.
        """
        body = {
            "type": "HIRE",
            "jobId": job_id,
            "personId": person_id,
            "date": start,
            # With this announcement date, the job leaves the list of open jobs at once.
            "announceDate": min(start, announced),
            "note": write_note(offer_id, application_id),
        }
        _require_made(self._client.sync_hire(body), job_id, person_id)

    def move_hire(
        self,
        change_id: str,
        start: str,
        announced: str,
        earlier: Sequence[str],
        offer_id: str,
        application_id: str,
    ) -> None:
        """Change the day of a HIRE change; its note keeps the earlier start days."""
        body = {"date": start, "note": write_note(offer_id, application_id, earlier)}
        if start < announced:
            body["announceDate"] = start
        self._client.update_change(change_id, body)

    def cancel_hire(self, change_id: str) -> None:
        """Delete a HIRE change; does nothing if it is already gone."""
        self._client.delete_change(change_id)

    def job_values(self, job_id: str, codes: Sequence[str], day: str) -> dict[str, Value]:
        """The job's raw values by code as of that day."""
        row = self._client.get_job(job_id, list(codes), day) or {}
        return {code: plain_value(_writable(row.get(code))) for code in codes}

    def update_job(self, job_id: str, values: Mapping[str, Value], day: str) -> None:
        """Change values of the job from that day on."""
        self._client.update_job(job_id, values, day)


def read_job(row: dict[str, Any], fields: Sequence[Field], *, listed: bool) -> Job:
    """A job from a row. `listed`: the row is from the list of open jobs."""
    try:
        read = JobRow.model_validate(row)
    except ValidationError:
        raise TryLater(
            reasons.STRANGE_ANSWER(system="ChartHop", detail="a job that cannot be read")
        ) from None
    state = (read.state or read.open or "").upper()
    same: dict[str, Any] = {name: getattr(read, name) for name in SAME}
    return Job(
        **same,
        id=read.id or read.job_id or "",
        title=read.title or "",
        status=read.recruit,
        is_open=state == "OPEN" if state else listed or read.person is None,
        requisition=read.req,
        department=read.department or read_text(row.get("department")),
        location=read.location or read_text(row.get("location")),
        start=read.start_planned or read.start,
        is_backfill=read.backfill or read.backfill_job,
        is_confidential=(read.sensitive or "").upper() in CONFIDENTIAL,
        in_scenario=read.scenario is not None,
        person_id=read.person,
        fields={field.code: _read_value(row, field) for field in fields},
    )


def _codes(fields: Sequence[Field]) -> list[str]:
    """The codes to request: the field itself, and the name of what it refers to."""
    codes = []
    for field in fields:
        codes.append(field.code)
        if field.type in NAMED_TYPES:
            codes.append(f"{field.code}.{_name_code(field)}")
    return codes


def _name_code(field: Field) -> str:
    return "title" if field.type in ("JOB", "JOBS") else "name"


def _read_value(row: dict[str, Any], field: Field) -> Value:
    """A custom field's value; references are given by name."""
    value = row.get(field.code)
    if field.type in NAMED_TYPES:
        named = row.get(f"{field.code}.{_name_code(field)}")
        value = value if named is None else named
        names = [read_text(one) for one in (value if isinstance(value, list) else [value])]
        # A bare id is not a name: ChartHop did not name the person it refers to.
        return ", ".join(name for name in names if name and not _ID.fullmatch(name)) or None
    if field.type in ("ENUM", "ENUM_SCALE", "ENUM_MULTI"):
        if isinstance(value, list):
            return [read_text(one) for one in value if read_text(one)]
        return read_text(value)
    if field.type == "MONEY" and isinstance(value, dict) and "amount" in value:
        value = {"amount": value.get("amount"), "currency": value.get("currency")}
    return plain_value(value)


def _writable(raw: Any) -> Any:
    """A value as ChartHop takes it back: a choice by its code, pay without what goes with it."""
    if isinstance(raw, list):
        return [_writable(one) for one in raw]
    if not isinstance(raw, dict):
        return raw
    if isinstance(raw.get("name"), str):
        return raw["name"]
    if isinstance(pay := raw.get("pay"), dict):
        return {**_only(raw, PAY_PARTS), "pay": _only(pay, MONEY_PARTS)}
    return raw


def _only(raw: dict[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    return {name: raw[name] for name in parts if name in raw}


def _read_field(row: dict[str, Any], *, native: bool = False) -> Field | None:
    try:
        read = FieldRow.model_validate(row)
    except ValidationError:
        return None
    if not read.name or not read.type or (read.status or "").upper() == "HIDDEN":
        return None
    if read.built_in and not native:
        return None
    return Field(
        code=read.name,
        label=(read.label or read.name).strip(),
        type=read.type.upper(),
        plural=(read.plural or "SINGLE").upper(),
        entity=(read.entity or "JOB").upper(),
        sensitive=(read.sensitive or "ORG").upper(),
        is_smart=read.expr is not None or read.type.upper() in ("EXPR", "ENUM_EXPR"),
        is_read_only=bool(read.readonly or (read.options is not None and read.options.read_only)),
        options=tuple(
            Option(value.name, value.label or value.name)
            for value in read.values or ()
            if value.name
        ),
    )


def _read_person(row: dict[str, Any]) -> Person:
    """A person from a row, without the name."""
    emails = (read_text(read_code(row, code)) for code in EMAIL_CODES)
    return Person(
        id=read_text(row.get("id")) or read_text(row.get("personId")) or "",
        emails=tuple(email for email in emails if email),
        job_id=read_id(row.get("jobId")),
        last_day=calendar_day(read_text(row.get("endDateOrg"))),
    )


def _require_made(answer: dict[str, Any], job_id: str, person_id: str) -> None:
    """Raises NeedsHuman if the answer is not the requested hire."""
    status = _status(answer)
    what = None
    if read_id(answer.get("jobId")) not in (None, job_id):
        what = "the hire into another job"
    elif read_id(answer.get("personId")) not in (None, person_id):
        what = "the hire of somebody else"
    elif status != "ACTIVE":
        what = f"a hire that is {status if status in NOT_IN_FORCE else 'not in force'}"
    if what is not None:
        raise NeedsHuman(reasons.HIRE_NOT_MADE(what=what))


def _read_change(row: dict[str, Any]) -> HireChange:
    note = read_note(read_text(row.get("note")))
    return HireChange(
        id=read_text(row.get("id")) or "",
        job_id=read_id(row.get("jobId")) or "",
        person_id=read_id(row.get("personId")) or "",
        day=calendar_day(read_text(row.get("date"))) or "",
        offer_id=note.offer_id,
        application_id=note.application_id,
        earlier=note.earlier,
        status=_status(row),
    )


def _status(row: dict[str, Any]) -> str:
    """The state of a change; without one it is in force."""
    return (read_text(row.get("status")) or "ACTIVE").upper()


def _quoted(text: str) -> str:
    """A text as a CQL string; one that contains a quotation mark gets the other kind of quotes."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise NeedsHuman(reasons.STRANGE_EMAIL())
