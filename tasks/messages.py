"""Who is told how a sync went?"""

import logging
from collections.abc import Sequence

from core.messages import SYNC, what_to_say
from core.notes import Notes
from core.outcomes import Outcome, Result
from store.memory import Memory
from tasks.context import Messenger, OrgContext

log = logging.getLogger("charthop_ashby")


def tell(org: OrgContext, problems: Notes) -> None:
    """Tell each address what is new to it. `problems` are why the sync did not come to its end."""
    tell_addresses(org.name, org.memory, org.messengers, problems)


def tell_addresses(
    organization: str, memory: Memory, messengers: Sequence[Messenger], problems: Notes
) -> None:
    """The same where the organization itself cannot be opened: its table is wrong.

    What cannot be delivered is not remembered as told: the next sync says what is new then. While
    an operator has paused the organization nobody is told anything.
    """
    if not messengers or memory.switches.paused() is not None:
        return
    with memory.locks.hold("messages") as lock:
        if lock is None:
            return  # Another sync of the organization has just ended; it tells the same.
        trouble = {
            str(record): kept.result
            for record, kept in memory.results.all().items()
            if kept.result.outcome.wants_attention
        }
        if problems:
            trouble[SYNC] = Result(Outcome.FAILED, problems)
        for number, messenger in enumerate(messengers, 1):
            told = memory.notified.get(messenger.id)
            message = what_to_say(organization, told, trouble)
            if message is not None and not messenger.deliver(message):
                log.warning(
                    "a message could not be delivered to address %s of notify; the next sync "
                    "tries again",
                    number,
                    extra={"organization": organization},
                )
            elif told != trouble.keys():
                memory.notified.keep(messenger.id, trouble.keys())
