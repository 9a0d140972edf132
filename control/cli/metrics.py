"""metrics: serves the figures to Prometheus, and a container's health."""

import sys

from control.cli.console import Stop, say
from control.cli.run import end_like_ctrl_c
from control.cli.words import Host, Port
from core.version import version

PORT = 9540


def metrics(
    host: Host = "127.0.0.1",
    port: Port = PORT,
) -> None:
    """Serve Prometheus metrics at /metrics, and /healthz.

    The metrics cover the age of the last good sync, records by outcome, rate limits, calls by
    service and status, queue length and workers. There is no password, so it listens on loopback by
    default. /healthz returns 200 while Redis and the organizations file can be read, and otherwise
    503 with the reason.
    """
    from organizations import Organizations
    from store.allowances import ashby_rate
    from store.connection import connect
    from workers.backend import server
    from workers.exposition import exposition
    from workers.ports import once_free
    from workers.settings import Settings

    end_like_ctrl_c()
    settings = Settings.load()
    organizations = Organizations(settings.organizations_file)
    with connect(server(settings), patience=0.0, timeout=5.0) as redis:
        try:
            rate = ashby_rate(settings.ashby_calls_per_minute)
            serving = once_free(
                lambda: exposition(redis, organizations, host, port, rate), f"{host}:{port}"
            )
        except OSError as error:
            reason = error.strerror or error
            raise Stop(
                f"cannot listen on {host}:{port} ({reason}); try another --port.", 2
            ) from None
        with serving:
            url = f"http://{host}:{serving.server_port}"
            say(f"{url}/metrics and /healthz, charthop-ashby {version()}")
            sys.stdout.flush()
            try:
                serving.serve_forever()
            except KeyboardInterrupt:
                return
