"""Checks the permissions of a key in Ashby. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import KeyRefused, Rejected
from systems.ashby.client import Client
from systems.ashby.scopes import PERMISSIONS, WRITES_TEAMS, Permission


@dataclass(frozen=True)
class KeyPermissions:
    """The missing permissions, and the ones that cannot be determined without a write.

    `listed`: Ashby itself listed the key's permissions.
    """

    listed: bool
    missing: tuple[Permission, ...]
    unknown: tuple[Permission, ...]


def permissions(client: Client, *, teams: bool = False) -> KeyPermissions:
    """Check a key; KeyRefused if it may do nothing at all, TryLater if there is no answer.

    `teams`: the key also needs to change hiring teams.
    """
    needed = (*PERMISSIONS, WRITES_TEAMS) if teams else PERMISSIONS
    try:
        scopes = _scopes(client.read("apiKey.info", {}))
    except (KeyRefused, Rejected) as error:
        return _by_trying(client, needed, error)
    missing = tuple(one for one in needed if _plain(one.scope) not in scopes)
    return KeyPermissions(True, missing, ())


def _by_trying(
    client: Client, needed: Sequence[Permission], first: KeyRefused | Rejected
) -> KeyPermissions:
    """Test each permission that a small read can prove."""
    missing = []
    shown = [one for one in needed if one.harmless is not None]
    for permission in shown:
        try:
            client.read(permission.harmless or "", {"limit": 1})
        except KeyRefused:
            missing.append(permission)
        except Rejected:
            continue  # allowed, but refused for another reason
    if len(missing) == len(shown):
        raise first
    unknown = tuple(one for one in needed if one.harmless is None)
    return KeyPermissions(False, tuple(missing), unknown)


def _scopes(info: Any) -> frozenset[str]:
    """The scopes in the answer; `jobs:read`, `jobsRead` and `jobs_read` are the same."""
    listed = info.get("scopes") if isinstance(info, Mapping) else None
    return (
        frozenset(_plain(str(one)) for one in listed) if isinstance(listed, list) else frozenset()
    )


def _plain(scope: str) -> str:
    return "".join(letter for letter in scope.casefold() if letter.isalpha())
