"""The pages for reading."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from control import orders
from control.errors import NotOneRecord
from control.questions import NoAnswer
from control.records import Directory
from control.sides import Sides
from control.status import Status
from control.status import status as status_of
from control.web.console.visit import Visit
from core.drift import Side, side_of
from core.keys import RecordKey, RecordKind
from core.notes import Note
from core.outcomes import Outcome, Result
from store.journal import Order
from store.results import StoredResult

SHOWN = 200
"""Maximum number of records in one list."""

HEADINGS = {
    Side.ASHBY: "To do in Ashby",
    Side.CHARTHOP: "To do in ChartHop",
    None: "To do here, or by the people who run the sync",
}

AWAITED = 3600
"""Seconds for which an ordered sync is waited for."""

WAIT = 2
"""Seconds between two reloads while something is in progress."""


@dataclass(frozen=True)
class Group:
    """Records that need a person for the same reason."""

    code: str
    fix: str
    side: Side | None
    """The side on which to act; None if it is here, or up to the operator of the sync."""
    records: Sequence[tuple[RecordKey, StoredResult, str]]
    """Each record, its result and the text about it."""


def home(visit: Visit) -> Response:
    """The organizations that the person may see."""
    organizations = visit.deployment.organizations
    names = [
        name
        for name in organizations.names()
        if visit.visitor.role(organizations, name) is not None
    ]
    if not names and not visit.visitor.is_operator:
        return visit.page("nothing.html", status=403)
    problems = list(organizations.wrong().values()) if visit.visitor.is_operator else []
    states = [status_of(visit.deployment, name, waiting_only=True) for name in names]
    return visit.page("home.html", states=states, problems=problems, waiting=waiting)


def waiting(state: Status) -> int:
    """The number of records that need a person."""
    return sum(kept.result.outcome.wants_attention for _, kept in state.records)


def organization(visit: Visit, *, status: int = 200, warning: str | None = None) -> Response:
    """The records that need a person, and the switches."""
    state = status_of(visit.deployment, visit.organization, waiting_only=True)
    kept = visit.deployment.public_memory(visit.organization)
    held = kept.switches.held()
    is_running = state.last_sync is not None and state.last_sync.finished_at is None
    directory, is_awaited = visit.directory()
    return visit.page(
        "organization.html",
        status=status,
        refresh=_refresh(is_awaited, is_running) if status == 200 else 0,
        warning=warning,
        state=state,
        sides=_by_side(grouped(state)),
        held=held,
        digest=orders.digest(held, kept.switches.shown()),
        journal=kept.journal.all()[:20],
        directory=directory,
        shown=SHOWN,
    )


def _refresh(is_awaited: bool, is_running: bool) -> int:
    """Seconds until the page reloads; not often, as somebody may be typing a reason."""
    return WAIT if is_awaited else 15 if is_running else 0


def grouped(state: Status) -> list[Group]:
    """The records that need a person, by reason; the most frequent reason comes first."""
    groups: dict[str, list[tuple[RecordKey, StoredResult, Note]]] = {}
    for record, kept in state.records:
        if kept.result.outcome.wants_attention:
            for note in kept.result.notes:
                groups.setdefault(note.code, []).append((record, kept, note))
    found = [
        Group(
            code,
            rows[0][2].fix_by_button,
            side_of(code),
            [(record, kept, note.what_by_button) for record, kept, note in rows],
        )
        for code, rows in groups.items()
    ]
    return sorted(found, key=lambda group: (-len(group.records), group.code))


def _by_side(groups: Sequence[Group]) -> list[tuple[str, int, list[Group]]]:
    """The groups by who can do something: their heading, how many records, and the groups."""
    found = []
    for side, heading in HEADINGS.items():
        of_side = [group for group in groups if group.side is side]
        if of_side:
            records = {record for group in of_side for record, _, _ in group.records}
            found.append((heading, len(records), of_side))
    return found


def records(visit: Visit) -> Response:
    """Find a job or hire."""
    called = visit.query.get("q", "").strip()[:200]
    results = visit.deployment.public_memory(visit.organization).results
    known = results.records()
    directory, is_awaited = visit.directory(known)
    found = find(directory, results.naming(called), called) if called else sorted(known, key=str)
    kept = results.several(found[:SHOWN])
    rows = [(record, directory.label(record), kept.get(record)) for record in found[:SHOWN]]
    return visit.page(
        "records.html",
        refresh=WAIT if is_awaited else 0,
        is_awaited=is_awaited,
        called=called,
        rows=rows,
        left=len(found) - len(rows),
    )


def find(directory: Directory, named: Iterable[RecordKey], called: str) -> list[RecordKey]:
    """The records that `called` means: by what people call them, then those it is an id of."""
    return list(dict.fromkeys((*directory.find(called), *named)))


def record_of(visit: Visit) -> RecordKey:
    """The record that the URL names. NotOneRecord if it is not one of the organization's."""
    record = RecordKey.parse(visit.path["record"])
    if record is None or not _is_known(visit, record):
        raise NotOneRecord("No sync has seen that record.")
    return record


def _is_known(visit: Visit, record: RecordKey) -> bool:
    """True if a sync looked at it, or a plan or drift that was shown just now names it."""
    kept = visit.deployment.public_memory(visit.organization).results
    if kept.get(record) is not None or kept.history(record):
        return True
    return visit.console.asker.has_named(visit.organization, record)


def record(visit: Visit) -> Response:
    """One record."""
    record = record_of(visit)
    kept = visit.deployment.public_memory(visit.organization)
    task = visit.query.get("task", "")
    is_awaited = bool(task) and kept.task_results.get(task) is None
    directory, is_named = visit.directory()
    planned, unknown = _planned(visit, record) if "now" in visit.query else (None, None)
    is_looked_at = "now" in visit.query and planned is None and unknown is None
    last = kept.results.get(record)
    both = _both(visit, record, is_awaited=is_awaited)
    return visit.page(
        "record.html",
        refresh=WAIT if is_awaited or is_named or is_looked_at or both.is_awaited else 0,
        record=record,
        is_job=record.kind is RecordKind.JOB,
        name=directory.label(record),
        hire=directory.hire(record),
        both=both,
        planned=planned,
        unknown=unknown,
        is_looked_at=is_looked_at,
        last=last,
        sides={note.code: side_of(note.code) for note in last.result.notes} if last else {},
        history=kept.results.history(record),
        is_awaited=is_awaited,
        has_ended=bool(task) and not is_awaited,
        may_be_pushed=record.kind is RecordKind.OFFER and last is not None and _rests(last),
        state=status_of(visit.deployment, visit.organization, waiting_only=True),
    )


@dataclass(frozen=True)
class Both:
    """A job in both services; neither `sides` nor `refused` if there is nothing to show."""

    sides: Sides | None = None
    refused: str | None = None
    is_awaited: bool = False


def _both(visit: Visit, record: RecordKey, *, is_awaited: bool) -> Both:
    """Nothing while a task is at work: what is read now is not what will be."""
    if record.kind is not RecordKind.JOB or is_awaited:
        return Both()
    try:
        sides = visit.console.asker.sides(visit.organization, record)
    except NoAnswer as error:
        return Both(refused=str(error))
    if sides is None:
        has_worker = bool(visit.deployment.workers())
        return Both(refused=None if has_worker else "no worker is running.", is_awaited=has_worker)
    return Both(sides)


def _planned(visit: Visit, record: RecordKey) -> tuple[Result | None, str | None]:
    """The result a sync would give now, or why it is not known; neither while it is determined."""
    try:
        answer = visit.console.asker.plan(visit.organization)
    except NoAnswer as error:
        return None, str(error)
    if answer is None:
        return None, None if visit.deployment.workers() else "no worker is running."
    for row in answer.rows:
        if row.record == record:
            return row.result, None
    return None, "no sync considers it: it is neither open nor waiting for anything."


def _rests(last: StoredResult) -> bool:
    return last.result.outcome in (Outcome.HELD, Outcome.SKIPPED, Outcome.FAILED)


def syncs(visit: Visit) -> Response:
    """The last syncs."""
    kept = visit.deployment.public_memory(visit.organization)
    return visit.page("syncs.html", syncs=kept.syncs.history())


def _is_awaited(given: Iterable[Order]) -> bool:
    """True if somebody ordered a sync a short while ago, which no worker may have begun."""
    return any(order.what == "sync" and time.time() - order.at < AWAITED for order in given)


def sync(visit: Visit) -> Response:
    """One sync."""
    kept = visit.deployment.public_memory(visit.organization)
    found = kept.syncs.get(visit.path["sync"])
    if found is None and not _is_awaited(kept.journal.all()):
        raise NotOneRecord("No sync with that id is remembered.")
    left = kept.backlog.left() if found is not None and found.finished_at is None else 0
    is_over = found is not None and found.finished_at is not None
    changed: list[tuple[RecordKey, StoredResult]] = []
    if found is not None:
        ends = found.finished_at or float("inf")
        changed = sorted(
            kept.results.between(found.started_at, ends).items(), key=lambda one: str(one[0])
        )
    directory, is_awaited = visit.directory() if changed else (Directory(), False)
    return visit.page(
        "sync.html",
        refresh=0 if is_over and not is_awaited else WAIT,
        directory=directory,
        id=visit.path["sync"],
        sync=found,
        left=left,
        changed=changed[:SHOWN],
        more=max(0, len(changed) - SHOWN),
    )
