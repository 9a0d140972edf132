"""The ChartHop endpoints that the sync calls.

They have ChartHop's own names; every method is one call or one complete list. Source:
https://api.charthop.com/swagger.json and docs.charthop.com.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from core import reasons
from core.errors import Rejected, TryLater
from systems.charthop.models import Rows
from systems.http import Kind, Wire
from systems.parsing import is_id, path_part

log = logging.getLogger("charthop_ashby")

PAGE = 500
"""Rows per page. No maximum is documented; ChartHop's own client requests 10,000 at once."""

FEW = 25
"""Rows to read if a few examples suffice."""

MOST_PAGES = 400
"""A list that is longer than this many pages is not believed to end."""


def headers(key: str) -> dict[str, str]:
    """The headers of every call: the app's token as a bearer."""
    return {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "charthop-ashby",
    }


class Client:
    """ChartHop's API with the key of one organization. `org` is its id or slug."""

    def __init__(self, wire: Wire, org: str) -> None:
        self._wire = wire
        self._org = path_part(org)

    def try_read(self, path: str) -> None:
        """GET a path that was refused before, with the smallest possible page.

        Rejected means that the key is accepted: only the request is invalid.
        """
        is_list = path.rpartition("/")[2] in ("job", "person", "field", "change")
        try:
            self._read(path, {"limit": "1"} if is_list else {})
        except Rejected:
            return

    def get_me(self) -> dict[str, Any]:
        """GET /v1/user/me: the user of the key."""
        body = self._read("/v1/user/me", {})
        return body if isinstance(body, dict) else {}

    def find_jobs(self, query: str, fields: list[str]) -> list[dict[str, Any]]:
        """GET /v2/org/{orgId}/job: every row that has an id, once per id."""
        params = {"q": query, "fields": ",".join(fields), "limit": str(PAGE)}
        found, nameless = _by_id(self._pages(f"/v2/org/{self._org}/job", params, "open jobs"))
        if nameless and not found:
            raise _strange("jobs without id")
        if nameless:
            unread = reasons.UNREADABLE_ROWS(system="ChartHop", what="open jobs", count=nameless)
            log.warning("%s", unread)
        return list(found.values())

    def first_jobs(self, query: str, fields: list[str]) -> list[dict[str, Any]]:
        """GET /v2/org/{orgId}/job: the first few rows."""
        params = {"q": query, "fields": ",".join(fields), "limit": str(FEW)}
        rows = _rows(self._read(f"/v2/org/{self._org}/job", params)).data
        return [row for row in rows if isinstance(row, dict)]

    def get_job(
        self, job_id: str, fields: list[str], day: str | None = None
    ) -> dict[str, Any] | None:
        """GET /v2/org/{orgId}/job/{jobId}: the row as of that day, None for a 404.

        A malformed id counts as unknown: recruiters may write anything into an opening's link.
        """
        if not is_id(job_id):
            return None
        path = f"/v2/org/{self._org}/job/{path_part(job_id)}"
        params = {"fields": ",".join(fields), **({"date": day} if day else {})}
        try:
            body = self._read(path, params)
        except Rejected as error:
            if error.code == "404":
                return None
            raise
        if isinstance(body, dict) and isinstance(body.get("data"), dict):
            body = body["data"]
        if not isinstance(body, dict):
            raise TryLater(reasons.STRANGE_ANSWER(system="ChartHop", detail="job is no object"))
        return body

    def find_fields(self) -> list[dict[str, Any]]:
        """GET /v1/org/{orgId}/field: every custom field outside tables."""
        params = {"builtin": "custom", "limit": str(PAGE)}
        rows = self._pages(f"/v1/org/{self._org}/field", params, "custom fields")
        return [row for row in rows if isinstance(row, dict)]

    def find_built_in_fields(self) -> list[dict[str, Any]]:
        """GET /v1/org/{orgId}/field/built-in: the native fields with their values."""
        body = self._read(f"/v1/org/{self._org}/field/built-in", {})
        return [row for row in _rows(body).data if isinstance(row, dict)]

    def get_organization(self) -> dict[str, Any]:
        """GET /v1/org/{orgId}."""
        body = self._read(f"/v1/org/{self._org}", {})
        return body if isinstance(body, dict) else {}

    # Hires

    def find_persons(self, query: str, fields: list[str]) -> list[dict[str, Any]]:
        """GET /v2/org/{orgId}/person: `includeAll` finds who left or never was in a job."""
        params = {
            "q": query,
            "fields": ",".join(fields),
            "includeAll": "true",
            "limit": str(PAGE),
        }
        rows = self._pages(f"/v2/org/{self._org}/person", params, "persons")
        found, nameless = _by_id(rows, "personId")
        if nameless:  # It could be the person being searched for.
            raise _strange("a person without id")
        return list(found.values())

    def create_person(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /v2/org/{orgId}/person."""
        answer = self._wire.send("POST", f"/v2/org/{self._org}/person", Kind.CREATE, body=body)
        return answer.body if isinstance(answer.body, dict) else {}

    def update_person(self, person_id: str, body: Mapping[str, Any]) -> None:
        """PATCH /v2/org/{orgId}/person/{personId}."""
        path = f"/v2/org/{self._org}/person/{path_part(person_id)}"
        self._wire.send("PATCH", path, Kind.SAFE_WRITE, body=body)

    def update_job(self, job_id: str, body: Mapping[str, Any], day: str) -> None:
        """PATCH /v2/org/{orgId}/job/{jobId}: field codes at the top level; any 2xx is fine."""
        path = f"/v2/org/{self._org}/job/{path_part(job_id)}"
        self._wire.send("PATCH", path, Kind.SAFE_WRITE, params={"date": day}, body=body)

    def find_changes(self, of: Mapping[str, str]) -> list[dict[str, Any]]:
        """GET /v1/org/{orgId}/change: the HIRE changes of a job (`jobId`) or of a `personId`.

        No `status` is asked for: one that waits for an approval has to be seen, too.
        """
        params = {**of, "type": "HIRE"}
        rows = list(self._pages(f"/v1/org/{self._org}/change", params, "changes"))
        if not all(isinstance(row, dict) for row in rows):  # It could be the hire itself.
            raise _strange("a change that is none")
        return rows

    def sync_hire(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /v1/org/{orgId}/change/sync/HIRE: the resulting change.

        It is not tested with .../validate first: this call refuses the same requests, and neither
        leaves anything behind. The spelling of the type in a path is not documented: after a 404
        the other case is tried.
        """
        path = f"/v1/org/{self._org}/change/sync"
        try:
            answer = self._wire.send("POST", f"{path}/HIRE", Kind.SAFE_WRITE, body=body)
        except Rejected as error:
            if error.code != "404":
                raise
            answer = self._wire.send("POST", f"{path}/hire", Kind.SAFE_WRITE, body=body)
        if not isinstance(answer.body, dict):
            raise _strange("a hire without an answer")
        return answer.body

    def update_change(self, change_id: str, body: Mapping[str, Any]) -> None:
        """PATCH /v1/org/{orgId}/change/{changeId}."""
        path = f"/v1/org/{self._org}/change/{path_part(change_id)}"
        self._wire.send("PATCH", path, Kind.SAFE_WRITE, body=body)

    def delete_change(self, change_id: str) -> None:
        """DELETE /v1/org/{orgId}/change/{changeId}; a 404 means that it is already deleted."""
        path = f"/v1/org/{self._org}/change/{path_part(change_id)}"
        try:
            self._wire.send("DELETE", path, Kind.SAFE_WRITE)
        except Rejected as error:
            if error.code != "404":
                raise

    def _read(self, path: str, params: Mapping[str, str]) -> Any:
        return self._wire.send("GET", path, Kind.READ, params=params).body

    def _pages(self, path: str, params: Mapping[str, str], what: str) -> Iterator[Any]:
        """The rows of all pages. A repeated cursor means that the list is endless."""
        seen: set[str] = set()
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = _rows(self._read(path, {**params, **({"from": cursor} if cursor else {})}))
            yield from page.data
            if not page.next or not page.data:
                return
            if page.next in seen:
                raise TryLater(reasons.INCOMPLETE_LIST(what=what))
            seen.add(page.next)
            cursor = page.next
        raise TryLater(reasons.INCOMPLETE_LIST(what=what))


def _rows(body: Any) -> Rows:
    try:
        return Rows.model_validate(body)
    except ValidationError:
        raise _strange("a list without data") from None


def _by_id(rows: Iterable[Any], other: str = "jobId") -> tuple[dict[str, dict[str, Any]], int]:
    """The rows by id, as a page may repeat the row of its cursor; and the number without id."""
    found: dict[str, dict[str, Any]] = {}
    nameless = 0
    for row in rows:
        id_ = (row.get("id") or row.get(other)) if isinstance(row, dict) else None
        if isinstance(id_, str) and is_id(id_):
            found[id_] = row
        else:
            nameless += 1
    return found, nameless


def _strange(detail: str) -> TryLater:
    return TryLater(reasons.STRANGE_ANSWER(system="ChartHop", detail=detail))
