"""Which openings concern a job: those linked to it, and those that have its identifier."""

from collections.abc import Iterable, Sequence

from core.catalogue import Catalogue
from core.openings import Opening
from core.records import Job, folded


class OpeningIndex:
    """Openings by id, by the job that they are linked to, and by identifier."""

    def __init__(self, openings: Iterable[Opening], catalogue: Catalogue) -> None:
        self._by_id: dict[str, Opening] = {}
        self._job_of: dict[str, str | None] = {}
        self.by_job: dict[str, list[Opening]] = {}
        """The linked openings, by job id."""
        self._named: dict[str, list[tuple[str | None, Opening]]] = {}
        for opening in openings:
            job_id = catalogue.linked_job(opening)
            self._by_id[opening.id], self._job_of[opening.id] = opening, job_id
            if job_id is not None:
                self.by_job.setdefault(job_id, []).append(opening)
            self._named.setdefault(folded(opening.identifier), []).append((job_id, opening))

    def opening(self, opening_id: str | None) -> Opening | None:
        """The opening with that id."""
        return self._by_id.get(opening_id or "")

    def job_of(self, opening_id: str | None) -> str | None:
        """The id of the job that the opening is linked to."""
        return self._job_of.get(opening_id or "")

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
