"""The version of what is remembered in Redis, so that workers of two versions notice each other.

It counts the changes that the version before cannot read. Everything else is read both ways: fields
that are not known are ignored, and a row that makes no sense counts as never written.
"""

from store.space import NOBODY, Redis, script

VERSION = 1

# KEYS: the mark. ARGV: our version. Raises the mark; gives what it was, 0 where there was none.
_CLAIM = """
local found = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
if found < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return found
"""


def claim(redis: Redis, version: int = VERSION) -> int:
    """Say that this version writes here; the highest that did before, 0 where none did."""
    return int(script(redis, _CLAIM)([redis.key(NOBODY, "schema")], [version]))
