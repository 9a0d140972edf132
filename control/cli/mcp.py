"""mcp: serves an assistant over standard input and output."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from control.cli.console import Stop
from control.cli.words import opened, operator

USAGE = 2


def mcp(
    allow_writes: Annotated[
        bool,
        typer.Option("--allow-writes", help="Also offer pause, resume, approve and push."),
    ] = False,
    organizations: Annotated[
        list[str] | None,
        typer.Option(
            "--organization",
            metavar="NAME",
            help="Only this organization is seen; may be given several times. Else all are.",
        ),
    ] = None,
) -> None:
    """Serve an assistant over standard input and output (Model Context Protocol).

    The assistant's program starts it; docs/assistants.md has its configuration. It answers why
    records are or are not synced, and may ask for a sync. Without --allow-writes it gives no other
    order.
    """
    serve = _server_of_the_extra()
    if sys.stdin is None or sys.stdin.isatty():
        raise Stop(
            "mcp is started by an assistant's program and speaks its protocol, not on a terminal: "
            "docs/assistants.md says how to set it up.",
            USAGE,
        )
    with opened() as deployment:
        for name in organizations or ():
            deployment.named(name)
    from workers import logs

    logs.set_up()  # Before the server, which would set up its own.
    server = serve(operator().name, allow_writes=allow_writes, only=organizations or ())
    server.run("stdio")


def _server_of_the_extra() -> Callable[..., Any]:
    try:
        from control.assistant.server import make_server
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise Stop(
            "mcp needs an extra that is not installed: pip install 'charthop-ashby[mcp]'", USAGE
        ) from None
    return make_server
