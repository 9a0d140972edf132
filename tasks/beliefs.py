"""Cached lists that have to be read in this sync because a record waits for one.

Definitions, departments, locations and users rarely change, so the fan-out uses readings up to an
hour old, unless that may keep a record out of step.
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
    reasons.NOT_OFFERED.code: DEFINITIONS,
    reasons.CANNOT_CLEAR.code: DEFINITIONS,
    reasons.STORED_OTHERWISE.code: DEFINITIONS,
    reasons.NOT_APPROVED.code: DEFINITIONS,
    reasons.REQUIRED_FIELDS.code: DEFINITIONS,
}
"""Reason codes, and the list in which each problem may have been fixed."""

WRITES_FIELDS = (CreateOpening, SetValues, ClearValues)
"""Actions that need Ashby's fields as they are now. A write to an archived field would be refused,
and without the link's field a linked opening looks unlinked: a list that is an hour old must not
lead to a second opening."""


def waited_for(
    org: OrgContext, survey: Survey, known: Mapping[RecordKey, StoredResult]
) -> frozenset[str]:
    """The cached lists that a record waits for; `known` is the last result of each record."""
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
    """The lists that the plans of jobs need."""
    for plan in survey.plans(org).values():
        actions = plan.actions if isinstance(plan, Plan) else ()
        if plan.outcome.wants_attention:
            yield {DEFINITIONS, *Lookup}
        elif any(isinstance(action, WRITES_FIELDS) for action in actions):
            yield {DEFINITIONS, *_of_notes(plan.notes)}
        else:
            yield _of_notes(plan.notes)


def _of_results(known: Mapping[RecordKey, StoredResult]) -> Iterator[set[str]]:
    """The lists that the last results of records wait for."""
    for record, kept in known.items():
        if record.kind is RecordKind.JOB and kept.result.outcome.wants_attention:
            yield {DEFINITIONS, *Lookup}
        elif kept.result.outcome is Outcome.FAILED:
            yield {DEFINITIONS}
        else:
            yield _of_notes(kept.result.notes)


def _of_notes(notes: Notes) -> set[str]:
    return {WAITS_FOR[note.code] for note in notes if note.code in WAITS_FOR}
