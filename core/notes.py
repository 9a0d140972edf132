"""Reasons as data: a code and its parameters, rendered as text only for display.

A `Reason` is defined once, in core/reasons; calling it gives a `Note`. Notes are compared, grouped,
counted and stored as data; `str(note)` is the sentence for a person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Union

ALL: dict[str, "Reason"] = {}
"""Every reason by code."""

MAX_PARAMETER = 2000
"""Maximum length of one parameter; a title may be of any length."""

Parameter = Union[str, int, "Note"]


@dataclass(frozen=True)
class Note:
    """One reason for one record: its code, and the values of its placeholders."""

    code: str
    parameters: tuple[tuple[str, Parameter], ...] = ()

    @property
    def what(self) -> str:
        """What happened, without the fix."""
        return self._fill(self.parameters)

    @property
    def what_by_button(self) -> str:
        """The same for pages with buttons: a note inside this one names its button."""
        places = ((k, v.by_button if isinstance(v, Note) else v) for k, v in self.parameters)
        return self._fill(tuple(places))

    def _fill(self, places: tuple[tuple[str, Parameter], ...]) -> str:
        reason = ALL.get(self.code)
        if reason is None:  # Stored by another version of the software.
            return " ".join((self.code, *(str(value) for _, value in places)))
        return reason.text.format(**dict(places)).rstrip()

    @property
    def fix(self) -> str:
        """The fix, empty if there is nothing to do."""
        reason = ALL.get(self.code)
        return reason.fix.format(**dict(self.parameters)) if reason is not None else ""

    @property
    def fix_by_button(self) -> str:
        """The fix for pages with buttons for the commands."""
        reason = ALL.get(self.code)
        return (reason.button if reason is not None else "") or self.fix

    @property
    def by_button(self) -> str:
        """The whole sentence for pages with buttons for the commands."""
        what, fix = self.what_by_button, self.fix_by_button
        return f"{what}: {fix}" if fix else what

    def __str__(self) -> str:
        """The whole sentence, including the fix."""
        return f"{self.what}: {self.fix}" if self.fix else self.what

    def cleaned(self, clean: Callable[[str], str]) -> "Note":
        """The sentence with other people's text passed through `clean` (core/text.py)."""
        values = (
            (k, v.cleaned(clean) if isinstance(v, Note) else clean(v) if isinstance(v, str) else v)
            for k, v in self.parameters
        )
        return Note(self.code, tuple(values))

    def plain(self) -> list[Any]:
        """The note as plain data for JSON: `[code, {name: value}]`."""
        values = {k: v.plain() if isinstance(v, Note) else v for k, v in self.parameters}
        return [self.code, values]

    @classmethod
    def read(cls, plain: Any) -> "Note":
        """The note from its `plain` form."""
        code, values = plain
        read = {k: cls.read(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(code, tuple(read.items()))


Notes = tuple[Note, ...]


@dataclass(frozen=True)
class Reason:
    """A sentence with placeholders; calling it makes a note.

    `cause` says what happened, `fix` what to do about it (empty if there is nothing to do).
    `button` replaces `fix` on pages that have a button for its command; it has no placeholders.
    """

    code: str
    text: str
    cause: str
    fix: str = ""
    button: str = ""

    def __post_init__(self) -> None:
        if self.code in ALL:
            raise ValueError(f"two reasons have the code {self.code}")
        ALL[self.code] = self

    def __call__(self, **places: Parameter) -> Note:
        """A note of this reason. Raises KeyError if a placeholder has no value."""
        plain = {
            name: value if isinstance(value, Note | int) else str(value)[:MAX_PARAMETER]
            for name, value in places.items()
        }
        note = Note(self.code, tuple(sorted(plain.items())))
        str(note)  # A missing value is a bug in the caller: fail here, not on display.
        return note


def in_words(notes: Iterable[Note]) -> str | None:
    """The sentences joined together, None if there are none."""
    return "; ".join(map(str, notes)) or None


def codes(notes: Iterable[Note]) -> list[str]:
    """The distinct codes of the notes, in order."""
    return list(dict.fromkeys(note.code for note in notes))


def read_notes(plain: Iterable[Any]) -> Notes:
    """The notes from their `plain` form."""
    return tuple(Note.read(one) for one in plain)
