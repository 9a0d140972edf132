"""tasks.sync_hire: makes one hired candidate a person in the job."""

from collections.abc import Sequence
from dataclasses import replace

from celery import shared_task

from core import reasons
from core.actions import Plan
from core.errors import NeedsHuman, TryLater
from core.gathered import AshbyHire
from core.hires import plan_hire, plan_undo
from core.keys import offer_key
from core.notes import Note
from core.outcomes import Result
from store.briefs import HireBrief
from store.leases import RecordLease
from tasks import woken
from tasks.context import OrgContext
from tasks.hire_briefs import (
    current_brief,
    is_fresh,
    read_again,
    read_anew,
    relinked,
    says_the_same,
)
from tasks.hire_reads import addresses_held, gather_hire, hire_of
from tasks.hire_triage import ended
from tasks.hire_writes import act, take_back
from tasks.records import RecordTask
from tasks.undone import held_while_filled, opening_now, opening_of, was_undone

JUST_NOW = 5.0
"""Seconds for which a reading by id after an event counts as current."""

LOOKS = 3
"""How often a hire is read again if it changes while it is being read."""


@shared_task(bind=True, base=RecordTask, name="tasks.sync_hire")
def sync_hire(self: RecordTask, organization: str, offer_id: str) -> str:
    """Bring one person and job in line with a hired offer. Returns the outcome as a word."""
    return self.work(organization, offer_key(offer_id), bring_person_in)


def bring_person_in(org: OrgContext, lease: RecordLease) -> Result:
    """Gather, decide and act for one hire.

    Ashby is read again right before the first write; if anything has changed, it is planned anew.
    """
    by_event = woken.hire_brief(org, lease) if lease.woken is not None else None
    brief = by_event or current_brief(org, lease.remembered.hire(), lease.id)
    is_unfinished = lease.remembered.creating is not None
    with addresses_held(org) as hold:
        for _ in range(LOOKS):
            hire = hire_of(org, brief, lease.known, is_unfinished=is_unfinished)
            before = woken.as_before(lease, hire.fingerprint(org.rules))
            if by_event is not None and before is not None and not hire.is_expected:
                return before
            gathered = gather_hire(org, brief, hire, hold)
            plan = plan_hire(gathered, org.rules)
            if not plan.actions:
                return _ended(org, lease, brief, hire, plan)
            if by_event is not None:
                woken.allow_hire(org, plan)
            # What was read by id a moment ago is not read again.
            now = (
                brief if brief is by_event and is_fresh(brief, JUST_NOW) else read_again(org, brief)
            )
            if says_the_same(now, brief):
                notes = act(org, lease, brief, gathered, plan)
                return _ended(org, lease, brief, hire, plan, *notes)
            brief = relinked(org, brief, now)
    raise TryLater(reasons.HIRE_CHANGING(), 2.0)


def _ended(
    org: OrgContext,
    lease: RecordLease,
    brief: HireBrief,
    hire: AshbyHire,
    plan: Plan,
    *notes: Note,
) -> Result:
    """The result of the plan; the brief has served, and so has the mark of an unfinished create."""
    if hire.is_unfinished and not plan.outcome.wants_attention:
        org.memory.briefs.mark(lease.record, None, lease.pending)
    org.memory.briefs.drop(lease.record, lease.pending)
    result = ended(plan, hire.fingerprint(org.rules), *notes)
    result = held_while_filled(result, brief, opening_of(org, brief))
    return replace(result, person_id=lease.made or result.person_id)


def undo(org: OrgContext, offer_id: str) -> Result:
    """Take back a hire that was withdrawn in Ashby and has not started.

    The HIRE change is deleted and the job is Active again. For a hire that was taken back before,
    this only reports its present state. Raises NeedsHuman if there is nothing to take back.
    """
    record = offer_key(offer_id)
    remembered = org.memory.briefs.get(record)
    brief = read_again(org, remembered.hire() or read_anew(org, offer_id))
    known = org.memory.results.get(record)
    hire = hire_of(org, brief, known, is_unfinished=True)
    gathered = gather_hire(org, brief, hire, for_undo=True)
    plan = plan_undo(gathered)
    opening = opening_now(org, brief)  # Nothing that can fail is left after the last write.
    notes: Sequence[Note] = ()
    if plan.actions:
        org.memory.switches.take_back(offer_id)
        notes = take_back(org, brief, gathered, plan)
        org.memory.briefs.mark(record, None)
    elif hire.is_off and gathered.ours is None and was_undone(org, offer_id):
        plan = plan_hire(gathered, org.rules)
    else:
        raise NeedsHuman(plan.notes[0])
    result = ended(plan, hire.fingerprint(org.rules), *notes)
    return held_while_filled(result, brief, opening)
