"""The ways in which a record's task can fail.

Three results are planned: it was fine, `TryLater` (the world is at fault) and `NeedsHuman` (the
data or the set-up is at fault). `tasks/records.py` is the one place that turns them into outcomes;
anything else that is raised is a bug.
"""

from core.notes import Note
from core.outcomes import Outcome


class TryLater(Exception):
    """The world is at fault: the same task comes again.

    `after` is the number of seconds to wait, where the other side or the outage watch said so.
    """

    def __init__(self, reason: Note, after: float | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.after = after


class Busy(TryLater):
    """A whole service is to be left alone for `after` seconds; no record is to blame for it."""

    after: float

    def __init__(self, reason: Note, after: float) -> None:
        super().__init__(reason, after)


class AnswerLost(TryLater):
    """A write was sent and its answer never came: it may or may not have been carried out."""


class NeedsHuman(Exception):
    """The data or the set-up is at fault: the record waits where an operator sees it."""

    def __init__(self, reason: Note, outcome: Outcome = Outcome.HELD) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.outcome = outcome


class Rejected(NeedsHuman):
    """The other side refused one request; `code` is its own word for why.

    `detail` is the sentence that it gave. It may name people: it is never logged or sent, only
    kept sealed.
    """

    def __init__(self, reason: Note, code: str, detail: str = "") -> None:
        super().__init__(reason, Outcome.FAILED)
        self.code = code
        self.detail = detail


class KeyRefused(NeedsHuman):
    """A key is wrong, switched off or lacks a permission (401, 403).

    `read` is the path of the call where that was a read: it may be tried again by itself. `code` is
    the other side's own word for why.
    """

    def __init__(self, reason: Note, system: str, read: str | None = None, code: str = "") -> None:
        super().__init__(reason, Outcome.FAILED)
        self.system = system
        self.read = read
        self.code = code


class NoSuchRecord(NeedsHuman):
    """Neither service has the job or offer that somebody asked for by id."""


class Paused(NeedsHuman):
    """The organization was paused or switched off while the task ran: nothing more is written."""


class WrongSetup(Exception):
    """The set-up is wrong; str() is one sentence with the place and the fix."""


class SetupUnreadable(WrongSetup):
    """The organizations file cannot be read at all right now, so nobody knows what it says."""
