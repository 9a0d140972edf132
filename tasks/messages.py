"""Who is told how a sync went?"""

import logging

from core.messages import SYNC, what_to_say
from core.outcomes import Ending, Outcome
from tasks.site import Site

log = logging.getLogger("charthop_ashby")


def tell(site: Site, problem: str | None) -> None:
    """Tell each address what is new to it. `problem` is why the sync did not come to its end.

    What cannot be delivered is not remembered as told: the next sync says what is new then. While
    an operator has paused the organization nobody is told anything.
    """
    if not site.messengers or site.memory.switches.paused() is not None:
        return
    with site.memory.locks.hold("messages") as lock:
        if lock is None:
            return  # Another sync of the organization has just ended; it tells the same.
        trouble = {
            record: kept.ending
            for record, kept in site.memory.endings.all().items()
            if kept.ending.outcome.wants_attention
        }
        if problem is not None:
            trouble[SYNC] = Ending(Outcome.FAILED, problem)
        for number, messenger in enumerate(site.messengers, 1):
            told = site.memory.told.get(messenger.id)
            message = what_to_say(site.name, told, trouble)
            if message is not None and not messenger.deliver(message):
                log.warning(
                    "a message could not be delivered to address %s of notify; the next sync "
                    "tries again",
                    number,
                    extra={"organization": site.name},
                )
            elif told != trouble.keys():
                site.memory.told.keep(messenger.id, trouble.keys())
