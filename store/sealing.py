"""Sealing: protects the services' data from anyone who can read Redis.

Titles, field values and names of hiring managers pass through Redis on their way from the fan-out
to the record tasks. They are encrypted with the organization's data key (store/data_key.py), so
that a dump of Redis reveals nothing. A value that cannot be opened counts as never written and is
read anew. Each value is bound to its place (organization, key and field), so somebody who can write
to Redis cannot pass one record's value off as another's.
"""

import hmac
import os
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class KeySource(Protocol):
    """The source of a seal's key of 32 bytes."""

    def find(self) -> bytes | None:
        """The key, None if there is none; writes nothing."""

    def get(self) -> bytes:
        """The key; a new one is made if there is none."""

    def find_again(self) -> bytes | None:
        """A different key than before, for a value that did not open; None if there is none."""


class FixedKey:
    """A key derived from a secret."""

    def __init__(self, secret: str) -> None:
        self._key = _derive(secret)

    def find(self) -> bytes | None:
        """The key."""
        return self._key

    def get(self) -> bytes:
        """The key."""
        return self._key

    def find_again(self) -> bytes | None:
        """None: the key never changes."""
        return None


class Seal:
    """AES-256-GCM under the key of `source`."""

    def __init__(self, source: KeySource) -> None:
        self._source = source

    def digest(self, text: str) -> str:
        """A keyed digest of a text, which reveals nothing without the key."""
        return _digest(self._source.get(), text)

    def known_digest(self, text: str) -> str | None:
        """The same; None if there is no key yet, and so nothing stored under a digest."""
        key = self._source.find()
        return _digest(key, text) if key is not None else None

    def close(self, plain: bytes, key: str, field: str = "") -> bytes:
        """The sealed form, 28 bytes longer; opens only at that place in Redis."""
        nonce = os.urandom(_NONCE)
        return nonce + _cipher(self._source.get()).encrypt(nonce, plain, _place(key, field))

    def open(self, sealed: bytes | None, key: str, field: str = "") -> bytes | None:
        """The sealed data; None if another key sealed it, or if it was damaged or moved."""
        if sealed is None or len(sealed) <= _NONCE:
            return None
        place = _place(key, field)
        opened = _opened(self._source.find(), sealed, place)
        return opened if opened is not None else _opened(self._source.find_again(), sealed, place)


def _opened(key: bytes | None, sealed: bytes, place: bytes) -> bytes | None:
    if key is None:
        return None
    try:
        return _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except InvalidTag:
        return None


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]


def _place(key: str, field: str) -> bytes:
    return f"{key}\0{field}".encode()


_cipher = lru_cache(maxsize=4096)(AESGCM)


@lru_cache(maxsize=4096)
def _derive(secret: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"charthop-ashby memory")
    return kdf.derive(secret.encode())
