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

_UNSEEN = re.compile(r"VARIATION SELECTOR|FILLER|GRAPHEME JOINER|VOWEL INHERENT")
"""In the names of letters that count as printable and leave no mark."""

_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}):(?=//)|\b(www)\.")
HIDDEN = "(address)"
"""Stands for an e-mail address."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}")
_MARKUP = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "[": "(", "]": ")", "*": "\u2217", "`": "'", "|": "\u00a6"}
)


def for_terminal(text: str, most: int = MAX_SHOWN) -> str:
    """One line without anything that a terminal obeys or that turns the text around.

    What is taken out stays visible, as Python would escape it.
    """
    shown = text[: most + 1]
    if not shown.isprintable():
        shown = "".join(map(_visible, shown))
    return shown if len(text) <= most else f"{shown[:most]}..."


def for_log(text: str) -> str:
    """The same for a whole line of the log, which may hold a trace."""
    return for_terminal(text, 4000)


def for_message(text: str, most: int = MAX_SHOWN) -> str:
    """The same where chat services look for mentions, links and markup in it; no e-mail address."""
    shown = _ADDRESS.sub(HIDDEN, for_terminal(text, most)).translate(_MARKUP)
    shown = _LINK.sub(lambda link: f"{link[1] or link[2]}\u200b{':' if link[1] else '.'}", shown)
    return shown.replace("@", "@\u200b")


def for_assistant(text: str, most: int = MAX_SHOWN) -> str:
    """One line without anything that is not seen: a model would read it all the same.

    Control and bidirectional characters, joiners, tags and variation selectors are left out, white
    space is one space, and no e-mail address is shown. At most `most` letters, the end mark too.
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
