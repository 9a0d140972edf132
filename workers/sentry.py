"""Sentry: what is reported, and what never leaves.

It gets bugs, by class, place and organization, and the scheduler's check-ins. It never gets
messages of errors, values of variables, arguments or URLs, which may contain names, pay and keys.
Expected results are not errors.
"""

import logging
from typing import Any, Final

import sentry_sdk
from celery.exceptions import Ignore, Reject, Retry
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint

from core.errors import NeedsHuman, TryLater, WrongSetup
from core.traces import HOUSE
from core.version import version
from tasks.bugs import report_to
from workers.settings import Settings

EXPECTED: Final = (TryLater, NeedsHuman, WrongSetup, Retry, Reject, Ignore)

KEPT: Final = frozenset(
    {
        *("event_id", "timestamp", "platform", "level", "logger", "transaction", "type"),
        *("release", "environment", "server_name", "sdk", "modules", "tags", "fingerprint"),
        *("exception", "logentry", "contexts"),
        # The parts of a check-in of the scheduler.
        *("check_in_id", "monitor_slug", "monitor_config", "status", "duration"),
    }
)
"""The parts of an event that are sent; additions of a later SDK version are not."""


def start(settings: Settings, **options: Any) -> None:
    """Start reporting to SENTRY_DSN. `options` replace those below in tests.

    SENTRY_ENVIRONMENT names the environment; the SDK reads it itself.
    """
    # Its line about a dropped message is not a bug, and shows the whole message.
    ignore_logger("celery.worker.consumer.consumer")
    defaults: dict[str, Any] = {
        "dsn": settings.sentry_dsn.get_secret_value() if settings.sentry_dsn else None,
        "release": f"charthop-ashby@{version()}",
        "integrations": [
            # The monitor of beat needs a SYNC_INTERVAL of whole minutes: Sentry knows no others.
            CeleryIntegration(monitor_beat_tasks=True, propagate_traces=False),
            LoggingIntegration(level=None, event_level=logging.CRITICAL),
        ],
        "auto_enabling_integrations": False,
        "in_app_include": list(HOUSE),
        "include_local_variables": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "auto_session_tracking": False,
        "traces_sample_rate": None,
        "trace_propagation_targets": [],
        "before_send": _without_data,
    }
    sentry_sdk.init(**{**defaults, **options})
    report_to(_Sentry())


class _Sentry:
    """Reports bugs to Sentry, by organization and kind of record."""

    def begin(self, organization: str) -> None:
        sentry_sdk.get_isolation_scope().set_tag("organization", organization)

    def bug(self, error: Exception, organization: str, record: str) -> None:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("organization", organization)
            scope.set_tag("kind", record.partition(":")[0])
            scope.set_context("record", {"id": record})
            scope.capture_exception(error)


def _without_data(event: Event, hint: Hint) -> Event | None:
    """The event without any data from a service; None for an expected result."""
    error = hint.get("exc_info", (None, None, None))[1]
    if isinstance(error, EXPECTED):
        return None
    exceptions = event.get("exception", {}).get("values", [])
    for exception in exceptions:
        exception["value"] = ""
    if "logentry" in event:
        event["logentry"] = {"message": event["logentry"].get("message", "")}
    if exceptions:
        event["fingerprint"] = _group(exceptions[-1], event.get("tags") or {})
    for name in event.keys() - KEPT:
        event.pop(name)  # type: ignore[misc]
    return event


def _group(exception: dict[str, Any], tags: Any) -> list[str]:
    """The event's group: error type, place in our code and organization."""
    frames = (exception.get("stacktrace") or {}).get("frames") or [{}]
    ours = [one for one in frames if str(one.get("module")).startswith(HOUSE)] or frames
    place = f"{ours[-1].get('module')}.{ours[-1].get('function')}"
    return [str(exception.get("type")), place, str(dict(tags).get("organization", "-"))]
