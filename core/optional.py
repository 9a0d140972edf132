"""Imports libraries without their optional dependencies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Within the context, these modules cannot be imported, except those already loaded.

    For extras that a library tries to import but that are never used here: each one costs every
    process start-up time and memory. Python treats None in `sys.modules` as a missing module; the
    modules can be imported afterwards as usual.
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
