"""Whatever others write as JSON becomes values within bounds, or is no JSON."""

import json
from typing import Any

import pytest

from systems.parsing import MAX_CONTAINERS, MAX_DEPTH, MAX_TEXT, is_charthop_id, is_id, read_json


@pytest.mark.parametrize("empty", [b"[]", b"{}", b'{"a":[]}'])
def test_more_lists_and_objects_than_any_page_has_are_refused(empty: bytes) -> None:
    def answer(count: int) -> bytes:
        return b"[" + b",".join([empty] * (count // (2 if len(empty) > 2 else 1))) + b"]"

    assert len(read_json(answer(MAX_CONTAINERS - 10))) > 0
    with pytest.raises(ValueError, match="too many"):
        read_json(answer(MAX_CONTAINERS + 10))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b"[[],"])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 5000, 100_000])
def test_what_is_nested_too_deeply_is_refused(opening: bytes, depth: int) -> None:
    closing = opening.replace(b"[],", b"").replace(b'"a":', b"")
    closing = closing.translate(bytes.maketrans(b"[{", b"]}"))[::-1]
    for content in (
        opening * depth + b"1" + closing * depth,
        opening * depth,
        opening * depth + b"NaN" + closing * depth,
    ):
        with pytest.raises(ValueError):  # noqa: PT011  # a JSONDecodeError is one
            read_json(content)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "nan", "undefined", "01", "'a'"])
def test_what_json_does_not_have_is_refused(word: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_json(f'{{"a": [{word}]}}'.encode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1e3", 1000.0),
        ("1000000000000000000000000000000", 1e30),
        ("1e310", "1e310"),
        ("-1e310", "-1e310"),
        ("1" * 500, "1" * 400),
        ("1" * 100_000, "1" * 400),
    ],
)
def test_a_number_of_any_size_spoils_itself_only(written: str, value: Any) -> None:
    assert read_json(f'{{"a": {written}, "b": 1}}'.encode()) == {"a": value, "b": 1}


def test_a_text_is_cut_to_its_longest() -> None:
    text = "é" * (MAX_TEXT + 5)

    assert read_json(json.dumps({"t": [text], text: 1}).encode()) == {
        "t": [text[:MAX_TEXT]],
        text[:MAX_TEXT]: 1,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_that_json_may_have(encoding: str) -> None:
    assert read_json('{"t": "é🚀"}'.encode(encoding)) == {"t": "é🚀"}


@pytest.mark.parametrize(
    ("id_", "whether"),
    [
        ("670405b2c8e3d13247cfef5d", True),
        ("3b1f9d5e-7a55-4c3e-9c1d-2f0a8f0b7c11", True),
        ("acme-inc", True),
        (".", False),
        ("..", False),
        ("", False),
        ("a b", False),
        ("a/b", False),
        ("a\n", False),
        ("a:b", False),
        ("\u202ea", False),
        ("a" * 129, False),
    ],
)
def test_what_an_id_is(id_: str, whether: bool) -> None:
    assert is_id(id_) is whether


@pytest.mark.parametrize(
    ("id_", "whether"),
    [
        ("670405b2c8e3d13247cfef5d", True),
        ("000000010000000000000001", True),
        ("3b1f9d5e-7a55-4c3e-9c1d-2f0a8f0b7c11", True),
        ("person-17", True),
        ("670405b2c8e3d13247cfef5d\n", False),
        ("1990-01-02", False),
        ("99000", False),
        ("Jane.Roe.1990", False),
        ("JaneRoe", False),
        ("GB00EXMP00000012345678", False),
        ("x1" * 65, False),
    ],
)
def test_what_an_id_of_charthop_is(id_: str, whether: bool) -> None:
    assert is_charthop_id(id_) is whether
