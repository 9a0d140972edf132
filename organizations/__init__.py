"""The organizations file: which organizations are synced, with which keys and settings.

`organizations.toml` is an operator's file: it is read again when it changes, one bad table does
not stop the others, and every mistake in it becomes one sentence with the place and the fix.
"""

from organizations.model import (
    Brake,
    Organization,
    OrganizationsFile,
    Problem,
)
from organizations.reading import Organizations, read_organizations

__all__ = [
    "Brake",
    "Organization",
    "Organizations",
    "OrganizationsFile",
    "Problem",
    "read_organizations",
]
