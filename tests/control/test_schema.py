"""The schema says what the model that reads the file says."""

import json
import tomllib

import pytest
from jsonschema import Draft202012Validator

from control.schema import schema
from organizations.model import Table
from tests.control.cli.conftest import Operator
from tests.test_packaging import ROOT

CHECK = Draft202012Validator(schema())


def file(more: str) -> object:
    keys = 'charthop_api_key = "${A}"\nashby_api_key = "${B}"'
    parsed = tomllib.loads(f"[organizations.acme]\n{keys}\n{more}")
    return json.loads(json.dumps(parsed, default=str))


def test_it_is_a_schema_that_knows_every_key(operator: Operator) -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(operator.types("schema").stdout) == schema()
    assert schema()["$defs"]["Table"]["properties"].keys() == Table.model_fields.keys()


def test_the_example_fits() -> None:
    text = (ROOT / "organizations" / "example.toml").read_text()
    CHECK.validate(json.loads(json.dumps(tomllib.loads(text), default=str)))


@pytest.mark.parametrize(
    "more",
    [
        'enabled = "yes"',
        "synced_field = []",
        'push_hires = "by hand"',
        "brake = { close_percent = 101 }",
        "titles_in_messages = 1",
        'drift_report = "Monday"',
        "synced_fields = [1]",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(more: str) -> None:
    assert not CHECK.is_valid(file(more))
    assert CHECK.is_valid(file("enabled = true"))


@pytest.mark.parametrize("key", ["charthop_api_key", "ashby_api_key", "ashby_webhook_secret"])
@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("${A}", True),
        (["${A}"], True),
        (["${A}", "file:b"], True),
        ([], False),
        (["${A}", "${B}", "${C}"], False),
        (["${A}", "${A}"], False),
        ([5], False),
        (5, False),
    ],
)
def test_a_secret_may_be_a_list_while_it_is_changed(key: str, written: object, fits: bool) -> None:
    table = {"charthop_api_key": "${A}", "ashby_api_key": "${B}", key: written}

    assert CHECK.is_valid({"organizations": {"acme": table}}) is fits
