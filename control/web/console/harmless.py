"""Other people's words on a page: on one line, turned around by nothing, without an address.

Markup is escaped by the templates themselves. Every text that a template shows comes through
`shown`, so that no page can forget it.
"""

import re
from itertools import cycle

from markupsafe import Markup

from core import reasons
from core.notes import Note
from core.text import MAX_SHOWN, for_terminal

LONGEST = 2000
"""Characters of one text; a sentence may repeat several titles."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\"']+@[^\s@<>(),;:\"']+")

OF_ORDERS = frozenset({reasons.APPROVED.code, reasons.PUSHED.code})
"""Notes with the name of an operator in them."""

_COMMAND = re.compile(r"`([^`]+)`")
HIDDEN = "(address not shown)"


def shown(value: object) -> object:
    """What a template shows of a value."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _ADDRESS.sub(HIDDEN, for_terminal(value, LONGEST))


def shortened(value: str) -> str:
    """As much of a title as a row of a table has room for."""
    return for_terminal(value, MAX_SHOWN)


def sentence(note: Note) -> Markup:
    """A note in words, with buttons for commands; those of an order say who gave it."""
    return who(str(note)) if note.code in OF_ORDERS else commands(note.by_button)


def commands(text: str) -> Markup:
    """A text in which what stands in backticks is a command."""
    pieces = _COMMAND.split(str(shown(text)))
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if is_command else Markup.escape(piece)
        for piece, is_command in zip(pieces, cycle((False, True)), strict=False)
    )


def who(name: str) -> Markup:
    """Somebody who signs in here, by the address that they sign in with."""
    return Markup.escape(for_terminal(name))
