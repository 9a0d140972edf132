"""How the last sync of an organization went, and what waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from control.deployment import Deployment
from control.errors import NotOneRecord
from control.records import remembered, resolve
from control.wording import ATTENTION_FIRST
from core.keys import Direction, RecordKey
from core.notes import Note, in_words
from core.outcomes import Outcome
from store.results import StoredResult
from store.schedule import next_sync
from store.syncs import Sync


@dataclass(frozen=True)
class Status:
    """All that is known of one organization. `records`: what needs somebody comes first."""

    organization: str
    enabled: bool
    paused: str | None
    refused: Mapping[Direction, Note]
    """By direction (outbound, inbound) why it rests; it goes on by itself."""
    brake: str | None
    next_sync_at: float | None
    """Seconds since the epoch; None: none is scheduled."""
    has_worker: bool
    last_sync: Sync | None
    webhooks: Mapping[str, Mapping[str, float]]
    """By system (ashby, charthop) when the last event of each kind came, in epoch seconds."""
    records: tuple[tuple[RecordKey, StoredResult], ...]

    @property
    def wants_attention(self) -> bool:
        """Whether something is wrong with an organization that is to be synced."""
        return self.enabled and (
            any(kept.result.outcome.wants_attention for _, kept in self.records)
            or bool(self.paused or self.refused or self.brake)
            or (self.last_sync is not None and bool(self.last_sync.problems))
        )

    def only(self, outcomes: Collection[Outcome] = (), record: RecordKey | None = None) -> "Status":
        """The same with those records only."""
        records = tuple(
            (name, kept)
            for name, kept in self.records
            if (not outcomes or kept.result.outcome in outcomes) and record in (None, name)
        )
        return replace(self, records=records)


def named(
    deployment: Deployment, organizations: Sequence[str], called: str
) -> dict[str, RecordKey]:
    """The record that `called` means, by organization. Raises NotOneRecord where there is none."""
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


def status(deployment: Deployment, organization: str) -> Status:
    """The status of one organization; its keys are not needed for it."""
    kept = deployment.public_memory(organization)
    paused, refused = kept.switches.paused(), kept.switches.refused()
    enabled = organization in deployment.organizations.enabled()
    held = dict.fromkeys(reason for reason, _ in kept.switches.held().values())
    records = sorted(
        kept.results.all().items(),
        key=lambda one: (ATTENTION_FIRST.index(one[1].result.outcome), one[0]),
    )
    return Status(
        organization=organization,
        enabled=enabled,
        paused=paused,
        refused=refused,
        brake=in_words(held),
        next_sync_at=next_sync(deployment.redis) if enabled and paused is None else None,
        has_worker=bool(deployment.workers()),
        last_sync=kept.syncs.last(),
        webhooks=kept.events.last(),
        records=tuple(records),
    )
