"""Every sentence that an operator can meet: complete, distinct, and met somewhere."""

import ast
import string
from collections import defaultdict
from pathlib import Path

import pytest

from core import reasons
from core.reasons import ALL, Reason

HOUSE = Path(reasons.__file__).parent.parent
FOLDERS = ("control", "core", "organizations", "store", "systems", "tasks", "workers")
NAMES = {name: reason for name, reason in vars(reasons).items() if isinstance(reason, Reason)}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _calls() -> dict[str, list[ast.Call]]:
    """The places where each reason is filled in: `reasons.NAME(...)`."""
    calls: dict[str, list[ast.Call]] = defaultdict(list)
    for folder in FOLDERS:
        for file in (HOUSE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                match node:
                    case ast.Call(ast.Attribute(ast.Name("reasons"), name)):
                        calls[name].append(node)
    return calls


def _mentions() -> set[str]:
    """The names of the reasons that any module speaks of."""
    return {
        node.attr
        for folder in FOLDERS
        for file in (HOUSE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "reasons"
    }


CALLS = _calls()
MENTIONED = _mentions()


def test_the_list_holds_every_reason_under_its_code() -> None:
    assert sorted(ALL) == sorted(reason.code for reason in NAMES.values())
    assert all(ALL[reason.code] is reason for reason in NAMES.values())


def test_a_code_is_given_once() -> None:
    with pytest.raises(ValueError, match="two reasons have the code not-active"):
        Reason("not-active", "again", "never")


def test_no_two_reasons_say_the_same() -> None:
    texts = [reason.text for reason in NAMES.values()]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_met_somewhere(name: str) -> None:
    assert name in MENTIONED


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_filled_in_with_the_places_it_has(name: str) -> None:
    reason = NAMES[name]
    wanted = places(reason.text) | places(reason.fix)

    for call in CALLS[name]:
        given = {keyword.arg for keyword in call.keywords}
        assert not call.args
        assert given == wanted, f"line {call.lineno}"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_one_sentence_with_cause_and_without_a_full_stop(name: str) -> None:
    reason = NAMES[name]

    assert reason.code == name.lower().replace("_", "-")
    assert reason.cause.endswith(".")
    assert not places(reason.cause)
    for text in (reason.text, reason.fix):
        assert not text.endswith(".")
        assert "\n" not in text


def test_a_sentence_names_what_happened_and_then_what_to_do() -> None:
    assert reasons.NOT_ACTIVE(status="Passive") == (
        "recruiting status is Passive: set it to Active in ChartHop to open it in Ashby"
    )


def test_a_place_that_is_forgotten_is_a_bug() -> None:
    with pytest.raises(KeyError, match="status"):
        reasons.NOT_ACTIVE()


def test_a_value_with_braces_is_no_place() -> None:
    assert "{mars}" in reasons.NO_LOCATION(name="{mars}")
