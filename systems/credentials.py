"""The API keys for calls to one system.

There are two while a key is being changed. A call whose key is refused was not carried out, so it
is sent again at once with the other key. The accepted key is remembered, so finding out costs a
call now and then, and none in most syncs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Allowance(Protocol):
    """The remaining calls of a key, counted for all workers together (store/allowances.py)."""

    def take(self) -> None:
        """Wait for the next free call; TryLater if the wait would be long."""

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Pause this key, or every key of the system, for that long."""

    def failed(self) -> None:
        """Count a failure of the service."""

    def succeeded(self) -> None:
        """Record that the service answered."""


class Choice(Protocol):
    """Remembers for all workers the key that a service accepted instead of the first one."""

    def get(self) -> str | None:
        """The id of that key; None if the first one should be used, or tried again."""

    def keep(self, id_: str | None) -> None:
        """Use that key from now on; None for the first one."""


@dataclass(frozen=True)
class Credential:
    """One key. `id` is a stable id that does not reveal the key."""

    id: str
    headers: Mapping[str, str] = field(repr=False)
    allowance: Allowance


class Credentials:
    """The keys of one organization for one system, the new one first."""

    def __init__(self, credentials: Sequence[Credential], choice: Choice | None = None) -> None:
        self._credentials = tuple(credentials)
        self._choice = choice
        self._in_use: Credential | None = None

    def in_order(self) -> Sequence[Credential]:
        """The keys to try, the one in use first."""
        if len(self._credentials) == 1:
            return self._credentials
        if self._in_use is None:
            self._in_use = self._chosen()
        first = self._in_use
        return (first, *(one for one in self._credentials if one is not first))

    def taken(self, credential: Credential) -> None:
        """Use that key from now on, as the service accepted it."""
        if len(self._credentials) == 1 or credential is self._in_use:
            return
        self._in_use = credential
        if self._choice is not None:
            is_first = credential is self._credentials[0]
            self._choice.keep(None if is_first else credential.id)

    def _chosen(self) -> Credential:
        chosen = self._choice.get() if self._choice is not None else None
        return next((one for one in self._credentials if one.id == chosen), self._credentials[0])
