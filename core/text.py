"""Makes other people's text safe to display.

Titles, departments and names of fields are written by people we do not know and may contain
anything. Each output has its own function; what a machine reads (JSON, CSV) stays exact.
"""

import re
import unicodedata

MAX_SHOWN = 200
"""Maximum length of other people's text on display."""

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of many names and emoji."""

_UNSEEN = re.compile(r"VARIATION SELECTOR|FILLER|GRAPHEME JOINER|VOWEL INHERENT")
"""Words in the Unicode names of characters that count as printable but are invisible."""

_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}):(?=//)|\b(www)\.")
HIDDEN = "(address)"
"""Replaces an e-mail address."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}")
_MARKUP = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "[": "(", "]": ")", "*": "\u2217", "`": "'", "|": "\u00a6"}
)


def for_terminal(text: str, most: int = MAX_SHOWN) -> str:
    """One line without terminal control sequences or bidirectional controls.

    They remain visible as Python escapes.
    """
    shown = text[: most + 1]
    if not shown.isprintable():
        shown = "".join(map(_visible, shown))
    return shown if len(text) <= most else f"{shown[:most]}..."


def for_log(text: str) -> str:
    """The same for a whole log line, which may contain a traceback."""
    return for_terminal(text, 4000)


def for_message(text: str, most: int = MAX_SHOWN) -> str:
    """The same for chat services: no mentions, links, markup or e-mail addresses."""
    shown = _ADDRESS.sub(HIDDEN, for_terminal(text, most)).translate(_MARKUP)
    shown = _LINK.sub(lambda link: f"{link[1] or link[2]}\u200b{':' if link[1] else '.'}", shown)
    return shown.replace("@", "@\u200b")


def for_assistant(text: str, most: int = MAX_SHOWN) -> str:
    """One line without invisible text, which a model would read all the same.

    Control and bidirectional characters, joiners, tags and variation selectors are removed, runs of
    white space become one space, and e-mail addresses are hidden. At most `most` characters,
    including the mark at the end.
    """
    seen = "".join(map(_seen, text[: 20 * most]))
    shown = _ADDRESS.sub(HIDDEN, " ".join(seen.split()))
    return shown if len(shown) <= most else f"{shown[: most - 1]}\u2026"


def _seen(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isprintable() else " " if letter.isspace() else ""
    if letter.isspace():
        return " "
    is_unseen = not letter.isprintable() or _UNSEEN.search(unicodedata.name(letter, ""))
    return "" if is_unseen else letter


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
