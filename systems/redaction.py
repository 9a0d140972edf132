"""Removes the keys and the sent values from answers.

A service that refuses a request may repeat it in any spelling. Texts are first cut, then decoded
and searched regardless of case.
"""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import orjson

MAX_SENTENCE = 300
"""Maximum length of a vendor's message that is kept, sealed."""

_MAX_SEARCHED = 4000
"""Maximum length of an error text that is searched."""

_PIECE = 8
"""Number of a key's characters that reveal too much in an error text."""

_DATA_PIECE = 16
"""The same in a service's data, where an eighth of a hexadecimal key may well be the start of some
id."""

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_WORD = re.compile(r"[^\s\"'<>]+")
_ESCAPE = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{2,6})\}?|x([0-9A-Fa-f]{2}))")
HIDDEN = "..."


class Redaction:
    """Removes keys from texts. Without a key, texts are left unchanged."""

    def __init__(self, *keys: str) -> None:
        self._keys = [(min(_PIECE, len(key)), _pieces(key)) for key in keys]
        self._needles = tuple(needle for key in keys for needle in _needles(key))

    def text(self, text: str) -> str:
        """An error text without any piece of the key; if it has one, its escapes are resolved."""
        text = text[:_MAX_SEARCHED]
        plain = _unescaped(text)
        return self._masked(plain if self._covered(plain) else text)

    def code(self, code: object) -> str:
        """The code if it is one and not a piece of the key; else empty."""
        if not isinstance(code, str) or not _CODE.fullmatch(code) or self._covered(code):
            return ""
        return code

    def data(self, value: Any) -> Any:
        """The data without the key or half of it; the same object if it had none.

        It is searched as one text, in the only spelling that orjson writes.
        """
        if not self._needles:
            return value
        normal = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).lower()
        if not any(needle in normal for needle in self._needles):
            return value
        return self._without(value)

    def _without(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._without(key): self._without(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._without(one) for one in value]
        if isinstance(value, str) and any(
            needle in orjson.dumps(value).lower() for needle in self._needles
        ):
            return self._masked(value)
        return value

    def _covered(self, text: str) -> set[int]:
        """The positions in the text that belong to a piece of a key."""
        covered: set[int] = set()
        if not self._keys:
            return covered
        folded = "".join(letter.lower()[:1] for letter in text)
        for size, pieces in self._keys:
            for start in range(len(folded) - size + 1):
                if folded[start : start + size] in pieces:
                    covered.update(range(start, start + size))
        return covered

    def _masked(self, text: str) -> str:
        covered = self._covered(text)
        kept = (
            letter if place not in covered else HIDDEN if place - 1 not in covered else ""
            for place, letter in enumerate(text)
        )
        return "".join(kept)


def _forms(key: str) -> Iterator[str]:
    """The possible spellings of the key once escapes are resolved, in lower case."""
    raw = key.encode()
    yield key.lower()
    yield raw.hex()
    # In HTTP Basic, and at each of the three offsets of base64.
    for before in range(3):
        packed = base64.b64encode(b"\0" * before + raw + b":").decode().rstrip("=")
        start = (before * 8 + 5) // 6
        for spelled in (packed[start:], packed[start:].replace("+", "-").replace("/", "_")):
            yield spelled.lower()


@lru_cache(maxsize=4096)
def _pieces(key: str) -> frozenset[str]:
    size = min(_PIECE, len(key))
    return frozenset(
        form[start : start + size] for form in _forms(key) for start in range(len(form) - size + 1)
    )


@lru_cache(maxsize=4096)
def _needles(key: str) -> tuple[bytes, ...]:
    """Strings to search for in data: any text with half of a key contains one of them."""
    found = {
        form[start : start + _DATA_PIECE]
        for form in {*_forms(key), quote(key, safe="").lower()}
        for start in range(0, max(1, len(form) - _DATA_PIECE + 1), _DATA_PIECE)
    }
    return tuple(one.encode() for one in found if len(one) >= _PIECE)


def _unescaped(text: str) -> str:
    """The text with all escapes resolved and invisible characters removed."""
    for _ in range(3):
        before = text
        text = html.unescape(unquote(_ESCAPE.sub(_letter, text), errors="replace"))
        if text == before:
            break
    text = unicodedata.normalize("NFKC", text[:_MAX_SEARCHED].replace("\\", ""))
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf"))


def _letter(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else ""


def without_what_was_sent(message: str, sent: object) -> str:
    """An error text of a service without sent values, which may be personal.

    It may repeat them in another case, as JSON or as part of a URL. A short value is matched only
    as a whole word.
    """
    text = message[:_MAX_SEARCHED]
    forms = {form for one in _texts(sent) for form in _spelled(one) if len(form) > 1}
    folded = text.casefold()
    for form in sorted(forms, key=len, reverse=True):
        if form.casefold() not in folded:
            continue
        pattern = re.escape(form)
        if len(form) <= 3:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        text = re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)
    if len(message) > _MAX_SEARCHED:
        # The text may have been cut inside a value, whose start is then at the end.
        text = text[: -max((len(form) for form in forms), default=1)]
    return _WORD.sub(_without_address, text)[:MAX_SENTENCE]


def _without_address(word: re.Match[str]) -> str:
    return HIDDEN if "@" in word[0] or "%40" in word[0] else word[0]


def _spelled(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
    yield quote(text, safe="")
    yield quote_plus(text)


def _texts(sent: object) -> Iterator[str]:
    if isinstance(sent, Mapping):
        for value in sent.values():
            yield from _texts(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from _texts(value)
    elif isinstance(sent, str | int | float) and not isinstance(sent, bool):
        yield str(sent).strip()
        if isinstance(sent, float) and sent.is_integer():
            yield str(int(sent))
