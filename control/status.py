"""The status of an organization: its last sync, and the records that need a person."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from control.deployment import Deployment, PublicMemory
from control.errors import NoSuchSync, NotOneRecord
from control.records import remembered, resolve
from control.wording import ATTENTION_FIRST
from core.keys import Direction, RecordKey
from core.notes import Note, in_words
from core.outcomes import Outcome, count_missing
from store.results import StoredResult
from store.schedule import next_sync
from store.syncs import Sync


@dataclass(frozen=True)
class Status:
    """Everything known about one organization. `records` that need a person come first."""

    organization: str
    enabled: bool
    paused: str | None
    refused: Mapping[Direction, Note]
    """Why a direction (outbound, inbound) is blocked until its key works."""
    brake: str | None
    next_sync_at: float | None
    """Seconds since the epoch; None if none is scheduled."""
    has_worker: bool
    broken: str | None
    """What workers found wrong with its table or its secrets at the last scheduled sync."""
    released: int
    """Approved records that wait for the next sync."""
    last_sync: Sync | None
    webhooks: Mapping[str, Mapping[str, float | None]]
    """By system (ashby, charthop) when the last event of each kind came, in epoch seconds; None
    where none came yet. A system of which no webhook is set up is left out."""
    records: tuple[tuple[RecordKey, StoredResult], ...]

    @property
    def wants_attention(self) -> bool:
        """True if there is a problem with an organization that should be synced."""
        return self.enabled and (
            any(kept.result.outcome.wants_attention for _, kept in self.records)
            or bool(self.paused or self.refused or self.brake)
            or (self.last_sync is not None and bool(self.last_sync.problems))
        )

    @property
    def missing(self) -> dict[Note, int]:
        """The notes on what records in step lack, with their counts, the most frequent first."""
        return count_missing(kept.result for _, kept in self.records)

    def only(
        self,
        outcomes: Collection[Outcome] = (),
        codes: Collection[str] = (),
        record: RecordKey | None = None,
    ) -> "Status":
        """The same with those records only."""
        return replace(self, records=_only(self.records, outcomes, codes, record))


@dataclass(frozen=True)
class SyncReport:
    """The changes of one sync by record, with old and new values; the latest first."""

    organization: str
    sync: Sync
    records: tuple[tuple[RecordKey, StoredResult], ...]

    def only(
        self,
        outcomes: Collection[Outcome] = (),
        codes: Collection[str] = (),
        record: RecordKey | None = None,
    ) -> "SyncReport":
        """The same with those records only."""
        return replace(self, records=_only(self.records, outcomes, codes, record))


def _only(
    records: Iterable[tuple[RecordKey, StoredResult]],
    outcomes: Collection[Outcome],
    codes: Collection[str],
    record: RecordKey | None,
) -> tuple[tuple[RecordKey, StoredResult], ...]:
    return tuple(
        (name, kept)
        for name, kept in records
        if (not outcomes or kept.result.outcome in outcomes)
        and (not codes or not set(codes).isdisjoint(kept.result.codes))
        and record in (None, name)
    )


def of_sync(deployment: Deployment, organization: str, called: str) -> SyncReport:
    """The changes of the sync with that id; the start of the id is enough.

    It includes records that events woke during the sync. Raises NoSuchSync.
    """
    kept = deployment.public_memory(organization)
    found = [sync for sync in kept.syncs.history() if called and sync.id.startswith(called)]
    if len(found) != 1:
        what = f"{len(found)} syncs begin with" if found else "no sync is remembered as"
        raise NoSuchSync(
            f"{organization}: {what} {called}; `charthop-ashby status {organization} --history` "
            "lists them."
        )
    ends = found[0].finished_at or math.inf
    histories = kept.results.histories(kept.results.all())
    records = [
        (record, told)
        for record, history in histories.items()
        for told in history
        if found[0].started_at <= told.at <= ends
    ]
    records.sort(key=lambda one: -one[1].at)
    return SyncReport(organization, found[0], tuple(records))


def named(
    deployment: Deployment, organizations: Sequence[str], called: str
) -> dict[str, RecordKey]:
    """The record named by `called`, by organization. Raises NotOneRecord if there is none."""
    found, failures = {}, []
    for organization in organizations:
        try:
            known = remembered(deployment.memory(organization))
            found[organization] = resolve(organization, called, known)
        except NotOneRecord as error:
            failures.append(error)
    if not found:
        raise failures[0]
    return found


def status(deployment: Deployment, organization: str, *, waiting_only: bool = False) -> Status:
    """The status of one organization; needs none of its keys.

    `waiting_only`: only the records that need a person, which are few among ten thousand.
    """
    kept = deployment.public_memory(organization)
    paused, refused = kept.switches.paused(), kept.switches.refused()
    enabled = organization in deployment.organizations.enabled()
    held = dict.fromkeys(reason for reason, _ in kept.switches.held().values())
    results = kept.results.waiting() if waiting_only else kept.results.all()
    records = sorted(
        results.items(),
        key=lambda one: (ATTENTION_FIRST.index(one[1].result.outcome), str(one[0])),
    )
    return Status(
        organization=organization,
        enabled=enabled,
        paused=paused,
        refused=refused,
        brake=in_words(held),
        next_sync_at=next_sync(deployment.redis) if enabled and paused is None else None,
        has_worker=bool(deployment.workers()),
        broken=kept.switches.broken_table(),
        released=len(kept.switches.approved()),
        last_sync=kept.syncs.last(),
        webhooks=webhooks_of(kept),
        records=tuple(records),
    )


def webhooks_of(kept: PublicMemory) -> dict[str, dict[str, float | None]]:
    """The kinds of event and when each came last; one set up by hand appears once it came."""
    found: dict[str, dict[str, float | None]] = {}
    if registered := kept.registrations.all():
        found["ashby"] = dict.fromkeys(registered)
    for system, kinds in kept.events.last().items():
        found[system] = {**found.get(system, {}), **kinds}
    return found
