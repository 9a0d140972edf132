"""The endpoints that hire a person into a job, and amend that or take it back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Limits

from sandbox.charthop.records import Change, Job, Person
from sandbox.charthop.visits import Refusal, Visit
from sandbox.forms import Body, is_day
from sandbox.wire import Answer

ChangeType = Literal[
    "HIRE", "DEPART", "MOVE", "UPCOMING", "CREATE", "UPDATE", "DATA", "DELETE", "RELATE", "BACKFILL"
]
Status = Literal["ACTIVE", "STRUCK", "CONFLICT", "INACTIVE", "PROPOSED"]


class _Common(Body):
    date: str | None = None
    announceDate: str | None = None  # noqa: N815
    departType: Literal["VOLUNTARY", "INVOLUNTARY"] | None = None  # noqa: N815
    departRegret: Literal["REGRET", "NONREGRET"] | None = None  # noqa: N815
    reason: str | None = None
    promotionType: Literal["PROMOTION", "DEMOTION", "NONE"] | None = None  # noqa: N815
    job: dict[str, Any] | None = None
    update: dict[str, Any] | None = None
    note: str | None = None


class CreateChange(_Common):
    """The body of a new change."""

    jobId: str | None = Limits(None, pattern="^[0-9a-f]{24}$")  # noqa: N815
    personId: str | None = Limits(None, pattern="^[0-9a-f]{24}$")  # noqa: N815
    orgId: str | None = None  # noqa: N815
    scenarioId: str | None = None  # noqa: N815
    otherJobId: str | None = None  # noqa: N815
    type: ChangeType | None = None
    mergeId: str | None = None  # noqa: N815
    mergeScenarioId: str | None = None  # noqa: N815
    overrideDefaults: dict[str, Any] | None = None  # noqa: N815
    autoAppliedDefaults: dict[str, Any] | None = None  # noqa: N815


class UpdateChange(_Common):
    """The body of an amendment."""

    status: Status | None = None
    approvalNote: str | None = None  # noqa: N815


def sync_change(visit: Visit, type_name: str) -> Answer:
    """Answer POST .../change/sync/{type}: the change that exists, else a new one."""
    visit.allow("processId")
    visit.require_write()
    body = _read(visit, type_name)
    job, person = _job_and_person(visit, body)
    by_date = visit.org.oddities.sync_key == "job_person_date"
    day = body.date or visit.org.today()
    for change in visit.org.changes.values():
        same = (change.job_id, change.person_id, change.status) == (job.id, person.id, "ACTIVE")
        if same and (change.date == day or not by_date):
            return Answer(200, _shown(visit, change))
    return Answer(200, _shown(visit, _hire(visit, body, job, person)))


def validate_change(visit: Visit, type_name: str) -> Answer:
    """Answer POST .../change/{type}/validate: what creating it would say; nothing is made."""
    visit.allow()
    visit.require_write()
    body = _read(visit, type_name)
    job, person = _job_and_person(visit, body)
    _refuse_hire(visit, body, job, person)
    if visit.org.oddities.validate_answers == "nothing":
        return Answer(200)
    today = visit.org.today()
    planned = Change(
        "0" * 24, "HIRE", job.id, person.id, body.date or today, body.announceDate, body.note, today
    )
    return Answer(200, _shown(visit, planned))


def find_changes(visit: Visit) -> Answer:
    """Answer GET /v1/org/{orgId}/change, by effective date."""
    visit.allow(
        "scenarioId", "date", "untilDate", "type", "fields", "personId", "jobId",
        "includeBackfill", "from", "limit", "open", "desc", "scenarioOnly", "parentOnly",
        "excludeAtsRecruitingFields", "includeStruck", "status", "stripUpdates", "format",
        "returnAccess",
    )  # fmt: skip
    types, statuses = visit.list_of("type"), visit.list_of("status")
    since, until = visit.text("date"), visit.text("untilDate")
    person, job = visit.text("personId"), visit.text("jobId")
    chosen = [
        change
        for change in visit.org.as_listed("change").changes.values()
        if _sees(visit, change)
        and (types is None or change.type in types)
        and (statuses is None or change.status in statuses)
        and person in (None, change.person_id)
        and job in (None, change.job_id)
        and (since is None or change.date >= since)
        and (until is None or change.date < until)
    ]
    chosen.sort(key=lambda change: change.id)
    page, following = visit.results(chosen, lambda change: change.id)
    data = [visit.org.row(change.id, _shown(visit, change)) for change in page]
    return Answer(200, {"data": data, **following})


def read_change(visit: Visit, change_id: str) -> Answer:
    """Answer GET /v1/org/{orgId}/change/{changeId}."""
    visit.allow("format")
    return Answer(200, _shown(visit, _change(visit, change_id)))


def patch_change(visit: Visit, change_id: str) -> Answer:
    """Answer PATCH .../change/{changeId}: the date, the note, or the status is amended."""
    visit.allow("processId")
    visit.require_write()
    change = _change(visit, change_id)
    body = visit.parsed(UpdateChange)
    _refuse_days(body)
    if body.date is not None:
        job = visit.org.jobs.get(change.job_id)
        if job is not None and body.date < job.values.get("createDate", ""):
            raise Refusal(400, "the start date is before the job's creation date")
        change.date = body.date
    change.announce_date = body.announceDate or change.announce_date
    change.note = body.note if body.note is not None else change.note
    if body.status is not None and body.status != change.status:
        change.status = body.status
        if body.status in ("STRUCK", "INACTIVE"):
            visit.org.unhire(change)
    visit.org.touched()
    visit.org.events.hire("change.update.hire", change)
    return Answer(204)


def delete_change(visit: Visit, change_id: str) -> Answer:
    """Answer DELETE .../change/{changeId}: the hire is cancelled, the job open again."""
    visit.allow("processId")
    visit.require_write()
    change = _change(visit, change_id)
    visit.org.cancelled[change.id] = visit.org.changes.pop(change.id)
    visit.org.unhire(change)
    visit.org.events.hire("change.delete.hire", change)
    return Answer(204)


def _read(visit: Visit, type_name: str) -> CreateChange:
    if type_name != visit.org.oddities.type_case:
        raise Refusal(404, "not found")
    body = visit.parsed(CreateChange)
    if body.type not in (None, "HIRE"):
        raise Refusal(400, f"type {body.type!r} does not match the path")
    if body.orgId not in (None, visit.org.id):
        raise Refusal(400, "orgId is another organization")
    if body.job is not None or body.update is not None:
        raise Refusal(400, "job and update do not belong into a HIRE")
    _refuse_days(body)
    return body


def _refuse_days(body: _Common) -> None:
    for name, day in (("date", body.date), ("announceDate", body.announceDate)):
        if day is not None and not is_day(day):
            raise Refusal(400, f"{name} is not a date: {day!r}")


def _job_and_person(visit: Visit, body: CreateChange) -> tuple[Job, Person]:
    job = visit.org.jobs.get(body.jobId or "")
    person = visit.org.persons.get(body.personId or "")
    if job is None or not visit.view().sees(job, body.scenarioId):
        raise Refusal(400, "job not found")
    if person is None:
        raise Refusal(400, "person not found")
    return job, person


def _refuse_hire(visit: Visit, body: CreateChange, job: Job, person: Person) -> None:
    today = visit.org.today()
    if (body.date or today) < job.values.get("createDate", ""):
        raise Refusal(400, "the start date is before the job's creation date")
    if job.values.get("scenarioId") is not None:
        raise Refusal(400, "the job is not on the primary timeline")
    if job.hire is not None and job.hire.person_id != person.id:
        raise Refusal(400, "the job is already filled")
    elsewhere = person.hire is not None and person.hire.job_id != job.id
    if elsewhere and visit.org.oddities.second_job == "refused":
        raise Refusal(400, "the person already has a job")


def _hire(visit: Visit, body: CreateChange, job: Job, person: Person) -> Change:
    _refuse_hire(visit, body, job, person)
    day = body.date or visit.org.today()
    if visit.org.oddities.hire_sets_pending:
        job.values["recruit"] = "Pending"
    return visit.org.hire(job, person, day, body.announceDate, body.note)


def _change(visit: Visit, change_id: str) -> Change:
    change = visit.org.changes.get(change_id)
    if change is None or not _sees(visit, change):
        raise Refusal(404, "change not found")
    return change


def _sees(visit: Visit, change: Change) -> bool:
    return visit.org.sees_all or change.date <= visit.org.today()


def _shown(visit: Visit, change: Change) -> dict[str, Any]:
    shown = {
        "id": change.id,
        "orgId": visit.org.id,
        "type": change.type,
        "jobId": change.job_id,
        "personId": change.person_id,
        "date": change.date,
        "announceDate": change.announce_date,
        "note": change.note,
        "status": change.status,
        "createAt": change.created_at,
    }
    return {key: value for key, value in shown.items() if value is not None}
