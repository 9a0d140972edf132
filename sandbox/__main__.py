"""Both sandboxes with the example data, to try the sync or a client: `python -m sandbox`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import ExitStack

from rich.console import Console

from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.examples import Happening, populate
from sandbox.server import serve

CONSOLE = Console(highlight=False, soft_wrap=True)


def main(arguments: list[str] | None = None) -> int:
    """Serve both sandboxes until Ctrl-C or SIGTERM; gives the exit status."""
    options = _options(arguments)
    charthop, ashby = ChartHop(), Ashby()
    ashby.allowance = 1000
    for sandbox in (charthop, ashby):
        sandbox.latency = options.latency
        sandbox.record_calls = False
    happenings = populate(charthop, ashby).happenings()

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with ExitStack() as stack:
        for name, sandbox, port in (
            ("ChartHop", charthop, options.charthop_port),
            ("Ashby", ashby, options.ashby_port),
        ):
            try:
                served = stack.enter_context(serve(sandbox, port, options.host))
            except OSError as error:
                CONSOLE.print(f"{name} cannot listen on port {port}: {error.strerror}")
                CONSOLE.print(f"Choose another with --{name.lower()}-port, or 0 for a free one.")
                return 2
            stack.enter_context(sandbox.outbox.running())
            CONSOLE.print(f"{name} at {served.url}")
        for org in ("acme", "globex"):
            CONSOLE.print(f"{org}: keys sandbox-charthop-{org} and sandbox-ashby-{org}")
        while not over.wait(options.changes or None):
            _let_happen(next(happenings))
    return 0


def _let_happen(happening: Happening) -> None:
    happening.happen()
    CONSOLE.print(happening.sentence)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Small copies of ChartHop and Ashby, with examples."
    )
    parser.add_argument("--charthop-port", type=int, default=8701, help="0 for any free one")
    parser.add_argument("--ashby-port", type=int, default=8702, help="0 for any free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds until an answer")
    parser.add_argument(
        "--changes", type=float, default=20, help="seconds between two changes; 0 for none"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
