"""Where bugs are reported: nowhere, until the worker sets a reporter (workers/sentry.py)."""

from typing import Protocol


class Reporter(Protocol):
    """Receives each task and each bug; ids only, as everywhere."""

    def begin(self, organization: str) -> None:
        """A task in this thread starts to work for that organization."""

    def bug(self, error: Exception, organization: str, record: str) -> None:
        """A bug occurred with that record."""


class _Nobody:
    def begin(self, organization: str) -> None:
        pass

    def bug(self, error: Exception, organization: str, record: str) -> None:
        pass


_reporter: Reporter = _Nobody()


def report_to(reporter: Reporter) -> None:
    """Use that reporter from now on."""
    global _reporter  # noqa: PLW0603 - of the process, as the SDK behind it
    _reporter = reporter


def reporter() -> Reporter:
    """The current reporter."""
    return _reporter
