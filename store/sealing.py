"""How is what the services told us kept from whoever can read Redis?

Titles, field values and names of hiring managers pass through Redis on their way from the
fan-out to the record tasks. They are encrypted with a key made from the organization's own
ChartHop API key, so that a dump of Redis tells nothing. After a change of that key the sealed
values cannot be opened any more; they then count as never written and are read anew.
"""

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
        self._cipher = AESGCM(_derive(secret))

    def close(self, plain: bytes) -> bytes:
        """The sealed form; 28 bytes longer."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes | None) -> bytes | None:
        """What was sealed; None where it was sealed by another key or is damaged."""
        if sealed is None or len(sealed) <= _NONCE:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            return None


@lru_cache(maxsize=4096)
def _derive(secret: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"charthop-ashby memory")
    return kdf.derive(secret.encode())
