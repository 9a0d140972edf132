"""Records by id that can be walked while calls arrive."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from copy import deepcopy
from threading import RLock
from typing import Any, TypeVar

Value = TypeVar("Value")


class Collection(dict[str, Value]):
    """A dict whose walks go over a copy, made under the sandbox's lock.

    The thread that serves calls adds records at any time; a walk over the dict itself would end
    with "dictionary changed size during iteration".
    """

    def __init__(self, lock: RLock) -> None:
        super().__init__()
        self._lock = lock

    def _copied(self) -> dict[str, Value]:
        with self._lock:
            return dict(super().items())

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Value]:
        """A dict: nobody else adds to the copy."""
        return deepcopy(self._copied(), memo)

    def __iter__(self) -> Iterator[str]:
        return iter(self._copied())

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """The ids of this moment."""
        return self._copied().keys()

    def values(self) -> ValuesView[Value]:  # type: ignore[override]
        """The records of this moment."""
        return self._copied().values()

    def items(self) -> ItemsView[str, Value]:  # type: ignore[override]
        """Ids and records of this moment."""
        return self._copied().items()
