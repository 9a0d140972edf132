"""Findings of a check: one line each."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The grade of a finding."""

    PASSED = "ok"
    WARNING = "warning"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Finding:
    """One line of `check`; `fix` is what to do, in the words of the products' screens.

    `refused` is a system that accepts none of the keys.
    """

    grade: Grade
    what: str
    fix: str = ""
    refused: str | None = None


def passed(what: str) -> Finding:
    """A check that passed."""
    return Finding(Grade.PASSED, what)


def warning(what: str, fix: str) -> Finding:
    """Something that works, or may work, but needs attention."""
    return Finding(Grade.WARNING, what, fix)


def failed(what: str, fix: str = "") -> Finding:
    """Something that prevents the sync, or a part of it, from working."""
    return Finding(Grade.FAILED, what, fix)
