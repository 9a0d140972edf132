"""How do both sides stand right now?

A survey reads; it writes nothing, neither to a service nor to Redis. The fan-out plans from it
and keeps it; `plan` only prints it; a record task that finds no brief makes one of its own.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from core import reasons
from core.actions import CreateField, FieldAction, Plan, SetOptions
from core.catalogue import Catalogue, OwnFields, places_by_name
from core.errors import TryLater
from core.fields import (
    LINK_TITLE,
    PERSON_TITLE,
    STATUS_TITLE,
    choose_fields,
    find_definition,
    marker,
    plan_fields,
)
from core.jobs import plan_job
from core.notes import Note
from core.ports import Listing
from core.records import Definition, Field, Job, Opening, digest
from store.briefs import JobBrief
from store.names import JobName
from tasks.context import OrgContext

OWN_FIELDS = {
    "link": (LINK_TITLE, marker("job-id"), "Opening"),
    "status": (STATUS_TITLE, marker("recruiting-status"), "Opening"),
    "person": (PERSON_TITLE, marker("person-id"), "Application"),
}
"""The fields in which Ashby keeps the sync's own memory: title, marker and holder."""


NOT_MADE = "new "


@dataclass
class Readings:
    """The lists that were read, for whoever keeps them: what changed, and where to go on."""

    began: float
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    passes: dict[str, tuple[Listing[Any], int]] = field(default_factory=dict)
    """Each with the size of its list."""


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
    by_job: dict[str, list[Opening]] = field(default_factory=dict)
    by_identifier: dict[str, list[Opening]] = field(default_factory=dict)
    _named: tuple[Catalogue, str] | None = None

    def index(self) -> None:
        """Find the openings by the job that they are linked to, and by identifier."""
        self.by_job, self.by_identifier = {}, {}
        for opening in self.openings.values():
            job_id = self.catalogue.linked_job(opening)
            if job_id is not None:
                self.by_job.setdefault(job_id, []).append(opening)
            self.by_identifier.setdefault(opening.identifier, []).append(opening)

    def linked(self, job_id: str) -> list[Opening]:
        """The openings that carry the job's id."""
        return self.by_job.get(job_id, [])

    def namesakes(self, job: Job | None) -> list[Opening]:
        """The openings with the job's identifier that are not linked to it."""
        if job is None:
            return []
        named = self.by_identifier.get(job.identifier, [])
        return [one for one in named if self.catalogue.linked_job(one) != job.id]

    def plan(self, job_id: str, *, confidential_too: bool) -> Plan:
        """What a sync would do for that job."""
        job = self.jobs.get(job_id)
        return plan_job(
            job,
            self.linked(job_id),
            self.namesakes(job),
            self.catalogue,
            confidential_too=confidential_too,
        )

    def fingerprint(self, job_id: str) -> str:
        """A digest of all that the plan for that job is made from."""
        job = self.jobs.get(job_id)
        return fingerprint(job, self.linked(job_id), self.namesakes(job), self.catalogue)

    @property
    def catalogue_name(self) -> str:
        """By what name the catalogue is kept: its digest, made once for each that there was."""
        if self._named is None or self._named[0] is not self.catalogue:
            self._named = self.catalogue, digest(self.catalogue)
        return self._named[1]

    def brief(self, job_id: str) -> JobBrief:
        """What a record task has to know about that job."""
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
    """A digest of all that a job's plan is made from, but for what Ashby has by other names."""
    order = sorted(linked, key=lambda one: one.id) + sorted(namesakes, key=lambda one: one.id)
    places = [catalogue.departments, catalogue.locations]
    told = (
        [list(dict(names)) for names in places]
        if job is None
        else [
            [place.id for place in names.get((name or "").strip().casefold(), ())]
            for names, name in zip(places, (job.department, job.location), strict=True)
        ]
    )
    return digest(job, order, told, [definition for _, definition in catalogue.fields])


def look(org: OrgContext) -> Survey:
    """Read both sides; complete lists, or an error."""
    began = time.time()
    readings = Readings(began)
    (fields, refused, jobs), definitions, departments, locations, listed = org.together(
        partial(_read_jobs, org),
        partial(_read, org, readings, "definitions"),
        partial(_read, org, readings, "departments"),
        partial(_read, org, readings, "locations"),
        partial(_list_openings, org),
    )
    field_plan = plan_fields(fields, list(definitions.values()))
    catalogue = Catalogue(
        own=own_fields(definitions),
        fields=[
            (one, field_plan.usable[one.code]) for one in fields if one.code in field_plan.usable
        ],
        departments=places_by_name(list(departments.values())),
        locations=places_by_name(list(locations.values())),
    )
    openings = _merge_openings(org, readings, catalogue, *listed)
    survey = Survey(
        jobs=jobs,
        openings=openings,
        definitions=definitions,
        fields=fields,
        catalogue=catalogue,
        field_actions=_field_actions(org, fields, definitions),
        refused_fields={
            **refused,
            **field_plan.refused,
            **_refused_on_offers(org, fields, definitions),
        },
        readings=readings,
    )
    survey.index()
    return survey


def keep(org: OrgContext, survey: Survey) -> None:
    """Keep what was read, but not yet where to go on."""
    for name, changed in survey.readings.changed.items():
        getattr(org.memory, name).write(changed, survey.readings.began)
    org.memory.names.keep(names_of(survey, org.memory.names.load()))


def names_of(survey: Survey, before: Mapping[str, JobName]) -> dict[str, JobName]:
    """What people call the jobs; those that are no longer listed keep their name while linked."""

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


def keep_cursors(org: OrgContext, survey: Survey) -> None:
    """Go on from here next time. Done last: a crash before it only means to read again."""
    for name, (reading, size) in survey.readings.passes.items():
        getattr(org.memory, name).continue_from(reading, survey.readings.began, size)


def make_fields(org: OrgContext, survey: Survey) -> None:
    """Carry out what is to be done about Ashby's field definitions, and note it in the survey.

    Another task may have made them since the survey read: the list is read again under a lock,
    so that no field is made twice.
    """
    if not survey.field_actions:
        return
    with org.memory.locks.hold("fields", wait=30.0) as lock:
        if lock is None:
            raise TryLater(reasons.FIELDS_IN_WORK())
        with org.gate.under(lock):
            definitions = _read(org, survey.readings, "definitions")
            for action in _field_actions(org, survey.fields, definitions):
                made = _carry_out(org, action)
                definitions[made.id] = made
                org.memory.definitions.put(made)
                survey.readings.changed["definitions"].pop(made.id, None)
            plan = plan_fields(survey.fields, list(definitions.values()))
            survey.definitions = definitions
            survey.catalogue = replace(
                survey.catalogue,
                own=own_fields(definitions),
                fields=[
                    (one, plan.usable[one.code]) for one in survey.fields if one.code in plan.usable
                ],
            )
            survey.field_actions = ()
            survey.index()


def _carry_out(org: OrgContext, action: FieldAction) -> Definition:
    match action:
        case CreateField():
            return org.ats.create_field(action)
        case SetOptions():
            return org.ats.set_options(action)


def _field_actions(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> tuple[FieldAction, ...]:
    """What is missing or out of step among Ashby's field definitions."""
    there = list(definitions.values())
    holders = ("Opening", "Offer") if org.rules.create_offer_fields else ("Opening",)
    ticked = [plan_fields(fields, there, holder).actions for holder in holders]
    return (*_missing(own_fields(definitions)), *(one for actions in ticked for one in actions))


def _refused_on_offers(
    org: OrgContext, fields: Sequence[Field], definitions: Mapping[str, Definition]
) -> dict[str, Note]:
    if not org.rules.create_offer_fields:
        return {}
    refused = plan_fields(fields, list(definitions.values()), "Offer").refused
    return {f"{code} on offers": reason for code, reason in refused.items()}


def own_fields(definitions: Mapping[str, Definition]) -> OwnFields:
    """The sync's own fields; one that is still to be made has a placeholder's id."""
    used = [one for one in definitions.values() if not one.is_archived]

    def find(name: str) -> Definition:
        title, mark, holder = OWN_FIELDS[name]
        there = find_definition([one for one in used if one.holder == holder], title, mark)
        return there or Definition(f"{NOT_MADE}{title}", title, "String", holder)

    return OwnFields(link=find("link"), status=find("status"), person=find("person"))


def _missing(own: OwnFields) -> list[CreateField]:
    return [
        CreateField(title=title, type="String", holder=holder, marker=mark)
        for name, (title, mark, holder) in OWN_FIELDS.items()
        if getattr(own, name).id.startswith(NOT_MADE)
    ]


def _read_jobs(org: OrgContext) -> tuple[list[Field], dict[str, Note], dict[str, Job]]:
    """The ticked fields, those that are refused, and the open jobs with their values."""
    custom = org.hris.custom_fields() if org.rules.synced_fields else []
    fields, refused = choose_fields(org.rules.synced_fields, custom)
    if refused:
        fields, refused = choose_fields(
            org.rules.synced_fields, custom, [one.code for one in org.hris.built_in_fields()]
        )
    return fields, refused, {job.id: job for job in org.hris.open_jobs(fields)}


def _read(org: OrgContext, readings: Readings, name: str) -> dict[str, Any]:
    """One of Ashby's lists as it is now."""
    mirror = getattr(org.memory, name)
    known = mirror.load()
    reading = getattr(org.ats, name)(mirror.token() if known else None)
    now, changed = mirror.merge(known, reading, readings.began)
    readings.changed.setdefault(name, {}).update(changed)
    readings.passes[name] = reading, len(now)
    return dict(now)


def _list_openings(org: OrgContext) -> tuple[dict[str, Opening], Listing[Opening]]:
    """The openings that are remembered, and what their list says now."""
    mirror = org.memory.openings
    known = mirror.load()
    return known, org.ats.openings(mirror.token() if known else None)


def _merge_openings(
    org: OrgContext,
    readings: Readings,
    catalogue: Catalogue,
    known: dict[str, Opening],
    reading: Listing[Opening],
) -> dict[str, Opening]:
    """The openings as they are now. A linked one that vanished stays, marked as gone."""

    def vanished(opening: Opening) -> Opening | None:
        return replace(opening, is_gone=True) if catalogue.linked_job(opening) else None

    mirror = org.memory.openings
    now, changed = mirror.merge(known, reading, readings.began, vanished)
    readings.changed["openings"] = changed
    readings.passes["openings"] = reading, len(now)
    return now
