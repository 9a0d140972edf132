"""Who is told how a sync went?"""

import logging

from core.messages import SYNC, what_to_say
from core.outcomes import Outcome, Result
from tasks.context import OrgContext

log = logging.getLogger("charthop_ashby")


def tell(org: OrgContext, problem: str | None) -> None:
    """Tell each address what is new to it. `problem` is why the sync did not come to its end.

    What cannot be delivered is not remembered as told: the next sync says what is new then. While
    an operator has paused the organization nobody is told anything.
    """
    if not org.messengers or org.memory.switches.paused() is not None:
        return
    with org.memory.locks.hold("messages") as lock:
        if lock is None:
            return  # Another sync of the organization has just ended; it tells the same.
        trouble = {
            record: kept.result
            for record, kept in org.memory.results.all().items()
            if kept.result.outcome.wants_attention
        }
        if problem is not None:
            trouble[SYNC] = Result(Outcome.FAILED, problem)
        for number, messenger in enumerate(org.messengers, 1):
            told = org.memory.notified.get(messenger.id)
            message = what_to_say(org.name, told, trouble)
            if message is not None and not messenger.deliver(message):
                log.warning(
                    "a message could not be delivered to address %s of notify; the next sync "
                    "tries again",
                    number,
                    extra={"organization": org.name},
                )
            elif told != trouble.keys():
                org.memory.notified.keep(messenger.id, trouble.keys())
