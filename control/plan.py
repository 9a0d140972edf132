"""What would a sync do right now, record by record?

The same survey, the same plans and the same brake as the fan-out's; nothing is written anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.actions import CreateField, SetOptions
from core.brakes import Held
from core.errors import NeedsHuman, TryLater
from core.hires import HirePlan
from core.keys import RecordKey, RecordKind, job_key, offer_key
from core.outcomes import Outcome, Result
from store.briefs import HireBrief
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.hires import judge
from tasks.intake import Intake, read_hires
from tasks.survey import Survey, look
from tasks.triage import held_back, sort


@dataclass(frozen=True)
class Forecast:
    """What a sync would make of each record, and what it is about.

    `names` are what people call the records: requisition code and title, but for confidential
    jobs and for hires, which have none.
    """

    survey: Survey
    intake: Intake
    held: list[Held]
    results: Mapping[RecordKey, Result]
    writes: frozenset[RecordKey]
    names: Mapping[RecordKey, str] = field(default_factory=dict)

    def fields(self) -> list[tuple[str, str, str, str]]:
        """Field definitions to be made or changed: what, title, Ashby type, where."""
        rows = []
        for action in self.survey.field_actions:
            match action:
                case CreateField(title, type_, holder):
                    rows.append(("create", title, type_, holder))
                case SetOptions(id_, title):
                    definition = self.survey.definitions[id_]
                    rows.append(("options", title, definition.type, definition.holder))
        return rows


def forecast(org: OrgContext) -> Forecast:
    """Read both sides and plan; raises what the reading raises."""
    survey = look(org)
    intake = read_hires(org, survey)
    known = org.memory.results.all()
    triage = sort(org, survey, known, intake)
    held = held_back(org, survey, triage)
    for one in held:
        for record in one.records:
            triage.hold(record, one.reason)
    results = dict(triage.results)
    for record, plan in triage.plans.items():
        results[record] = Result(plan.outcome, plan.notes, plan.opening_id, changes=plan.changes)
    for record, brief in triage.hires.items():
        results[record] = _of_hire(org, brief, known.get(record))
    unwritten = (Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.HELD, Outcome.FAILED)
    writes = frozenset(name for name, one in results.items() if one.outcome not in unwritten)
    return Forecast(survey, intake, held, results, writes, _names(survey, results))


def _of_hire(org: OrgContext, brief: HireBrief, known: StoredResult | None) -> Result:
    creating = org.memory.briefs.get(brief.offer.id).creating
    try:
        plan = judge(org, brief, known, creating)
    except TryLater as error:
        return Result(Outcome.FAILED, (error.reason,))
    except NeedsHuman as error:
        return Result(error.outcome, (error.reason,))
    if isinstance(plan, HirePlan):
        return Result(
            plan.outcome,
            plan.notes,
            brief.offer.opening_id,
            plan.person_id,
            changes=plan.changes,
        )
    return plan


def _names(survey: Survey, results: Mapping[RecordKey, Result]) -> dict[RecordKey, str]:
    names = {}
    for record in results:
        job = survey.jobs.get(record.id) if record.kind is RecordKind.JOB else None
        if job is None:
            continue
        parts = (job.requisition, None if job.is_confidential else job.title)
        names[record] = " ".join(part for part in parts if part)
    return names


def find(forecast: Forecast, called: str) -> list[RecordKey]:
    """The records that somebody may mean by `called`.

    A record, the id of a job, an opening or an offer, a requisition code, or an opening's
    identifier.
    """
    survey, intake = forecast.survey, forecast.intake
    spelled = RecordKey.parse(called)
    if spelled is not None:
        return [spelled]
    jobs = {
        *(job.id for job in survey.jobs.values() if called in (job.id, job.requisition)),
        *(
            job_id
            for opening in survey.openings.values()
            if called in (opening.id, opening.identifier)
            and (job_id := survey.catalogue.linked_job(opening)) is not None
        ),
    }
    if called in survey.by_job:
        jobs.add(called)
    found = [job_key(job_id) for job_id in sorted(jobs)]
    if called in intake.offers:
        found.append(offer_key(called))
    return found
