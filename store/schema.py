"""The version of the data in Redis, so that workers of two versions notice each other.

It is raised by changes that the version before cannot read. Everything else is compatible both
ways: unknown fields are ignored, and an unreadable row counts as never written.
"""

from store.space import NOBODY, Redis, script

VERSION = 1

# KEYS: the mark. ARGV: our version. Raises the mark; returns its old value, 0 if there was none.
_CLAIM = """
local found = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
if found < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return found
"""


def claim(redis: Redis, version: int = VERSION) -> int:
    """Record that this version writes here; returns the highest earlier version, 0 if none."""
    return int(script(redis, _CLAIM)([redis.key(NOBODY, "schema")], [version]))
