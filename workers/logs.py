"""How does a log line look: for a person on a terminal, for a machine elsewhere?"""

import logging
import os
import sys

import structlog


def set_up(level: int = logging.INFO) -> None:
    """Log to standard error: readable on a terminal, one JSON object a line elsewhere."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=("organization", "record", "outcome", "sync")),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # `run` reads the lines of its processes from a pipe and says so where a person reads along.
    terminal = sys.stderr.isatty() or os.environ.get("TTY_COMPATIBLE") == "1"
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=not os.environ.get("NO_COLOR"))
        if terminal
        else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    # Each call and each message would be a line of its own.
    for chatty in ("httpx", "httpcore", "celery.worker.strategy", "celery.app.trace", "kombu"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
