"""However a service spells the key that it was sent, nothing of it is kept."""

import base64
import json
from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import httpx
import pytest

from core.errors import KeyRefused, NeedsHuman, Rejected
from systems.ashby.client import Client
from systems.http import Kind
from systems.redaction import Redaction, without_what_was_sent
from tests.systems.line import Line, json_reply

KEY = "9f3AqwZtyUioPKey77e1b20c4d8855a6b1c2d3e4f5"

SPELLINGS: list[tuple[str, Callable[[str], str]]] = [
    ("as it is", str),
    ("in capitals", str.upper),
    ("in small letters", str.lower),
    ("its first half", lambda key: key[: len(key) // 2]),
    ("its second half", lambda key: key[len(key) // 2 :]),
    ("eight letters of it", lambda key: key[13:21]),
    ("all but its ends", lambda key: key[1:-1]),
    ("as JSON escapes", lambda key: "".join(f"\\u{ord(one):04x}" for one in key)),
    ("as other escapes", lambda key: "".join(f"\\x{ord(one):02X}" for one in key)),
    ("with braces", lambda key: "".join(f"\\u{{{ord(one):x}}}" for one in key)),
    ("escaped twice", lambda key: "".join(f"\\\\u{ord(one):04x}" for one in key)),
    ("one letter escaped", lambda key: f"{key[:3]}%{ord(key[3]):02x}{key[4:]}"),
    ("as an address", lambda key: "".join(f"%{ord(one):02x}" for one in key)),
    ("as an address, twice", lambda key: quote("".join(f"%{ord(one):02X}" for one in key))),
    ("as HTML", lambda key: "".join(f"&#x{ord(one):x};" for one in key)),
    ("as decimal HTML", lambda key: "".join(f"&#{ord(one)};" for one in key)),
    ("in hexadecimal digits", lambda key: key.encode().hex()),
    ("in base64", lambda key: base64.b64encode(key.encode()).decode()),
    ("as it is sent", lambda key: base64.b64encode(f"{key}:".encode()).decode()),
    ("in base64 behind a word", lambda key: base64.b64encode(f"key {key}".encode()).decode()),
    ("with nothing between", "\u200b".join),
    ("with zeros between", "\0".join),
    ("full width", lambda key: "".join(chr(ord(one) + 0xFEE0) for one in key)),
    ("with slashes escaped", lambda key: "\\/".join((key[:20], key[20:]))),
]


def tells(text: str, key: str = KEY) -> str | None:
    """A piece of the key that stands in the text, in one of the forms above."""
    packed = (base64.b64encode(f"{word}{key}:".encode()).decode()[6:] for word in ("", "key "))
    forms = [key, key.encode().hex(), *packed]
    for form in forms:
        for start in range(len(form) - 7):
            if form[start : start + 8].lower() in text.lower():
                return form[start : start + 8]
    return None


@pytest.mark.parametrize("spell", [one[1] for one in SPELLINGS], ids=[one[0] for one in SPELLINGS])
def test_an_error_text_tells_nothing_of_the_key(spell: Callable[[str], str]) -> None:
    told = Redaction(KEY).text(f"no such key <{spell(KEY)}>, sorry")

    assert tells(told) is None
    assert "sorry" in told
    assert "..." in told


@pytest.mark.parametrize("spell", [one[1] for one in SPELLINGS], ids=[one[0] for one in SPELLINGS])
def test_a_refusal_tells_nothing_of_the_key(ashby: Line, spell: Callable[[str], str]) -> None:
    ashby.wire.redaction = Redaction(KEY)
    spelled = spell(KEY)
    bodies = [
        {"success": False, "errorInfo": {"code": spelled, "message": f"key {spelled}"}},
        {"success": False, "errors": [spelled]},
        {"success": False, "errors": [{"message": spelled}]},
        {"success": False, "message": spelled, "code": spelled},
    ]
    for body, status, encoding in product(bodies, (400, 401, 403, 200), ("utf-8", "utf-16")):
        ashby.say(httpx.Response(status, content=json.dumps(body).encode(encoding)))
        with pytest.raises(NeedsHuman) as caught:
            Client(ashby.wire).write("opening.update", {})
        error = caught.value
        words = f"{error.reason} {getattr(error, 'code', '')} {getattr(error, 'detail', '')}"
        assert tells(words) is None


@pytest.mark.parametrize(
    "code", ["Jane Roe", "a" * 65, "no key\nforged line", "\x1b]8;;x", 7, None, {"a": 1}, ["x"], ""]
)
@pytest.mark.parametrize("status", [401, 403])
def test_of_a_refused_key_only_a_code_is_kept(ashby: Line, status: int, code: object) -> None:
    ashby.say(json_reply({"errorInfo": {"code": code, "message": "Jane Roe, born 1 May"}}, status))

    with pytest.raises(KeyRefused) as caught:
        ashby.wire.send("POST", "/opening.list", Kind.READ, body={})

    assert f"(status {status}, opening.list)" in str(caught.value)
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize("spell", [one[1] for one in SPELLINGS[:3]])
def test_a_key_among_data_is_taken_out_and_the_rest_stays(spell: Callable[[str], str]) -> None:
    data = {"title": f"Head of {spell(KEY)}", "id": "9f3AqwZt-7a55", "n": [1, None, {"a": "b"}]}

    read = Redaction(KEY).data(data)

    assert read == {**data, "title": "Head of ..."}


def test_data_without_the_key_are_the_same_object() -> None:
    data = {"title": "ChartHop Job ID", "id": KEY[:9]}

    assert Redaction(KEY).data(data) is data
    assert Redaction().data(data) is data


def test_a_sentence_of_the_service_stands_in_no_reason(ashby: Line, charthop: Line) -> None:
    words = "Jane Roe, born 1 May 1990, salary 120000 is already in it"
    for line in (ashby, charthop):
        for body in (
            {"success": False, "errorInfo": {"code": words, "message": words}},
            {"success": False, "errors": [words]},
            {"success": False, "errors": [{"code": "taken", "message": words}]},
            {"success": False, "message": words},
        ):
            line.say(json_reply(body, 400))
            with pytest.raises(Rejected) as caught:
                line.wire.send("POST", "/v2/org/acme/person", Kind.CREATE, body={})
            assert "Jane" not in f"{caught.value} {caught.value.code}"
            assert caught.value.detail == words


LONG = [
    "x" * 20_000,
    "x@" * 10_000,
    "%40" * 7_000,
    "\\" * 20_000,
    "&" * 20_000,
    "&#x" * 7_000,
    "%" * 20_000,
    "\\u{" * 7_000,
    "<" * 20_000,
    "Ana " * 5_000,
    "ﷺ" * 20_000,
]


@pytest.mark.parametrize("text", LONG, ids=[repr(one[:3]) for one in LONG])
def test_a_long_text_is_cut_before_anything_is_searched_in_it(text: str) -> None:
    counted = 0

    class Counted(str):
        """A text that notes how much of it is looked at."""

        __slots__ = ()

        def __getitem__(self, place: object) -> str:
            nonlocal counted
            found = super().__getitem__(place)  # type: ignore[index]
            counted = max(counted, len(found))
            return found

    for told in (
        without_what_was_sent(Counted(text), {"name": "Ana"}),
        without_what_was_sent(Redaction(KEY).text(Counted(text)), {"name": "Ana"}),
    ):
        assert counted <= 4000
        assert len(told) <= 300
    assert len(Redaction(KEY).text(text)) <= 4000


def test_what_a_cut_leaves_of_a_value_is_not_told() -> None:
    title = "Secretary of everything and of all that is left of it, for the time being"
    message = f"{title}; " * 60  # The whole ones leave three points each, so its end is shown, too.

    told = without_what_was_sent(message, {"title": title})

    assert "..." in told
    assert "Secret" not in told
