"""Every sentence that an operator can meet: complete, distinct, and met somewhere."""

import ast
import json
import string
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from core import reasons
from core.notes import ALL, Note, Reason
from tests.notes import SAID

HOUSE = Path(reasons.__file__).parent.parent.parent
FOLDERS = ("control", "core", "organizations", "store", "systems", "tasks", "workers")
NAMES = {name: reason for name, reason in vars(reasons).items() if isinstance(reason, Reason)}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def _uses() -> tuple[dict[str, list[ast.Call]], set[str]]:
    """The places where each reason is filled in, `reasons.NAME(...)`; the names that are used."""
    calls: dict[str, list[ast.Call]] = defaultdict(list)
    names = set()
    for folder in FOLDERS:
        for file in (HOUSE / folder).rglob("*.py"):
            text = file.read_text()
            for node in ast.walk(ast.parse(text)) if "reasons." in text else ():
                match node:
                    case ast.Call(ast.Attribute(ast.Name("reasons"), name)):
                        calls[name].append(node)
                    case ast.Attribute(ast.Name("reasons"), name):
                        names.add(name)
    return calls, names


def test_the_list_holds_every_reason_under_its_code() -> None:
    assert sorted(ALL.keys() - {SAID.code}) == sorted(reason.code for reason in NAMES.values())
    assert all(ALL[reason.code] is reason for reason in NAMES.values())


def test_a_code_is_given_once() -> None:
    with pytest.raises(ValueError, match="two reasons have the code NOT_ACTIVE"):
        Reason("NOT_ACTIVE", "again", "never")


def test_no_two_reasons_say_the_same() -> None:
    texts = [reason.text for reason in NAMES.values()]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_met_somewhere(name: str) -> None:
    _, used = _uses()

    assert name in used


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_filled_in_with_the_places_it_has(name: str) -> None:
    reason = NAMES[name]
    wanted = places(reason.text) | places(reason.fix)
    calls, _ = _uses()

    for call in calls[name]:
        given = {keyword.arg for keyword in call.keywords}
        assert not call.args
        assert given == wanted, f"line {call.lineno}"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_reason_is_one_sentence_with_cause_and_without_a_full_stop(name: str) -> None:
    reason = NAMES[name]

    assert reason.code == name
    assert reason.cause.endswith(".")
    assert not places(reason.cause)
    for text in (reason.text, reason.fix):
        assert not text.endswith(".")
        assert "\n" not in text


def test_a_sentence_names_what_happened_and_then_what_to_do() -> None:
    assert str(reasons.NOT_ACTIVE(status="Passive")) == (
        "recruiting status is Passive: set it to Active in ChartHop to open it in Ashby"
    )


def test_a_place_that_is_forgotten_is_a_bug() -> None:
    with pytest.raises(KeyError, match="status"):
        reasons.NOT_ACTIVE()


def test_a_value_with_braces_is_no_place() -> None:
    assert "{mars}" in str(reasons.NO_LOCATION(name="{mars}"))


def test_a_note_is_its_code_and_what_fills_its_places() -> None:
    note = reasons.NOT_ACTIVE(status="Passive")

    assert note == Note("NOT_ACTIVE", (("status", "Passive"),))
    assert note.what == "recruiting status is Passive"
    assert reasons.LINKED_TWICE(openings="a, b", count=2) == reasons.LINKED_TWICE(
        count=2, openings="a, b"
    )


@pytest.mark.parametrize(
    "note",
    [
        reasons.NO_TITLE(),
        reasons.LINKED_TWICE(count=2, openings="a, b"),
        reasons.NOTHING_TO_UNDO(why=reasons.WITHDRAWN_LATE()),
    ],
    ids=lambda note: note.code,
)
def test_a_note_survives_storage(note: Note) -> None:
    stored = json.loads(json.dumps(note.plain()))

    assert Note.read(stored) == note
    assert str(Note.read(stored)) == str(note)


def test_a_note_that_another_version_stored_is_shown_by_its_code() -> None:
    assert str(Note.read(["NOT_YET_INVENTED", {"name": "x"}])) == "NOT_YET_INVENTED x"
