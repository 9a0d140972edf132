"""Leaves with each sync what events need: the process that takes them has no key to find it out."""

from contextlib import suppress

from core.errors import NeedsHuman, TryLater
from tasks.calendar import today
from tasks.context import OrgContext
from tasks.hires import charthop_fields
from tasks.survey import Survey


def serve_events(org: OrgContext, survey: Survey) -> None:
    """Note whose offers and applications these are, who the sync is, and what a hire asks for."""
    changed, memory = survey.readings.changed, org.memory
    memory.index.learn(changed.get("offers", {}), changed.get("applications", {}))
    with suppress(TryLater, NeedsHuman):  # A hint that costs more is no reason to stop a sync.
        if "charthop" in org.rules.hears and memory.events.own_user() is None:
            memory.events.learn_own_user(org.hris.own_user() or "")
        if "ashby" in org.rules.hears:
            today(org)  # It asks for the organization's time zone, which is left with the rest.
            if memory.briefs.charthop_fields() is None:
                memory.briefs.leave_hires({}, charthop_fields(org))
