"""Organizations whose table is wrong: logging and notification."""

import logging
from collections.abc import Mapping
from functools import partial

from core import reasons
from tasks.context import Wiring
from tasks.guards import or_reported
from tasks.messages import tell_addresses

log = logging.getLogger("charthop_ashby")


def say_what_is_broken(wiring: Wiring, broken: Mapping[str, str]) -> None:
    """Log each table's mistake once and notify its addresses; `broken` has it by organization.

    Once the table is right again, the organization's next sync notifies its addresses.
    """
    for organization, sentence in broken.items():
        or_reported(organization, partial(_say, wiring, organization, sentence))
    for organization in wiring.enabled():
        if organization not in broken:
            switches = wiring.memory(organization).switches
            or_reported(organization, partial(switches.break_table, None))


def _say(wiring: Wiring, organization: str, sentence: str) -> None:
    memory = wiring.memory(organization)
    if memory.switches.break_table(sentence):
        log.warning("not synced: %s", sentence, extra={"organization": organization})
    tell_addresses(
        organization,
        memory,
        wiring.messengers(organization),
        (reasons.WRONG_SETUP(what=sentence),),
    )
