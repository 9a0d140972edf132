"""The version of this installation, as its package says."""

from functools import cache


@cache
def version() -> str:
    """Such as 1.2.0."""
    from importlib import metadata  # half the import time of a short command

    return metadata.version("charthop-ashby")
