"""The fan-out as a pipeline of values: read -> plan -> brake -> save -> dispatch.

Each step takes a value and returns the next. A failure in one direction, field or record is part of
the value and stops nothing else. `plan` and `explain` also use `triage` and `brake`.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace

import celery

from core.actions import CloseOpening
from core.brakes import Held
from core.keys import Direction, RecordKey, RecordKind
from core.notes import Note, Notes
from core.outcomes import Outcome
from core.records import Field
from store.batch import Batch
from store.names import JobName
from store.results import FORGET_AFTER, StoredResult
from tasks.beliefs import waited_for
from tasks.close_reasons import with_close_reasons
from tasks.context import OrgContext
from tasks.definitions import NOT_MADE
from tasks.dispatch import end, send_next
from tasks.guards import guard_direction
from tasks.heard import serve_events
from tasks.hire_reads import charthop_fields
from tasks.intake import HIRE_LISTS, Intake, read_hires
from tasks.keeping import keep
from tasks.ownership import own_what_is_listed
from tasks.readings import Readings
from tasks.refusals import accept, probe
from tasks.survey import Survey, make_fields, read_now, recall, take_survey
from tasks.triage import Triage, fingerprints, held_back, triage_records

Trouble = Mapping[Direction, Notes]
"""Why a direction could not be read or prepared for writing."""


@dataclass(frozen=True)
class Reading:
    """Both sides as they are now, and the last result of each record.

    `intake` is None if the hires could not be read.
    """

    survey: Survey
    intake: Intake | None
    known: Mapping[RecordKey, StoredResult]
    trouble: Trouble
    refused: Set[Direction] = frozenset()
    """Directions that were blocked before this sync, because a key was refused."""
    names: Mapping[str, JobName] = field(default_factory=dict)
    """The names of the jobs before this sync."""


@dataclass(frozen=True)
class Planned:
    """The decision on each record.

    `held` is what the brake holds, `shown` a digest of the state in which each held record is
    shown. `fields` are ChartHop's, which the tasks of hires need. `left` are records that this sync
    does not examine: they keep their results.
    """

    reading: Reading
    triage: Triage
    trouble: Trouble
    held: tuple[Held, ...] = ()
    shown: Mapping[RecordKey, str] = field(default_factory=dict)
    fields: Mapping[str, Field] | None = None
    left: frozenset[RecordKey] = frozenset()

    @property
    def problems(self) -> Notes:
        """The reasons why the sync did not complete."""
        return tuple(dict.fromkeys(note for notes in self.trouble.values() for note in notes))


@dataclass(frozen=True)
class Begun:
    """A started sync. `refused` are the directions blocked because a key was refused.

    `take` takes the recalled data in; it raises if that cannot be read.
    """

    sync: str
    full: bool
    readings: Readings
    refused: Set[Direction]
    take: Callable[[], None]


def begin(
    org: OrgContext, sync: str, trigger: str, refused: Set[Direction], *, full: bool
) -> Begun:
    """Record the start of the sync and recall the state it needs, in one round trip.

    `full` forgets the cursors of the lists and sends every record.
    """
    memory, readings = org.memory, Readings()
    with Batch(memory.redis, atomic=False) as batch:
        memory.syncs.start(sync, trigger, batch)
        if full:
            memory.forget_cursors(batch)
        wrapped = memory.data_key.recall(batch)
        take_lists = recall(org, readings, batch)

    def take() -> None:
        memory.data_key.ensure(wrapped.value)
        take_lists()

    return Begun(sync, full, readings, refused, take)


def run(app: celery.Celery, org: OrgContext, begun: Begun) -> None:
    """Send an organization's records to their tasks. Raises any error that stops both directions.

    The sync is finished here if no record needs a task and none is left from before.
    """
    begun.take()
    planned = brake(org, plan(org, read(org, begun), full=begun.full))
    planned = prepare_closing(org, prepare_hires(org, planned))
    saved = save(org, begun.sync, planned)
    if saved.is_over:
        end(app, org, begun.sync, planned.problems, saved.outcomes)
    else:
        send_next(app, org)


def read(org: OrgContext, begun: Begun) -> Reading:
    """Read both sides and create missing fields; reading the hires may fail separately."""
    refused = begun.refused
    if Direction.OUTBOUND in refused:
        probe(org, Direction.OUTBOUND)
    survey = take_survey(org, begun.readings, believe=True)
    with Batch(org.memory.redis, atomic=False) as batch:
        results, names = org.memory.results.recall(batch), org.memory.names.recall(batch)
        hires = org.memory.recall(HIRE_LISTS, batch)
    survey.readings.take(hires)
    known = results.value
    waited = waited_for(org, survey, known)
    if waited:
        read_now(org, survey, waited)
    trouble: dict[Direction, Notes] = {}
    stopped = guard_direction(org, Direction.OUTBOUND, lambda: make_fields(org, survey))
    if stopped is not None:
        trouble[Direction.OUTBOUND] = (stopped,)
    intake = _read_hires(org, survey, is_refused=Direction.INBOUND in refused)
    if isinstance(intake, tuple):
        trouble[Direction.INBOUND] = intake
    read_all = intake if isinstance(intake, Intake) else None
    return Reading(survey, read_all, known, trouble, refused, names.value)


def _read_hires(org: OrgContext, survey: Survey, *, is_refused: bool) -> Intake | Notes:
    """The hires, or the reason why they could not be read."""
    if survey.catalogue.own.person.id.startswith(NOT_MADE):
        # Its field could not be created. Without a reason here, the jobs already report it.
        return survey.no_person_field

    def read_all() -> Intake:
        if is_refused:
            probe(org, Direction.INBOUND)
        return read_hires(org, survey)

    intake = guard_direction(org, Direction.INBOUND, read_all)
    return (intake,) if isinstance(intake, Note) else intake


def plan(org: OrgContext, reading: Reading, *, full: bool) -> Planned:
    """Decide on each record; only records that need a call are left to a task."""
    triage = triage_records(org, reading.survey, reading.known, reading.intake, full=full)
    trouble = reading.trouble
    stopped, unread = trouble.get(Direction.OUTBOUND), reading.survey.unread
    if stopped:
        triage = triage.without_jobs(stopped)
    elif unread:
        trouble = {**trouble, Direction.OUTBOUND: unread}
    return Planned(reading, triage, trouble, left=_unknown_fields(reading))


def _unknown_fields(reading: Reading) -> frozenset[RecordKey]:
    """The ticked fields of which nothing is known, because ChartHop's could not be read."""
    if reading.survey.no_fields is None:
        return frozenset()
    return frozenset(record for record in reading.known if record.kind is RecordKind.FIELD)


def brake(org: OrgContext, planned: Planned) -> Planned:
    """Hold the changes that are too many at once."""
    survey, triage = planned.reading.survey, planned.triage
    held = held_back(org, survey, triage)
    records = frozenset().union(*(one.records for one in held))
    shown = fingerprints(org, survey, triage, records)
    return replace(planned, held=tuple(held), shown=shown, triage=triage.holding(held))


def prepare_hires(org: OrgContext, planned: Planned) -> Planned:
    """Read the ChartHop data that tasks of hires need; without it they wait for the next sync."""
    if not planned.triage.hires:
        return planned
    fields = guard_direction(org, Direction.INBOUND, lambda: charthop_fields(org))
    if not isinstance(fields, Note):
        return replace(planned, fields=fields)
    return replace(
        planned,
        triage=replace(planned.triage, hires={}),
        left=planned.left | frozenset(planned.triage.hires),
        trouble={**planned.trouble, Direction.INBOUND: (fields,)},
    )


def prepare_closing(org: OrgContext, planned: Planned) -> Planned:
    """Read the close reasons if an opening has to be closed; without them it stays open."""
    survey, plans = planned.reading.survey, planned.triage.plans
    closing = frozenset(record for record, plan in plans.items() if plan.has(CloseOpening))
    if not closing:
        return planned
    catalogue = guard_direction(
        org, Direction.OUTBOUND, lambda: with_close_reasons(org, survey.catalogue)
    )
    if not isinstance(catalogue, Note):
        survey.replace_catalogue(catalogue)
        return planned
    others = {record: plan for record, plan in plans.items() if record not in closing}
    return replace(
        planned,
        triage=replace(planned.triage, plans=others),
        left=planned.left | closing,
        trouble={**planned.trouble, Direction.OUTBOUND: (catalogue,)},
    )


@dataclass(frozen=True)
class Saved:
    """The sync's counts so far, including woken records, and whether no record is left."""

    outcomes: Mapping[str, int]
    is_over: bool


def save(org: OrgContext, sync: str, planned: Planned) -> Saved:
    """Store all that was read and decided: the backlog last but one, the cursors last."""
    reading, triage = planned.reading, planned.triage
    for direction, waiting in (
        (Direction.OUTBOUND, triage.plans),
        (Direction.INBOUND, triage.hires),
    ):
        if direction in reading.refused and direction not in planned.trouble and not waiting:
            accept(org, direction)
    keep(org, reading.survey, reading.names)
    own_what_is_listed(org, reading.survey, reading.known)
    serve_events(org, reading.survey)
    org.memory.results.keep(triage.results, reading.known)
    org.memory.results.drop(_forgotten(planned))
    number = len(triage.plans) + len(triage.hires)
    with Batch(org.memory.redis, atomic=False) as batch:
        _save_held(org, planned, batch)
        if number:
            batch.send()
            _leave_to_tasks(org, planned)
        return _save_cursors(org, sync, planned, batch)


def _save_held(org: OrgContext, planned: Planned, batch: Batch) -> None:
    """Store what the brake holds, and what the tasks of woken records need."""
    memory, survey = org.memory, planned.reading.survey
    held = {one.kind.value: (one.reason, one.records) for one in planned.held}
    # What the brake holds has to be visible as a whole.
    memory.switches.hold(held, planned.shown, None if held else batch)
    memory.events.forget_spent(batch)
    memory.briefs.leave_catalogue(survey.catalogue_name, survey.catalogue, batch)
    if org.time_zone is not None:
        memory.briefs.leave_time_zone(org.time_zone, batch)


def _leave_to_tasks(org: OrgContext, planned: Planned) -> None:
    """Store what the tasks need, then the records that need a task."""
    memory, reading, triage = org.memory, planned.reading, planned.triage
    if planned.fields is not None:
        memory.briefs.leave_hires(triage.hires, planned.fields)
    jobs = [record for record in triage.plans if record.kind is RecordKind.JOB]
    if jobs:
        briefs = {record: reading.survey.brief(record.id) for record in jobs}
        memory.briefs.leave(briefs, reading.survey.catalogue_name, reading.survey.catalogue)
    memory.backlog.add([*triage.hires, *triage.plans])


def _save_cursors(org: OrgContext, sync: str, planned: Planned, batch: Batch) -> Saved:
    """Store the cursors, and what the sync did."""
    triage = planned.triage
    counted = Counter(
        result.outcome for record, result in triage.results.items() if record.kind.has_task
    )
    planned.reading.survey.readings.keep_cursors(org, batch)
    org.memory.syncs.count(sync, counted, org.calls, batch)
    number = len(triage.plans) + len(triage.hires)
    org.memory.syncs.planned(sync, number, planned.problems, batch)
    is_empty, so_far = org.memory.backlog.is_empty(batch), org.memory.syncs.recall(sync, batch)
    batch.send()
    org.calls.clear()
    return Saved(so_far.value.outcomes if so_far.value is not None else {}, is_empty.value)


def _forgotten(planned: Planned) -> list[RecordKey]:
    """Records that no sync examines any more, so their problems are over, too.

    Good results stay in the list for a while, except for an offer that waited and is now over.
    Records that could not be examined also stay.
    """
    now, triage = time.time(), planned.triage
    seen = triage.results.keys() | triage.plans.keys() | triage.hires.keys() | planned.left
    hires_read = planned.reading.intake is not None
    return [
        record
        for record, kept in planned.reading.known.items()
        if record not in seen
        and (hires_read or record.kind.direction is not Direction.INBOUND)
        and (
            record.kind is RecordKind.FIELD
            or kept.result.outcome.wants_attention
            or (
                record.kind.direction is Direction.INBOUND
                and kept.result.outcome is Outcome.SKIPPED
            )
            or now - kept.at > FORGET_AFTER
        )
    ]
