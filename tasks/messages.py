"""Notifies the organization's channel of the result of a sync."""

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from core.keys import RecordKind
from core.messages import SYNC, what_to_say
from core.notes import Notes
from core.outcomes import Outcome, Result, count_missing
from store.memory import Memory
from tasks.context import Messenger, OrgContext

log = logging.getLogger("charthop_ashby")


def tell(org: OrgContext, problems: Notes) -> None:
    """Notify each address of what is new. `problems` are what kept the sync from completing."""
    if org.messengers:
        names = names_in_messages(org.memory, with_titles=org.rules.titles_in_messages)
        tell_addresses(org.name, org.memory, org.messengers, problems, names)


def names_in_messages(memory: Memory, *, with_titles: bool) -> dict[str, str]:
    """The names of the records that are held or failed, without titles of confidential jobs."""
    jobs = memory.names.load()
    job_of = {opening: id_ for id_, job in jobs.items() for opening in job.openings}
    names = {}
    for record, kept in memory.results.all().items():
        if not kept.result.outcome.wants_attention:
            continue
        is_job = record.kind is RecordKind.JOB
        job = jobs.get(record.id if is_job else job_of.get(kept.result.opening_id or "", ""))
        if job is not None:
            parts = (job.code, job.title if with_titles else None)
            called = " ".join(part for part in parts if part)
            names[str(record)] = called if is_job or not called else f"hire for {called}"
    return names


def tell_addresses(
    organization: str,
    memory: Memory,
    messengers: Sequence[Messenger],
    problems: Notes,
    names: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """The same for an organization that cannot be opened because its table is wrong.

    What cannot be delivered does not count as reported, so the next sync tries again. While an
    operator has paused the organization, nobody is notified.
    """
    if not messengers or memory.switches.paused() is not None:
        return
    with memory.locks.hold("messages") as lock:
        if lock is None:
            return  # Another sync of the organization has just ended and sends the same.
        results = {str(one): kept.result for one, kept in memory.results.all().items()}
        trouble = {one: result for one, result in results.items() if result.outcome.wants_attention}
        missing = count_missing(results.values())
        if problems:
            trouble[SYNC] = Result(Outcome.FAILED, problems)
        for number, messenger in enumerate(messengers, 1):
            told = memory.notified.get(messenger.id)
            message = what_to_say(organization, told, trouble, names=names, missing=missing)
            if message is not None and not messenger.deliver(message):
                log.warning(
                    "a message could not be delivered to address %s of notify; the next sync "
                    "tries again",
                    number,
                    extra={"organization": organization},
                )
            elif told != trouble.keys():
                memory.notified.keep(messenger.id, trouble.keys())
