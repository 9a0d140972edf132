"""Organizations whose table is wrong: logging and notification."""

import logging

from core import reasons
from tasks.context import Wiring
from tasks.messages import tell_addresses

log = logging.getLogger("charthop_ashby")


def say_what_is_broken(wiring: Wiring) -> frozenset[str]:
    """Log each table's mistake once and notify its addresses; returns the organizations.

    Once the table is right again, the organization's next sync notifies its addresses.
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
