"""How a call to Ashby finds its account and endpoint, and how it is refused."""

from __future__ import annotations

import base64
import binascii
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.ashby import custom_fields, lists, openings, people, requests, webhooks
from sandbox.ashby.account import Account
from sandbox.ashby.oddities import AshbyOddities
from sandbox.ashby.paging import DAY, Limits, Page, Rejected
from sandbox.ashby.records import ALL
from sandbox.forms import BadForm, Body, read_body
from sandbox.wire import MALFORMED, WINDOW, Answer, Request, Sandbox, Window

VERSION = "2026-01-01"
RATE = 1000
"""Calls per key and window that the rate headers speak of where no allowance is set."""


@dataclass(frozen=True)
class Endpoint:
    """What a call must look like, what its key must be allowed, and what it does."""

    body: type[Body]
    scope: str
    run: Callable[[Account, Any], Any]


@dataclass(frozen=True)
class ListEndpoint:
    """The same for an endpoint that answers with pages."""

    body: type[Body]
    scope: str
    run: Callable[[Account, Any, Limits], Page]


class Ashby(Sandbox):
    """An Ashby with as many accounts as `add_account` makes; each has its own key.

    `token_life` is how many seconds cursors and sync tokens live, `incremental_limit` how many
    changed records an incremental pass may have.
    """

    system = "ashby"
    sends_again = True

    def __init__(
        self,
        oddities: AshbyOddities | None = None,
        rng: Random | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(rng, clock)
        self.oddities = oddities or AshbyOddities.one()
        self.accounts: list[Account] = []
        self.token_life = 14 * DAY
        self.incremental_limit: int | None = None
        self.version_status = "active"
        self._answered = 0

    def add_account(self, key: str, scopes: Iterable[str] = ALL) -> Account:
        """A new account whose API key is `key`, with those permissions."""
        unknown = set(scopes) - ALL
        if unknown:
            raise ValueError(f"the sandbox knows no permission {', '.join(sorted(unknown))}")
        with self.lock:
            self.accounts.append(Account(self, self.oddities, key, scopes))
            return self.accounts[-1]

    def expire_tokens(self) -> None:
        """Every cursor and sync token of every account is too old from now on."""
        for account in self.accounts:
            account.expire_tokens()

    def state(self) -> list[dict[str, Any]]:
        """Everything in every account, for comparing before and after."""
        with self.lock:
            return [
                {
                    "openings": {key: account.opening(key) for key in account.openings},
                    "fields": {key: repr(one) for key, one in account.custom_fields.items()},
                    "applications": {key: repr(one) for key, one in account.applications.items()},
                    "offers": {key: repr(one) for key, one in account.offers.items()},
                    "candidates": {key: repr(one) for key, one in account.candidates.items()},
                }
                for account in self.accounts
            ]

    def key_of(self, request: Request) -> str | None:
        """The user name of HTTP Basic; the password is empty."""
        scheme, _, coded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            return base64.b64decode(coded, validate=True).decode().removesuffix(":") or None
        except (binascii.Error, UnicodeDecodeError):
            return None

    def writes_with(self, request: Request) -> bool:
        """Reads are those that end in info, list or search."""
        return not request.path.endswith((".info", ".list", ".search"))

    def headers_for(self, key: str | None) -> dict[str, str]:
        """The headers that every answer carries."""
        self._answered += 1
        window = self.window_of(key)
        limit = RATE if self.allowance is None else self.allowance
        return {
            "x-ashby-request-id": f"01KSR6K4PC{self._answered:016X}",
            "ashby-version": VERSION,
            "ashby-version-status": self.version_status,
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(max(limit - window.used, 0)),
            "x-ratelimit-reset": str(self._reset(window)),
        }

    def _reset(self, window: Window) -> int:
        ends = window.start + WINDOW
        return math.ceil(ends - self.time() if self.oddities.rate_reset == "seconds" else ends)

    def too_many(self, key: str, window: Window) -> Answer:
        """The 429, with Retry-After and X-RateLimit-Scope as the oddities have it."""
        headers = {}
        if self.oddities.retry_after:
            headers["retry-after"] = str(math.ceil(window.start + WINDOW - self.time()))
        if self.oddities.rate_scope is not None:
            headers["x-ratelimit-scope"] = self.oddities.rate_scope
        refused = self.failure(429, "rate_limit_exceeded", "Too many requests")
        return Answer(429, refused.body, headers)

    def failure(self, status: int, code: str, message: str) -> Answer:
        """Ashby's error envelope."""
        info = {
            "code": code,
            "message": message,
            "requestId": f"01KSR6K4PC{self._answered + 1:016X}",
            "meta": {},
        }
        if self.oddities.error_form == "short":
            return Answer(status, {"success": False, "errorInfo": info})
        return Answer(status, {"success": False, "errors": [code], "errorInfo": info})

    def respond(self, request: Request, key: str | None, body: Any) -> Answer:
        """Find the account and the endpoint, and let it answer."""
        account = next((one for one in self.accounts if key in (one.key, one.second_key)), None)
        if account is None or key is None:
            return self._denied(401 if key is None else 403)
        endpoint = _ENDPOINTS.get(request.path) if request.method == "POST" else None
        if endpoint is None:
            return self.failure(404, "not_found", "There is no such endpoint")
        if endpoint.scope not in account.scopes:
            return self._forbidden()
        try:
            self._refuse_headers(request)
            if request.path in _LENIENT and self.oddities.unknown_properties == "dropped":
                body = _known(endpoint.body, body)
            parsed = _parsed(endpoint.body, body)
            if request.path.endswith(".info") and _is_broken(account, parsed):
                return self.failure(500, "generic_internal_error", "Something went wrong")
            return self._run(endpoint, account, parsed)
        except Rejected as rejected:
            if rejected.code == "missing_endpoint_permission":
                return self._forbidden()
            return self.failure(200, rejected.code, rejected.message)

    def _run(self, endpoint: Endpoint | ListEndpoint, account: Account, body: Body) -> Answer:
        if isinstance(endpoint, Endpoint):
            return Answer(200, {"success": True, "results": endpoint.run(account, body)})
        page = endpoint.run(account, body, Limits(self.token_life, self.incremental_limit))
        answer: dict[str, Any] = {
            "success": True,
            "results": page.results,
            "moreDataAvailable": page.cursor is not None,
        }
        if page.cursor is not None:
            answer["nextCursor"] = page.cursor
        if page.token is not None:
            answer["syncToken"] = page.token
        return Answer(200, answer)

    def _refuse_headers(self, request: Request) -> None:
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise Rejected("invalid_input", "Content-Type must be application/json")
        if request.headers.get("ashby-version", VERSION) != VERSION:
            raise Rejected("invalid_input", "Ashby-Version: no such version")

    def _denied(self, status: int) -> Answer:
        message = "The API key is missing" if status == 401 else "The API key is not valid"
        if self.oddities.error_form == "short":
            return Answer(status, message.encode(), {"content-type": "text/plain"})
        return self.failure(status, "invalid_api_key", message)

    def _forbidden(self) -> Answer:
        code, message = "missing_endpoint_permission", "The API key lacks a permission"
        match self.oddities.denial_form:
            case "info":
                return self.failure(403, code, message)
            case "strings":
                errors: list[Any] = [code]
            case "messages":
                errors = [{"message": code}]
            case "coded":
                errors = [{"code": code, "message": message}]
        return Answer(403, {"success": False, "errors": errors})


def _is_broken(account: Account, body: Body) -> bool:
    """Whether the record that the call asks for is one whose `*.info` fails."""
    return any(value in account.broken for value in vars(body).values() if isinstance(value, str))


def _known(model: type[Body], body: Any) -> Any:
    """The body without the properties that the endpoint does not have."""
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name in model.model_fields}


def _parsed(model: type[Body], body: Any) -> Body:
    if body is MALFORMED:
        raise Rejected("invalid_input", "Request payload is malformed")
    try:
        return read_body(model, body)
    except BadForm as bad:
        raise Rejected("invalid_input", str(bad)) from None


_LENIENT = frozenset({"/opening.create", "/opening.update", "/opening.setOpeningState"})
"""Endpoints that were seen to drop properties that they do not have."""

_ENDPOINTS: dict[str, Endpoint | ListEndpoint] = {
    "/apiKey.info": Endpoint(requests.Nothing, "apiKeys:read", people.api_key),
    "/opening.info": Endpoint(requests.OpeningInfo, "jobs:read", openings.info),
    "/opening.list": ListEndpoint(requests.DatedListing, "jobs:read", lists.openings),
    "/opening.search": Endpoint(requests.OpeningSearch, "jobs:read", openings.search),
    "/opening.create": Endpoint(requests.OpeningCreate, "jobs:write", openings.create),
    "/opening.update": Endpoint(requests.OpeningUpdate, "jobs:write", openings.update),
    "/opening.addLocation": Endpoint(requests.OpeningLocation, "jobs:write", openings.add_location),
    "/opening.removeLocation": Endpoint(
        requests.OpeningLocation, "jobs:write", openings.remove_location
    ),
    "/opening.setOpeningState": Endpoint(requests.OpeningState, "jobs:write", openings.set_state),
    "/opening.setArchived": Endpoint(requests.OpeningArchived, "jobs:write", openings.set_archived),
    "/customField.create": Endpoint(
        requests.FieldCreate, "hiringProcessMetadata:write", custom_fields.create
    ),
    "/customField.info": Endpoint(
        requests.FieldInfo, "hiringProcessMetadata:read", custom_fields.info
    ),
    "/customField.list": ListEndpoint(
        requests.ArchivableListing, "hiringProcessMetadata:read", lists.custom_fields
    ),
    "/customField.updateSelectableValues": Endpoint(
        requests.FieldOptions, "hiringProcessMetadata:write", custom_fields.update_options
    ),
    "/customField.setValues": Endpoint(
        requests.SetValues, "candidates:write", custom_fields.set_values
    ),
    "/closeReason.list": ListEndpoint(
        requests.CloseReasonListing, "hiringProcessMetadata:read", lists.close_reasons
    ),
    "/department.list": ListEndpoint(
        requests.ArchivableListing, "organization:read", lists.departments
    ),
    "/location.list": ListEndpoint(requests.LocationListing, "organization:read", lists.locations),
    "/user.list": ListEndpoint(requests.UserListing, "organization:read", lists.users),
    "/user.info": Endpoint(requests.UserInfo, "organization:read", people.user),
    "/hiringTeamRole.list": Endpoint(
        requests.RoleListing, "organization:read", people.hiring_roles
    ),
    "/hiringTeam.addMember": Endpoint(
        requests.TeamMember, "organization:write", openings.add_member
    ),
    "/hiringTeam.removeMember": Endpoint(
        requests.TeamMember, "organization:write", openings.remove_member
    ),
    "/user.search": Endpoint(requests.UserSearch, "organization:read", people.search_users),
    "/application.list": ListEndpoint(
        requests.ApplicationListing, "candidates:read", lists.applications
    ),
    "/application.info": Endpoint(requests.ApplicationInfo, "candidates:read", people.application),
    "/offer.list": ListEndpoint(requests.OfferListing, "offers:read", lists.offers),
    "/offer.info": Endpoint(requests.OfferInfo, "offers:read", people.offer),
    "/candidate.info": Endpoint(requests.CandidateInfo, "candidates:read", people.candidate),
    "/webhook.create": Endpoint(requests.WebhookCreate, "apiKeys:write", webhooks.create),
    "/webhook.info": Endpoint(requests.WebhookInfo, "apiKeys:read", webhooks.info),
    "/webhook.update": Endpoint(requests.WebhookUpdate, "apiKeys:write", webhooks.update),
    "/webhook.delete": Endpoint(requests.WebhookInfo, "apiKeys:write", webhooks.delete),
}
