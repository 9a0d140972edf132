"""The stored state of one organization."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from core.openings import Opening
from core.records import ApplicationTrace, Definition, Entry, Lookup, OfferTrace
from store.addresses import Addresses
from store.answers import Answers
from store.backlog import Backlog
from store.batch import Batch, Reply
from store.briefs import Briefs
from store.data_key import DataKey
from store.details import Details
from store.events import Events
from store.jobs_read import JobsRead
from store.leases import RecordLeases
from store.locks import Locks
from store.mirrors import Mirror, Recalled
from store.names import Names
from store.notified import Notified
from store.ownership import Ownership
from store.questions import Questions
from store.record_index import RecordIndex
from store.reports import Reports
from store.results import Results
from store.sealing import Seal
from store.sent_options import SentOptions
from store.space import Redis
from store.switches import Switches
from store.syncs import Syncs
from store.task_results import TaskResults


class Memory:
    """All stored state of one organization.

    `secrets` are its API keys: they wrap the key that seals the services' data. Without them
    nothing sealed can be opened. `worker` is the holder of the locks. The object itself holds only
    the data key and a cached catalogue, and may be shared by threads.
    """

    def __init__(self, redis: Redis, organization: str, *secrets: str, worker: str = "") -> None:
        self.redis = redis
        self.data_key = DataKey(redis, organization, secrets)
        self.seal = seal = Seal(self.data_key)
        self.openings = Mirror(redis, seal, organization, "openings", Opening)
        self.definitions = Mirror(redis, seal, organization, "definitions", Definition)
        self.lookups = {one: Mirror(redis, seal, organization, one.value, Entry) for one in Lookup}
        self.applications = Mirror(redis, seal, organization, "applications", ApplicationTrace)
        self.offers = Mirror(redis, seal, organization, "offers", OfferTrace)
        self.names = Names(redis, seal, organization)
        self.addresses = Addresses(redis, seal, organization)
        self.briefs = Briefs(redis, seal, organization)
        self.details = Details(redis, seal, organization)
        self.backlog = Backlog(redis, organization)
        self.results = Results(redis, organization)
        self.syncs = Syncs(redis, organization)
        self.switches = Switches(redis, organization)
        self.locks = Locks(redis, organization, worker)
        self.task_results = TaskResults(redis, organization)
        self.notified = Notified(redis, organization)
        self.reports = Reports(redis, organization)
        self.ownership = Ownership(redis, organization)
        self.answers = Answers(redis, organization)
        self.sent_options = SentOptions(redis, organization)
        self.events = Events(redis, organization)
        self.index = RecordIndex(redis, organization)
        self.jobs_read = JobsRead(redis, organization)
        self.questions = Questions(redis, organization)
        self.leases = RecordLeases(
            redis,
            self.locks,
            self.switches,
            self.backlog,
            self.results,
            self.briefs,
            self.syncs,
            self.task_results,
            self.events,
        )

    @property
    def mirrors(self) -> "Mapping[str, Mirror[Any]]":
        """Every mirror by name of its list."""
        return {
            "openings": self.openings,
            "definitions": self.definitions,
            "applications": self.applications,
            "offers": self.offers,
            **{lookup.value: mirror for lookup, mirror in self.lookups.items()},
        }

    def recall(self, lists: Iterable[str], batch: Batch) -> "dict[str, Reply[Recalled[Any]]]":
        """The stored copies of these lists."""
        mirrors = {name: self.mirrors[name] for name in lists}
        cursors = batch.ask("MGET", *(mirror.cursor_key for mirror in mirrors.values()))
        return {
            name: mirror.recall(batch, cursors.then(itemgetter(number)))
            for number, (name, mirror) in enumerate(mirrors.items())
        }

    def forget_cursors(self, batch: Batch) -> None:
        """Read every list whole next time."""
        for mirror in self.mirrors.values():
            mirror.forget_cursor(batch)
