"""A sync as a trace: the fan-out, its records, and each call to a service.

A span holds names of organizations and routes, ids of jobs, outcomes and statuses; no URL, no body,
no error message and no id of a hire or person.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any

import celery.signals
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import (
    SERVICE_NAME,
    SERVICE_VERSION,
    OTELResourceDetector,
    Resource,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.version import version
from systems.routes import route

PROPAGATOR = TraceContextTextMapPropagator()
HEADERS = tuple(sorted(PROPAGATOR.fields))
FAN_OUTS = ("tasks.sync_all", "tasks.sync_organization")
JOB = "tasks.sync_job"

_handed_on: ContextVar[Context | None] = ContextVar("handed_on", default=None)
"""The parent span of the messages that this thread sends."""


def exporting() -> TracerProvider:
    """A provider that exports over HTTP to the address in OTEL_EXPORTER_OTLP_*."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    ours = Resource({SERVICE_NAME: "charthop-ashby", SERVICE_VERSION: version()})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


@dataclass(frozen=True)
class _Open:
    """A running task."""

    span: Span
    current: Token[Context]
    handed_on: Token[Context | None]


class Tracing:
    """Spans of tasks and calls, for one provider."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("charthop-ashby", version())
        self._open: dict[str, _Open] = {}
        self._receivers = (
            (celery.signals.before_task_publish, self._send),
            (celery.signals.task_prerun, self._begin),
            (celery.signals.task_postrun, self._end),
        )

    def connect(self) -> None:
        """Connect to Celery's task signals."""
        for signal, receiver in self._receivers:
            signal.connect(receiver, weak=False)

    def disconnect(self) -> None:
        """Disconnect from Celery's task signals."""
        for signal, receiver in self._receivers:
            signal.disconnect(receiver)

    def trace_id(self) -> str | None:
        """The id of this thread's trace."""
        context = trace.get_current_span().get_span_context()
        return format(context.trace_id, "032x") if context.is_valid else None

    @contextmanager
    def watch(self, system: str, method: str, path: str) -> Iterator[Callable[[int], None]]:
        """A span around one call; what it yields takes the answer's status."""
        name = route(path)
        attributes = {
            "peer.service": system,
            "http.request.method": method,
            "url.template": name,
        }
        with self._tracer.start_as_current_span(
            f"{system} {method} {name}",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            # Its message may repeat what was sent.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def answered(status: int) -> None:
                span.set_attribute("http.response.status_code", status)
                if status >= 400:
                    span.set_status(StatusCode.ERROR)

            try:
                yield answered
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise

    def _send(self, headers: Any = None, **_: Any) -> None:
        PROPAGATOR.inject(headers, context=_handed_on.get())

    def _begin(self, task_id: str, task: Any, args: Any = (), **_: Any) -> None:
        request = task.request
        came_with = {
            name: (request.headers or {}).get(name) or request.get(name) for name in HEADERS
        }
        carrier = {name: value for name, value in came_with.items() if isinstance(value, str)}
        parent = PROPAGATOR.extract(carrier, context=Context())
        attributes = {"charthop_ashby.organization": args[0]} if args else {}
        if task.name == JOB:
            attributes["charthop_ashby.record"] = f"job:{args[1]}"
        span = self._tracer.start_span(
            task.name, context=parent, kind=SpanKind.CONSUMER, attributes=attributes
        )
        own = trace.set_span_in_context(span, parent)
        # A record sends the next ones on behalf of its sync: they share its parent, the fan-out.
        is_first = (
            task.name in FAN_OUTS or not trace.get_current_span(parent).get_span_context().is_valid
        )
        handed_on = own if is_first else parent
        self._open[task_id] = _Open(span, attach(own), _handed_on.set(handed_on))

    def _end(self, task_id: str, retval: Any = None, state: str | None = None, **_: Any) -> None:
        task = self._open.pop(task_id, None)
        if task is None:
            return
        if isinstance(retval, str):
            task.span.set_attribute("charthop_ashby.outcome", retval)
        if state == "FAILURE":
            task.span.set_status(StatusCode.ERROR)
        task.span.end()
        _handed_on.reset(task.handed_on)
        detach(task.current)
