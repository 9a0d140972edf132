"""Stores a survey: what was read, and the names of its jobs."""

from collections.abc import Mapping

from core.keys import job_key
from core.openings import LABELS
from store.names import JobName
from tasks.context import OrgContext
from tasks.survey import Survey

_UNKNOWN = JobName(None, "")
"""The name of a job without a stored one, whose title may have been stored."""


def keep(org: OrgContext, survey: Survey, before: Mapping[str, JobName]) -> None:
    """Store what was read, but not the cursors yet. `before` are the jobs' earlier names."""
    survey.readings.keep(org)
    _hide_titles(org, survey, before)
    org.memory.names.keep(names_of(survey, before), before)


def _hide_titles(org: OrgContext, survey: Survey, before: Mapping[str, JobName]) -> None:
    """Remove the titles of jobs that have become confidential from their history."""
    org.memory.results.hide(
        LABELS["title"],
        [
            job_key(job.id)
            for job in survey.jobs.values()
            if job.is_confidential and before.get(job.id, _UNKNOWN).title is not None
        ],
    )


def names_of(survey: Survey, before: Mapping[str, JobName]) -> dict[str, JobName]:
    """The jobs' names; a job that is no longer listed keeps its name while it is linked."""

    def name(job_id: str, code: str | None, title: str | None) -> JobName:
        linked = survey.linked(job_id)
        return JobName(
            code, title, tuple(one.id for one in linked), tuple(one.identifier for one in linked)
        )

    listed = {
        job.id: name(job.id, job.requisition, None if job.is_confidential else job.title)
        for job in survey.jobs.values()
    }
    gone = {}
    for job_id in survey.by_job.keys() - survey.jobs.keys():
        known = before.get(job_id) or JobName(None, None)
        gone[job_id] = name(job_id, known.code, known.title)
    return {**gone, **listed}
