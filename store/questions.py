"""What the web process asks of the workers, and what they answered.

The web process holds no key of an organization; a worker reads for it. The answer may hold titles,
so it is sealed to whoever asked: the asker's public key (X25519) comes with the question, and the
private one never leaves the asker's memory. A dump of Redis tells nothing.
"""

import os
import zlib
from dataclasses import asdict, dataclass

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.space import Redis, script

_KEY, _NONCE = 32, 12

ASKED_AGAIN = 60
"""Seconds after an answer for which the same is not asked anew."""

LONGEST = 180
"""Seconds after which a question without an answer is taken for lost."""

# KEYS: the question, what its kind is at work under. ARGV: the question, seconds, alone.
_ASK = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[3] == '1' and not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""

FAST = 1
"""Of zlib's levels."""


@dataclass(frozen=True)
class Question:
    """`what` is asked, by whoever can open what is sealed to `asker`; of which record: `about`."""

    what: str
    asker: bytes
    about: str = ""


class Questions:
    """The questions about one organization, by id, and their answers."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization

    def ask(self, id_: str, question: Question, *, alone: bool) -> bool:
        """Whether it is new, and somebody has to answer it.

        `alone`: one of its kind is answered at a time, whoever asks: the pages cannot use up what
        the services allow.
        """
        row = orjson.dumps({**asdict(question), "asker": question.asker.hex()})
        keys = [self._key("question", id_), self._key("answering", question.what)]
        return bool(script(self._redis, _ASK)(keys, [row, LONGEST, int(alone)]))

    def get(self, id_: str) -> Question | None:
        """A question that still waits or was answered just now."""
        row = self._redis.get(self._key("question", id_))
        if row is None:
            return None
        read = orjson.loads(row)
        return Question(read["what"], bytes.fromhex(read["asker"]), read["about"])

    def answer(self, id_: str, question: Question, plain: bytes, seconds: int, gap: int) -> None:
        """Leave an answer for whoever asked, for so long; the next of its kind waits `gap` s."""
        place = self._key("answer", id_)
        sealed = seal_for(question.asker, zlib.compress(plain, FAST), place)
        with self._redis.pipeline() as pipe:
            pipe.set(place, sealed, ex=seconds)
            pipe.expire(self._key("question", id_), ASKED_AGAIN)
            pipe.expire(self._key("answering", question.what), gap)
            pipe.execute()

    def answered(self, id_: str, asker: X25519PrivateKey) -> bytes | None:
        """The answer, None while there is none that the asker can open."""
        place = self._key("answer", id_)
        plain = open_with(asker, self._redis.get(place), place)  # type: ignore[arg-type]
        return zlib.decompress(plain) if plain is not None else None

    def ask_anew(self, id_: str, *, forget: bool = False) -> None:
        """The same question is a new one next time; `forget`: its last answer is good no more."""
        keys = [self._key("question", id_), *([self._key("answer", id_)] if forget else [])]
        self._redis.delete(*keys)

    def _key(self, what: str, id_: str) -> str:
        return self._redis.key(self._organization, what, id_)


def seal_for(public: bytes, plain: bytes, place: str) -> bytes:
    """Seal for the holder of the private key; it opens at that place in Redis only."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    ours = once.public_key().public_bytes_raw()
    nonce = os.urandom(_NONCE)
    return ours + nonce + _cipher(shared, ours, public).encrypt(nonce, plain, place.encode())


def open_with(private: X25519PrivateKey, sealed: bytes | None, place: str) -> bytes | None:
    """What was sealed; None where it was sealed to somebody else, damaged or moved."""
    if sealed is None or len(sealed) <= _KEY + _NONCE:
        return None
    theirs, nonce = sealed[:_KEY], sealed[_KEY : _KEY + _NONCE]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        cipher = _cipher(shared, theirs, private.public_key().public_bytes_raw())
        return cipher.decrypt(nonce, sealed[_KEY + _NONCE :], place.encode())
    except (InvalidTag, ValueError):
        return None


def _cipher(shared: bytes, once: bytes, public: bytes) -> AESGCM:
    info = b"charthop-ashby answer" + once + public
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared))
