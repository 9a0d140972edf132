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
        typer.Option(
            "--allow-writes", help="Also offer the tools pause, resume, approve and push."
        ),
    ] = False,
    organizations: Annotated[
        list[str] | None,
        typer.Option(
            "--organization",
            metavar="NAME",
            help="Expose only this organization; repeatable. Default: all.",
        ),
    ] = None,
) -> None:
    """Serve tools for assistants over stdin and stdout (MCP).

    An assistant starts this command and speaks the Model Context Protocol with it; see
    docs/assistants.md for its configuration. The tools explain why records are or are not synced,
    and can start a sync. Other actions need --allow-writes.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise Stop(
            "an assistant starts mcp and speaks its protocol; it is not for a terminal. See "
            "docs/assistants.md for how to set it up.",
            USAGE,
        )
    with opened() as deployment:
        for name in organizations or ():
            deployment.named(name)
    serve = _server_of_the_extra()  # the slow import comes last
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
            "mcp needs an extra that is not installed; run pip install 'charthop-ashby[mcp]'", USAGE
        ) from None
    return make_server
