"""The survey: both sides as they are now.

A survey only reads; it writes nothing to a service or to Redis. The fan-out plans from it and
stores it; `plan` only prints it; a record task without a brief takes its own survey.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core import reasons
from core.actions import CreateField, FieldAction, Plan
from core.catalogue import Catalogue, Named, OwnFields, by_name
from core.errors import TryLater
from core.gathered import GatheredJob
from core.jobs import plan_job
from core.keys import job_key
from core.matching import OpeningIndex
from core.notes import Note, Notes
from core.openings import Opening
from core.outcomes import Result
from core.ports import Listing
from core.records import Definition, Field, Job, Lookup, State, digest
from store.answers import Point
from store.batch import Batch
from store.briefs import JobBrief
from tasks import late_jobs
from tasks.close_reasons import CloseReasons, read_close_reasons
from tasks.context import OrgContext
from tasks.definitions import (
    Refused,
    carry_out,
    field_actions,
    guard_own,
    in_work,
    is_made,
    own_fields,
    refused_fields,
    required_fields,
    usable_fields,
)
from tasks.guards import or_failed
from tasks.readings import Readings, caught_up, read_list
from tasks.ticked import TickedFields, read_ticked_fields

OPENINGS, DEFINITIONS = "openings", "definitions"
"""The names of two of Ashby's lists."""


@dataclass
class Survey:
    """Both sides of one organization."""

    jobs: dict[str, Job]
    openings: dict[str, Opening]
    definitions: dict[str, Definition]
    fields: list[Field]
    catalogue: Catalogue
    field_actions: tuple[FieldAction, ...]
    refused_fields: dict[str, Note]
    readings: Readings
    unknown_fields: Mapping[str, Note] = field(default_factory=dict)
    """The ticked fields that ChartHop does not have, with the reason."""
    no_fields: Note | None = None
    """Why ChartHop's fields could not be read; None if they were."""
    no_close_reasons: Note | None = None
    """Why the close reasons that mean filled could not be read; None if they were."""
    no_person_field: Notes = ()
    """Why the field that hires need could not be created; empty if there is no problem."""
    _index: OpeningIndex | None = None
    _named: tuple[Catalogue, str] | None = None
    _plans: dict[str, Plan | Result] | None = None

    @property
    def index(self) -> OpeningIndex:
        """The openings by linked job and by identifier."""
        if self._index is None:
            self._index = OpeningIndex(self.openings.values(), self.catalogue)
        return self._index

    @property
    def by_job(self) -> Mapping[str, Sequence[Opening]]:
        """The linked openings by job id."""
        return self.index.by_job

    def replace_catalogue(self, catalogue: Catalogue) -> None:
        """Replace the catalogue; what was worked out from the old one is forgotten."""
        if catalogue.own.link != self.catalogue.own.link:
            self._index = None
        self.catalogue, self._plans = catalogue, None

    def define(self, definitions: dict[str, Definition], refused: Refused) -> None:
        """Replace Ashby's field definitions."""
        own = own_fields(definitions)
        self.definitions = definitions
        self.replace_catalogue(
            replace(
                self.catalogue,
                own=own,
                fields=usable_fields(self.fields, definitions, refused),
                required=required_fields(definitions.values(), own),
            )
        )

    @property
    def unread(self) -> Notes:
        """Why some lists could not be read, of which openings have what was read last."""
        found = (self.no_fields, self.no_close_reasons, *self.readings.unread.values())
        return tuple(note for note in found if note is not None)

    def linked(self, job_id: str) -> Sequence[Opening]:
        """The openings with the job's id."""
        return self.index.linked(job_id)

    def gathered(self, job_id: str) -> GatheredJob:
        """The job and the openings that concern it."""
        job = self.jobs.get(job_id)
        return GatheredJob(job, self.linked(job_id), self.index.namesakes(job), self.catalogue)

    def plans(self, org: OrgContext) -> Mapping[str, Plan | Result]:
        """The plan of each job; a failed result if planning hits a bug."""
        if self._plans is None:
            self._plans = {
                job_id: or_failed(
                    org.name,
                    job_key(job_id),
                    partial(plan_job, self.gathered(job_id), org.rules),
                )
                for job_id in {**self.jobs, **self.by_job}
            }
        return self._plans

    def fingerprint(self, job_id: str) -> str:
        """A digest of all input to that job's plan."""
        return self.gathered(job_id).fingerprint

    @property
    def catalogue_name(self) -> str:
        """The name under which the catalogue is stored: its digest, computed once per catalogue."""
        if self._named is None or self._named[0] is not self.catalogue:
            self._named = self.catalogue, digest(self.catalogue)
        return self._named[1]

    def brief(self, job_id: str) -> JobBrief:
        """The brief for the record task of that job."""
        gathered = self.gathered(job_id)
        return JobBrief(
            job=gathered.job,
            linked=tuple(opening.id for opening in gathered.linked),
            namesakes=tuple(opening.id for opening in gathered.namesakes),
            catalogue=self.catalogue_name,
        )


def recall(org: OrgContext, readings: Readings, batch: Batch) -> Callable[[], None]:
    """Ask for the stored copies of a survey's lists; returns a function that takes the answers."""
    found = org.memory.recall((OPENINGS, DEFINITIONS, *_lookups(org)), batch)
    answers = org.memory.answers.recall(batch)

    def take() -> None:
        readings.take(found)
        readings.answers = answers.value

    return take


def _recalled(org: OrgContext) -> Readings:
    readings = Readings()
    with Batch(org.memory.redis, atomic=False) as batch:
        take = recall(org, readings, batch)
    take()
    return readings


def _lookups(org: OrgContext) -> list[Lookup]:
    return [one for one in Lookup if one is not Lookup.USERS or org.rules.sync_hiring_team]


def take_survey(
    org: OrgContext, readings: Readings | None = None, *, believe: bool = False
) -> Survey:
    """Read both sides: complete lists, or an error. `readings` holds their stored copies.

    With `believe`, readings up to an hour old may be used for lists that rarely change, except
    those that `read_now` reads after all. Not while openings are read whole: without the current
    link field none of them would be linked.

    Raises NeedsHuman if one of the sync's own opening fields is archived, which hides the links.
    """
    readings = readings or _recalled(org)
    lookups = _lookups(org)
    believe = believe and readings.recalled[OPENINGS].token(readings.began) is not None
    (ticked, jobs), definitions, listed, closing, *named = org.together(
        partial(_read_jobs, org),
        partial(_read_definitions, org, readings, believe=believe),
        partial(_list_openings, org, readings),
        partial(read_close_reasons, org),
        *(partial(_read_entries, org, readings, one, believe=believe) for one in lookups),
    )
    fields = ticked.fields
    actions, refused = field_actions(org, fields, definitions)
    catalogue = replace(
        _catalogue(readings, usable_fields(fields, definitions, refused), definitions, closing),
        lookups=dict(zip(lookups, named, strict=True)),
        hides_openings=listed.lacks_some(readings.recalled[OPENINGS].items),
    )
    survey = Survey(
        jobs=jobs,
        openings=_merge_openings(org, readings, catalogue, listed),
        definitions=definitions,
        fields=fields,
        catalogue=catalogue,
        field_actions=_possible(readings, catalogue.own, actions),
        refused_fields={
            **ticked.refused,
            **refused_fields(org, fields, definitions),
            **refused.fields,
        },
        unknown_fields=ticked.refused,
        no_fields=ticked.trouble,
        readings=readings,
        no_close_reasons=closing.trouble,
    )
    survey.jobs = late_jobs.caught_up(org, jobs, fields, survey.index)
    return survey


def _catalogue(
    readings: Readings,
    usable: Sequence[tuple[Field, Definition]],
    definitions: Mapping[str, Definition],
    closing: CloseReasons,
) -> Catalogue:
    """The catalogue for openings, except for the lists that are looked up by name."""
    own = own_fields(definitions)
    guard_own(own.link, own.status)
    return Catalogue(
        own=own,
        fields=usable,
        required=required_fields(definitions.values(), own),
        by_draft=readings.answers.get(Point.CREATES_APPROVED) is False,
        close_reasons=closing.known,
        filled_reasons=closing.filled,
    )


def read_now(org: OrgContext, survey: Survey, lists: Collection[str]) -> None:
    """Read these cached lists after all and update the survey with them."""
    survey.readings.recall(org, *lists)
    lookups = {one: _read_entries(org, survey.readings, one) for one in Lookup if one in lists}
    known = survey.catalogue.lookups
    survey.replace_catalogue(replace(survey.catalogue, lookups={**known, **lookups}))
    if DEFINITIONS in lists:
        definitions = _read_definitions(org, survey.readings)
        own = own_fields(definitions)
        guard_own(own.link, own.status)
        actions, refused = field_actions(org, survey.fields, definitions)
        survey.field_actions = _possible(survey.readings, own, actions)
        survey.refused_fields = {
            **survey.unknown_fields,
            **refused_fields(org, survey.fields, definitions),
            **refused.fields,
        }
        survey.define(definitions, refused)


def make_fields(org: OrgContext, survey: Survey) -> None:
    """Bring Ashby's field definitions in line, and update the survey accordingly.

    Another task may have created them since the survey was taken, so the list is read again under
    a lock and no field is created twice.
    """
    if not survey.field_actions:
        return
    with org.memory.locks.hold("fields", wait=30.0) as lock:
        if lock is None:
            raise in_work()
        with org.gate.under(lock):
            survey.readings.recall(org, DEFINITIONS)
            definitions = _read_definitions(org, survey.readings)
            own = own_fields(definitions)
            actions, refused = field_actions(org, survey.fields, definitions)
            for made in carry_out(org, _possible(survey.readings, own, actions), refused):
                definitions[made.id] = made
                survey.readings.changed[DEFINITIONS].pop(made.id, None)
    survey.refused_fields.update(refused.fields)
    survey.no_person_field = refused.person
    survey.define(definitions, refused)
    survey.field_actions = ()


def _read_jobs(org: OrgContext) -> tuple[TickedFields, dict[str, Job]]:
    """The ticked fields, and the open jobs with their values."""
    ticked = read_ticked_fields(org)
    return ticked, {job.id: job for job in org.hris.open_jobs(ticked.fields)}


def _read_definitions(
    org: OrgContext, readings: Readings, *, believe: bool = False
) -> dict[str, Definition]:
    mirror, ats = org.memory.definitions, org.ats
    return read_list(
        readings, DEFINITIONS, mirror, ats.definitions, ats.definition, believe=believe
    )


def _possible(
    readings: Readings, own: OwnFields, actions: Sequence[FieldAction]
) -> tuple[FieldAction, ...]:
    """The definitions' actions that are safe: nothing is created that the list may only hide.

    Raises TryLater if that could be one of the sync's own fields.
    """
    if DEFINITIONS not in readings.hiding:
        return tuple(actions)
    if not all(map(is_made, (own.link, own.status, own.person))):
        raise TryLater(reasons.STRANGE_ANSWER(system="Ashby", detail="customField.list"))
    return tuple(one for one in actions if not isinstance(one, CreateField))


def _read_entries(
    org: OrgContext, readings: Readings, lookup: Lookup, *, believe: bool = False
) -> Named:
    mirror = org.memory.lookups[lookup]
    read = partial(org.ats.entries, lookup)
    found = read_list(readings, lookup.value, mirror, read, believe=believe, or_last=True)
    return by_name(found.values())


def _list_openings(org: OrgContext, readings: Readings) -> Listing[Opening]:
    return org.ats.openings(readings.recalled[OPENINGS].token(readings.began))


def _merge_openings(
    org: OrgContext,
    readings: Readings,
    catalogue: Catalogue,
    reading: Listing[Opening],
) -> dict[str, Opening]:
    """The current openings. A linked one that vanished is kept, marked as gone."""

    def vanished(opening: Opening) -> Opening | None:
        return replace(opening, is_gone=True) if catalogue.linked_job(opening) else None

    mirror = org.memory.openings
    known: dict[str, Opening] = readings.recalled[OPENINGS].items
    reading = caught_up(
        mirror,
        known,
        reading,
        readings.began,
        org.ats.opening,
        lambda opening: opening.state == State.FILLED,  # which the sync never writes
    )
    now, changed = mirror.merge(known, reading, readings.began, vanished)
    readings.note(OPENINGS, reading, now, changed)
    return now
