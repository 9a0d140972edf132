"""Remembers: every Redis key of the sync is spelled in this package.

Nothing in it is the only copy of anything, except the history that `explain` shows: an emptied
Redis costs one slower sync. What comes from the two services is kept sealed.
"""

from core.optional import without

# Figures of its own for OpenTelemetry, which nobody asks redis-py for.
with without("opentelemetry"):
    import redis  # noqa: F401
