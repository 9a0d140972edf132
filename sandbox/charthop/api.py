"""How a call to ChartHop finds its organization and endpoint, and how it is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from random import Random
from typing import Any

from sandbox.charthop import changes, fields, roster
from sandbox.charthop.builtin import ACCESS_LEVELS, APP_USER_ID, MAY_WRITE
from sandbox.charthop.oddities import ChartHopOddities
from sandbox.charthop.org import Org
from sandbox.charthop.visits import Endpoint, Refusal, Visit
from sandbox.collection import Collection
from sandbox.wire import Answer, Request, Sandbox

APP_ID = "5f10000000000000000000a1"


class ChartHop(Sandbox):
    """A ChartHop with as many organizations as `add_org` makes; each has its own key."""

    system = "charthop"

    def __init__(
        self,
        oddities: ChartHopOddities | None = None,
        rng: Random | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(rng, clock)
        self.oddities = oddities or ChartHopOddities.one()
        self.orgs: dict[str, Org] = Collection(self.lock)

    def add_org(self, slug: str, key: str, access: str = "PRIMARY") -> Org:
        """A new organization whose app token is `key`, with that access level."""
        if access not in ACCESS_LEVELS:
            raise ValueError(f"ChartHop has no access level {access!r}")
        with self.lock:
            self.orgs[slug] = Org(self, self.oddities, slug, key, access)
            return self.orgs[slug]

    def state(self) -> dict[str, Any]:
        """Everything in every organization, for comparing before and after."""
        with self.lock:
            return {
                slug: {
                    "jobs": {key: org.job(key) for key in org.jobs},
                    "later": {key: list(job.dated) for key, job in org.jobs.items() if job.dated},
                    "persons": {key: org.person(key) for key in org.persons},
                    "changes": {key: vars(one).copy() for key, one in org.changes.items()},
                    "fields": {key: vars(one).copy() for key, one in org.fields.items()},
                }
                for slug, org in self.orgs.items()
            }

    def key_of(self, request: Request) -> str | None:
        """The bearer token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" and token else None

    def writes_with(self, request: Request) -> bool:
        """A dry run writes nothing."""
        return request.method != "GET" and not request.path.endswith("/validate")

    def failure(self, status: int, code: str, message: str) -> Answer:
        """ChartHop's error body repeats the status as `code`."""
        return Answer(status, {"code": status, "message": message})

    def respond(self, request: Request, key: str | None, body: Any) -> Answer:
        """Find the endpoint and the organization, and let it answer."""
        try:
            return self._respond(request, key, body)
        except Refusal as refusal:
            if refusal.status == 202:
                return Answer(202)
            return self.failure(refusal.status, "", refusal.message)

    def _respond(self, request: Request, key: str | None, body: Any) -> Answer:
        own = next((org for org in self.orgs.values() if key in (org.key, org.second_key)), None)
        if own is None or key is None:
            raise Refusal(401, "not authorized")
        for method, path, endpoint in _ROUTES:
            match = path.fullmatch(request.path) if method == request.method else None
            if match is None:
                continue
            parts = match.groupdict()
            slug = parts.pop("org", own.slug)
            if slug not in (own.id, own.slug):
                known = any(slug in (org.id, org.slug) for org in self.orgs.values())
                raise Refusal(401 if known else 404, "not authorized" if known else "not found")
            own.events.by_app = True
            try:
                return endpoint(Visit(own, request.query, body), *parts.values())
            finally:
                own.events.by_app = False
        raise Refusal(404, "not found")


def _who_am_i(visit: Visit) -> Answer:
    visit.allow()
    org = visit.org
    return Answer(
        200,
        {
            "id": APP_USER_ID,
            "appId": APP_ID,
            "name": {"first": "Ashby", "last": "Sync"},
            "type": "APP",
            "status": "NORMAL",
            "orgs": [{"orgId": org.id, "access": org.access}],
            "options": {},
        },
    )


def _organizations(visit: Visit) -> Answer:
    visit.allow("from", "q", "limit")
    return Answer(200, {"data": [_shown(visit.org)]})


def _organization(visit: Visit) -> Answer:
    visit.allow()
    return Answer(200, _shown(visit.org))


def _shown(org: Org) -> dict[str, Any]:
    return {
        "id": org.id,
        "slug": org.slug,
        "name": org.name,
        "status": "ACTIVE",
        "timezone": org.timezone,
        "currencies": org.currencies,
        "dataResidency": "GLOBAL",
        "options": {},
    }


def _access(visit: Visit, type_name: str) -> Answer:
    """Which of the actions asked for the caller may do to entities of a type."""
    visit.allow("id", "action", "fields", "date", "scenarioId")
    entity = type_name.lower()
    if entity not in ("job", "person", "change", "field", "group"):
        raise Refusal(404, "not found")
    asked = visit.list_of("action") or ["update", "delete"]
    writers = {"OWNER", "TECH_OWNER"} if entity == "field" else MAY_WRITE
    allowed = [a for a in asked if a.lower() == "read" or visit.org.access in writers]
    entry: dict[str, Any] = {"allowed": [{"action": action} for action in allowed]}
    if (ids := visit.list_of("id")) is not None:
        entry["ids"] = ids
    return Answer(200, {"access": [entry]})


def _route(method: str, path: str, endpoint: Endpoint) -> tuple[str, re.Pattern[str], Endpoint]:
    return method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), endpoint


_ROUTES = [
    _route("GET", "/v1/user/me", _who_am_i),
    _route("GET", "/v1/org", _organizations),
    _route("GET", "/v1/org/{org}", _organization),
    _route("GET", "/v1/org/{org}/access/entity/{type}", _access),
    _route("GET", "/v2/org/{org}/job", roster.find_jobs),
    _route("GET", "/v2/org/{org}/job/{id}", roster.read_job),
    _route("PATCH", "/v2/org/{org}/job/{id}", roster.patch_job),
    _route("GET", "/v2/org/{org}/person", roster.find_persons),
    _route("POST", "/v2/org/{org}/person", roster.create_person),
    _route("GET", "/v2/org/{org}/person/{id}", roster.read_person),
    _route("PATCH", "/v2/org/{org}/person/{id}", roster.patch_person),
    _route("POST", "/v1/org/{org}/change/sync/{type}", changes.sync_change),
    _route("POST", "/v1/org/{org}/change/{type}/validate", changes.validate_change),
    _route("GET", "/v1/org/{org}/change", changes.find_changes),
    _route("GET", "/v1/org/{org}/change/{id}", changes.read_change),
    _route("PATCH", "/v1/org/{org}/change/{id}", changes.patch_change),
    _route("DELETE", "/v1/org/{org}/change/{id}", changes.delete_change),
    _route("GET", "/v1/org/{org}/field", fields.list_fields),
    _route("GET", "/v1/org/{org}/field/built-in", fields.list_built_in),
]
