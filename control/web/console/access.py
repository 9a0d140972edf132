"""Access rules: the role that each route of the console needs."""

from dataclasses import dataclass
from enum import IntEnum

from organizations import Organizations


class Role(IntEnum):
    """The roles; each one includes the rights of those before it."""

    ANYBODY = 0
    SIGNED_IN = 1
    VIEWER = 2
    OPERATOR = 3


ACCESS: dict[tuple[str, str], Role] = {
    ("GET", "/static/console.css"): Role.ANYBODY,
    ("GET", "/static/console.js"): Role.ANYBODY,
    ("GET", "/login"): Role.ANYBODY,
    ("GET", "/login/callback"): Role.ANYBODY,
    ("POST", "/logout"): Role.SIGNED_IN,
    ("GET", "/"): Role.SIGNED_IN,
    ("GET", "/o/{organization}"): Role.VIEWER,
    ("GET", "/o/{organization}/records"): Role.VIEWER,
    ("GET", "/o/{organization}/records/{record}"): Role.VIEWER,
    ("GET", "/o/{organization}/fields"): Role.VIEWER,
    ("POST", "/o/{organization}/fields"): Role.OPERATOR,
    ("GET", "/o/{organization}/plan"): Role.VIEWER,
    ("GET", "/o/{organization}/drift"): Role.VIEWER,
    ("GET", "/o/{organization}/syncs"): Role.VIEWER,
    ("GET", "/o/{organization}/syncs/{sync}"): Role.VIEWER,
    ("POST", "/o/{organization}/sync"): Role.OPERATOR,
    ("POST", "/o/{organization}/pause"): Role.OPERATOR,
    ("POST", "/o/{organization}/resume"): Role.OPERATOR,
    ("POST", "/o/{organization}/approve"): Role.OPERATOR,
    ("POST", "/o/{organization}/records/{record}/sync"): Role.OPERATOR,
    ("POST", "/o/{organization}/records/{record}/push"): Role.OPERATOR,
}
"""The required role by method and path."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in person. `is_operator`: of every organization, as with basic login."""

    name: str
    is_operator: bool = False

    def role(self, organizations: Organizations, organization: str) -> Role | None:
        """Their role in that organization; None if they have none, or it does not exist."""
        if organization not in organizations.names():
            return None
        access = organizations.access(organization)
        if self.is_operator or access.may_order(self.name):
            return Role.OPERATOR
        return Role.VIEWER if access.may_see(self.name) else None
