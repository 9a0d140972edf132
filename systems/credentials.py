"""The API keys with which calls to one system are made.

While a key is being changed there are two. A call that a key is refused for was not carried out, so
it is sent again with the other one at once. Which one was taken is remembered, so that finding out
costs a call now and then, and none in most syncs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Allowance(Protocol):
    """How many calls a key has left, counted for all workers together (store/allowances.py)."""

    def take(self) -> None:
        """Wait for the next free call; TryLater where the wait would be long."""

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Hold this key, or every key of the system, for that long."""

    def failed(self) -> None:
        """The service did not answer as it should."""

    def succeeded(self) -> None:
        """The service answered."""


class Choice(Protocol):
    """Remembers for all workers which key a service took instead of the first one."""

    def get(self) -> str | None:
        """The id of that key; None where the first one is to be used, or tried again."""

    def keep(self, id_: str | None) -> None:
        """Use that one from now on; None: the first one."""


@dataclass(frozen=True)
class Credential:
    """One key. `id` is the same for the same key, and nothing of the key can be read from it."""

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
        """The keys to try, the one that is in use first."""
        if len(self._credentials) == 1:
            return self._credentials
        if self._in_use is None:
            self._in_use = self._chosen()
        first = self._in_use
        return (first, *(one for one in self._credentials if one is not first))

    def taken(self, credential: Credential) -> None:
        """The service took that key; it is in use from now on."""
        if len(self._credentials) == 1 or credential is self._in_use:
            return
        self._in_use = credential
        if self._choice is not None:
            is_first = credential is self._credentials[0]
            self._choice.keep(None if is_first else credential.id)

    def _chosen(self) -> Credential:
        chosen = self._choice.get() if self._choice is not None else None
        return next((one for one in self._credentials if one.id == chosen), self._credentials[0])
