"""The organizations file: which organizations are synced, with which keys and settings.

`organizations.toml` belongs to the operator: it is read again when it changes, one bad table does
not affect the others, and every mistake becomes one sentence with its place and fix.
"""

from organizations.model import (
    Organization,
    OrganizationsFile,
    Problem,
)
from organizations.reading import Organizations, read_organizations

__all__ = [
    "Organization",
    "Organizations",
    "OrganizationsFile",
    "Problem",
    "read_organizations",
]
