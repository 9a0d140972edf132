"""Which organizations are synced, with which keys and choices?

`organizations.toml` is an operator's file: it is read again when it changes, one bad table does
not stop the others, and every mistake in it becomes one sentence with the place and the mend.
"""

from workers.organizations.model import (
    Brake,
    Organization,
    OrganizationsFile,
    Problem,
)
from workers.organizations.reading import Organizations, read_organizations
from workers.organizations.ticking import set_ticked

__all__ = [
    "Brake",
    "Organization",
    "Organizations",
    "OrganizationsFile",
    "Problem",
    "read_organizations",
    "set_ticked",
]
