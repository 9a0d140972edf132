"""Imports of libraries without what they only take along where it happens to be installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Whatever is imported meanwhile finds none of these modules, but for those loaded already.

    For extras that a library tries to import and never uses here: each costs every process its
    start and its memory. Python takes None in `sys.modules` for a module that does not exist; the
    modules can be imported afterwards as always.
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
