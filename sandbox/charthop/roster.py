"""The endpoints that list, read, make and change jobs and persons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.charthop.builtin import NAME_PARTS
from sandbox.charthop.carrot import BadExpression, Expression, compiled
from sandbox.charthop.fields import checked
from sandbox.charthop.records import Job, Person
from sandbox.charthop.rows import View
from sandbox.charthop.visits import Refusal, Visit
from sandbox.wire import Answer

_READ = ("scenarioId", "date", "fields", "format")
_FIND = (*_READ, "startDate", "endDate", "q", "ids", "from", "limit", "sort", "fieldsList")
_PHONE = re.compile(r"\+[\d\s().-]{7,20}")


def find_jobs(visit: Visit) -> Answer:
    """Answer GET /v2/org/{orgId}/job: the jobs of the primary timeline, filled ones included."""
    visit.allow(
        *_FIND, "compReviewId", "approvalChainId", "splitColumns", "useScenarioChanges",
        "returnAccess",
    )  # fmt: skip
    visit.snapshot()
    view = visit.view("job")
    codes = visit.fields()
    _refuse_unknown(visit, [code for code in codes or () if view.job_code(code) is None])
    page, following = visit.results(_jobs(visit, view), lambda job: job.id)
    rows = zip(page, view.job_rows(page, codes), strict=True)
    return Answer(200, {"data": [visit.org.row(job.id, row) for job, row in rows], **following})


def _jobs(visit: Visit, view: View) -> list[Job]:
    expression = _expression(visit, view)
    ids = visit.list_of("ids")
    scenario = visit.text("scenarioId")
    today = visit.org.today()
    exact = visit.org.oddities.equals == "exact"
    chosen = []
    for job in view.org.jobs.values():
        job.settle(today)
        if not view.sees(job, scenario) or (ids is not None and job.id not in ids):
            continue
        if expression is None or expression.test(view.job_look(job), exact):
            chosen.append(job)
    return _sorted(visit, chosen)


def read_job(visit: Visit, job_id: str) -> Answer:
    """Answer GET /v2/org/{orgId}/job/{jobId}."""
    visit.allow(*_READ)
    job = _job(visit, job_id)
    view = visit.view()
    codes = visit.fields()
    _refuse_unknown(visit, [code for code in codes or () if view.job_code(code) is None])
    return _single(visit, view.job_row(job, codes))


def patch_job(visit: Visit, job_id: str) -> Answer:
    """Answer PATCH /v2/org/{orgId}/job/{jobId}: field codes at the top level, from `date` on."""
    visit.allow("scenarioId", "date")
    visit.require_write()
    job = _job(visit, job_id)
    values = visit.org.stored(checked(visit.org, visit.codes(), "JOB", job_id))
    visit.org.set_values(job, values, visit.text("date"))
    return Answer(visit.org.oddities.patch_status)


def _job(visit: Visit, job_id: str) -> Job:
    job = visit.org.jobs.get(job_id)
    if job is not None:
        job.settle(visit.org.today())
    if job is None or not visit.view().sees(job, visit.text("scenarioId")):
        raise Refusal(404, "job not found")
    return job


# Persons.


def find_persons(visit: Visit) -> Answer:
    """Answer GET /v2/org/{orgId}/person: people in jobs; `includeAll` adds all the others."""
    visit.allow(*_FIND, "includeAll", "splitColumns", "returnAccess")
    visit.snapshot()
    view = visit.view("person")
    codes = visit.fields()
    _refuse_unknown(visit, [code for code in codes or () if not view.knows_person(code)])
    expression = _expression(visit, view)
    ids = visit.list_of("ids")
    everybody = visit.flag("includeAll")
    exact = visit.org.oddities.equals == "exact"
    chosen = [
        person
        for person in view.org.persons.values()
        if (everybody or view.employed(person))
        and (ids is None or person.id in ids)
        and (expression is None or expression.test(view.person_look(person), exact))
    ]
    page, following = visit.results(_sorted(visit, chosen), lambda person: person.id)
    data = [visit.org.row(one.id, view.person_row(one, codes)) for one in page]
    return Answer(200, {"data": data, **following})


def read_person(visit: Visit, person_id: str) -> Answer:
    """Answer GET /v2/org/{orgId}/person/{personId}."""
    visit.allow(*_READ)
    view = visit.view()
    codes = visit.fields()
    _refuse_unknown(visit, [code for code in codes or () if not view.knows_person(code)])
    return _single(visit, view.person_row(_person(visit, person_id), codes))


def create_person(visit: Visit) -> Answer:
    """Answer POST /v2/org/{orgId}/person."""
    visit.allow("scenarioId", "date")
    visit.require_write()
    org = visit.org
    values = _person_values(visit, visit.codes(), None)
    if not values.get("name.last"):
        raise Refusal(400, "name.last is required")
    if org.oddities.duplicate_emails == "refused" and _taken(visit, values):
        raise Refusal(400, "a person with this email already exists")
    person = Person(org.new_id(), {code: v for code, v in values.items() if v is not None})
    org.persons[person.id] = person
    org.touched()
    org.events.person("person.create", person)
    return Answer(201, {org.oddities.person_id_key: person.id})


def patch_person(visit: Visit, person_id: str) -> Answer:
    """Answer PATCH /v2/org/{orgId}/person/{personId}."""
    visit.allow("scenarioId", "date")
    visit.require_write()
    person = _person(visit, person_id)
    person.values.update(_person_values(visit, visit.codes(), person_id))
    visit.org.touched()
    visit.org.events.person("person.update", person)
    return Answer(204)


def _person(visit: Visit, person_id: str) -> Person:
    person = visit.org.persons.get(person_id)
    if person is None:
        raise Refusal(404, "person not found")
    return person


def _person_values(visit: Visit, codes: Mapping[str, Any], own: str | None) -> dict[str, Any]:
    """Flat codes out of the forms that a person's name and contacts may be written in."""
    flat = dict(codes)
    match flat.pop("name", None):
        case str() as name:
            first, _, last = name.rpartition(" ")
            flat |= {"name.first": first or None, "name.last": last}
        case {**parts}:
            for part in parts:
                if part not in NAME_PARTS:
                    raise Refusal(400, f"name has no part {part!r}")
            flat |= {f"name.{part}": value for part, value in parts.items()}
        case None:
            pass
        case _:
            raise Refusal(400, "name is neither an object nor a string")
    for part in (f"name.{one}" for one in NAME_PARTS):
        if isinstance(flat.get(part), str) and len(flat[part]) > 80:
            raise Refusal(400, f"{part} has more than 80 characters")
    values = checked(visit.org, flat, "PERSON", own)
    phones = [code for code, value in values.items() if code.endswith("Phone") and value]
    bad = [code for code in phones if not _PHONE.fullmatch(values[code])]
    if bad and visit.org.oddities.bad_phones == "refused":
        raise Refusal(400, f"field {bad[0]!r} is not a phone number with country code")
    return {code: value for code, value in values.items() if code not in bad}


def _taken(visit: Visit, values: Mapping[str, Any]) -> bool:
    codes = ("contact.homeEmail", "contact.workEmail")
    wanted = {values[code].casefold() for code in codes if values.get(code)}
    return any(
        person.values[code].casefold() in wanted
        for person in visit.org.persons.values()
        for code in codes
        if person.values.get(code)
    )


# What they share.


def _expression(visit: Visit, view: View) -> Expression | None:
    text = visit.text("q")
    if not text:
        return None
    try:
        expression = compiled(text)
    except BadExpression as error:
        raise Refusal(400, f"invalid expression: {error}") from None
    for code in sorted(expression.codes):
        if not view.knows_in_query(code):
            raise Refusal(400, f"invalid expression: unknown field {code!r}")
    return expression


def _sorted(visit: Visit, rows: Sequence[Any]) -> list[Any]:
    match visit.text("sort"):
        case None | "id" | "jobId" | "personId":
            return sorted(rows, key=lambda row: str(row.id))
    raise Refusal(400, "the sandbox sorts by id only")


def _refuse_unknown(visit: Visit, unknown: Sequence[str]) -> None:
    if unknown and visit.org.oddities.unknown_codes == "refused":
        raise Refusal(400, f"unknown field {unknown[0]!r}")


def _single(visit: Visit, row: dict[str, Any]) -> Answer:
    return Answer(200, {"data": row} if visit.org.oddities.envelope else row)
