"""One authorized call to a ChartHop organization: what it carries, and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.charthop.builtin import MAY_WRITE
from sandbox.charthop.org import Org
from sandbox.charthop.rows import View
from sandbox.forms import AnyBody, BadForm, is_day, read_body
from sandbox.wire import MALFORMED, Answer

DEFAULT_LIMIT = 100


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


Row = TypeVar("Row")


@dataclass(frozen=True)
class Visit:
    """One call to one organization, by somebody who may be there."""

    org: Org
    query: dict[str, list[str]]
    body: Any

    def allow(self, *names: str) -> None:
        """Refuse query parameters that the endpoint does not have, and values of the wrong form."""
        for name, values in self.query.items():
            if name not in names:
                raise Refusal(400, f"unknown query parameter {name!r}")
            if len(values) > 1 and name != "fieldsList":
                raise Refusal(400, f"query parameter {name!r} is given twice")
        for name in ("date", "startDate", "endDate", "untilDate"):
            if (day := self.text(name)) is not None and not is_day(day):
                raise Refusal(400, f"{name} is not a date: {day!r}")

    def text(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return self.query[name][0] if name in self.query else None

    def flag(self, name: str) -> bool:
        """A boolean query parameter, false unless given."""
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise Refusal(400, f"{name} is neither true nor false: {value!r}")
        return value == "true"

    def list_of(self, name: str) -> list[str] | None:
        """A comma-separated query parameter."""
        value = self.text(name)
        return (
            None if value is None else [part.strip() for part in value.split(",") if part.strip()]
        )

    def fields(self) -> list[str] | None:
        """The field codes asked for, None for all."""
        return self.query.get("fieldsList") or self.list_of("fields")

    def parsed(self, model: type[AnyBody]) -> AnyBody:
        """The body as the endpoint's model; no body counts as an empty one."""
        if self.body is MALFORMED:
            raise Refusal(400, "the body is not JSON")
        try:
            return read_body(model, self.body)
        except BadForm as bad:
            raise Refusal(400, str(bad)) from None

    def codes(self) -> dict[str, Any]:
        """The body as a free map of field codes."""
        if not isinstance(self.body, dict):
            raise Refusal(400, "the body is not a JSON object")
        return self.body

    def view(self, family: str | None = None) -> View:
        """What the caller sees, on the day the call asks about; lists of a family may lag."""
        day = self.text("date") or self.org.today()
        org = self.org if family is None else self.org.as_listed(family)
        return View(org, day, org.sees_all)

    def require_write(self) -> None:
        """Refuse callers whose access level may not change the primary timeline."""
        if self.org.access not in MAY_WRITE:
            raise Refusal(401, "not authorized")

    def snapshot(self) -> None:
        """Refuse a list read, with 202, while the snapshot is built."""
        if self.org.building > 0:
            self.org.building -= 1
            raise Refusal(202, "snapshot currently building")

    def page(
        self, rows: Sequence[Row], id_of: Callable[[Row], str]
    ) -> tuple[list[Row], str | None]:
        """The rows of this page, and the id to pass as `from` for the next, None on the last."""
        limit = self._limit()
        start = 0
        inclusive = self.org.oddities.from_inclusive
        if (cursor := self.text("from")) is not None:
            start = next((i for i, row in enumerate(rows) if id_of(row) >= cursor), len(rows))
            if not inclusive and start < len(rows) and id_of(rows[start]) == cursor:
                start += 1
        page = list(rows[start : start + limit])
        more = start + limit < len(rows) and page
        return page, id_of(page[-1]) if more else None

    def results(
        self, rows: Sequence[Row], id_of: Callable[[Row], str]
    ) -> tuple[list[Row], dict[str, Any]]:
        """The rows of this page, and the part of the answer that names the next one."""
        page, following = self.page(rows, id_of)
        return page, {} if following is None else {"next": following}

    def _limit(self) -> int:
        text = self.text("limit")
        if text is None:
            return min(DEFAULT_LIMIT, self.org.oddities.max_limit)
        if not text.isdecimal() or int(text) == 0:
            raise Refusal(400, f"limit is not a positive number: {text!r}")
        return min(int(text), self.org.oddities.max_limit)


Endpoint = Callable[..., Answer]
"""Takes the visit and the variable parts of the path."""
