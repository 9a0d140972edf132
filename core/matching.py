"""Which openings concern a job: those linked to it, and those that have its identifier."""

from collections.abc import Iterable, Sequence

from core.catalogue import Catalogue
from core.openings import Opening
from core.records import Job, folded


class OpeningIndex:
    """Openings by the job that they are linked to, and by identifier."""

    def __init__(self, openings: Iterable[Opening], catalogue: Catalogue) -> None:
        self.by_job: dict[str, list[Opening]] = {}
        """The linked openings, by job id."""
        self._named: dict[str, list[tuple[str | None, Opening]]] = {}
        for opening in openings:
            job_id = catalogue.linked_job(opening)
            if job_id is not None:
                self.by_job.setdefault(job_id, []).append(opening)
            self._named.setdefault(folded(opening.identifier), []).append((job_id, opening))

    def linked(self, job_id: str) -> Sequence[Opening]:
        """The openings that carry the job's id."""
        return self.by_job.get(job_id, ())

    def namesakes(self, job: Job | None) -> Sequence[Opening]:
        """The openings that have the job's identifier and do not carry its id."""
        if job is None:
            return ()
        named = self._named.get(folded(job.identifier), ())
        return [opening for linked_job, opening in named if linked_job != job.id]

    def is_taken(self, identifier: str, job_id: str) -> bool:
        """True if an opening that is linked to another job has the identifier."""
        named = self._named.get(folded(identifier), ())
        return any(linked_job not in (None, job_id) for linked_job, _ in named)
