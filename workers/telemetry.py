"""Switches OpenTelemetry traces on, if the environment asks for them (OTEL_*).

If they are off, nothing of OpenTelemetry is imported.
"""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from systems.http import unwatched

if TYPE_CHECKING:
    from workers.spans import Tracing

ASKS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
"""Variables that ask for traces."""

_log = logging.getLogger("charthop_ashby")
_tracing: "Tracing | None" = None


def is_wanted(environment: Mapping[str, str]) -> bool:
    """True if this environment asks for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(environment.get(name) for name in ASKS)


def start() -> None:
    """Start tracing in this process, if it is asked for."""
    if not is_wanted(os.environ):
        return
    try:
        from workers.spans import Tracing, exporting
    except ImportError:
        _log.warning("no traces: OpenTelemetry is not installed (charthop-ashby[otel])")
        return
    use(Tracing(exporting()))


def use(tracing: "Tracing | None") -> None:
    """Use that tracing from now on; None switches it off."""
    global _tracing  # noqa: PLW0603 - of the process, as OpenTelemetry's own
    if _tracing is not None:
        _tracing.disconnect()
    _tracing = tracing
    if tracing is not None:
        tracing.connect()


def trace_id() -> str | None:
    """The id of this thread's trace, for log lines."""
    return _tracing.trace_id() if _tracing is not None else None


def watch(system: str, method: str, path: str) -> AbstractContextManager[Callable[[int], None]]:
    """A span around one call to a service."""
    around = unwatched if _tracing is None else _tracing.watch
    return around(system, method, path)
