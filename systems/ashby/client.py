"""The Ashby endpoints that the sync calls.

They have Ashby's own names. Ashby answers most errors with status 200 and `success: false`, so
every answer is checked by its envelope, also under a 4xx. Source:
https://developers.ashbyhq.com/reference and https://developers.ashbyhq.com/docs/responses.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core import reasons
from core.errors import KeyRefused, Rejected, TryLater
from systems.answers import WRONG_KEY, SlowDown, read_complaint
from systems.ashby.models import Page
from systems.ashby.scopes import needed_for
from systems.http import Kind, Wire
from systems.parsing import is_id
from systems.redaction import Redaction

PAGE = 100
"""Items per page: Ashby's maximum and default."""

MOST_PAGES = 2000
"""Maximum number of pages; a longer list is assumed to be endless."""

TOKEN_SPENT = frozenset({"sync_token_expired", "sync_token_invalid", "incremental_sync_too_large"})
"""Codes after which the list is read from the beginning."""

CURSOR_SPENT = frozenset({"next_cursor_expired", "invalid_next_cursor", "cursor_invalid"})
"""Likewise."""

AT_FAULT_THERE = frozenset({"generic_internal_error", "internal_server_error"})
"""Codes of failures in Ashby itself; a write may have been carried out."""

NO_PERMISSION = "missing_endpoint_permission"
"""The code of a call that the key is not allowed to make."""

ASKED_TO_WAIT = frozenset({"rate_limit_exceeded", "concurrent_limit_exceeded"})


def headers(key: str) -> dict[str, str]:
    """The headers of every call: HTTP Basic with the key as user name and no password."""
    token = base64.b64encode(f"{key}:".encode()).decode()
    return {
        "Authorization": f"Basic {token}",
        "Accept": "application/json; version=1",
        "Ashby-Version": "2026-01-01",
        "Content-Type": "application/json",
        "User-Agent": "charthop-ashby",
    }


class Client:
    """Ashby's API with the key of one organization."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def read(self, endpoint: str, body: Mapping[str, Any]) -> Any:
        """The results of a reading endpoint."""
        return self._call(endpoint, body, Kind.READ).get("results")

    def read_rows(self, endpoint: str, body: Mapping[str, Any]) -> list[Any]:
        """The results of a reading endpoint that returns a list without pages."""
        rows = self.read(endpoint, body)
        if rows is None:
            return []
        if not isinstance(rows, list):
            raise strange(endpoint, "no list")
        return rows

    def write(self, endpoint: str, body: Mapping[str, Any]) -> Any:
        """The results of a writing endpoint that may safely be called twice."""
        return self._call(endpoint, body, Kind.SAFE_WRITE).get("results")

    def create(self, endpoint: str, body: Mapping[str, Any]) -> Any:
        """The results of a creating endpoint; AnswerLost if it is unknown whether it succeeded."""
        return self._call(endpoint, body, Kind.CREATE).get("results")

    def read_list(
        self,
        endpoint: str,
        body: Mapping[str, Any],
        token: str | None,
        read: Callable[[dict[str, Any]], Any] = lambda row: row,
    ) -> "ReadRows":
        """All pages of a list.

        `read` converts the rows page by page: keeping all rows would take ten times the memory of
        the result. An expired token or cursor costs one full reading.
        """
        try:
            return self._pages(endpoint, body, token, read)
        except Rejected as error:
            if error.code not in TOKEN_SPENT | CURSOR_SPENT:
                raise
        return self._pages(endpoint, body, None, read)

    def _pages(
        self,
        endpoint: str,
        body: Mapping[str, Any],
        token: str | None,
        read: Callable[[dict[str, Any]], Any],
    ) -> "ReadRows":
        items: dict[str, Any] = {}
        nameless = 0
        seen: set[str] = set()
        request: dict[str, Any] = {**body, "limit": PAGE}
        if token is not None:
            request["syncToken"] = token
        for _ in range(MOST_PAGES):
            page = _page(endpoint, self._call(endpoint, request, Kind.READ))
            for row in page.results:
                id_ = _id_of(row)
                if id_ is None:
                    nameless += 1
                else:
                    items[id_] = read(row)
            if page.is_last:
                return _read_rows(endpoint, items, page.sync_token, token is None, nameless)
            if page.next_cursor is None or page.next_cursor in seen:
                break
            seen.add(page.next_cursor)
            request["cursor"] = page.next_cursor
        raise TryLater(reasons.INCOMPLETE_LIST(what=endpoint))

    def _call(self, endpoint: str, body: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        """One call; returns the envelope of a success. Errors name a missing permission."""
        try:
            envelope: dict[str, Any] = self._wire.send(
                "POST",
                f"/{endpoint}",
                kind,
                body=body,
                refusal=lambda envelope: refusal(envelope, endpoint, body, self._wire.redaction),
            ).body
        except KeyRefused as error:
            permission = needed_for(endpoint, body)
            if error.code == NO_PERMISSION:
                error.reason = reasons.NO_PERMISSION(endpoint=endpoint, permission=permission)
            elif error.code != WRONG_KEY:
                # The forms of a 403 differ: it may mean a missing permission without saying so.
                detail = dict(error.reason.parameters).get("detail", endpoint)
                error.reason = reasons.KEY_REFUSED(
                    system="Ashby", detail=f"{detail}; it needs {permission}"
                )
            raise
        return envelope


def refusal(
    envelope: Any, endpoint: str, sent: Mapping[str, Any], redaction: Redaction
) -> Exception | None:
    """The error that an answer reports, None for a success.

    For `success: false`, `errorInfo.code` takes precedence over `errors[0]`.
    """
    if isinstance(envelope, dict) and envelope.get("success") is True:
        return None
    if not isinstance(envelope, dict) or "success" not in envelope:
        return strange(endpoint, "no envelope")
    complaint = read_complaint(envelope, sent, redaction)
    code = complaint.code or "unknown_error"
    if code in (NO_PERMISSION, WRONG_KEY):
        reason = reasons.KEY_WRONG if code == WRONG_KEY else reasons.KEY_REFUSED
        detail = f"{endpoint}, {code}"
        return KeyRefused(reason(system="Ashby", detail=detail), "Ashby", code=code)
    if code in ASKED_TO_WAIT:
        return SlowDown(reasons.BUSY(system="Ashby"), 5.0, everyone=False)
    if code in AT_FAULT_THERE:
        return TryLater(reasons.UNREACHABLE(system="Ashby", detail=code))
    return Rejected(
        reasons.REJECTED(system="Ashby", what=endpoint, code=code), code, complaint.sentence
    )


@dataclass(frozen=True)
class ReadRows:
    """All pages of a list: the rows that have an id.

    The next reading continues from `token`. `is_full`: it is the whole list. `nameless` counts the
    rows without a valid id.
    """

    items: list[Any]
    token: str | None
    is_full: bool
    nameless: int


def _read_rows(
    endpoint: str, items: Mapping[str, Any], token: str | None, is_full: bool, nameless: int
) -> ReadRows:
    """The rows; TryLater if none of them has an id, as the list is then of a different form."""
    if nameless and not items:
        raise strange(endpoint, "items without id")
    return ReadRows(list(items.values()), token, is_full, nameless)


def _id_of(row: Any) -> str | None:
    id_ = row.get("id") if isinstance(row, dict) else None
    return id_ if isinstance(id_, str) and is_id(id_) else None


def strange(endpoint: str, what: str) -> TryLater:
    """The error for an answer of the endpoint that cannot be read."""
    return TryLater(reasons.STRANGE_ANSWER(system="Ashby", detail=f"{endpoint}, {what}"))


def _page(endpoint: str, envelope: dict[str, Any]) -> Page:
    try:
        return Page.model_validate(envelope)
    except ValidationError:
        raise strange(endpoint, "no results") from None
