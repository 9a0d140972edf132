"""What a sync would do right now, record by record.

It uses the same survey, plans and brake as the fan-out and writes nothing anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from control.records import Directory, as_read
from core import reasons
from core.actions import CloseOpening, CreateField, Plan, SetOptions
from core.brakes import Held
from core.errors import NeedsHuman, TryLater
from core.hires import plan_hire
from core.keys import RecordKey, offer_key
from core.outcomes import Outcome, Result
from core.records import Job
from store.briefs import HireBrief
from store.results import StoredResult
from tasks import pipeline
from tasks.context import OrgContext
from tasks.hire_briefs import is_current, read_again
from tasks.hire_reads import gather_hire, hire_of
from tasks.hire_triage import ended
from tasks.intake import Intake, read_hires
from tasks.ownership import TURNS
from tasks.survey import Survey, take_survey


@dataclass(frozen=True)
class Forecast:
    """The result that a sync would give each record, and the names of the records."""

    survey: Survey
    intake: Intake
    held: list[Held]
    results: Mapping[RecordKey, Result]
    writes: frozenset[RecordKey]
    directory: Directory

    def fields(self) -> list[tuple[str, str, str, str]]:
        """Field definitions to create or change: action, title, Ashby type, holder."""
        rows = []
        for action in self.survey.field_actions:
            match action:
                case CreateField(title, type_, holder):
                    rows.append(("create", title, type_, holder))
                case SetOptions(id_, title):
                    definition = self.survey.definitions[id_]
                    rows.append(("options", title, definition.type, definition.holder))
                case _:
                    assert_never(action)
        return rows


def forecast(org: OrgContext, *, whole: bool = False) -> Forecast:
    """Read both sides and plan; raises any error of reading.

    `whole` reads all Hired applications, not only changes since the last sync.
    """
    survey = take_survey(org)
    intake = read_hires(org, survey, whole=whole)
    known = org.memory.results.all()
    reading = pipeline.Reading(survey, intake, known, {})
    planned = pipeline.brake(org, pipeline.plan(org, reading, full=False))
    triage, held = planned.triage, list(planned.held)
    results = dict(triage.results)
    for record, plan in triage.plans.items():
        results[record] = _of_plan(org, plan, survey.jobs.get(record.id), known.get(record), record)
    for record, brief in triage.hires.items():
        results[record] = _of_hire(org, brief, known.get(record))
    unwritten = (Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.HELD, Outcome.FAILED)
    writes = frozenset(name for name, one in results.items() if one.outcome not in unwritten)
    return Forecast(survey, intake, held, results, writes, as_read(survey, intake, org.memory))


def _of_plan(
    org: OrgContext, plan: Plan, job: Job | None, known: StoredResult | None, record: RecordKey
) -> Result:
    """The result a task would give; openings that are left to a person are handled as it would."""
    if job is None and plan.has(CloseOpening) and not org.memory.ownership.owns(record.id):
        job = org.hris.job(record.id, [])
        if job is None:
            return Result(Outcome.HELD, (reasons.NOT_LINKED_HERE(job=record.id),), plan.opening_id)
    if plan.outcome in TURNS and known is not None and reasons.CONTESTED.code in known.result.codes:
        return known.result
    return Result(plan.outcome, plan.notes, plan.opening_id, changes=plan.changes)


def _of_hire(org: OrgContext, brief: HireBrief, known: StoredResult | None) -> Result:
    mark = org.memory.briefs.get(offer_key(brief.offer.id)).creating
    try:
        if not is_current(brief):
            brief = read_again(org, brief)
        hire = hire_of(org, brief, known, is_unfinished=mark is not None)
        return ended(plan_hire(gather_hire(org, brief, hire), org.rules))
    except TryLater as error:
        return Result(Outcome.FAILED, (error.reason,))
    except NeedsHuman as error:
        return Result(error.outcome, (error.reason,))
