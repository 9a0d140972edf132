"""Records on a terminal: three lines each at most, whatever its width."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from control.cli.console import console, is_plain, is_terminal, say_all, show

if TYPE_CHECKING:
    from rich.console import Console
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


def show_rows(
    headings: Sequence[str], rows: Iterable[Row], *, wide: bool = False, most: int | None = 2
) -> None:
    """In lines on a terminal, as a table elsewhere and where that is asked for.

    `most`: how many lines the reason takes; None: as many as it needs.
    """
    if wide or not is_terminal():
        show(headings, [row.cells for row in rows])
        return
    plain, out = is_plain(), console()
    say_all(line for row in rows for line in _lines(row, most, plain=plain, out=out))


def _lines(row: Row, most: int | None, *, plain: bool, out: "Console") -> "Iterator[Text]":
    from rich.text import Text

    between, more = ("  ", "...") if plain else (" \u00b7 ", "\u2026")
    width = out.width
    ends = [end for end in row.ends if end]
    called = row.called or (ends.pop(0) if ends else "")
    end = between.join(("", *ends))
    head = Text.assemble(row.word, "  ", (called, "bold"))
    _cut(head, max(20, width - len(end)), more)
    line = Text.assemble(head, (end, "dim"))
    line.truncate(width)
    yield line
    lines = list(Text(row.why).wrap(out, width - 4)) if row.why else []
    for at, part in enumerate(lines[:most], start=1):
        part.rstrip()
        if at == most and len(lines) > most:
            part.truncate(width - 4 - len(more))
            part.append(more)
        if part:
            yield Text("    ") + part


def _cut(text: "Text", width: int, more: str) -> None:
    """Cut it to that width; `more` at its end says that it was."""
    if text.cell_len > width:
        text.truncate(width - len(more))
        text.rstrip()
        text.append(more)
