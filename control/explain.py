"""Explains one record: its history, and why it is or is not synced."""

from collections.abc import Mapping
from dataclasses import dataclass

from control.deployment import Deployment
from control.errors import RedisAway, Refusal
from control.plan import Forecast, forecast
from control.records import Hire, remembered, resolve
from core import reasons
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.keys import Direction, RecordKey
from core.notes import Note
from core.openings import LABELS
from core.outcomes import Result
from store.results import StoredResult
from store.schedule import next_sync
from tasks.context import OrgContext


@dataclass(frozen=True)
class Outlook:
    """The next sync of the record, and what prevents it.

    `refused` is why the record's direction is blocked until its key works. `next_sync_at` is in
    seconds since the epoch, None if none is scheduled. While Redis is unavailable only `enabled` is
    known, and `has_worker` is None.
    """

    enabled: bool
    paused: str | None
    refused: Mapping[Direction, Note]
    next_sync_at: float | None
    has_worker: bool | None


@dataclass(frozen=True)
class Explanation:
    """One record: what a sync would do now, its last result, and its history.

    `planned` is None if no sync examines it, or if the services could not be read. `history` has
    the latest first.
    """

    record: RecordKey
    name: str
    page: str | None
    """The address of the candidate's page in Ashby, if known."""
    planned: Result | None
    would_write: bool
    last: StoredResult | None
    history: tuple[StoredResult, ...]
    detail: str | None
    """The error message of the service that last refused the record. It may name people."""
    unknown_users: tuple[str, ...]
    """Hiring team addresses that no Ashby user has; shown only in a shell."""
    unreadable: str | None
    """Why the record's present state could not be read."""
    unremembered: str | None
    """Why the stored results could not be read."""
    outlook: Outlook

    @property
    def wants_attention(self) -> bool:
        """True if it needs a person."""
        known = self.last.result if self.last is not None else self.planned
        return known is not None and known.outcome.wants_attention


def explain(deployment: Deployment, organization: str, called: str) -> Explanation:
    """Everything known about the record named `called`, as far as it can be read.

    Reads both services and Redis; what does not answer is left out, with a note. Raises
    NotOneRecord, and Refusal if too little can be read.
    """
    deployment.named(organization)
    unremembered = _recall(deployment)
    kept = deployment.public_memory(organization)
    org, unreadable = _open(deployment, organization)
    now = None
    if org is not None:
        now, unreadable = _look(org)
    directory = now.directory if now is not None else remembered(deployment.memory(organization))
    if unreadable is not None and unremembered is not None:
        raise Refusal(f"nothing is known of {called}: {unremembered} {unreadable}")
    if unreadable is not None and not directory.find(called):
        raise Refusal(
            f"no sync of {organization} has recorded {called}, and its current state is unknown: "
            f"{unreadable}"
        )
    record = resolve(organization, called, directory)
    last = kept.results.get(record)
    is_refused = last is not None and last.result.outcome.wants_attention
    return Explanation(
        record,
        directory.label(record),
        _page(org, directory.hire(record)) if org is not None and unreadable is None else None,
        now.results.get(record) if now is not None else None,
        now is not None and record in now.writes,
        last,
        tuple(kept.results.history(record)),
        org.memory.details.get(str(record)) if org is not None and is_refused else None,
        _unknown_users(now, record) if now is not None else (),
        unreadable,
        unremembered,
        _outlook(deployment, organization, record, is_remembered=unremembered is None),
    )


def _recall(deployment: Deployment) -> str | None:
    """Open Redis, or return why it is unavailable; then the stored state is empty."""
    try:
        deployment.redis.ping()
    except RedisAway as error:
        deployment.forget()
        return str(error)
    return None


def _open(deployment: Deployment, organization: str) -> tuple[OrgContext | None, str | None]:
    """The organization with its keys, or the reason why there is none."""
    try:
        return deployment.context(organization), None
    except WrongSetup as error:
        return None, str(error)


def _look(org: OrgContext) -> tuple[Forecast | None, str | None]:
    """The present state of everything, or why it could not be read."""
    try:
        return forecast(org), None
    except (TryLater, NeedsHuman) as error:
        return None, str(error.reason)


def _page(org: OrgContext, hire: Hire | None) -> str | None:
    """The candidate's page; a failure to read it affects nothing else."""
    try:
        return org.ats.candidate_page(hire.candidate) if hire is not None else None
    except (TryLater, NeedsHuman):
        return None


def _unknown_users(now: Forecast, record: RecordKey) -> tuple[str, ...]:
    planned, job = now.results.get(record), now.survey.jobs.get(record.id)
    if planned is None or job is None:
        return ()
    addresses = {
        LABELS["hiring_manager_ids"]: job.hiring_manager,
        LABELS["recruiter_ids"]: job.recruiter,
    }
    unknown = [note for note in planned.notes if note.code == reasons.NO_USER.code]
    found = (addresses.get(str(dict(note.parameters)["role"])) for note in unknown)
    return tuple(dict.fromkeys(address.strip() for address in found if address))


def _outlook(
    deployment: Deployment, organization: str, record: RecordKey, *, is_remembered: bool
) -> Outlook:
    switches = deployment.public_memory(organization).switches
    direction = record.kind.direction
    return Outlook(
        enabled=organization in deployment.organizations.enabled(),
        paused=switches.paused(),
        refused={way: why for way, why in switches.refused().items() if way is direction},
        next_sync_at=next_sync(deployment.redis),
        has_worker=bool(deployment.workers()) if is_remembered else None,
    )
