"""Triage: which records need a task, and which of them the brake holds.

Records are planned in memory from a survey; `plan` prints the same.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import assert_never

from core import reasons
from core.actions import CloseOpening, CreateOpening, Plan
from core.brakes import Approval, Held, MassChange, Proposal, brake
from core.keys import RecordKey, RecordKind, field_key, job_key
from core.notes import Note, Notes
from core.outcomes import Outcome, Result
from core.records import State
from core.stored import stored_otherwise
from store.briefs import HireBrief
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.hire_triage import ashby_hire, triage_hires
from tasks.intake import Intake
from tasks.ownership import LEFT
from tasks.survey import Survey


@dataclass(frozen=True)
class Triage:
    """The fan-out's decision on each record: its result, or the plan for a task."""

    results: dict[RecordKey, Result] = field(default_factory=dict)
    plans: dict[RecordKey, Plan] = field(default_factory=dict)
    hires: dict[RecordKey, HireBrief] = field(default_factory=dict)

    def _held(self, record: RecordKey, reason: Note) -> Result:
        plan = self.plans.get(record)
        if plan is None:
            return Result(Outcome.HELD, (reason,))
        return Result(Outcome.HELD, (reason,), plan.opening_id, changes=plan.changes)

    def holding(self, held: Sequence[Held]) -> "Triage":
        """The same, with the brake's records held for a person; their changes are kept."""
        results = {record: self._held(record, one.reason) for one in held for record in one.records}
        return Triage(
            {**self.results, **results},
            {record: plan for record, plan in self.plans.items() if record not in results},
            {record: brief for record, brief in self.hires.items() if record not in results},
        )

    def without_jobs(self, reasons: Notes) -> "Triage":
        """The same with every planned job failed for these reasons."""
        failed = dict.fromkeys(self.plans, Result(Outcome.FAILED, reasons))
        return Triage({**self.results, **failed}, {}, self.hires)


def triage_records(
    org: OrgContext,
    survey: Survey,
    known: Mapping[RecordKey, StoredResult],
    intake: Intake | None = None,
    *,
    full: bool = False,
) -> Triage:
    """Plan every record in memory; only those that need a call are left to a task.

    Without an intake the hires keep their results.
    """
    triage = Triage()
    hired = intake.hired_jobs(survey.index) if intake is not None else set()
    for job_id, plan in survey.plans(org).items():
        record = job_key(job_id)
        if isinstance(plan, Result):
            triage.results[record] = plan
            continue
        if job_id not in survey.jobs and not plan.actions and plan.outcome is Outcome.SKIPPED:
            continue  # Finished: its opening is closed, filled or archived.
        if job_id in hired and job_id not in survey.jobs:
            result = Result(Outcome.SKIPPED, (reasons.HIRED_AGAINST(),), plan.opening_id)
            triage.results[record] = result
        elif full or (ended := _without_a_task(survey, job_id, plan, known.get(record))) is None:
            triage.plans[record] = plan
        else:
            triage.results[record] = ended
    for code, reason in survey.refused_fields.items():
        triage.results[field_key(code)] = Result(Outcome.HELD, (reason,))
    if intake is not None:
        results, hires = triage_hires(org, survey, intake, known, full=full)
        triage.results.update(results)
        triage.hires.update(hires)
    return triage


def _without_a_task(
    survey: Survey, job_id: str, plan: Plan, before: StoredResult | None
) -> Result | None:
    """The job's result if no call is needed; None if a task has to carry out the plan."""
    if not plan.actions:
        return Result(plan.outcome, plan.notes, plan.opening_id)
    if before is not None and _settled(before, survey.fingerprint(job_id)):
        return _as_before(before, plan, survey)
    if before is not None and _is_left(before, survey.fingerprint(job_id)):
        return before.result
    return None


def _settled(before: StoredResult, fingerprint: str) -> bool:
    """True if a task has already done all it can for this state of both sides."""
    return before.result.fingerprint == fingerprint and not before.result.outcome.wants_attention


def _is_left(before: StoredResult, fingerprint: str) -> bool:
    """True if it was left to a person in this state of both sides."""
    return before.result.fingerprint == fingerprint and not LEFT.isdisjoint(before.result.codes)


def _as_before(before: StoredResult, plan: Plan, survey: Survey) -> Result:
    """The result if the same writes are planned again that changed nothing the last time."""
    if before.result.outcome in (Outcome.SKIPPED, Outcome.UNCHANGED):
        return before.result
    if before.result.notes != plan.notes:
        # Ashby refused part of it then, as the reason says.
        return replace(before.result, outcome=Outcome.UNCHANGED, changes=())
    opening = survey.openings.get(plan.opening_id or "")
    otherwise = (
        stored_otherwise(plan.actions, opening, survey.catalogue) if opening is not None else []
    )
    return Result(
        Outcome.UNCHANGED,
        (*plan.notes, *otherwise),
        plan.opening_id,
        fingerprint=before.result.fingerprint,
    )


def held_back(org: OrgContext, survey: Survey, triage: Triage) -> list[Held]:
    """The changes in these plans that the brake holds."""
    plans = triage.plans
    states = (State.CLOSED, State.FILLED)
    linked = sum(
        1
        for openings in survey.by_job.values()
        for one in openings
        if one.state not in states and not one.is_archived and not one.is_gone
    )
    proposal = Proposal(
        closing={record for record, plan in plans.items() if plan.has(CloseOpening)},
        creating={record for record, plan in plans.items() if plan.has(CreateOpening)},
        hiring={
            record
            for record, brief in triage.hires.items()
            if brief.application.is_hired and brief.application.person_id is None
        },
        linked=linked,
        jobs_listed=len(survey.jobs),
    )
    switches = org.memory.switches
    asks = proposal.closing or proposal.creating or proposal.hiring
    records = {record for _, record in switches.approved()} if asks else set()
    approved = (
        switches.approved(fingerprints(org, survey, triage, records)) if records else frozenset()
    )
    held = brake(proposal, org.rules.limits, org.name, approved)
    if not survey.by_job:
        held += _made_elsewhere(org, proposal.creating, approved)
    return held


def _made_elsewhere(
    org: OrgContext, creating: Set[RecordKey], approved: Set[Approval]
) -> list[Held]:
    """Planned second openings for linked jobs, in an account without any linked opening."""
    owned = org.memory.ownership.owned(record.id for record in creating)
    records = {
        record
        for record in creating
        if record.id in owned and (MassChange.CREATE, record) not in approved
    }
    if len(records) < 2:
        return []
    reason = reasons.BRAKE_ELSEWHERE(count=len(records), organization=org.name)
    return [Held(MassChange.CREATE, frozenset(records), reason)]


def fingerprints(
    org: OrgContext, survey: Survey, triage: Triage, records: Set[RecordKey]
) -> dict[RecordKey, str]:
    """A digest of the state from which each record's plan was made.

    An approval covers what was shown: a record that has changed since is held again.
    """
    fingerprints = {}
    for record in records & (triage.plans.keys() | triage.hires.keys()):
        match record.kind:
            case RecordKind.JOB:
                fingerprints[record] = survey.fingerprint(record.id)
            case RecordKind.OFFER:
                brief = triage.hires[record]
                hire = ashby_hire(org, brief, None, frozenset(), is_unfinished=False)
                fingerprints[record] = hire.fingerprint(org.rules)
            case RecordKind.APPLICATION | RecordKind.FIELD:
                pass  # No task handles them, so there is nothing to hold.
            case _:
                assert_never(record.kind)
    return fingerprints
