"""Log lines: for a person on a terminal, for a machine elsewhere.

An error is logged by its type and the places it passed through, never with its message, which may
contain data from a service.
"""

import logging
import os
import platform
import sys
from typing import Any, Final

from kombu.exceptions import ContentDisallowed, OperationalError
from redis import RedisError

from core.errors import WrongSetup
from core.optional import without
from core.text import for_log
from core.traces import trace
from core.version import version
from workers import telemetry

with without("rich"):  # for coloured tracebacks; ours are one line
    import structlog
    from structlog.typing import EventDict, Processor

OURS: Final = "charthop_ashby"
_log = logging.getLogger(OURS)
FIELDS: Final = ("organization", "record", "outcome", "sync")

HARMLESS: Final = (OSError, RedisError, OperationalError, WrongSetup, ContentDisallowed)
"""Errors with safe messages: they name an address or a setting, but no password."""

CHATTY: Final = (
    "httpx",
    "httpcore",
    "celery.worker.strategy",
    "celery.app.trace",
    "celery.pool",
    "kombu",
    "mcp",
)
"""Loggers with a line per call or message; the last one repeats the output of tools."""

TOO_ANXIOUS: Final = ("flower.inspector",)
"""Flower warns several times at each start about workers that have not answered yet."""


def for_people() -> bool:
    """True if a person reads the lines directly; TTY_COMPATIBLE is set if `run` forwards them."""
    return sys.stderr.isatty() or os.environ.get("TTY_COMPATIBLE") == "1"


def set_up(level: int = logging.INFO) -> None:
    """Log to standard error: readable on a terminal, one JSON object a line elsewhere."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(allow=FIELDS),
            _tell_error,
            _name_trace,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _harmless,
            *(_for_people() if for_people() else _for_machines()),
        ],
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(formatter)
    out.addFilter(_without_words)
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for anxious in TOO_ANXIOUS:
        logging.getLogger(anxious).setLevel(logging.ERROR)


def announce() -> None:
    """Log the version of this process, as its first line."""
    _log.info("charthop-ashby %s on Python %s", version(), platform.python_version())


def _for_people() -> list[Processor]:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=not plain),
    ]


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _harmless(_: Any, __: str, event: EventDict) -> EventDict:
    """Keep each text on one line, so that no title can start a new line or move the cursor."""
    return {name: for_log(one) if isinstance(one, str) else one for name, one in event.items()}


def _tell_error(_: Any, __: str, event: EventDict) -> EventDict:
    """Add the trace as one field instead of thirty lines, and the name of the process."""
    record = event.get("_record")
    if record is not None and record.name != OURS:
        event["logger"] = record.name
    error = event.pop("exc_info", None)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    if isinstance(error, tuple) and error[1] is not None:
        event["error"] = trace(error[1], error[2])
    return event


def _name_trace(_: Any, __: str, event: EventDict) -> EventDict:
    """Add the id of the line's OpenTelemetry trace, if tracing is on."""
    trace_id = telemetry.trace_id()
    if trace_id is not None:
        event["trace_id"] = trace_id
    return event


def _without_words(record: logging.LogRecord) -> bool:
    """Replace each error in a line by its type; returns True, so that the line is logged.

    Only Flower's report of its set-up is dropped. Celery's line about a dropped message would show
    the whole message.
    """
    if record.name == "flower.command" and record.msg.startswith(("Broker", "Registered")):
        return False
    if record.name == "celery.worker.consumer.consumer":
        _shorten(record)
    if isinstance(record.args, dict) and record.exc_info and record.exc_info[1]:
        # "Task %(name)s[%(id)s] %(description)s: %(exc)s"
        record.args = {**record.args, "exc": type(record.exc_info[1]).__name__}
    elif isinstance(record.args, tuple):
        record.args = tuple(_kind(one) for one in record.args)
    return True


class _Kind(str):
    """The type of an error, printed by `%r` without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _kind(one: object) -> object:
    if isinstance(one, BaseException) and not isinstance(one, HARMLESS):
        return _Kind(type(one).__name__)
    return one


def _shorten(record: logging.LogRecord) -> None:
    """Shorten the line about a dropped message, from another version or somebody else."""
    from celery.worker.consumer import consumer

    args: tuple[Any, ...] = record.args if isinstance(record.args, tuple) else ()
    if record.msg == consumer.UNKNOWN_TASK_ERROR:
        why = f"this version has no task {str(args[2].get('task'))[:80]}"
    elif record.msg in (consumer.INVALID_TASK_ERROR, consumer.MESSAGE_DECODE_ERROR):
        why = f"it cannot be read ({_kind(args[0])})"
    elif record.msg == consumer.UNKNOWN_FORMAT:
        why = "it is no task"
    else:
        return
    record.msg, record.args, record.exc_info = "dropped a message: %s", (why,), None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
