"""Organizations whose table is wrong: who is told, and how often."""

import logging

from core import reasons
from tasks.context import Wiring
from tasks.messages import tell_addresses

log = logging.getLogger("charthop_ashby")


def say_what_is_broken(wiring: Wiring) -> frozenset[str]:
    """Log what is wrong with each table once, and tell its addresses; the organizations.

    The next sync of an organization whose table is right again tells its addresses so.
    """
    broken = wiring.broken()
    for organization, sentence in broken.items():
        memory = wiring.memory(organization)
        if memory.switches.break_table(sentence):
            log.warning("not synced: %s", sentence, extra={"organization": organization})
        tell_addresses(
            organization,
            memory,
            wiring.messengers(organization),
            (reasons.WRONG_SETUP(what=sentence),),
        )
    for organization in wiring.enabled():
        if organization not in broken:
            wiring.memory(organization).switches.break_table(None)
    return frozenset(broken)
