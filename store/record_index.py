"""An index from Ashby's ids to our records.

Ids only, not sealed: the process that receives webhooks has no key. An emptied index costs a few
hints, until the fan-out reads the lists in full.
"""

from collections.abc import Iterable, Mapping

from core.records import ApplicationTrace, OfferTrace
from store.batch import Batch, within
from store.space import Redis, text


class RecordIndex:
    """Applications by candidate, and offers by application, of one organization."""

    def __init__(self, redis: Redis, organization: str) -> None:
        self._redis = redis
        self._offers = redis.key(organization, "index", "offers")
        self._applications = redis.key(organization, "index", "applications")

    def learn(
        self,
        offers: Mapping[str, OfferTrace | None],
        applications: Mapping[str, ApplicationTrace | None],
        batch: Batch | None = None,
    ) -> None:
        """Store the changes of the lists (None: it is gone); only accepted offers are indexed."""
        accepted = {
            offer.application_id: offer.id
            for offer in offers.values()
            if offer is not None and offer.is_accepted
        }
        candidates = {
            application.candidate_id: application.id
            for application in applications.values()
            if application is not None and application.candidate_id
        }
        with within(self._redis, batch) as learn:
            for name, pairs in ((self._offers, accepted), (self._applications, candidates)):
                flat = [part for pair in pairs.items() for part in pair]
                for at in range(0, len(flat), 2000):
                    learn.ask("HSET", name, *flat[at : at + 2000])

    def offer_of(self, application_id: str) -> str | None:
        """The application's last accepted offer."""
        found = self._redis.hget(self._offers, application_id)
        return text(found) if found is not None else None

    def offers_of_candidates(self, candidate_ids: Iterable[str]) -> list[str]:
        """The offers of these candidates' applications."""
        wanted = list(candidate_ids)
        if not wanted:
            return []
        found: list[bytes | None] = self._redis.hmget(self._applications, wanted)  # type: ignore[assignment]
        offers = (self.offer_of(text(one)) for one in found if one is not None)
        return [offer for offer in offers if offer is not None]
