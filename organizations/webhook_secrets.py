"""Webhook secrets: the usable ones, and the mistakes in the others.

They are looked up separately from the API keys, which the process that receives webhooks does not
have.
"""

from collections.abc import Iterator, Sequence

from pydantic import SecretStr

from organizations.key_files import FileUnreadable, KeyFiles, NoSecret
from organizations.model import Table
from organizations.secret import find_key

WEBHOOK_SECRETS = ("ashby_webhook_secret", "charthop_webhook_secret")
"""Their keys in the organizations file."""

SHORTEST, SHORT = 16, 32
"""Lengths in characters: a secret below the first is refused, one below the second is warned of."""


def usable(
    table: Table, key: str, files: KeyFiles
) -> tuple[tuple[SecretStr, ...], tuple[FileUnreadable, ...]]:
    """The usable secrets of that key in order, and the errors of files that are unreadable now."""
    found = _found(table, key, files)
    return (
        tuple(one for one in found if isinstance(one, SecretStr)),
        tuple(one for one in found if isinstance(one, FileUnreadable)),
    )


def doubts(table: Table, files: KeyFiles) -> Iterator[tuple[str, str]]:
    """The mistakes and doubts about the table's secrets: the key, and a clause with the fix."""
    for key in WEBHOOK_SECRETS:
        for found in _found(table, key, files):
            if isinstance(found, NoSecret):
                yield key, f"{key} {found}; until then its webhooks are refused"
            elif len(found) < SHORT:
                yield key, f"{key} is shorter than {SHORT} characters; make one of 64: {_MAKE}"


_MAKE = "openssl rand -hex 32"


def _found(table: Table, key: str, files: KeyFiles) -> Sequence[SecretStr | NoSecret]:
    """Each secret, or the reason why it cannot be used."""
    found: list[SecretStr | NoSecret] = []
    for written in getattr(table, key) or ():
        try:
            secret = find_key(written, files)
        except NoSecret as error:
            found.append(error)
            continue
        short = f"is shorter than {SHORTEST} characters and is not used; make one: {_MAKE}"
        found.append(secret if len(secret) >= SHORTEST else NoSecret(short))
    return found
