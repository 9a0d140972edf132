"""Checks the permissions of a key in ChartHop. Only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from core.errors import KeyRefused, Rejected
from systems.http import Kind, Wire

SEES_ALL = frozenset({"PRIMARY", "PEOPLE_OPS_ADMIN", "OWNER"})
"""Access levels that see future-dated changes, pay, and jobs of sensitivity HIGH or PRIVATE;
PRIMARY is Org Editor on ChartHop's screens."""

WRITES = {
    "job": ("update",),
    "person": ("create", "update"),
    "change": ("create", "update", "delete"),
}
"""The writes that a hire may need, by kind of entity."""


@dataclass(frozen=True)
class KeyPermissions:
    """`org` is the organization's slug, None if the key has no organization of that name.

    `others` are the organizations it has. `level` is the access level, None for a custom role.
    `missing` are the writes that are not allowed, None if ChartHop did not say.
    """

    org: str | None
    others: tuple[str, ...]
    level: str | None
    missing: tuple[str, ...] | None


def permissions(wire: Wire, org: str) -> KeyPermissions:
    """Check a key; KeyRefused if it is not valid, TryLater if ChartHop does not answer."""
    me = _object(wire, "/v1/user/me")
    found = _organization(wire, org)
    access = {str(one.get("orgId")): one.get("access") for one in _objects(me.get("orgs"))}
    if found is None:
        others = tuple(str(one.get("slug") or one.get("id")) for one in _organizations(wire))
        return KeyPermissions(None, others or tuple(access), None, None)
    level = access.get(str(found.get("id"))) or next(iter(access.values()), None)
    return KeyPermissions(
        org=str(found.get("slug") or org),
        others=(),
        level=str(level) if level else None,
        missing=_missing(wire, org),
    )


def _organization(wire: Wire, org: str) -> dict[str, Any] | None:
    """The organization with that id or slug; one of others looks like an unknown one."""
    try:
        return _object(wire, f"/v1/org/{quote(org, safe='')}")
    except (KeyRefused, Rejected):
        return None


def _organizations(wire: Wire) -> list[dict[str, Any]]:
    try:
        return _objects(_object(wire, "/v1/org").get("data"))
    except (KeyRefused, Rejected):
        return []


def _missing(wire: Wire, org: str) -> tuple[str, ...] | None:
    missing = []
    for entity, actions in WRITES.items():
        path = f"/v1/org/{quote(org, safe='')}/access/entity/{entity}"
        try:
            answer = _object(wire, path, {"action": ",".join(actions)})
        except (KeyRefused, Rejected):
            return None
        allowed = {
            str(one.get("action")).lower()
            for entry in _objects(answer.get("access"))
            for one in _objects(entry.get("allowed"))
        }
        missing += [f"{action} {entity}s" for action in actions if action not in allowed]
    return tuple(missing)


def _object(wire: Wire, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
    body = wire.send("GET", path, Kind.READ, params=params).body
    return body if isinstance(body, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
