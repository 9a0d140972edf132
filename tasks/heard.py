"""Stores with each sync what webhook events need: the process that receives them has no key."""

from contextlib import suppress

from core.errors import NeedsHuman, TryLater
from tasks.calendar import today
from tasks.context import OrgContext
from tasks.hire_reads import charthop_fields
from tasks.survey import Survey


def serve_events(org: OrgContext, survey: Survey) -> None:
    """Store the index of applications and offers, the sync's own user, and what hires need."""
    changed, memory = survey.readings.changed, org.memory
    memory.index.learn(changed.get("offers", {}), changed.get("applications", {}))
    with suppress(TryLater, NeedsHuman):  # Only hints: no reason to stop a sync.
        if "charthop" in org.rules.hears and memory.events.own_user() is None:
            memory.events.learn_own_user(org.hris.own_user() or "")
        if "ashby" in org.rules.hears:
            today(org)  # This reads the organization's time zone, which is stored with the rest.
            if memory.briefs.charthop_fields() is None:
                memory.briefs.leave_hires({}, charthop_fields(org))
