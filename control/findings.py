"""What a check found: each finding is one line."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How good a finding is."""

    PASSED = "ok"
    WARNING = "warning"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Finding:
    """One line of `check`; `fix` is what to do about it, in the words of the products' screens.

    `refused` is the system that takes no key at all.
    """

    grade: Grade
    what: str
    fix: str = ""
    refused: str | None = None


def passed(what: str) -> Finding:
    """Something that is as it should be."""
    return Finding(Grade.PASSED, what)


def warning(what: str, fix: str) -> Finding:
    """Something that works, or may work, and wants a look."""
    return Finding(Grade.WARNING, what, fix)


def failed(what: str, fix: str = "") -> Finding:
    """Something that keeps the sync, or a part of it, from working."""
    return Finding(Grade.FAILED, what, fix)
