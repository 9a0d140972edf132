"""Forms that both services ask of a request: a strict body, a number, a calendar day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadForm(ValueError):
    """The body is not what the endpoint takes; the message names the place."""


class Body(BaseModel):
    """A request body: unknown keys and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


AnyBody = TypeVar("AnyBody", bound=Body)


def read_body(model: type[AnyBody], body: Any) -> AnyBody:
    """The parsed JSON as the endpoint's model, no body as an empty one; raises `BadForm`."""
    try:
        return model.model_validate({} if body is None else body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadForm(f"{place}: {first['msg']}") from None


def is_day(text: Any) -> bool:
    """Whether the text is a calendar day written as YYYY-MM-DD."""
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_number(value: Any) -> bool:
    """Whether JSON calls the value a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
