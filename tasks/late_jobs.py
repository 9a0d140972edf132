"""Jobs that ChartHop's list may show in an old state: read by id for an event, or just filled.

Without this the next sync would revert what a task has just written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.matching import OpeningIndex
from core.records import Field, Job, digest
from store.batch import Batch
from tasks.context import OrgContext


def note_read(org: OrgContext, job_id: str, job: Job | None, batch: Batch) -> None:
    """Note a job's current state, whatever a list shows; None if it is not an open job."""
    org.memory.jobs_read.note(job_id, digest(job), batch)


def caught_up(
    org: OrgContext,
    listed: Mapping[str, Job],
    fields: Sequence[Field],
    index: OpeningIndex,
) -> dict[str, Job]:
    """The listed jobs; one that differs from what a task has just read is read by its id."""
    read = org.memory.jobs_read.recent()
    jobs = dict(listed)
    for job_id in sorted(id_ for id_ in read if digest(listed.get(id_)) != read[id_]):
        job = org.hris.job(job_id, fields)
        if job is not None and job.is_open:
            jobs[job_id] = identified(job, index)
        else:
            jobs.pop(job_id, None)
    return jobs


def identified(job: Job, index: OpeningIndex) -> Job:
    """The job with its effective requisition code.

    Only a list shows whether two jobs share a code. So until the next sync an opening named after
    its job's id keeps that name, and so does one whose code is used by another job's opening.
    """
    if job.requisition is None:
        return job
    is_named_by_id = any(opening.identifier == job.id for opening in index.linked(job.id))
    if is_named_by_id or index.is_taken(job.requisition, job.id):
        return replace(job, requisition=None)
    return job
