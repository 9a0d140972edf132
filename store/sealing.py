"""Sealing: keeps what the services said from whoever can read Redis.

Titles, field values and names of hiring managers pass through Redis on their way from the
fan-out to the record tasks. They are encrypted with a key made from the organization's own
ChartHop API key, so that a dump of Redis tells nothing. After a change of that key the sealed
values cannot be opened any more; they then count as never written and are read anew. A value is
bound to its place (organization, key and field): whoever can write to Redis cannot pass one
record's for another's.
"""

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Seal:
    """AES-256-GCM under a key derived from `secret`."""

    def __init__(self, secret: str) -> None:
        self._key = _derive(secret)
        self._cipher = AESGCM(self._key)

    def digest(self, text: str) -> str:
        """A name for a text that tells nobody without the secret what the text is."""
        return hmac.new(self._key, text.encode(), "sha256").hexdigest()[:32]

    def close(self, plain: bytes, key: str, field: str = "") -> bytes:
        """The sealed form; 28 bytes longer. It opens at that place in Redis only."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, _place(key, field))

    def open(self, sealed: bytes | None, key: str, field: str = "") -> bytes | None:
        """What was sealed; None where another key sealed it, or it is damaged or was moved."""
        if sealed is None or len(sealed) <= _NONCE:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(key, field))
        except InvalidTag:
            return None


def _place(key: str, field: str) -> bytes:
    return f"{key}\0{field}".encode()


@lru_cache(maxsize=4096)
def _derive(secret: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"charthop-ashby memory")
    return kdf.derive(secret.encode())
