"""What happened to one record, and why it is or is not synced."""

from dataclasses import dataclass

from control.deployment import Deployment, PublicMemory
from control.errors import NoSuchRecord, Refusal
from control.plan import Forecast, find, forecast
from core.errors import NeedsHuman, TryLater, WrongSetup
from core.keys import RecordKey, RecordKind
from core.outcomes import Result
from store.results import StoredResult
from tasks.context import OrgContext


@dataclass(frozen=True)
class Explanation:
    """One record: what a sync would make of it now, how it ended last, and its history.

    `planned` is None where no sync looks at it, or where both sides could not be read.
    `history` has the latest first.
    """

    record: RecordKey
    name: str
    planned: Result | None
    would_write: bool
    last: StoredResult | None
    history: tuple[StoredResult, ...]
    detail: str | None = None
    """What the service said that refused the record last. It may name people."""


@dataclass(frozen=True)
class Explained:
    """The records that were meant. `unreadable`: why it is not known how they stand now."""

    records: tuple[Explanation, ...]
    unreadable: str | None
    resting: str | None
    """Why no sync does anything for the organization."""

    @property
    def wants_attention(self) -> bool:
        """Whether one of them waits for somebody."""
        return any(
            one.last is not None and one.last.result.outcome.wants_attention for one in self.records
        )


def explain(deployment: Deployment, organization: str, called: str) -> Explained:
    """What is known of the records that `called` may mean; both services are read.

    Raises NoSuchRecord, and Refusal where it cannot be told because a service cannot be read.
    """
    deployment.named(organization)
    kept = deployment.public_memory(organization)
    org, unreadable = _open(deployment, organization)
    now = None
    if org is not None:
        now, unreadable = _look(org)
    found = _find(kept, now, called)
    if not found and unreadable is not None:
        raise Refusal(
            f"{called} stands in no sync's history of {organization}, and how it stands now is not "
            f"known: {unreadable}"
        )
    if not found:
        raise NoSuchRecord(
            f"{called} is nothing that the sync of {organization} knows: no open job, no opening "
            "that it linked, no offer of a hired candidate. The key may not see it, or it is "
            "spelled otherwise."
        )
    resting = kept.switches.paused()
    if resting is None and organization not in deployment.organizations.enabled():
        resting = "the organization is not enabled"
    return Explained(
        tuple(_explanation(kept, org, now, record) for record in sorted(found)),
        unreadable,
        resting,
    )


def _open(deployment: Deployment, organization: str) -> tuple[OrgContext | None, str | None]:
    """The organization with its keys, or why there is none."""
    try:
        return deployment.context(organization), None
    except WrongSetup as error:
        return None, str(error)


def _look(org: OrgContext) -> tuple[Forecast | None, str | None]:
    """How everything stands now, or why that cannot be found out."""
    try:
        return forecast(org), None
    except (TryLater, NeedsHuman) as error:
        return None, str(error.reason)


def _find(kept: PublicMemory, now: Forecast | None, called: str) -> set[RecordKey]:
    found = set(find(now, called)) if now is not None else set()
    for name, last in kept.results.all().items():
        if called in (str(name), name.id) or (
            name.kind is RecordKind.JOB and last.result.opening_id == called
        ):
            found.add(name)
    return found


def _explanation(
    kept: PublicMemory, org: OrgContext | None, now: Forecast | None, record: RecordKey
) -> Explanation:
    last = kept.results.get(record)
    is_refused = last is not None and last.result.outcome.wants_attention
    return Explanation(
        record,
        now.names.get(record, "") if now is not None else "",
        now.results.get(record) if now is not None else None,
        now is not None and record in now.writes,
        last,
        tuple(kept.results.history(record)),
        org.memory.details.get(str(record)) if org is not None and is_refused else None,
    )
