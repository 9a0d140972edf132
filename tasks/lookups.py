"""tasks.find_offer: finds the offer for an event that names only the application."""

from celery import shared_task

from core.keys import Direction, offer_key
from tasks.base import DROPPED, SyncTask
from tasks.context import OrgContext
from tasks.dispatch import wiring_of
from tasks.guards import guard_direction
from tasks.waking import wake

LOOKED_UP = "looked up"


@shared_task(bind=True, base=SyncTask, name="tasks.find_offer")
def find_offer(self: SyncTask, organization: str, application_id: str) -> str:
    """Find the accepted offers of an application and wake them, with one call.

    The next sync finds what this misses.
    """
    org = self.open(organization)
    if org is None:
        return DROPPED
    org.memory.events.end_lookup(application_id)
    if org.gate.closed() is None:
        guard_direction(org, Direction.INBOUND, lambda: _wake(self, org, application_id))
    org.memory.syncs.count_calls(org.calls)
    return LOOKED_UP


def _wake(self: SyncTask, org: OrgContext, application_id: str) -> None:
    traces = [trace for trace, _ in org.ats.offers_of(application_id)]
    accepted = [offer_key(trace.id) for trace in traces if trace.is_accepted]
    if accepted:
        wake(self.app, org.memory, org.name, accepted, wiring_of(self.app).window)
