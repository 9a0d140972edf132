"""Questions of the web process to the workers, and their answers.

The web process holds no key of an organization, so a worker reads for it. The answer may contain
titles and is sealed for the asker: the public key (X25519) comes with the question, and the private
key never leaves the asker's memory. A dump of Redis reveals nothing.
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
"""Seconds after an answer during which the same question is not asked again."""

LONGEST = 180
"""Seconds after which a question without an answer counts as lost."""

# KEYS: the question, the mark of its kind at work. ARGV: the question, seconds, alone.
_ASK = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[3] == '1' and not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""

LARGEST = 64 * 1024 * 1024
"""Maximum bytes of an answer. The plan of 10,000 records takes some 5 MB."""

FAST = 1
"""zlib's compression level."""


@dataclass(frozen=True)
class Question:
    """A question: its kind `what`, the public key `asker`, and the record it is `about`."""

    what: str
    asker: bytes
    about: str = ""


class Questions:
    """The questions about one organization, by id, and their answers."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._organization = organization

    def ask(self, id_: str, question: Question, *, alone: bool) -> bool:
        """True if the question is new and has to be answered.

        `alone`: only one question of its kind is answered at a time, whoever asks, so that the
        pages cannot use up the services' rate limits.
        """
        row = orjson.dumps({**asdict(question), "asker": question.asker.hex()})
        keys = [self._key("question", id_), self._key("answering", question.what)]
        return bool(script(self._redis, _ASK)(keys, [row, LONGEST, int(alone)]))

    def get(self, id_: str) -> Question | None:
        """A question that still waits or has just been answered."""
        row = self._redis.get(self._key("question", id_))
        if row is None:
            return None
        read = orjson.loads(row)
        return Question(read["what"], bytes.fromhex(read["asker"]), read["about"])

    def answer(self, id_: str, question: Question, plain: bytes, seconds: int, gap: int) -> None:
        """Store an answer for the asker, for so long; the next of its kind waits `gap` seconds."""
        place = self._key("answer", id_)
        sealed = seal_for(question.asker, zlib.compress(plain, FAST), place)
        with self._redis.pipeline() as pipe:
            pipe.set(place, sealed, ex=seconds)
            pipe.expire(self._key("question", id_), ASKED_AGAIN)
            pipe.expire(self._key("answering", question.what), gap)
            pipe.execute()

    def answered(self, id_: str, asker: X25519PrivateKey) -> bytes | None:
        """The answer, None if there is none yet that the asker can open."""
        place = self._key("answer", id_)
        plain = open_with(asker, self._redis.get(place), place)  # type: ignore[arg-type]
        return _unpacked(plain) if plain is not None else None

    def ask_anew(self, id_: str, *, forget: bool = False) -> None:
        """Treat the same question as new next time; with `forget`, delete its last answer."""
        keys = [self._key("question", id_), *([self._key("answer", id_)] if forget else [])]
        self._redis.delete(*keys)

    def _key(self, what: str, id_: str) -> str:
        return self._redis.key(self._organization, what, id_)


def _unpacked(packed: bytes) -> bytes | None:
    """The answer; None if it is damaged or larger than any answer of a worker.

    Anyone who can write to Redis can seal one for the asker, whose public key stands there.
    """
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, LARGEST)
    except zlib.error:
        return None
    return plain if unpacker.eof else None


def seal_for(public: bytes, plain: bytes, place: str) -> bytes:
    """Seal for the holder of the private key; opens only at that place in Redis."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    ours = once.public_key().public_bytes_raw()
    nonce = os.urandom(_NONCE)
    return ours + nonce + _cipher(shared, ours, public).encrypt(nonce, plain, place.encode())


def open_with(private: X25519PrivateKey, sealed: bytes | None, place: str) -> bytes | None:
    """The sealed data; None if it was sealed for somebody else, damaged or moved."""
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
