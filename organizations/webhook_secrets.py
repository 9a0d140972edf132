"""Webhook secrets: which can be used, and what is wrong with the others.

They are looked up apart from the API keys: the process that takes webhooks has none of those.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import SecretStr

from organizations.model import Table
from organizations.secret import NoSecret, find_key

WEBHOOK_SECRETS = ("ashby_webhook_secret", "charthop_webhook_secret")
"""The keys of the organizations file that hold them."""

SHORTEST, SHORT = 16, 32
"""Characters: a shorter secret is refused, and what is shorter than the second draws a warning."""


def usable(table: Table, key: str, base: Path) -> tuple[SecretStr, ...]:
    """The secrets of that key that can be used, the first one first; none where none is set."""
    return tuple(found for found in _found(table, key, base) if isinstance(found, SecretStr))


def doubts(table: Table, base: Path) -> Iterator[tuple[str, str]]:
    """What is wrong or doubtful about the table's secrets: the key, and a clause with the fix."""
    for key in WEBHOOK_SECRETS:
        for found in _found(table, key, base):
            if isinstance(found, str):
                yield key, f"{key} {found}; until then its webhooks are refused"
            elif len(found) < SHORT:
                yield key, f"{key} is shorter than {SHORT} characters; make one of 64: {_MAKE}"


_MAKE = "openssl rand -hex 32"


def _found(table: Table, key: str, base: Path) -> Sequence[SecretStr | str]:
    """Each secret, or why it cannot be used."""
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
