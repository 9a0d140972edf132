"""Openings that are left to a person, because somebody else may be writing to them.

A second deployment on the same Ashby account, or another tool, leaves traces in the data: links to
jobs that this organization never had, and states that are changed back again and again.
"""

from collections.abc import Mapping

from core import reasons
from core.actions import Plan
from core.keys import RecordKey, job_key
from core.notes import Note
from core.outcomes import Outcome
from core.records import Job, digest
from store.leases import RecordLease
from store.ownership import Turns
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.survey import Survey

TURNS = (Outcome.CLOSED, Outcome.REOPENED)
"""Outcomes that change an opening's state."""

IN_A_ROW = 3
"""Number of syncs in a row that may change an opening's state while its job is unchanged."""


LEFT = frozenset({reasons.NOT_LINKED_HERE.code, reasons.CONTESTED.code})
"""Reason codes of records that are left to a person."""


def why_left(org: OrgContext, lease: RecordLease, job: Job | None, plan: Plan) -> Note | None:
    """Why the opening's state must not be changed, or None."""
    if plan.outcome not in TURNS:
        return None
    if job is None and not org.memory.ownership.owns(lease.id):
        return reasons.NOT_LINKED_HERE(job=lease.id)
    turns = org.memory.ownership.turns(lease.id)
    if turns is None or turns.number < IN_A_ROW or turns.job != digest(job):
        return None
    was_held = lease.known is not None and reasons.CONTESTED.code in lease.known.result.codes
    return reasons.CONTESTED(count=turns.number) if was_held or _goes_on(org, turns) else None


def remember(org: OrgContext, lease: RecordLease, job: Job | None, plan: Plan) -> None:
    """Record after a plan that the opening is ours, and whether its state was changed again."""
    ownership = org.memory.ownership
    if plan.outcome is Outcome.CREATED or (job is not None and plan.opening_id is not None):
        ownership.own((lease.id,), lease.pending)
    if plan.outcome not in TURNS:
        return
    sync, job_digest = org.memory.syncs.last_id(), digest(job)
    turns = ownership.turns(lease.id)
    number = 1
    if turns is not None and turns.job == job_digest and _goes_on(org, turns):
        number = turns.number + (turns.sync != sync)
    ownership.turned(lease.id, Turns(job_digest, sync, number), lease.pending)


def _goes_on(org: OrgContext, turns: Turns) -> bool:
    """True if the last change was made in this sync or in the one before it."""
    return turns.sync in org.memory.syncs.latest_ids(2)


def own_what_is_listed(
    org: OrgContext, survey: Survey, known: Mapping[RecordKey, StoredResult]
) -> None:
    """Record ownership of linked openings of listed jobs that had no good result before."""
    found = []
    for job_id in survey.by_job.keys() & survey.jobs.keys():
        before = known.get(job_key(job_id))
        if before is None or before.result.outcome.wants_attention:
            found.append(job_id)
    if found:
        org.memory.ownership.own(found)
