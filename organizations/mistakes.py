"""Guesses at the intended meaning of a line that is not TOML."""

import re
from datetime import date

from core.text import for_terminal
from organizations.lines import TOO_LONG

_SECRET = re.compile(r"key|secret|notify|password|token|auth|://", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9+/_-]{16,}")


def explained(line: str, message: str) -> str:
    """The line, without anything that may be secret, and a guess at its mistake."""
    line = line.strip()[:200]
    return f"{_shown(line)}; {_guess(line, message)}" if line else _guess(line, message)


def _shown(line: str) -> str:
    key, equals, _ = line.partition("=")
    if _SECRET.search(line):
        return f"{for_terminal(key.strip(), 60)} = ..." if equals and len(key) < 60 else "..."
    return for_terminal(_LONG.sub("...", line), 80)


def _guess(line: str, message: str) -> str:
    """A clause with the correct spelling."""
    value = line.partition("=")[2].split("#")[0].strip()
    for applies, clause in (
        (message == TOO_LONG, "put each entry of a list on a line of its own"),
        (re.search("[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]", line), 'use straight quotes: "'),
        (_is_word(value), "write true or false, in small letters and without quotes"),
        (_is_no_day(value), "there is no such day; write one like 2026-11-01"),
        (
            re.match(r"[\w.-]+\s*:(\s|$)|-\s|---", line),
            "this looks like YAML; in TOML it is [organizations.NAME] and key = value",
        ),
        (re.match(r"[{}]", line), "this looks like JSON; in TOML it is key = value"),
        (re.match(r"//|;|/\*", line), "a comment begins with #"),
        (
            re.search("[\u00a0\u2000-\u200f\u2028\ufeff]", line),
            "it holds an invisible letter",
        ),
        ("overwrite" in message, "the key stands twice in its table; remove one"),
        ("twice" in message, "the table stands twice; put them together"),
        (re.match(r"\[+[^\]]*$", line), "a ] is missing at the end"),
        ("\\" in line and '"' in line, "write \\ as / or the text in single quotes"),
        (line.count('"') % 2 or line.count("'") % 2, "a quotation mark is missing"),
        ("=" not in line, "write key = value"),
        (re.match(r"[A-Za-z$]", value), "text stands in quotes"),
    ):
        if applies:
            return clause
    return "fix the line"


def _is_word(value: str) -> bool:
    known = {"true", "false", "yes", "no", "on", "off", "none", "null", "tru", "fals"}
    return value.casefold() in known and value not in ("true", "false")


def _is_no_day(value: str) -> bool:
    found = re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", value)
    if found is None:
        return False
    if found[1] is None or len(found[2]) < 2 or len(found[3]) < 2 or value[4] != "-":
        return True
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return True
    return False
