"""Sessions of the console, and logins that are under way.

Of session ids and states only digests are kept: a dump of Redis lets nobody in.
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
"""Seconds for which somebody may be at the identity provider."""

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
    """The sessions and begun logins of one deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def start(self, address: str) -> str:
        """The id of a new session of that e-mail address."""
        id_ = secrets.token_urlsafe(32)
        key = self._key("session", id_)
        now = int(self._redis.time()[0])
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping={"address": address, "ends": now + LONGEST})
            pipe.expire(key, IDLE)
            pipe.execute()
        return id_

    def address(self, id_: str) -> str | None:
        """Whose session that is, None where it has ended; it goes on by that."""
        found = script(self._redis, _TOUCH)([self._key("session", id_)], [IDLE])
        return text(found) if found is not None else None

    def end(self, id_: str) -> None:
        """Signed out."""
        self._redis.delete(self._key("session", id_))

    def begin_login(self, state: str, about: dict[str, str]) -> None:
        """Somebody is sent to the identity provider; `about` is for when they come back."""
        self._redis.set(self._key("state", state), orjson.dumps(about), ex=LOGIN)

    def take_login(self, state: str) -> dict[str, str] | None:
        """What was kept for that state, once."""
        found = self._redis.getdel(self._key("state", state))
        return orjson.loads(found) if found is not None else None

    def _key(self, what: str, secret: str) -> str:
        return self._redis.key(NOBODY, what, hashlib.sha256(secret.encode()).hexdigest())
