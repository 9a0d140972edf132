"""Makes other people's text safe for a page: one line, no bidirectional controls, no address.

The templates themselves escape markup. Every text in a template passes through `shown`, so that no
page can forget it.
"""

import re
from itertools import cycle

from markupsafe import Markup

from core import reasons
from core.notes import Note
from core.text import MAX_SHOWN, for_terminal

LONGEST = 2000
"""Maximum length of one text; a sentence may repeat several titles."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\"']+@[^\s@<>(),;:\"']+")

OF_ORDERS = frozenset({reasons.APPROVED.code, reasons.PUSHED.code})
"""Codes of notes that contain an operator's name."""

_COMMAND = re.compile(r"`([^`]+)`")
HIDDEN = "(address not shown)"


def shown(value: object) -> object:
    """The form of a value in a template."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _ADDRESS.sub(HIDDEN, for_terminal(value, LONGEST))


def shortened(value: str) -> str:
    """A title shortened to fit a table's row."""
    return for_terminal(value, MAX_SHOWN)


def sentence(note: Note) -> Markup:
    """A note as text, with buttons for commands; an order's note names the operator."""
    return who(str(note)) if note.code in OF_ORDERS else commands(note.by_button)


def commands(text: str) -> Markup:
    """A text with its backticks rendered as commands."""
    pieces = _COMMAND.split(str(shown(text)))
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if is_command else Markup.escape(piece)
        for piece, is_command in zip(pieces, cycle((False, True)), strict=False)
    )


def who(name: str) -> Markup:
    """A person of the console, by their login address."""
    return Markup.escape(for_terminal(name))
