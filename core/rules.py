"""The rules of one organization, as its operator set them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.brakes import Limits


@dataclass(frozen=True)
class Rules:
    """The settings of an organization that decisions depend on, without its keys.

    `synced_fields`: codes of the ticked ChartHop custom fields, each once, in the file's order.
    `offer_fields`: title of an Ashby offer field -> ChartHop field code. `hires_since`: hires
    decided before that day are left alone; None: every hire is held. `close_reason`: text of the
    Ashby close reason to use. `filled_close_reasons`: texts of Ashby close reasons with which an
    opening that a recruiter closed counts as filled.
    """

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
    """The systems (`ashby`, `charthop`) whose webhook secret is set."""
    titles_in_messages: bool = True
    drift_report: int | None = None
    """The weekday of the drift report to `notify`, 0 for Monday."""
    limits: Limits = field(default_factory=Limits)
