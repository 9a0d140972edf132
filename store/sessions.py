"""Sessions of the console, and logins in progress.

Only digests of session ids and states are stored: a dump of Redis gives nobody access.
"""

import hashlib
import secrets

import orjson

from store.space import NOBODY, Redis, script, text

IDLE = 30 * 60
"""Seconds without a request after which a session ends."""

LONGEST = 12 * 3600
"""Seconds after which a session ends in any case."""

LOGIN = 10 * 60
"""Seconds that a person may spend at the identity provider."""

# KEYS: the session. ARGV: idle seconds.
_TOUCH = """
local found = redis.call('HMGET', KEYS[1], 'address', 'ends')
if not found[1] then return false end
local left = tonumber(found[2]) - tonumber(redis.call('TIME')[1])
if left <= 0 then
  redis.call('DEL', KEYS[1])
  return false
end
redis.call('EXPIRE', KEYS[1], math.min(left, tonumber(ARGV[1])))
return found[1]
"""


class Sessions:
    """The sessions and started logins of one deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def start(self, address: str) -> str:
        """Start a session for that e-mail address; returns its id."""
        id_ = secrets.token_urlsafe(32)
        key = self._key("session", id_)
        now = int(self._redis.time()[0])
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping={"address": address, "ends": now + LONGEST})
            pipe.expire(key, IDLE)
            pipe.execute()
        return id_

    def address(self, id_: str) -> str | None:
        """The e-mail address of a session, None if it has ended; this extends the session."""
        found = script(self._redis, _TOUCH)([self._key("session", id_)], [IDLE])
        return text(found) if found is not None else None

    def end(self, id_: str) -> None:
        """End a session at sign-out."""
        self._redis.delete(self._key("session", id_))

    def begin_login(self, state: str, about: dict[str, str]) -> None:
        """Start a login at the identity provider; `about` is stored until the person returns."""
        self._redis.set(self._key("state", state), orjson.dumps(about), ex=LOGIN)

    def take_login(self, state: str) -> dict[str, str] | None:
        """The data stored for that state; works only once."""
        found = self._redis.getdel(self._key("state", state))
        return orjson.loads(found) if found is not None else None

    def _key(self, what: str, secret: str) -> str:
        return self._redis.key(NOBODY, what, hashlib.sha256(secret.encode()).hexdigest())
