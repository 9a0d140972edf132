"""The version of this installation, from its package metadata."""

from functools import cache


@cache
def version() -> str:
    """The version, such as 1.2.0."""
    from importlib import metadata  # half the import time of a short command

    return metadata.version("charthop-ashby")
