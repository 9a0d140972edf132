"""The ways in which a record's task can fail.

Three results are expected: success, `TryLater` (an external cause) and `NeedsHuman` (a problem with
the data or the set-up). `tasks/records.py` is the one place that turns them into outcomes; any
other exception is a bug.
"""

from core.notes import Note
from core.outcomes import Outcome


class TryLater(Exception):
    """An external cause: the same task is tried again.

    `after` is the number of seconds to wait, if the service or the outage check asked for a wait.
    """

    def __init__(self, reason: Note, after: float | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.after = after


class Busy(TryLater):
    """A whole service must not be called for `after` seconds; no record is the cause."""

    after: float

    def __init__(self, reason: Note, after: float) -> None:
        super().__init__(reason, after)


class AnswerLost(TryLater):
    """A write was sent but not answered: it may or may not have been carried out."""


class NeedsHuman(Exception):
    """A problem with the data or the set-up: the record waits until an operator deals with it."""

    def __init__(self, reason: Note, outcome: Outcome = Outcome.HELD) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.outcome = outcome


class Rejected(NeedsHuman):
    """The service refused one request. `code` is the service's own error code.

    `detail` is the service's error message. It may name people, so it is never logged or sent, only
    stored sealed.
    """

    def __init__(self, reason: Note, code: str, detail: str = "") -> None:
        super().__init__(reason, Outcome.FAILED)
        self.code = code
        self.detail = detail


class KeyRefused(NeedsHuman):
    """A key is wrong, switched off or lacks a permission (401, 403).

    `read` is the path of the call if it was a read, which can be repeated as a test. `code` is the
    service's own error code.
    """

    def __init__(self, reason: Note, system: str, read: str | None = None, code: str = "") -> None:
        super().__init__(reason, Outcome.FAILED)
        self.system = system
        self.read = read
        self.code = code


class NoSuchRecord(NeedsHuman):
    """Neither service has a job or offer with the requested id."""


class Paused(NeedsHuman):
    """The organization was paused or disabled while the task ran: nothing more is written."""


class WrongSetup(Exception):
    """The set-up is wrong. `str()` gives one sentence with the place and the fix."""


class SetupUnreadable(WrongSetup):
    """The organizations file cannot be read at all right now, so its content is unknown."""


class KeyUnreadable(SetupUnreadable):
    """The file of a secret cannot be read right now, and this process has not read it before."""
