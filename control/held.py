"""What the brake holds, change by change, as it is shown before it is released."""

from collections.abc import Mapping
from dataclasses import dataclass

from control.deployment import Deployment
from control.orders import digest
from core.keys import RecordKey
from core.notes import Note
from core.outcomes import Change


@dataclass(frozen=True)
class HeldKind:
    """The changes of one kind (close, create, hire) that wait, with the figures that made them.

    `records` has what would be changed of each, from and to; nothing for what would be made.
    """

    kind: str
    reason: Note
    records: Mapping[RecordKey, tuple[Change, ...]]


@dataclass(frozen=True)
class Held:
    """All that the brake holds of an organization; `digest` stands for exactly that."""

    kinds: tuple[HeldKind, ...]
    digest: str

    @property
    def number(self) -> int:
        """How many records wait."""
        return sum(len(kind.records) for kind in self.kinds)


def held(deployment: Deployment, organization: str) -> Held:
    """What the brake holds now."""
    deployment.named(organization)
    kept = deployment.public_memory(organization)
    waiting, shown = kept.switches.held(), kept.switches.shown()
    kinds = []
    for kind, (reason, records) in waiting.items():
        histories = kept.results.histories(records)
        changes = {
            record: next((told.result.changes for told in history if told.result.changes), ())
            for record, history in histories.items()
        }
        kinds.append(HeldKind(kind, reason, changes))
    return Held(tuple(kinds), digest(waiting, shown))
