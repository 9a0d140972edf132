"""The JSON schema of the organizations file, for editors that complete and check it."""

from typing import Any

from organizations.model import Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema, generated from the model that reads the file, so that both agree."""
    table = _with_end_of_text(Table.model_json_schema(ref_template="#/$defs/{model}"))
    definitions = table.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "title": "organizations.toml of charthop-ashby",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "organizations": {
                "type": "object",
                "description": "One table for each organization; its name is what commands take.",
                "propertyNames": {"pattern": "^[A-Za-z0-9_-]{1,64}$"},
                "additionalProperties": {"$ref": "#/$defs/Table"},
            }
        },
        "$defs": {**definitions, "Table": table},
    }


def _with_end_of_text(part: Any) -> Any:
    """The same with `$` for the end of a text instead of pydantic's own notation."""
    if isinstance(part, dict):
        return {
            key: value.replace(r"\z", "$") if key == "pattern" else _with_end_of_text(value)
            for key, value in part.items()
        }
    return [_with_end_of_text(one) for one in part] if isinstance(part, list) else part
