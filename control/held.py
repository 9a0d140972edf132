"""The changes that the brake holds, as shown before they are released."""

from collections.abc import Mapping
from dataclasses import dataclass

from control.deployment import Deployment
from control.orders import digest
from core.keys import RecordKey
from core.notes import Note
from core.outcomes import Change


@dataclass(frozen=True)
class HeldKind:
    """The waiting changes of one kind (close, create, hire), and the reason with its figures.

    `records` has each record's changes with old and new values; none for records to be created.
    """

    kind: str
    reason: Note
    records: Mapping[RecordKey, tuple[Change, ...]]


@dataclass(frozen=True)
class Held:
    """Everything that the brake holds for an organization; `digest` identifies exactly that."""

    kinds: tuple[HeldKind, ...]
    digest: str

    @property
    def number(self) -> int:
        """The number of waiting records."""
        return sum(len(kind.records) for kind in self.kinds)


def held(deployment: Deployment, organization: str) -> Held:
    """Everything that the brake holds now."""
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
