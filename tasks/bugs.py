"""Who is told of bugs: nobody, until the worker names somebody (workers/sentry.py)."""

from typing import Protocol


class Reporter(Protocol):
    """Hears of each task and of each bug; ids only, as everywhere."""

    def begin(self, organization: str) -> None:
        """A task of this thread begins to work for that organization."""

    def bug(self, error: Exception, organization: str, record: str) -> None:
        """Something of ours went wrong with that record."""


class _Nobody:
    def begin(self, organization: str) -> None:
        pass

    def bug(self, error: Exception, organization: str, record: str) -> None:
        pass


_reporter: Reporter = _Nobody()


def report_to(reporter: Reporter) -> None:
    """Tell that reporter of everything from now on."""
    global _reporter  # noqa: PLW0603 - of the process, as the SDK behind it
    _reporter = reporter


def reporter() -> Reporter:
    """Whom to tell."""
    return _reporter
