"""Jobs that ChartHop's list may show in an old state: read by id for an event, or just filled.

Without this the next sync would revert what a task has just written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.catalogue import Catalogue
from core.openings import Opening
from core.records import Field, Job, digest, same_name
from store.batch import Batch
from tasks.context import OrgContext


def note_read(org: OrgContext, job_id: str, job: Job | None, batch: Batch) -> None:
    """Note a job's current state, whatever a list shows; None if it is not an open job."""
    org.memory.jobs_read.note(job_id, digest(job), batch)


def caught_up(
    org: OrgContext,
    listed: Mapping[str, Job],
    fields: Sequence[Field],
    openings: Mapping[str, Opening],
    catalogue: Catalogue,
) -> dict[str, Job]:
    """The listed jobs; one that differs from what a task has just read is read by its id."""
    read = org.memory.jobs_read.recent()
    jobs = dict(listed)
    for job_id in sorted(id_ for id_ in read if digest(listed.get(id_)) != read[id_]):
        job = org.hris.job(job_id, fields)
        if job is not None and job.is_open:
            jobs[job_id] = identified(job, list(openings.values()), catalogue)
        else:
            jobs.pop(job_id, None)
    return jobs


def identified(job: Job, openings: Sequence[Opening], catalogue: Catalogue) -> Job:
    """The job with its effective requisition code.

    Only a list shows whether two jobs share a code. So until the next sync an opening named after
    its job's id keeps that name, and so does one whose code is used by another job's opening.
    """
    if job.requisition is None:
        return job
    linked = [one for one in openings if catalogue.linked_job(one) == job.id]
    if any(one.identifier == job.id for one in linked):
        return replace(job, requisition=None)
    taken = any(
        same_name(one.identifier, job.requisition)
        and catalogue.linked_job(one) not in (None, job.id)
        for one in openings
    )
    return replace(job, requisition=None) if taken else job
