"""Lines of a TOML text: the places of keys, and partial parsing of an invalid text.

The standard parser returns values without positions and refuses a whole file for one bad line.
Here the text is split at its table headers, so that a mistake has a place and affects only one
organization.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

_SIMPLE_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_SIMPLE_KEY}(?:\s*\.\s*{_SIMPLE_KEY})*)\s*=")
# Also a misspelled header: the lines under it must not count to the table before.
_BAD_HEADER = re.compile(r"""\s*\[+\s*organizations\s*\.\s*["']?([^\]"'\s.]+)""")

Path = tuple[str, ...]

LONGEST_LINE = 16 * 1024
"""Maximum length of a line in characters; a longer value may stand on several lines."""

MOST_DOTS = 50
"""Maximum number of dots between the parts of a key, for which the parser takes quadratic time."""

_MANY_PARTS = re.compile(
    rf"\s*(?:\[+\s*)?{_SIMPLE_KEY}(?:\s*\.\s*{_SIMPLE_KEY}){{{MOST_DOTS + 1}}}"
)

TOO_LONG = "a line that is too long"
"""The message about such a line."""

_SEARCHED = 1024 * 1024
"""Maximum number of characters that are parsed again in one text to find unfinished statements."""

_DEEPEST = 4
"""Length of the longest path with a place: `organizations`, the name, a key, a key in its table."""


@dataclass(frozen=True)
class Broken:
    """A part of the text that is not TOML; `organization` is None outside all tables.

    `line` and `column` count from 1 (column 0: not known); `text` is the line itself, `message` the
    parser's message without its position.
    """

    organization: str | None
    line: int
    message: str
    column: int = 0
    text: str = ""


class Lines:
    """The places of the keys of one TOML text."""

    def __init__(self, text: str) -> None:
        self._places: dict[Path, int] = {}
        header: Path = ()
        for number, line in enumerate(text.split("\n"), start=1):
            if (found := _header(line)) is not None:
                header = found
                self._remember(header, number)
            elif (key := _key(line)) is not None:
                self._remember(header + key, number)

    def line_of(self, *path: str) -> int | None:
        """The line of the key at `path`, else of its nearest enclosing item, else None."""
        for length in range(min(len(path), _DEEPEST), 0, -1):
            if (line := self._places.get(path[:length])) is not None:
                return line
        return None

    def header_of(self, *path: str) -> int | None:
        """The line of `path` itself, as a table header or as a key; None if it has none."""
        return self._places.get(path)

    def _remember(self, path: Path, number: int) -> None:
        # A dotted key or header also starts the tables along its path.
        for length in range(1, min(len(path), _DEEPEST) + 1):
            self._places.setdefault(path[:length], number)


def parse_apart(text: str) -> tuple[dict[str, Any], list[Broken]]:
    """Parse TOML `text`; if it is invalid, return the valid parts and the broken ones.

    Tables of one organization are valid or broken together.
    """
    if (parsed := _parsed(text)) is not None:
        return parsed, []
    # Parsing the tables separately shows which one is broken.
    whole: dict[str, Any] = {}
    broken: list[Broken] = []
    search = _Search()
    for organization, part in _parts(text).items():
        if (number := part.long_line()) is not None:
            broken.append(Broken(organization, number, TOO_LONG))
            continue
        try:
            parsed = tomllib.loads(part.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            broken.append(_broken(organization, part, str(error), search))
            continue
        organizations = parsed.pop("organizations", {})
        whole.update(parsed)
        if isinstance(organizations, dict):
            whole.setdefault("organizations", {}).update(organizations)
    return whole, broken


class _Part:
    """The lines of one organization, and their places in the whole text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []

    def add(self, number: int, line: str) -> None:
        """Add a line."""
        self.lines.append(line)
        self.numbers.append(number)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    def long_line(self) -> int | None:
        """The number of the first line that is too long to be parsed; None if there is none."""
        pairs = zip(self.numbers, self.lines, strict=True)
        return next((number for number, line in pairs if _is_too_long(line)), None)


def _parts(text: str) -> dict[str | None, _Part]:
    """The lines of each organization; those outside all of them come first, under None."""
    parts: dict[str | None, _Part] = {None: _Part()}
    owner: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if (header := _header(line)) is not None:
            owner = header[1] if header[0] == "organizations" and len(header) > 1 else None
        elif bad := _BAD_HEADER.match(line):
            owner = bad[1]
        parts.setdefault(owner, _Part()).add(number, line)
    return parts


class _Search:
    """Finds unfinished statements in the parts of one text, with a limit for all of them."""

    def __init__(self) -> None:
        self._left = _SEARCHED

    def unfinished(self, lines: list[str]) -> int:
        """The index of the unfinished statement: the first one that no longer parses.

        The header's index in a text in which more is unfinished than in any real one.
        """
        size = sum(len(line) + 1 for line in lines)
        for length in range(len(lines) - 1, -1, -1):
            size -= len(lines[length]) + 1
            self._left -= size
            if self._left < 0:
                break
            if _parsed("\n".join(lines[:length])) is not None:
                rest = (index for index in range(length, len(lines)) if lines[index].strip())
                return next(rest, length)
        return 0


def _broken(organization: str | None, part: _Part, error: str, search: _Search) -> Broken:
    position = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", error)
    if position and position[1]:
        index, column = int(position[1]) - 1, int(position[2])
    else:
        index, column = search.unfinished(part.lines), 0
    message = error[: position.start()] if position else error
    line = part.lines[index] if index < len(part.lines) else ""
    return Broken(
        organization, part.numbers[min(index, len(part.numbers) - 1)], message, column, line
    )


def _parsed(text: str) -> dict[str, Any] | None:
    """The values of TOML; None if it is invalid, or cannot be parsed in reasonable time."""
    if any(map(_is_too_long, text.split("\n"))):
        return None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _is_too_long(line: str) -> bool:
    if len(line) > LONGEST_LINE:
        return True
    return line.count(".") > MOST_DOTS and _MANY_PARTS.match(line) is not None


def _header(line: str) -> Path | None:
    stripped = line.strip()
    return _path_in(stripped) if stripped.startswith("[") else None


def _key(line: str) -> Path | None:
    match = _KEY.match(line)
    return _path_in(f"{match[1]} = 0") if match else None


def _path_in(line: str) -> Path | None:
    """Read the keys of a header or of `key = 0` with the parser itself, quotes and all."""
    value: Any = _parsed(line)
    path: list[str] = []
    while isinstance(value, (dict, list)) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        key, value = next(iter(value.items()))
        path.append(key)
    return tuple(path) or None
