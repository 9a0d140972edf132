"""A job and a person as rows of field codes, for one reader on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.charthop.builtin import (
    EMPLOYMENT,
    GROUP_TYPES,
    JOB_FIELDS,
    JOB_READONLY,
    PERSON_FIELDS,
    PERSON_READONLY,
)
from sandbox.charthop.carrot import Look
from sandbox.charthop.records import Change, Field, Job, Person

if TYPE_CHECKING:
    from sandbox.charthop.state import OrgState

Read = Callable[[Job, dict[str, Any]], Any]
"""Reads one code of a job, given the job's values on the view's day."""

CONFIDENTIAL = frozenset({"HIGH", "PRIVATE"})


def spelled(recruit: Any, case: str) -> Any:
    """A recruiting status in the organization's spelling."""
    if not isinstance(recruit, str):
        return recruit
    return {"ACTIVE": recruit.upper(), "active": recruit.lower()}.get(case, recruit)


@dataclass(frozen=True)
class View:
    """What a reader sees of `org` on `day`; `sees_all` is an Org Editor's access."""

    org: OrgState
    day: str
    sees_all: bool

    # Who is in a job.

    def hire_of(self, holder: Job | Person) -> Change | None:
        """The hire that this reader can see: in effect, or announced and not too far ahead."""
        hire = holder.hire
        if hire is None or hire.date <= self.day:
            return hire
        return hire if self.sees_all and hire.announced(self.day) else None

    def state(self, job: Job) -> str:
        """OPEN, START (announced, not begun) or FILLED."""
        hire = self.hire_of(job)
        if hire is None:
            return "OPEN"
        return "FILLED" if hire.date <= self.day else "START"

    def sees(self, job: Job, scenario: str | None = None) -> bool:
        """Whether the job is in the reader's list at all."""
        values = job.values_on(self.day)
        if values.get("scenarioId") not in (None, scenario):
            return False
        return self.sees_all or values.get("sensitive") not in CONFIDENTIAL

    def employed(self, person: Person) -> bool:
        """Whether the person works here on the day."""
        return person.hire is not None and person.hire.date <= self.day

    # Rows.

    def job_row(self, job: Job, codes: Sequence[str] | None) -> dict[str, Any]:
        """The codes asked for, or all of them."""
        return next(iter(self.job_rows([job], codes)))

    def job_rows(
        self, jobs: Iterable[Job], codes: Sequence[str] | None
    ) -> Iterable[dict[str, Any]]:
        """One row per job. Codes that nobody knows are left out."""
        wanted = self.all_job_codes() if codes is None else codes
        reads = [(code, read) for code in wanted if (read := self.job_code(code)) is not None]
        for job in jobs:
            values = job.values_on(self.day)
            yield self._row((code, read(job, values)) for code, read in reads)

    def person_row(self, person: Person, codes: Sequence[str] | None) -> dict[str, Any]:
        """The codes asked for, or all of them."""
        wanted = self.all_person_codes() if codes is None else codes
        return self._row(
            (code, self.person_code(person, code)) for code in wanted if self.knows_person(code)
        )

    def _row(self, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        if self.org.oddities.unset == "null":
            return dict(values)
        return {code: value for code, value in values if value is not None}

    def all_job_codes(self) -> list[str]:
        """Every code of a job, the names of its groups included."""
        names = [f"{group}.name" for group in GROUP_TYPES]
        plain = [code for code in JOB_READONLY if code not in ("name", "contact")]
        return [*plain, *JOB_FIELDS, *names, *self._custom("JOB")]

    def all_person_codes(self) -> list[str]:
        """Every code of a person."""
        return [*PERSON_READONLY, *PERSON_FIELDS, *self._custom("PERSON")]

    def _custom(self, entity: str) -> list[str]:
        fields = self.org.fields.values()
        return [f.name for f in fields if (f.entity_type == "PERSON") == (entity == "PERSON")]

    # Codes of a job.

    def job_code(self, code: str) -> Read | None:
        """How to read a code; None where no such code exists."""
        special = _SPECIAL.get(code)
        if special is not None:
            return lambda job, values: special(self, job, values)
        field = self.org.fields.get(code)
        if field is not None:
            return lambda job, values: self._custom_value(field, values.get(code))
        head, _, rest = code.partition(".")
        if rest:
            return self._dotted(head, rest)
        if code in JOB_FIELDS:
            kind = JOB_FIELDS[code][1]
            if kind in _REFERENCES:
                return lambda job, values: self._reference(kind, values.get(code))
            return lambda job, values: values.get(code)
        return None

    def _dotted(self, head: str, rest: str) -> Read | None:
        if head in ("name", "contact"):
            return lambda job, values: self._holder_value(job, f"{head}.{rest}")
        if head == "baseComp":
            return lambda job, values: (_base_comp(self, job, values) or {}).get(rest)
        field = self.org.fields.get(head)
        kind = field.type if field is not None else JOB_FIELDS.get(head, ("", ""))[1]
        if kind.removesuffix("S") not in _REFERENCES:
            return None

        def read(job: Job, values: dict[str, Any]) -> Any:
            value = values.get(head)
            if isinstance(value, list):
                return [self._of(kind, one, rest) for one in value]
            return None if value is None else self._of(kind, value, rest)

        return read

    def _of(self, kind: str, entity_id: str, rest: str) -> Any:
        """The value under `rest` of the group, person or job that an id stands for."""
        match kind.removesuffix("S"):
            case "GROUP":
                group = self.org.groups.get(entity_id)
                return group.name if group is not None and rest == "name" else None
            case "PERSON":
                person = self.org.persons.get(entity_id)
                if person is None:
                    return None
                return person.name if rest == "name" else self.person_code(person, rest)
        job = self.org.jobs.get(entity_id)
        if job is None:
            return None
        return (
            job.values.get("title") if rest in ("name", "title") else self._holder_value(job, rest)
        )

    def _reference(self, kind: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._reference(kind, one) for one in value]
        if value is None or self.org.oddities.person_values == "id":
            return value
        return {"id": value, "name": self._of(kind, value, "name")}

    def _custom_value(self, field: Field, value: Any) -> Any:
        if value is None:
            return None
        if field.type.removesuffix("S") in _REFERENCES:
            return self._reference(field.type, value)
        if field.type == "MONEY":
            return {"places": 0, **value} if isinstance(value, dict) else value
        if field.type.startswith("ENUM") and self.org.oddities.enum_read == "label":
            labels = dict(field.values)
            if isinstance(value, list):
                return [labels.get(one, one) for one in value]
            return labels.get(value, value)
        return value

    def _holder_value(self, job: Job, code: str) -> Any:
        hire = self.hire_of(job)
        person = None if hire is None else self.org.persons.get(hire.person_id)
        return None if person is None else self.person_code(person, code)

    # Codes of a person.

    def knows_person(self, code: str) -> bool:
        """Whether a person row can have this code; codes of the person's job count."""
        return (
            code in PERSON_FIELDS
            or code in PERSON_READONLY
            or code == "contact.personalEmail"
            or self.job_code(code) is not None
        )

    def person_code(self, person: Person, code: str) -> Any:
        """The value of one code of a person."""
        hire = self.hire_of(person)
        match code:
            case "id" | "personId":
                return person.id
            case "name":
                if self.org.oddities.name_form == "string":
                    return person.name
                first, last = person.values.get("name.first"), person.values.get("name.last")
                return {"first": first, "last": last}
            case "jobId":
                return None if hire is None else hire.job_id
            case "startDateOrg":
                return person.started or (None if hire is None else hire.date)
            case "endDateOrg":
                return None if self.employed(person) else person.ended
            case "state":
                return "INACTIVE" if person.ended and not self.employed(person) else "PRIMARY"
        if code in PERSON_FIELDS:
            return person.values.get(code)
        field = self.org.fields.get(code)
        if field is not None and field.entity_type == "PERSON":
            return self._custom_value(field, person.values.get(code))
        job = None if hire is None else self.org.jobs.get(hire.job_id)
        read = None if job is None else self.job_code(code)
        return None if job is None or read is None else read(job, job.values_on(self.day))

    # What a query can look for.

    def job_look(self, job: Job) -> Look:
        """The values of a job under lower-case codes, in every spelling a query may use."""

        def look(code: str) -> list[str]:
            state = self.state(job)
            match code:
                case "is":
                    return _IS[state]
                case "open":
                    return ["OPEN" if state == "OPEN" else "FILLED"]
                case "employment":
                    value = job.values_on(self.day).get("employment")
                    return [] if value is None else [value, dict(EMPLOYMENT).get(value, value)]
            read = self.job_code(self._cased(code))
            value = None if read is None else read(job, job.values_on(self.day))
            return _words(value)

        return look

    def person_look(self, person: Person) -> Look:
        """The values of a person under lower-case codes."""
        return lambda code: _words(self.person_code(person, self._cased(code)))

    def knows_in_query(self, code: str) -> bool:
        """Whether a query may use a code (lower case) at all."""
        return code == "is" or self.knows_person(self._cased(code))

    def _cased(self, code: str) -> str:
        """The code in its own spelling; queries take any case."""
        head, dot, rest = code.partition(".")
        return _CASED.get(code) or next(
            (f"{name}{dot}{rest}" for name in self.org.fields if name.lower() == head),
            f"{_CASED.get(head, head)}{dot}{rest}",
        )


def _words(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    if isinstance(value, dict):
        return [word for one in value.values() for word in _words(one)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _base_comp(view: View, job: Job, values: dict[str, Any]) -> Any:
    pay = values.get("baseComp")
    if pay is None or not view.sees_all:
        return None
    return {**pay, "pay": {"places": 0, **pay["pay"]}}


def _start_date(view: View, job: Job, values: dict[str, Any]) -> Any:
    hire = view.hire_of(job)
    return values.get("startDate") if hire is None else hire.date


def _person_id(view: View, job: Job, values: dict[str, Any]) -> Any:
    hire = view.hire_of(job)
    return None if hire is None else hire.person_id


def _recruit(view: View, job: Job, values: dict[str, Any]) -> Any:
    return spelled(values.get("recruit"), view.org.oddities.recruit_case)


_REFERENCES = frozenset({"GROUP", "PERSON", "JOB"})
_IS = {"OPEN": ["open", "hire"], "START": ["start", "person"], "FILLED": ["person"]}
_CASED = {
    code.lower(): code for code in (*JOB_FIELDS, *JOB_READONLY, *PERSON_FIELDS, *PERSON_READONLY)
}
_SPECIAL: dict[str, Callable[[View, Job, dict[str, Any]], Any]] = {
    "id": lambda view, job, values: job.id,
    "jobId": lambda view, job, values: job.id,
    "open": lambda view, job, values: "OPEN" if view.state(job) == "OPEN" else "FILLED",
    "state": lambda view, job, values: view.state(job),
    "personId": _person_id,
    "scenarioId": lambda view, job, values: values.get("scenarioId"),
    "recruit": _recruit,
    "startDate": _start_date,
    "baseComp": _base_comp,
    "name": lambda view, job, values: view._holder_value(job, "name"),
}
