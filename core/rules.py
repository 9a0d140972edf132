"""The rules of one organization, as its operator set them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.brakes import Limits


@dataclass(frozen=True)
class Rules:
    """The settings of an organization that decisions depend on, without its keys."""

    organization: str
    synced_fields: tuple[str, ...] = ()
    offer_fields: Mapping[str, str] = field(default_factory=dict)
    hires_since: date | None = None
    push_hires: str = "automatic"
    close_reason: str | None = None
    sync_confidential_jobs: bool = False
    create_offer_fields: bool = False
    sync_hiring_team: bool = False
    filled_close_reasons: tuple[str, ...] = ()
    hears: frozenset[str] = frozenset()
    """The systems whose webhooks are accepted: `ashby`, `charthop`."""
    titles_in_messages: bool = True
    drift_report: int | None = None
    """The weekday of the drift report to `notify`, 0 for Monday."""
    limits: Limits = field(default_factory=Limits)
