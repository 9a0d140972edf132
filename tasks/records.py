"""How does the task of one record end?

Its turn, its tries, and what each class of error means for it: the one place that turns endings
into outcomes and says when a record comes again, and which is sent next.
"""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from core.errors import AnswerLost, Busy, KeyRefused, NeedsHuman, Paused, TryLater
from core.outcomes import Ending, Outcome
from store.briefs import Creating
from store.turns import Turn
from tasks.base import AWAY, DIRECTIONS, DROPPED, SyncTask, report_bug
from tasks.site import Site

log = logging.getLogger("charthop_ashby")

TRIES = 3
PAUSES = (2.0, 8.0)
"""Seconds before the second and the third try, give or take half."""

LONGEST_PAUSE = 60.0
"""Seconds, give or take half: well under the visibility timeout. A record whose trouble lasts
longer is left to the next sync; where a whole service asks for more, the task looks again."""

LONGEST_WORK = 90.0
"""Seconds after which a record's task makes no further call. With the wait for its lock, its last
wait for the allowance and its last call it ends within 150 s."""

OUTLASTS = 900.0
"""Seconds that a task waits in all for a service that asks to be left alone; then it has failed."""

PATIENCE = 1.0
"""Seconds that a task waits for somebody else who is at the record before it comes again."""

COMING_AGAIN = "coming again"
SETTLED = "settled already"

Do = Callable[[Site, Turn], Ending]


class RecordTask(SyncTask):
    """A task of one record."""

    abstract = True

    def work(self, organization: str, record: str, do: Do) -> str:
        """Run `do` in the record's turn and handle how it ends; the outcome as a word."""
        site = self.open(organization, record)
        if site is None:
            return DROPPED
        turn = site.memory.turns.take(record, PATIENCE)
        if self.header("queued") and not turn.sent:
            return self._let_go(site, turn)
        pause: float | None = None
        told: dict[str, float] = {"tries": self.tries + 1}
        ending = self._turned_away(site, turn)
        if ending is None and not turn.is_ours:
            pause = self._pause_for_the_other()
        elif ending is None:
            site.permit.lasts(LONGEST_WORK)
            with site.permit.under(turn.lock), site.memory.turns.given_back(turn):
                try:
                    ending, pause = self._attempt(site, turn, do)
                except Busy as error:
                    # The service is to be left alone: that is no try of this record.
                    ending = Ending(Outcome.FAILED, error.reason)
                    pause, told = self._wait_for_the_service(error)
        if pause is not None:
            site.memory.turns.end(turn, None, site.calls, window=None)
            self.again(pause, **told)
        return self._settle(site, turn, ending)

    def _let_go(self, site: Site, turn: Turn) -> str:
        """Delivered twice: its record has settled, and nothing new was asked."""
        site.memory.turns.end(turn, None, site.calls, window=None)
        where = {"organization": site.name, "record": turn.record}
        log.info("%s: delivered again and let go", turn.record, extra=where)
        return SETTLED

    def _turned_away(self, site: Site, turn: Turn) -> Ending | None:
        """How it ends without a look at it: the organization is paused, or its key was refused."""
        closed = site.permit.why_closed(turn.paused)
        if closed is not None:
            return Ending(Outcome.HELD, closed)
        refused = turn.refused.get(_direction(turn))
        if refused is not None and not self.header("probe"):
            return Ending(Outcome.FAILED, refused)
        return None

    def _attempt(self, site: Site, turn: Turn, do: Do) -> tuple[Ending, float | None]:
        """One try: how it ended, and after how many seconds to try again where that can help."""
        direction = _direction(turn)
        try:
            ending = do(site, turn)
        except (*AWAY, Busy):
            raise
        except TryLater as error:
            return Ending(Outcome.FAILED, error.reason), self._pause(turn, error.after)
        except KeyRefused as error:
            self.refuse(site, direction, error)
            turn.refused[direction] = error.reason
            return Ending(Outcome.FAILED, error.reason), None
        except NeedsHuman as error:
            if isinstance(error, Paused):
                turn.paused = error.reason
            return Ending(error.outcome, error.reason), None
        except Exception as error:
            ending = Ending(Outcome.FAILED, report_bug(error, site.name, turn.record))
            return ending, self._pause(turn, None)
        if direction in turn.refused:
            self.accept(site, direction)
            del turn.refused[direction]
        return ending, None

    def _wait_for_the_service(self, busy: Busy) -> tuple[float | None, dict[str, float]]:
        """Seconds until the next look, None where it was waited for long enough."""
        waited = float(self.header("waited") or 0)
        if waited > OUTLASTS:
            return None, {}
        pause = min(busy.after, LONGEST_PAUSE) * random.uniform(1.0, 1.5)
        return pause, {"waited": waited + pause}

    def _pause(self, turn: Turn, after: float | None) -> float | None:
        """Seconds until the next try, None where it has had its tries."""
        if turn.known is not None and turn.known.ending.outcome is Outcome.FAILED:
            return None  # It failed in an earlier sync: one try a sync, and others go first.
        if self.tries >= TRIES - 1 or (after or 0) > LONGEST_PAUSE:
            return None
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)
        return max(pause, after or 0)

    def _pause_for_the_other(self) -> float | None:
        """Somebody else is at the record: look again shortly, then leave it to them."""
        return random.uniform(1, 3) if self.tries < TRIES else None

    def _settle(self, site: Site, turn: Turn, ending: Ending | None) -> str:
        """Leave how the record ended and send what waits behind it."""
        window = self.window(site, turn.paused, turn.refused)
        if ending is not None:
            ending = replace(ending, calls=sum(site.calls.values()))
        word = ending.outcome.value if ending is not None else COMING_AGAIN
        receipt = (str(self.request.id), word) if self.header("awaited") else None
        left = site.memory.turns.end(turn, ending, site.calls, window=window, receipt=receipt)
        where = {
            "organization": site.name,
            "record": turn.record,
            "outcome": word,
            "sync": left.sync,
        }
        if ending is not None and ending.outcome.wants_attention:
            log.warning("%s %s: %s", turn.record, word, ending.reason, extra=where)
        else:
            log.info("%s %s", turn.record, word, extra=where)
        self.send_records(site, left.sending, left.waiting or 0, turn.refused)
        return word


@contextmanager
def marked(site: Site, turn: Turn, identifier: str) -> Iterator[None]:
    """Mark that a create is about to be sent, so that its answer is looked for if it is lost."""
    site.memory.turns.mark(turn, Creating(identifier))
    try:
        yield
    except AnswerLost:
        raise
    except (TryLater, NeedsHuman):
        # Not carried out: there is nothing to look for, unless an earlier answer was lost.
        if turn.remembered.creating is None:
            site.memory.turns.mark(turn, None)
        raise


def _direction(turn: Turn) -> str:
    return DIRECTIONS[turn.record.partition(":")[0]]
