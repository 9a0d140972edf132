"""metrics: where does Prometheus find the figures, and a container its health?"""

import sys
from typing import Annotated

import typer

from control.cli.console import Stop, say
from control.cli.run import end_like_ctrl_c
from core.version import version

PORT = 9540


def metrics(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 is every one of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 for any free one.")] = PORT,
) -> None:
    """Serve figures for Prometheus at /metrics, and /healthz.

    Age of the last good sync, records by outcome, allowance left, calls by service and status,
    queue length and workers. There is no password, so it listens on loopback unless told
    otherwise. /healthz answers 200 while Redis and the organizations file can be read, else 503
    with the reason.
    """
    from organizations import Organizations
    from store.connection import connect
    from workers.embedded import redis_url
    from workers.exposition import exposition
    from workers.settings import Settings

    end_like_ctrl_c()
    settings = Settings.load()
    organizations = Organizations(settings.organizations_file)
    with connect(redis_url(settings), patience=0.0, timeout=5.0) as redis:
        try:
            server = exposition(redis, organizations, host, port)
        except OSError as error:
            reason = error.strerror or error
            raise Stop(f"{host}:{port} cannot be listened on ({reason}); try --port.", 2) from None
        with server:
            url = f"http://{host}:{server.server_port}"
            say(f"{url}/metrics and /healthz, charthop-ashby {version()}")
            sys.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return
