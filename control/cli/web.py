"""web: where do webhooks arrive, and where is the console?"""

import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from control.cli.console import Stop, say
from control.cli.run import end_like_ctrl_c
from control.cli.words import Host, Port
from core.version import version

if TYPE_CHECKING:
    from control.events import Inbox
    from workers.settings import Settings

PORT = 8080

PATIENCE = 2.0
"""Seconds that a command waits for Redis to come back; whoever sent the event is waiting, too."""


def web(
    host: Host = "127.0.0.1",
    port: Port = PORT,
) -> None:
    """Serve webhooks, the console, /healthz and /readyz.

    An event from Ashby or ChartHop wakes the record it is about, and a worker syncs that record
    within seconds. Run it behind a TLS proxy and set WEB_URL to its public address. The process
    holds no API keys. Without CONSOLE_BASIC_AUTH or CONSOLE_OIDC_ISSUER it serves the console on
    this machine only. /readyz returns 200 while Redis and the organizations file can be read.
    """
    from control.deployment import Deployment
    from control.web.app import make_app
    from control.web.console.app import console_at
    from control.web.server import make_server
    from workers import logs
    from workers.settings import Settings

    end_like_ctrl_c()
    settings = Settings.load()
    logs.set_up()
    with Deployment(has_keys=False) as deployment, _listen(host, port) as listener:
        console = console_at(deployment, host)
        server = make_server(make_app(inbox(settings), console), host, port)
        what = "webhooks, the console" if console is not None else "webhooks"
        url = f"http://{host}:{listener.getsockname()[1]}"
        say(f"{url}: {what}, /healthz and /readyz, charthop-ashby {version()}")
        if console is None:
            say("No console: set CONSOLE_BASIC_AUTH or CONSOLE_OIDC_*, or listen on 127.0.0.1.")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    from workers.ports import once_free

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return once_free(
            lambda: socket.create_server((host, port), family=family, backlog=2048),
            f"{host}:{port}",
        )
    except OSError as error:
        reason = error.strerror or error
        raise Stop(f"cannot listen on {host}:{port} ({reason}); try another --port.", 2) from None


def inbox(settings: "Settings") -> "Inbox":
    """What takes the events; nothing in it holds an API key, or waits long for Redis."""
    from control.events import Inbox
    from organizations import Organizations
    from store.connection import connect
    from workers import application
    from workers.backend import server
    from workers.wiring import Wiring

    redis = connect(server(settings), patience=PATIENCE, timeout=5.0)
    organizations = Organizations(settings.organizations_file)
    wiring = Wiring(settings, redis, organizations)
    return Inbox(organizations, redis, application.make(settings), wiring)
