"""The permission that each call to Ashby needs, with its name on Ashby's screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Permission:
    """One permission of an Ashby key: its scope, its name on Ashby's screen, and its purpose.

    `harmless` is a read that needs exactly this permission, None if there is none.
    """

    scope: str
    screen: str
    why: str
    harmless: str | None = None

    @property
    def called(self) -> str:
        """Its name on the screen, and its name in Ashby's documentation."""
        resource, _, level = self.scope.partition(":")
        return f"{self.screen} ({resource}{level.capitalize()})"


PERMISSIONS = (
    Permission("jobs:read", "Jobs, Read", "openings are listed", "opening.list"),
    Permission("jobs:write", "Jobs, Write", "openings are made, changed and closed"),
    Permission("candidates:read", "Candidates, Read", "hires are found", "application.list"),
    Permission("candidates:write", "Candidates, Write", "values of opening fields are set"),
    Permission("offers:read", "Offers, Read", "accepted offers are read", "offer.list"),
    Permission(
        "organization:read",
        "Organization, Read",
        "departments and locations are found",
        "department.list",
    ),
    Permission(
        "hiringProcessMetadata:read",
        "Hiring Process Metadata, Read",
        "custom fields and close reasons are found",
        "customField.list",
    ),
    Permission(
        "hiringProcessMetadata:write",
        "Hiring Process Metadata, Write",
        "the custom fields of openings are made",
    ),
)
"""Source: the permission named on each endpoint's page, https://developers.ashbyhq.com/reference."""

WRITES_TEAMS = Permission(
    "organization:write", "Organization, Write", "people are put on an opening's hiring team"
)
"""Needed with sync_hiring_team only."""

LISTS_SCOPES = Permission("apiKeys:read", "API Keys, Read", "`check` can list the permissions")

WRITES_WEBHOOKS = Permission("apiKeys:write", "API Keys, Write", "`webhooks` can set them up")
"""Needed only while webhooks are set up or deleted."""

_BY_SCOPE = {one.scope: one for one in (*PERMISSIONS, WRITES_TEAMS, LISTS_SCOPES, WRITES_WEBHOOKS)}

_NEEDS = {
    "opening.info": "jobs:read",
    "opening.list": "jobs:read",
    "opening.search": "jobs:read",
    "opening.create": "jobs:write",
    "opening.update": "jobs:write",
    "opening.addLocation": "jobs:write",
    "opening.removeLocation": "jobs:write",
    "opening.setOpeningState": "jobs:write",
    "opening.setArchived": "jobs:write",
    "customField.info": "hiringProcessMetadata:read",
    "customField.list": "hiringProcessMetadata:read",
    "closeReason.list": "hiringProcessMetadata:read",
    "customField.create": "hiringProcessMetadata:write",
    "customField.updateSelectableValues": "hiringProcessMetadata:write",
    "customField.setValues": "candidates:write",
    "application.info": "candidates:read",
    "application.list": "candidates:read",
    "candidate.info": "candidates:read",
    "offer.info": "offers:read",
    "offer.list": "offers:read",
    "department.list": "organization:read",
    "location.list": "organization:read",
    "user.list": "organization:read",
    "hiringTeamRole.list": "organization:read",
    "hiringTeam.addMember": "organization:write",
    "hiringTeam.removeMember": "organization:write",
    "apiKey.info": "apiKeys:read",
    "webhook.info": "apiKeys:read",
    "webhook.create": "apiKeys:write",
    "webhook.update": "apiKeys:write",
    "webhook.delete": "apiKeys:write",
}
"""Endpoint -> the scope that it needs. Source: likewise."""


def needed_for(endpoint: str, body: Mapping[str, Any]) -> str:
    """The permission that a call needs, with its name on Ashby's screen.

    Whether an opening's values also need the permission for jobs is not documented, so both are
    named.
    """
    scope = _NEEDS.get(endpoint)
    if scope is None:
        return f"for {endpoint}"
    if endpoint == "customField.setValues" and body.get("objectType") == "Opening":
        return f"{_BY_SCOPE[scope].called}, or {_BY_SCOPE['jobs:write'].called}"
    return _BY_SCOPE[scope].called
