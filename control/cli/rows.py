"""Records on a terminal: three lines each at most, whatever its width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from control.cli.console import console, is_plain, is_terminal, say, show

if TYPE_CHECKING:
    from rich.text import Text


@dataclass(frozen=True)
class Row:
    """One of them: an outcome or a moment, what it is called, what else it is, and why.

    `cells` are the same as the cells of a table, for a pipe, a file and `--wide`.
    """

    word: "str | Text"
    called: str
    ends: Sequence[str]
    why: str
    cells: Sequence["str | Text"]


def show_rows(headings: Sequence[str], rows: Iterable[Row], *, wide: bool = False) -> None:
    """In lines on a terminal, as a table elsewhere and where that is asked for."""
    if wide or not is_terminal():
        show(headings, [row.cells for row in rows])
        return
    for row in rows:
        _show_row(row)


def _show_row(row: Row) -> None:
    from rich.text import Text

    plain = is_plain()
    between, more = ("  ", "...") if plain else (" \u00b7 ", "\u2026")
    width = console().width
    ends = [end for end in row.ends if end]
    called = row.called or (ends.pop(0) if ends else "")
    end = between.join(("", *ends))
    head = Text.assemble(row.word, "  ", (called, "bold"))
    head.truncate(max(20, width - len(end)))
    line = Text.assemble(head, (end, "dim"))
    line.truncate(width)
    say(line)
    lines = Text(row.why).wrap(console(), width - 4)
    for at, part in enumerate(lines[:2]):
        part.rstrip()
        if at == 1 and len(lines) > 2:
            part.truncate(width - 4 - len(more))
            part.append(more)
        if part:
            say(Text("    ") + part)
