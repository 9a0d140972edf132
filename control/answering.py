"""tasks.answer: a worker answers questions of a process that holds no keys."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson
from celery import shared_task

from control.drift import read_drift
from control.fields import survey
from control.plan import forecast
from control.questions import Topic
from control.records import remembered
from control.samples import read_samples
from control.sides import read_sides
from control.wording import ATTENTION_FIRST
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.keys import RecordKey
from tasks.base import DROPPED, SyncTask
from tasks.context import OrgContext
from workers.wiring import Wiring

ANSWERED = "answered"


@shared_task(bind=True, base=SyncTask, name="tasks.answer")
def answer(self: SyncTask, organization: str, question_id: str) -> str:
    """Answer a question about an organization; writes nothing but the answer."""
    assert isinstance(self.wiring, Wiring)
    questions = self.wiring.memory(organization).questions
    question = questions.get(question_id)
    topic = next((one for one in Topic if question and one.word == question.what), None)
    if question is None or topic is None:
        return DROPPED
    try:
        org = self.wiring.any_context(self.wiring.organizations.get(organization))
        found = ANSWERS[topic](org, question.about)
    except WrongSetup as error:
        found = {"refused": str(error)}
    except (TryLater, NeedsHuman) as error:
        found = {"refused": str(error.reason)}
    questions.answer(question_id, question, orjson.dumps(found), topic.seconds, topic.gap)
    return ANSWERED


def _names(org: OrgContext, _: str) -> dict[str, Any]:
    known = remembered(org.memory)
    jobs = {id_: asdict(job) for id_, job in known.jobs.items()}
    return {"jobs": jobs, "hires": [asdict(hire) for hire in known.hires]}


def _plan(org: OrgContext, _: str) -> dict[str, Any]:
    made = forecast(org)
    ordered = sorted(
        made.results.items(), key=lambda one: (ATTENTION_FIRST.index(one[1].outcome), one[0])
    )
    rows = [
        {
            "record": str(record),
            "name": made.directory.label(record),
            "outcome": result.outcome.value,
            "notes": [note.plain() for note in result.notes],
            "opening_id": result.opening_id,
            "person_id": result.person_id,
            "changes": [asdict(change) for change in result.changes],
        }
        for record, result in ordered
    ]
    held = [one.reason.plain() for one in made.held]
    return {"rows": rows, "fields": made.fields(), "held": held}


def _fields(org: OrgContext, _: str) -> dict[str, Any]:
    found = survey(org)
    samples = read_samples(org, found)
    rows = [
        {
            "code": row.code,
            "label": row.field.label if row.field is not None else "",
            "type": row.type or "",
            "ashby_type": row.ashby_type or "",
            "ticked": row.ticked,
            "refused": row.refused is not None,
            "required": row.is_required,
            "note": row.note,
            "sample": samples.get(row.code, ""),
        }
        for row in found
    ]
    return {"rows": rows}


def _drift(org: OrgContext, _: str) -> dict[str, Any]:
    read = read_drift(org)
    rows = [
        {
            "record": str(one.record),
            "name": read.directory.label(one.record),
            "who": one.who.value,
            "what": one.what.plain(),
            "opening_id": one.opening_id,
            "person_id": one.person_id,
        }
        for one in read.findings
    ]
    return {"rows": rows}


def _sides(org: OrgContext, about: str) -> dict[str, Any]:
    return asdict(read_sides(org, RecordKey.read(about)))


ANSWERS: Mapping[Topic, Callable[[OrgContext, str], dict[str, Any]]] = {
    Topic.NAMES: _names,
    Topic.PLAN: _plan,
    Topic.FIELDS: _fields,
    Topic.DRIFT: _drift,
    Topic.SIDES: _sides,
}
