"""The version of this installation, as its package says."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Such as 1.2.0."""
    return metadata.version("charthop-ashby")
