"""Output of the commands: colours and lines on a terminal, plain text elsewhere.

Plain means no colour and nothing beyond ASCII of our own: with NO_COLOR, on a dumb terminal, and
in a pipe or a file, where a line is never broken either, so that grep finds whole sentences.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from core.outcomes import Outcome
from core.text import for_terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

STYLES = {
    Outcome.FAILED: "bold red",
    Outcome.HELD: "bold yellow",
    Outcome.CREATED: "green",
    Outcome.ADOPTED: "green",
    Outcome.REOPENED: "green",
    Outcome.UPDATED: "cyan",
    Outcome.CLOSED: "magenta",
    Outcome.SKIPPED: "dim",
    Outcome.UNCHANGED: "dim",
}

WHOLE = frozenset(
    (
        *("outcome", "would be", "record", "since", "started", "when", "tick", "id"),
        *("code", "code in ChartHop"),
    )
)
"""Columns that are never broken: what stands in them is looked for, or typed again."""

LONGEST = 4000
"""Letters of one line or cell; titles may have any number."""

NO_END = 10_000
"""Columns of a line that is never broken."""


class Stop(Exception):
    """The command ends here with a sentence on standard error and that exit status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def is_terminal(stream: TextIO | None = None) -> bool:
    """Whether a person sees lines appear one by one."""
    return (stream or sys.stdout).isatty()


def is_plain(stream: TextIO | None = None) -> bool:
    """Whether colours and characters beyond ASCII are better left out."""
    return (
        not is_terminal(stream)
        or bool(os.environ.get("NO_COLOR"))
        or os.environ.get("TERM", "") in ("dumb", "unknown")
    )


def console(stream: TextIO | None = None) -> "Console":
    """A console for standard output (or `stream`) as it is right now."""
    from rich.console import Console

    stream = stream or sys.stdout
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if is_plain(stream) else "auto",
        width=None if is_terminal(stream) else NO_END,
    )


def say(line: "str | Text" = "", style: str = "") -> None:
    """One line on standard output."""
    if is_terminal():
        console().print(_harmless(line, ends="\n"), style=style or None)
    else:
        _write([_letters(line, ends="\n")])


def hang(line: "str | Text", style: str = "") -> None:
    """One line; on a terminal its further lines start four columns further in than it does."""
    if not is_terminal():
        say(line)
        return
    from rich.text import Text

    clean, out = _harmless(line), console()
    text = Text(clean, style=style) if isinstance(clean, str) else clean
    begins = len(text.plain) - len(text.plain.lstrip(" "))
    parts = text[begins:].wrap(out, out.width - begins - 4)
    for part in parts:
        part.rstrip()
        out.print(Text(" " * (begins if part is parts[0] else begins + 4)) + part)


def say_all(lines: "Iterable[Text]") -> None:
    """Lines on a terminal, by one console: ten thousand consoles take seconds."""
    out = console()
    for line in lines:
        out.print(_harmless(line))


def complain(sentence: str, more: Iterable[str] = ()) -> None:
    """One sentence on standard error, and lines under it."""
    lines = [f"charthop-ashby: {_letters(sentence)}", *(f"  {_letters(line)}" for line in more)]
    if is_terminal(sys.stderr):
        out = console(sys.stderr)
        for line in lines:
            out.print(line, soft_wrap=True)
    else:
        _write(lines, sys.stderr)


def _write(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Lines as they are, where nobody but a program or a file takes them."""
    stream = stream or sys.stdout
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()


def _harmless(shown: "str | Text", ends: str = "") -> "str | Text":
    """The same with nothing in it that a terminal obeys; at its ends these letters may stand."""
    clean = _letters(shown, ends)
    if isinstance(shown, str):
        return clean
    from rich.text import Text

    return shown if clean == shown.plain else Text(clean, style=shown.style)


def _letters(shown: "str | Text", ends: str = "") -> str:
    """The letters of it, made harmless in the same way."""
    text = shown if isinstance(shown, str) else shown.plain
    inner = text.strip(ends) if ends else text
    return text.replace(inner, for_terminal(inner, LONGEST)) if inner else text


def show(
    headings: Sequence[str], rows: Iterable["Sequence[str | Text]"], *, title: str = ""
) -> None:
    """A table; the last column takes the room that is left and is broken between words."""
    if not is_terminal():
        _write_columns([headings, *rows], title)
        return
    from rich import box
    from rich.table import Table

    plain = is_plain()
    table = Table(
        *headings,
        box=None if plain else box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="" if plain else "bold",
    )
    for column in table.columns:
        column.overflow = "fold"  # a long word goes on in the next line rather than being cut
        column.no_wrap = column.header in WHOLE
    for row in rows:
        table.add_row(*map(_harmless, row))
    _print_table(table)


def _write_columns(rows: "Sequence[Sequence[str | Text]]", title: str) -> None:
    """Columns as wide as their widest cell: for ten thousand rows rich takes ten seconds."""
    cells = [list(map(_letters, row)) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(c + " " * (width - _width(c)) for c, width in zip(row, widths, strict=True))
        for row in cells
    ]
    _write([*([title] if title else []), *(line.rstrip() for line in lines)])


def _width(cell: str) -> int:
    """Columns that the text takes; some letters take two, some none."""
    if cell.isascii():
        return len(cell)
    from rich.cells import cell_len

    return cell_len(cell)


def note(label: str, text: "str | Text", style: str = "", *, width: int = 8) -> None:
    """A line with a label before it; on a terminal its further lines start where it starts."""
    if not is_terminal():
        _write([f"{f'  {label}':{width + 1}} {_letters(text)}".rstrip()])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, min_width=width + 1)
    table.add_column(overflow="fold")
    table.add_row(Text(f"  {label}", style=style), _harmless(text))
    _print_table(table)


def _print_table(table: "Table") -> None:
    """Without the spaces that fill the last column up."""
    out = console()
    with out.capture() as captured:
        out.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    sys.stdout.flush()


def outcome(word: str) -> "str | Text":
    """An outcome's word, on a terminal in its colour."""
    return styled((word, STYLES.get(Outcome(word), "")))


def styled(*parts: "str | Text | tuple[str, str]") -> "str | Text":
    """The parts in one line, on a terminal each in its style."""
    if is_terminal():
        from rich.text import Text

        return Text.assemble(*parts)
    return "".join(str(part[0] if isinstance(part, tuple) else part) for part in parts)


def when(at: float, *, utc: bool = False) -> str:
    """A moment: in the reader's zone on a terminal, in UTC elsewhere and with `utc`."""
    from store.results import iso

    if utc or not is_terminal():
        return iso(at)
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
