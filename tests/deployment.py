"""A whole deployment in one process: real tasks, real clients, real Redis, sandbox services.

Only three seams are replaced: the network (the sandboxes answer in process), waiting (`waits` lists
the seconds instead) and the broker (messages wait in a list and are run by `drain`, so that a test
decides what runs when).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
from celery import signals
from celery.exceptions import Reject, Retry

from core.brakes import SMALLEST_CROWD
from core.keys import RecordKey
from core.outcomes import Result
from organizations import Organizations
from sandbox.ashby import Ashby, AshbyOddities
from sandbox.charthop import ChartHop, ChartHopOddities
from sandbox.in_process import transport
from sandbox.wire import Call
from store.allowances import Rate
from store.batch import Batch
from store.connection import connect
from store.space import Redis, text
from store.syncs import Sync
from tests.both_sides import BothSides
from workers import application
from workers.settings import Settings
from workers.wiring import Wiring

NO_LIMIT = Rate(per_minute=6_000_000, burst=100_000)


@dataclass
class Message:
    """A task that waits in the list that stands for the broker."""

    task: str
    args: Sequence[Any]
    headers: dict[str, Any]
    id: str
    retries: int = 0
    countdown: float = 0.0


class InlineApplication(application.Application):
    """The application with a list in the broker's place."""

    messages: list[Message]

    def send_task(self, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Put the message into the list; a retry comes this way, too."""
        id_ = options.get("task_id") or f"task-{random.getrandbits(64):016x}"
        headers = dict(options.get("headers") or {})
        signals.before_task_publish.send(sender=name, headers=headers)
        countdown = options.get("countdown") or 0.0
        self.messages.append(
            Message(name, args or (), headers, id_, options.get("retries", 0), countdown)
        )
        return SimpleNamespace(id=id_)


@dataclass
class Deployment(BothSides):
    """One deployment with a ChartHop and an Ashby of its own."""

    folder: Path
    redis_url: str
    seed: int = 0
    charthop_oddities: ChartHopOddities = field(default_factory=ChartHopOddities)
    ashby_oddities: AshbyOddities = field(default_factory=AshbyOddities)
    unhurried: bool = False
    """Whether all settles before each message: its tries come an hour apart."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.charthop = ChartHop(self.charthop_oddities, rng=random.Random(self.seed))
        self.ashby = Ashby(self.ashby_oddities, rng=random.Random(self.seed + 1))
        self.file = self.folder / "organizations.toml"
        self.file.write_text("")
        shared = _shared(self.redis_url)
        self.redis = shared.redis
        self.redis.flushdb()
        self.waits: list[float] = []
        self.app = shared.app
        self.app.settings = shared.settings.model_copy(update={"organizations_file": self.file})
        self.app.messages = []
        self.wire()

    def wire(self) -> None:
        """Put together what the tasks work with, as a process does that starts."""
        self.app.__dict__["wiring"] = Wiring(
            settings=self.app.settings,
            redis=self.redis,
            organizations=Organizations(self.file),
            transport=transport(self.charthop, self.ashby),
            sleep=self.waits.append,
            ashby_rate=NO_LIMIT,
            charthop_rate=NO_LIMIT,
        )

    def send(self, task: str, *args: str, **headers: Any) -> str:
        """Enqueue a task."""
        return str(self.app.send_task(task, args, headers=headers).id)

    def drain(self, shuffled: bool = False) -> list[str]:
        """Run every message until none is left; what the tasks returned."""
        return list(self.steps(shuffled))

    def steps(self, shuffled: bool = False) -> Iterator[str]:
        """Run one message at a time."""
        while self.app.messages:
            at = self.random.randrange(len(self.app.messages)) if shuffled else 0
            yield self.run(self.app.messages.pop(at))

    def run(self, message: Message) -> str:
        """Run one message as a worker would; a retry goes back into the list."""
        if self.unhurried:
            self.let_settle()
        task = self.app.tasks[message.task]
        task.push_request(
            id=message.id,
            args=message.args,
            kwargs={},
            headers=message.headers,
            retries=message.retries,
            called_directly=False,
            is_eager=False,
            delivery_info={},
        )
        signals.task_prerun.send(sender=task, task_id=message.id, task=task, args=message.args)
        outcome, state = "bug", "FAILURE"
        try:
            outcome, state = str(task(*message.args)), "SUCCESS"
        except Retry:
            outcome, state = "retry", "RETRY"
        except Reject:
            self.app.messages.append(message)
            outcome, state = "handed back", "REJECTED"
        finally:
            signals.task_postrun.send(
                sender=task, task_id=message.id, task=task, retval=outcome, state=state
            )
            task.pop_request()
        return outcome

    def sync(self, name: str = "acme", *, shuffled: bool = False, **headers: Any) -> Sync:
        """One sync of an organization, to its end."""
        id_ = self.send("tasks.sync_organization", name, **headers)
        self.drain(shuffled)
        sync = self.memory(name).syncs.get(id_)
        assert sync is not None
        return sync

    def result(self, record: str, name: str = "acme") -> Result:
        """How a record ended last."""
        kept = self.memory(name).results.get(RecordKey.read(record))
        assert kept is not None, f"{record} has no result"
        return kept.result

    def opening_of(self, job_id: str, name: str = "acme") -> str:
        """The opening that a job's record names."""
        opening = self.result(f"job:{job_id}", name).opening_id
        assert opening is not None, f"job {job_id} has no opening"
        return opening

    def stop_four_of_a_crowd(self, name: str = "acme") -> list[str]:
        """Stop recruiting for four jobs of so many that the brake counts; their ids."""
        org = self.orgs[name]
        jobs = [org.add_job() for _ in range(SMALLEST_CROWD)]
        self.sync(name)
        for job in jobs[:4]:
            org.edit_job(job, recruit="Passive")
        return jobs[:4]

    def let_settle(self) -> None:
        """What may still come to light after a lost answer has done so; no list is late."""
        for name in self.accounts:
            self._age_creates(name)
            for key in self.redis.scan_iter(f"charthop-ashby:{name}:mirror:*:own", count=1000):
                self.redis.delete(key)

    def _age_creates(self, name: str) -> None:
        """Whatever is noted of an organization's creates was noted an hour ago."""
        marks = f"charthop-ashby:{name}:creating"
        for record, mark in self.redis.hgetall(marks).items():
            self.redis.hset(marks, record, _aged(mark))
        seal = self.memory(name).seal
        for key in self.redis.scan_iter(f"charthop-ashby:{name}:address:*", count=1000):
            at = text(key)
            sealed = self.redis.get(key)
            assert not isinstance(sealed, str)
            noted = seal.open(sealed, at)
            if noted is not None:
                self.redis.set(key, seal.close(_aged(noted), at), keepttl=True)

    def let_lists_grow_old(self, seconds: float = 3600.0) -> None:
        """Every list was read so much longer ago."""
        for name in self.accounts:
            for mirror in self.memory(name).mirrors.values():
                with Batch(mirror._redis) as batch:
                    recalled = mirror.recall(batch, batch.ask("GET", mirror.cursor_key))
                cursor = recalled.value.cursor
                if cursor is not None:
                    aged = replace(cursor, read_at=cursor.read_at - seconds)
                    place = mirror.cursor_key
                    self.redis.set(place, mirror._seal.close(orjson.dumps(asdict(aged)), place))

    def calls(self) -> list[Call]:
        """The calls to both services since."""
        return [*self.charthop.calls, *self.ashby.calls]


@dataclass(frozen=True)
class _Shared:
    """What costs 15 ms to make and is the same for every deployment of a process."""

    redis: Redis
    settings: Settings
    app: InlineApplication


@cache
def _shared(redis_url: str) -> _Shared:
    settings = Settings(
        redis_url=redis_url,
        charthop_api_url="https://api.charthop.com",
        ashby_api_url="https://api.ashbyhq.com",
    )
    app = application.make(settings, InlineApplication)
    assert isinstance(app, InlineApplication)
    app.loader.import_default_modules()
    return _Shared(connect(redis_url), settings, app)


def _aged(mark: bytes | str) -> bytes:
    found = orjson.loads(mark)
    return orjson.dumps({**found, "at": found["at"] - 3600})
