"""Carrot (CQL), the expressions that select rows.

A small part of the language: `code:word` (contains), `=`, `!=`, `<`, `<=`, `>`, `>=`, `!`, `&&`
or `and`, `||` or `or`, brackets, and words in single or double quotes. As in the original,
`recruit:active` also selects Inactive, because `:` looks for the word anywhere in the value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Look = Callable[[str], list[str]]
"""Gives every spelling of the value that a row has under a lower-case code."""

Test = Callable[[Look, bool], bool]
"""Whether a row is selected; the flag says that `=` has regard to case."""

_TOKEN = re.compile(
    r"""\s*(?:(\|\||&&|[()]|!=|[<>]=?|[:=!])|"([^"]*)"|'([^']*)'|([^\s()'":=!<>|&]+))"""
)
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class BadExpression(ValueError):
    """The expression is not one."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression, and the lower-case field codes that it asks for."""

    test: Test
    codes: frozenset[str]


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Expression:
    """The expression as a test on rows; raises `BadExpression`."""
    tokens = _Tokens(expression)
    test = _any_of(tokens)
    if tokens.peek() is not None:
        raise BadExpression(f"unexpected {tokens.peek()!r}")
    return Expression(test, frozenset(tokens.codes))


class _Tokens:
    """The symbols and words of an expression; a word is a tuple so that it is no symbol."""

    def __init__(self, expression: str) -> None:
        self.rest: list[str | tuple[str]] = list(_split(expression))
        self.at = 0
        self.codes: set[str] = set()

    def peek(self) -> str | tuple[str] | None:
        return self.rest[self.at] if self.at < len(self.rest) else None

    def take(self) -> str | tuple[str]:
        token = self.peek()
        if token is None:
            raise BadExpression("the expression ends too early")
        self.at += 1
        return token

    def joins(self, symbol: str, word: str) -> bool:
        """Take the next token if it is the symbol or the bare word for it."""
        token = self.peek()
        if token == symbol or (isinstance(token, tuple) and token[0].lower() == word):
            self.at += 1
            return True
        return False


def _split(expression: str) -> Iterator[str | tuple[str]]:
    text = expression.rstrip()
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"cannot read {text[at:]!r}")
        at = match.end()
        symbol, double, single, bare = match.groups()
        if symbol is not None:
            yield symbol
        else:
            yield (next(word for word in (double, single, bare) if word is not None),)


def _any_of(tokens: _Tokens) -> Test:
    tests = [_all_of(tokens)]
    while tokens.joins("||", "or"):
        tests.append(_all_of(tokens))
    return tests[0] if len(tests) == 1 else lambda look, exact: any(t(look, exact) for t in tests)


def _all_of(tokens: _Tokens) -> Test:
    tests = [_single(tokens)]
    while tokens.joins("&&", "and"):
        tests.append(_single(tokens))
    return tests[0] if len(tests) == 1 else lambda look, exact: all(t(look, exact) for t in tests)


def _single(tokens: _Tokens) -> Test:
    part = tokens.take()
    if part == "!":
        negated = _single(tokens)
        return lambda look, exact: not negated(look, exact)
    if part == "(":
        inner = _any_of(tokens)
        if tokens.take() != ")":
            raise BadExpression("a bracket is not closed")
        return inner
    if not isinstance(part, tuple):
        raise BadExpression(f"unexpected {part!r}")
    code = part[0].lower()
    tokens.codes.add(code)
    return _comparison(code, tokens.take(), tokens.take())


def _comparison(code: str, sign: str | tuple[str], word: str | tuple[str]) -> Test:
    if not isinstance(word, tuple) or not isinstance(sign, str):
        raise BadExpression(f"{code!r} is not compared with anything")
    wanted = word[0]
    folded = wanted.casefold()

    def equals(look: Look, exact: bool) -> bool:
        if exact:
            return wanted in look(code)
        return any(value.casefold() == folded for value in look(code))

    match sign:
        case ":":
            return lambda look, _: any(folded in value.casefold() for value in look(code))
        case "=":
            return equals
        case "!=":
            return lambda look, exact: not equals(look, exact)
        case "<" | "<=" | ">" | ">=":
            ordered = _ORDER[sign]
            return lambda look, _: any(ordered(value, wanted) for value in look(code))
    raise BadExpression(f"unexpected {sign!r}")
