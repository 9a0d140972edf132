"""The sync's state in Redis; every Redis key is defined in this package.

Redis holds no data that cannot be restored, except the history that `explain` shows: an emptied
Redis costs one slower sync. Data from the two services is stored sealed.
"""

from core.optional import without

# redis-py's own OpenTelemetry metrics, which nothing here uses.
with without("opentelemetry"):
    import redis  # noqa: F401
