"""What is told to Sentry, and what never leaves this house?"""

from importlib.metadata import version
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.types import Event, Hint

from workers.settings import Settings


def start(settings: Settings, **options: Any) -> None:
    """Start reporting, where SENTRY_DSN is set. `options` replace those below in tests."""
    if settings.sentry_dsn is None and "transport" not in options:
        return
    defaults: dict[str, Any] = {
        "dsn": settings.sentry_dsn.get_secret_value() if settings.sentry_dsn else None,
        "release": f"charthop-ashby@{version('charthop-ashby')}",
        "integrations": [CeleryIntegration(monitor_beat_tasks=True, propagate_traces=False)],
        # Local variables, query strings and messages may repeat names, addresses and pay.
        "include_local_variables": False,
        "send_default_pii": False,
        "max_request_body_size": "never",
        "trace_propagation_targets": [],
        "before_send": _without_data,
        "before_breadcrumb": lambda crumb, hint: None,
    }
    sentry_sdk.init(**{**defaults, **options})


def _without_data(event: Event, hint: Hint) -> Event | None:
    """The event without the texts that may repeat what the services said."""
    for exception in event.get("exception", {}).get("values", []):
        exception["value"] = ""
    event.pop("request", None)
    event.pop("extra", None)
    return event
