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
from core.fields import choose_fields
from core.jobs import plan_job
from core.keys import job_key
from core.notes import Note, Notes
from core.openings import Opening
from core.outcomes import Result
from core.ports import Listing
from core.records import Definition, Field, Job, Lookup, State, digest, folded
from core.wanted import wanted_opening
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
    unknown_fields: dict[str, Note] = field(default_factory=dict)
    """The ticked fields that ChartHop does not have, with the reason."""
    no_close_reasons: Note | None = None
    """Why the close reasons that mean filled could not be read; None if they were."""
    no_person_field: Notes = ()
    """Why the field that hires need could not be created; empty if there is no problem."""
    by_job: dict[str, list[Opening]] = field(default_factory=dict)
    by_identifier: dict[str, list[Opening]] = field(default_factory=dict)
    _named: tuple[Catalogue, str] | None = None
    _plans: dict[str, Plan | Result] | None = None

    def index(self) -> None:
        """Index the openings by linked job and by identifier."""
        self.by_job, self.by_identifier, self._plans = {}, {}, None
        for opening in self.openings.values():
            job_id = self.catalogue.linked_job(opening)
            if job_id is not None:
                self.by_job.setdefault(job_id, []).append(opening)
            self.by_identifier.setdefault(folded(opening.identifier), []).append(opening)

    def define(self, definitions: dict[str, Definition], refused: Refused) -> None:
        """Replace Ashby's field definitions; the caller has to call `index` afterwards."""
        own = own_fields(definitions)
        self.definitions = definitions
        self.catalogue = replace(
            self.catalogue,
            own=own,
            fields=usable_fields(self.fields, definitions, refused),
            required=required_fields(definitions.values(), own),
        )

    def linked(self, job_id: str) -> list[Opening]:
        """The openings with the job's id."""
        return self.by_job.get(job_id, [])

    def namesakes(self, job: Job | None) -> list[Opening]:
        """The openings with the job's identifier that are not linked to the job."""
        if job is None:
            return []
        named = self.by_identifier.get(folded(job.identifier), [])
        return [one for one in named if self.catalogue.linked_job(one) != job.id]

    def plans(self, org: OrgContext) -> Mapping[str, Plan | Result]:
        """The plan of each job; a failed result if planning hits a bug."""
        if self._plans is None:
            self._plans = {
                job_id: or_failed(
                    org.name,
                    job_key(job_id),
                    partial(self.plan, job_id, confidential_too=org.rules.sync_confidential_jobs),
                )
                for job_id in {**self.jobs, **self.by_job}
            }
        return self._plans

    def plan(self, job_id: str, *, confidential_too: bool) -> Plan:
        """The plan of that job."""
        job = self.jobs.get(job_id)
        return plan_job(
            job,
            self.linked(job_id),
            self.namesakes(job),
            self.catalogue,
            confidential_too=confidential_too,
        )

    def fingerprint(self, job_id: str) -> str:
        """A digest of all input to that job's plan."""
        job = self.jobs.get(job_id)
        return fingerprint(job, self.linked(job_id), self.namesakes(job), self.catalogue)

    @property
    def catalogue_name(self) -> str:
        """The name under which the catalogue is stored: its digest, computed once per catalogue."""
        if self._named is None or self._named[0] is not self.catalogue:
            self._named = self.catalogue, digest(self.catalogue)
        return self._named[1]

    def brief(self, job_id: str) -> JobBrief:
        """The brief for the record task of that job."""
        job = self.jobs.get(job_id)
        return JobBrief(
            job=job,
            linked=tuple(one.id for one in self.linked(job_id)),
            namesakes=tuple(one.id for one in self.namesakes(job)),
            catalogue=self.catalogue_name,
        )


def fingerprint(
    job: Job | None,
    linked: Sequence[Opening],
    namesakes: Sequence[Opening],
    catalogue: Catalogue,
) -> str:
    """Two digests of all input to a job's plan: the wanted state and the existing one.

    The wanted state is used as resolved against Ashby's lists, so that no list can be forgotten
    here.
    """
    wanted = wanted_opening(job, catalogue) if job is not None else None
    asked = (wanted.details, wanted.values, sorted(wanted.unresolved)) if wanted else None
    definitions = [definition for _, definition in catalogue.fields]
    order = sorted(linked, key=lambda one: one.id) + sorted(namesakes, key=lambda one: one.id)
    return f"{digest(job, asked, definitions, catalogue.required)}.{digest(order)}"


def wanted_half(of: str | None) -> str | None:
    """The part of a fingerprint that covers the wanted state."""
    return of.partition(".")[0] if of is not None else None


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
    (fields, refused, jobs), definitions, listed, closing, *named = org.together(
        partial(_read_jobs, org),
        partial(_read_definitions, org, readings, believe=believe),
        partial(_list_openings, org, readings),
        partial(read_close_reasons, org),
        *(partial(_read_entries, org, readings, one, believe=believe) for one in lookups),
    )
    catalogue = replace(
        _catalogue(org, readings, fields, definitions, closing),
        lookups=dict(zip(lookups, named, strict=True)),
        hides_openings=listed.lacks_some(readings.recalled[OPENINGS].items),
    )
    openings = _merge_openings(org, readings, catalogue, listed)
    survey = Survey(
        jobs=late_jobs.caught_up(org, jobs, fields, openings, catalogue),
        openings=openings,
        definitions=definitions,
        fields=fields,
        catalogue=catalogue,
        field_actions=_possible(readings, catalogue.own, field_actions(org, fields, definitions)),
        refused_fields={**refused, **refused_fields(org, fields, definitions)},
        unknown_fields=refused,
        readings=readings,
        no_close_reasons=closing.trouble,
    )
    survey.index()
    return survey


def _catalogue(
    org: OrgContext,
    readings: Readings,
    fields: Sequence[Field],
    definitions: Mapping[str, Definition],
    closing: CloseReasons,
) -> Catalogue:
    """The catalogue for openings, except for the lists that are looked up by name."""
    own = own_fields(definitions)
    guard_own(own.link, own.status)
    return Catalogue(
        own=own,
        fields=usable_fields(fields, definitions, Refused()),
        required=required_fields(definitions.values(), own),
        by_draft=readings.answers.get(Point.CREATES_APPROVED) is False,
        close_reasons=closing.known,
        filled_reasons=closing.filled,
    )


def read_now(org: OrgContext, survey: Survey, lists: Collection[str]) -> None:
    """Read these cached lists after all and update the survey with them."""
    survey.readings.recall(org, *lists)
    lookups = {one: _read_entries(org, survey.readings, one) for one in Lookup if one in lists}
    survey.catalogue = replace(survey.catalogue, lookups={**survey.catalogue.lookups, **lookups})
    if DEFINITIONS in lists:
        definitions = _read_definitions(org, survey.readings)
        own = own_fields(definitions)
        guard_own(own.link, own.status)
        actions = field_actions(org, survey.fields, definitions)
        survey.field_actions = _possible(survey.readings, own, actions)
        survey.refused_fields = {
            **survey.unknown_fields,
            **refused_fields(org, survey.fields, definitions),
        }
        survey.define(definitions, Refused())
    survey.index()


def make_fields(org: OrgContext, survey: Survey) -> None:
    """Bring Ashby's field definitions in line, and update the survey accordingly.

    Another task may have created them since the survey was taken, so the list is read again under
    a lock and no field is created twice.
    """
    if not survey.field_actions:
        return
    refused = Refused()
    with org.memory.locks.hold("fields", wait=30.0) as lock:
        if lock is None:
            raise in_work()
        with org.gate.under(lock):
            survey.readings.recall(org, DEFINITIONS)
            definitions = _read_definitions(org, survey.readings)
            own = own_fields(definitions)
            actions = _possible(
                survey.readings, own, field_actions(org, survey.fields, definitions)
            )
            for made in carry_out(org, actions, refused):
                definitions[made.id] = made
                survey.readings.changed[DEFINITIONS].pop(made.id, None)
    survey.refused_fields.update(refused.fields)
    survey.no_person_field = refused.person
    survey.define(definitions, refused)
    survey.field_actions = ()
    survey.index()


def _read_jobs(org: OrgContext) -> tuple[list[Field], dict[str, Note], dict[str, Job]]:
    """The ticked fields, the refused ones among them, and the open jobs with their values."""
    custom = org.hris.custom_fields() if org.rules.synced_fields else []
    fields, refused = choose_fields(org.rules.synced_fields, custom)
    if refused:
        fields, refused = choose_fields(
            org.rules.synced_fields, custom, [one.code for one in org.hris.built_in_fields()]
        )
    return fields, refused, {job.id: job for job in org.hris.open_jobs(fields)}


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
    return by_name(read_list(readings, lookup.value, mirror, read, believe=believe).values())


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
