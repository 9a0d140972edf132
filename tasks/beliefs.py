"""Lists that were not read in this sync, and are read now because a record waits for one.

Definitions, departments, locations and users hardly ever change: the fan-out takes them as they
were within the last hour. Not where that may keep a record from being in step.
"""

from collections.abc import Iterator, Mapping

from core import reasons
from core.actions import ClearValues, CreateOpening, Plan, SetValues
from core.keys import RecordKey, RecordKind
from core.notes import Notes
from core.outcomes import Outcome
from core.records import Lookup
from store.results import StoredResult
from tasks.context import OrgContext
from tasks.survey import DEFINITIONS, Survey

WAITS_FOR: Mapping[str, str] = {
    reasons.NO_DEPARTMENT.code: Lookup.DEPARTMENTS,
    reasons.TWO_DEPARTMENTS.code: Lookup.DEPARTMENTS,
    reasons.NO_LOCATION.code: Lookup.LOCATIONS,
    reasons.TWO_LOCATIONS.code: Lookup.LOCATIONS,
    reasons.NO_USER.code: Lookup.USERS,
    reasons.UNMAPPABLE.code: DEFINITIONS,
    reasons.CANNOT_CLEAR.code: DEFINITIONS,
    reasons.STORED_OTHERWISE.code: DEFINITIONS,
    reasons.NOT_APPROVED.code: DEFINITIONS,
    reasons.REQUIRED_FIELDS.code: DEFINITIONS,
}
"""By the code of what is wrong with a record the list in which that may have been put right."""

WRITES_FIELDS = (CreateOpening, SetValues, ClearValues)
"""Actions that need Ashby's fields as they are now. A write into one that was archived would be
refused; and without the field of the link an opening that is linked looks as if it were not: no
second one is made because of a list that is an hour old."""


def waited_for(
    org: OrgContext, survey: Survey, known: Mapping[RecordKey, StoredResult]
) -> frozenset[str]:
    """The believed lists that a record waits for; `known` is how each record ended last."""
    believed = survey.readings.believed
    if not believed:
        return frozenset()
    waited: set[str] = set()
    if survey.refused_fields.keys() - survey.unknown_fields.keys() or survey.field_actions:
        waited.add(DEFINITIONS)
    for lists in (*_of_jobs(org, survey), *_of_results(known)):
        waited |= lists
    return frozenset(believed & waited)


def _of_jobs(org: OrgContext, survey: Survey) -> Iterator[set[str]]:
    """What each job's plan asks for."""
    for plan in survey.plans(org).values():
        actions = plan.actions if isinstance(plan, Plan) else ()
        if plan.outcome.wants_attention:
            yield {DEFINITIONS, *Lookup}
        elif any(isinstance(action, WRITES_FIELDS) for action in actions):
            yield {DEFINITIONS, *_of_notes(plan.notes)}
        else:
            yield _of_notes(plan.notes)


def _of_results(known: Mapping[RecordKey, StoredResult]) -> Iterator[set[str]]:
    """What each record lacked the last time."""
    for record, kept in known.items():
        if record.kind is RecordKind.JOB and kept.result.outcome.wants_attention:
            yield {DEFINITIONS, *Lookup}
        elif kept.result.outcome is Outcome.FAILED:
            yield {DEFINITIONS}
        else:
            yield _of_notes(kept.result.notes)


def _of_notes(notes: Notes) -> set[str]:
    return {WAITS_FOR[note.code] for note in notes if note.code in WAITS_FOR}
