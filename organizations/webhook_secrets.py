"""Webhook secrets: the usable ones, and the mistakes in the others.

They are looked up separately from the API keys, which the process that receives webhooks does not
have.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import SecretStr

from organizations.model import Table
from organizations.secret import NoSecret, find_key

WEBHOOK_SECRETS = ("ashby_webhook_secret", "charthop_webhook_secret")
"""Their keys in the organizations file."""

SHORTEST, SHORT = 16, 32
"""Lengths in characters: a secret below the first is refused, one below the second is warned of."""


def usable(table: Table, key: str, base: Path) -> tuple[SecretStr, ...]:
    """The usable secrets of that key, in order; none if none is set."""
    return tuple(found for found in _found(table, key, base) if isinstance(found, SecretStr))


def doubts(table: Table, base: Path) -> Iterator[tuple[str, str]]:
    """The mistakes and doubts about the table's secrets: the key, and a clause with the fix."""
    for key in WEBHOOK_SECRETS:
        for found in _found(table, key, base):
            if isinstance(found, str):
                yield key, f"{key} {found}; until then its webhooks are refused"
            elif len(found) < SHORT:
                yield key, f"{key} is shorter than {SHORT} characters; make one of 64: {_MAKE}"


_MAKE = "openssl rand -hex 32"


def _found(table: Table, key: str, base: Path) -> Sequence[SecretStr | str]:
    """Each secret, or the reason why it cannot be used."""
    found: list[SecretStr | str] = []
    for written in getattr(table, key) or ():
        try:
            secret = find_key(written, base)
        except NoSecret as error:
            found.append(str(error))
            continue
        short = f"is shorter than {SHORTEST} characters and is not used; make one: {_MAKE}"
        found.append(secret if len(secret) >= SHORTEST else short)
    return found
