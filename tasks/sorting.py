"""Which records have to be looked at by a task, and which of them does the brake hold?

Planned in memory from a survey; `plan` prints the same.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import partial

from core import reasons
from core.actions import CreateOpening, Plan
from core.brakes import Held, Proposal, brake
from core.outcomes import Ending, Outcome
from core.records import State
from store.briefs import HireBrief
from store.endings import Kept
from tasks.base import JOB, spared
from tasks.intake import Intake, hire_basis, sort_hires
from tasks.site import Site
from tasks.survey import Survey


@dataclass
class Sorting:
    """What the fan-out made of each record: its ending, or that a task has to see to it."""

    endings: dict[str, Ending] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    hires: dict[str, HireBrief] = field(default_factory=dict)

    def hold(self, record: str, reason: str) -> None:
        """Leave the record to a person."""
        self.plans.pop(record, None)
        self.hires.pop(record, None)
        self.endings[record] = Ending(Outcome.HELD, reason)

    def fail_jobs(self, reason: str) -> None:
        """No job can be seen to."""
        self.endings.update(dict.fromkeys(self.plans, Ending(Outcome.FAILED, reason)))
        self.plans.clear()


def sort(
    site: Site,
    survey: Survey,
    known: Mapping[str, Kept],
    intake: Intake | None = None,
    *,
    full: bool = False,
) -> Sorting:
    """Plan every record in memory; only those that need a call are left to a task.

    Without an intake the hires are left as they are.
    """
    sorting = Sorting()
    hired = intake.hired_jobs(survey) if intake is not None else set()
    for job_id in {**survey.jobs, **survey.by_job}:
        record = f"{JOB}:{job_id}"
        plan = spared(site.name, record, partial(_plan, site, survey, job_id))
        if isinstance(plan, Ending):
            sorting.endings[record] = plan
            continue
        if job_id not in survey.jobs and not plan.actions and plan.outcome is Outcome.SKIPPED:
            continue  # Over and done with: its opening is closed, filled or put away.
        before = known.get(record)
        if job_id in hired and job_id not in survey.jobs:
            ending = Ending(Outcome.SKIPPED, reasons.HIRED_AGAINST(), plan.opening_id)
            sorting.endings[record] = ending
        elif full:
            sorting.plans[record] = plan
        elif not plan.actions:
            sorting.endings[record] = Ending(plan.outcome, plan.reason, plan.opening_id)
        elif before is not None and _settled(before, survey.basis(job_id)):
            sorting.endings[record] = _as_before(before, plan)
        else:
            sorting.plans[record] = plan
    for code, reason in survey.refused_fields.items():
        sorting.endings[f"field:{code}"] = Ending(Outcome.HELD, reason)
    if intake is not None:
        endings, sorting.hires = sort_hires(site, survey, intake, known, full=full)
        sorting.endings.update(endings)
    return sorting


def _plan(site: Site, survey: Survey, job_id: str) -> Plan:
    return survey.plan(job_id, confidential_too=site.rules.sync_confidential_jobs)


def _settled(before: Kept, basis: str) -> bool:
    """Whether a task has already done all it can for just this state of both sides."""
    return before.ending.basis == basis and not before.ending.outcome.wants_attention


def _as_before(before: Kept, plan: Plan) -> Ending:
    """The same writes would be asked for again, and they changed nothing the last time."""
    if before.ending.outcome in (Outcome.SKIPPED, Outcome.UNCHANGED):
        return before.ending
    what = ", ".join(dict.fromkeys(change.what for change in plan.changes)) or "something"
    if before.ending.reason != plan.reason:
        # Ashby refused a part of it then, as the reason tells.
        return replace(before.ending, outcome=Outcome.UNCHANGED, changes=())
    notes = (*plan.notes, reasons.STORED_OTHERWISE(what=what))
    return Ending(Outcome.UNCHANGED, "; ".join(notes), plan.opening_id, basis=before.ending.basis)


def held_back(site: Site, survey: Survey, sorting: Sorting) -> list[Held]:
    """What the brake holds of these plans."""
    plans = sorting.plans
    states = (State.CLOSED, State.FILLED)
    linked = sum(
        1
        for openings in survey.by_job.values()
        for one in openings
        if one.state not in states and not one.is_archived and not one.is_gone
    )
    proposal = Proposal(
        closing={record for record, plan in plans.items() if plan.outcome is Outcome.CLOSED},
        creating={
            record
            for record, plan in plans.items()
            if any(isinstance(action, CreateOpening) for action in plan.actions)
        },
        hiring={
            record
            for record, brief in sorting.hires.items()
            if brief.application.is_hired and brief.application.person_id is None
        },
        linked=linked,
        jobs_listed=len(survey.jobs),
    )
    switches = site.memory.switches
    records = {pair.partition(" ")[2] for pair in switches.approved()}
    approved = switches.approved(bases(survey, sorting, records)) if records else frozenset()
    return brake(proposal, site.rules.limits, site.name, approved)


def bases(survey: Survey, sorting: Sorting, records: Set[str]) -> dict[str, str]:
    """Of these records a digest of the state that their plans were made from.

    An approval is one of what was shown: what has changed since is held again.
    """
    bases = {}
    for record in records:
        if record in sorting.plans:
            bases[record] = survey.basis(record.partition(":")[2])
        elif record in sorting.hires:
            bases[record] = hire_basis(sorting.hires[record])
    return bases
