"""Holds a call and its answer to the published OpenAPI descriptions of the two services.

The descriptions lie beside the repository, in ../shared/apis; a clone without them skips the tests
that ask. `check_call` takes a logged call of a sandbox, so that the traffic of the real clients can
be checked too:

    sandbox.record_answers = True
    ...
    for call in sandbox.calls:
        contracts.check_call(call)
"""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sandbox.wire import Call

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "apis"
FILES = {"ashby": "ashby-openapi.json", "charthop": "charthop-openapi.json"}

needed = pytest.mark.skipif(
    not all((FOLDER / name).is_file() for name in FILES.values()),
    reason="the OpenAPI descriptions are not beside this clone (../shared/apis)",
)

ANYWHERE = {401, 403, 404, 429}
"""Statuses that every endpoint can answer, whatever its description lists."""


def check_call(call: Call, *, request: bool = True) -> None:
    """Check a logged call; `request=False` for one that was sent to be refused."""
    check(
        call.system,
        call.method,
        call.path,
        call.status,
        query=call.query,
        body=call.body,
        answer=call.answer,
        request=request,
    )


def check(
    system: str,
    method: str,
    path: str,
    status: int,
    *,
    query: dict[str, list[str]] | None = None,
    body: Any = None,
    answer: Any = None,
    request: bool = True,
) -> None:
    """Raise AssertionError with the place where a call or its answer leaves the description.

    A `status` of 0 is a call without an answer.
    """
    pointer = _operation(system, method, path)
    assert pointer is not None, f"{method} {path} is in no description of {system}"
    if request:
        _check_query(system, pointer, query or {})
        _check_body(system, pointer, body)
    if status != 0:
        _check_answer(system, pointer, status, answer)


def check_event(system: str, name: str, content: Any) -> None:
    """Raise AssertionError where the body of an event leaves its description."""
    place = f"/webhooks/{name}/post/requestBody/content/application~1json/schema"
    _validate(system, place, content)


def _check_query(system: str, pointer: str, query: dict[str, list[str]]) -> None:
    declared = {
        one["name"]: (number, one["schema"])
        for number, one in enumerate(_at(system, pointer).get("parameters", []))
        if one["in"] == "query"
    }
    for name, values in query.items():
        assert name in declared, f"{pointer} has no query parameter {name!r}"
        number, schema = declared[name]
        kind = schema.get("type")
        for value in values:
            place = f"{pointer}/parameters/{number}/schema"
            _validate(system, place, _typed(value, kind), name)


def _typed(value: str, kind: str | None) -> Any:
    if kind in ("integer", "boolean", "number"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return [value] if kind == "array" else value


def _check_body(system: str, pointer: str, body: Any) -> None:
    declared = _at(system, pointer).get("requestBody")
    if declared is None:
        assert body is None, f"{pointer} takes no body"
        return
    if body is None:
        assert not declared.get("required"), f"{pointer} needs a body"
        return
    _validate(system, f"{pointer}/requestBody/content/application~1json/schema", body)


def _check_answer(system: str, pointer: str, status: int, answer: Any) -> None:
    responses = _at(system, pointer)["responses"]
    if str(status) not in responses:
        assert status in ANYWHERE or status >= 500, f"{pointer} does not answer {status}"
        if system == "charthop" and answer is not None:
            _validate(system, "/components/schemas/ApiError", answer)
        return
    if "content" in responses[str(status)]:
        place = f"{pointer}/responses/{status}/content/application~1json/schema"
        _validate(system, place, answer)


def _validate(system: str, pointer: str, value: Any, name: str = "") -> None:
    error = best_match(_validator(system, pointer).iter_errors(value))
    if error is not None:
        place = "/".join([name, *(str(part) for part in error.absolute_path)])
        raise AssertionError(f"{system} {pointer}: {place}: {error.message}")


@cache
def _validator(system: str, pointer: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"urn:{system}#{pointer}"},
        registry=_registry(system),
        format_checker=FormatChecker(),
    )


@cache
def _registry(system: str) -> Any:
    resource = DRAFT202012.create_resource(_description(system))
    return Registry().with_resource(f"urn:{system}", resource)


@cache
def _description(system: str) -> Any:
    description = json.loads((FOLDER / FILES[system]).read_text())
    if system == "ashby":
        _allow_null(description)
    return description


def _allow_null(description: Any) -> None:
    """Where null is an open question, allow it: emptied and unset values of custom fields."""
    paths = description["paths"]
    many = _schema(paths["/customField.setValues"])["properties"]["values"]
    value = description["components"]["schemas"]["CustomFieldValue"]["properties"]["value"]
    for union in (many["items"]["properties"]["fieldValue"], value):
        union["anyOf"].append({"type": "null"})


def _schema(path: Any) -> Any:
    return path["post"]["requestBody"]["content"]["application/json"]["schema"]


def _at(system: str, pointer: str) -> Any:
    found = _description(system)
    for part in pointer.split("/")[1:]:
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


@lru_cache(maxsize=4096)
def _operation(system: str, method: str, path: str) -> str | None:
    """The JSON pointer of the operation; where two paths fit, that with fewer variable parts."""
    fitting = [
        template
        for template, operations in _description(system)["paths"].items()
        if method.lower() in operations
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    if not fitting:
        return None
    best = min(fitting, key=lambda template: template.count("{"))
    return f"/paths/{best.replace('/', '~1')}/{method.lower()}"
