"""Other people's words, made harmless for where they are shown.

Titles, departments and names of fields are written by people whom nobody knows, and may hold
anything. Each edge has a function; what a machine reads (JSON, CSV) stays exact.
"""

import re
import unicodedata

MAX_SHOWN = 200
"""Letters of somebody else's text that are shown."""

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and a part of many a name and of an emoji."""

_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}):(?=//)|\b(www)\.")
_MARKUP = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "[": "(", "]": ")", "*": "\u2217", "`": "'", "|": "\u00a6"}
)


def for_terminal(text: str, most: int = MAX_SHOWN) -> str:
    """One line without anything that a terminal obeys or that turns the text around.

    What is taken out stays visible, as Python would escape it.
    """
    shown = "".join(map(_visible, text[: most + 1]))
    return shown if len(text) <= most else f"{shown[:most]}..."


def for_log(text: str) -> str:
    """The same for a whole line of the log, which may hold a trace."""
    return for_terminal(text, 4000)


def for_message(text: str, most: int = MAX_SHOWN) -> str:
    """The same where chat services look for mentions, links and markup in it."""
    shown = for_terminal(text, most).translate(_MARKUP)
    shown = _LINK.sub(lambda link: f"{link[1] or link[2]}\u200b{':' if link[1] else '.'}", shown)
    return shown.replace("@", "@\u200b")


def _visible(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    if unicodedata.category(letter) == "Zs":
        return " "
    number = ord(letter)
    if letter in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[letter]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
