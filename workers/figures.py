"""The metrics for Prometheus.

Each collection reads Redis and stores nothing, so any number of processes may serve them, and a
restart loses nothing. `monitoring/` has a dashboard and alert rules for these and Flower's metrics.
"""

import math
import platform
import time
from collections import Counter
from collections.abc import Iterator
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from redis import RedisError

from core.errors import WrongSetup
from core.outcomes import Outcome
from core.version import version
from organizations import Organizations
from store.allowances import ASHBY, CHARTHOP, Rate, RedisAllowance
from store.backlog import Backlog
from store.events import Events, refused
from store.heartbeats import Heartbeats
from store.key_choice import KeyChoice, key_id
from store.results import Results
from store.space import QUEUES, Redis
from store.switches import Switches
from store.syncs import Syncs

PREFIX = "charthop_ashby"


def registry(
    redis: Redis, organizations: Organizations, ashby: Rate = ASHBY, *, keep: float = 0.0
) -> CollectorRegistry:
    """A registry with only these metrics, which are cached for `keep` seconds."""
    made = CollectorRegistry()
    made.register(Figures(redis, organizations, ashby, keep))
    return made


class Figures(Collector):
    """The metrics of one deployment; `charthop_ashby_up` is 0 if they cannot be read."""

    def __init__(
        self, redis: Redis, organizations: Organizations, ashby: Rate = ASHBY, keep: float = 0.0
    ) -> None:
        self._redis = redis
        self._ashby = ashby
        self._organizations = organizations
        self._keep = keep
        self._lock = Lock()
        self._last: tuple[float, list[Metric]] | None = None

    def collect(self) -> Iterator[Metric]:
        """The metrics; only one collection runs at a time."""
        with self._lock:
            last = self._last
            if last is None or time.monotonic() - last[0] >= self._keep:
                last = self._last = (time.monotonic(), list(self._collect()))
        yield from last[1]

    def _collect(self) -> Iterator[Metric]:
        """Collect all families or none, as incomplete ones would be misleading."""
        yield _build_info()
        families = _Families()
        try:
            self._look(families)
        except (RedisError, WrongSetup):
            yield _gauge("up", "1 if Redis and the organizations file can be read.", 0)
            return
        yield _gauge("up", "1 if Redis and the organizations file can be read.", 1)
        yield from vars(families).values()

    def describe(self) -> list[Metric]:
        """No metrics, because registering must not need Redis."""
        return []

    def _look(self, families: "_Families") -> None:
        self._organizations.require_readable()
        families.workers.add_metric([], len(Heartbeats(self._redis).alive()))
        for queue in QUEUES:
            families.queue.add_metric([queue], self._redis.llen(self._redis.queue(queue)))
        for service, rate in (("charthop", CHARTHOP), ("ashby", self._ashby)):
            families.pace.add_metric([service], rate.per_minute)
        for system, number in refused(self._redis).items():
            families.refused.add_metric([system], number)
        wrong = self._organizations.wrong()
        for name in dict.fromkeys((*self._organizations.enabled(), *wrong)):
            is_broken = name in wrong or Switches(self._redis, name).broken_table() is not None
            families.error.add_metric([name], is_broken)
            self._look_at(name, families)

    def _look_at(self, name: str, families: "_Families") -> None:
        syncs = Syncs(self._redis, name)
        good = syncs.last_good()
        age = math.inf if good is None else max(0.0, time.time() - (good.finished_at or 0))
        families.age.add_metric([name], age)
        if good is not None and good.finished_at is not None:
            families.took.add_metric([name], good.finished_at - good.started_at)
        results = [kept.result for kept in Results(self._redis, name).all().values()]
        found = Counter(result.outcome for result in results)
        for code, number in Counter(code for one in results for code in one.codes).items():
            families.notes.add_metric([name, code], number)
        incomplete = sum(bool(result.missing) for result in results)
        families.incomplete.add_metric([name], incomplete)
        for outcome in Outcome:
            families.records.add_metric([name, outcome.value], found[outcome])
        families.waiting.add_metric([name], Backlog(self._redis, name).left())
        families.paused.add_metric([name], Switches(self._redis, name).paused() is not None)
        for call, number in syncs.calls().items():
            service, _, status = call.partition(":")
            families.calls.add_metric([name, service, status], number)
        self._look_at_events(name, families)
        for service, left in self._allowances(name):
            families.allowance.add_metric([name, service], left)

    def _look_at_events(self, name: str, families: "_Families") -> None:
        events = Events(self._redis, name)
        for (system, kind, result), number in events.counts().items():
            families.events.add_metric([name, system, kind, result], number)
        buckets, seconds = events.answered()
        families.answered.add_metric([name], buckets, seconds)

    def _allowances(self, name: str) -> Iterator[tuple[str, float]]:
        """The free share by service; none without the secrets, which identify the allowance."""
        try:
            found = self._organizations.get(name)
        except WrongSetup:
            return
        for service, keys, rate in (
            ("charthop", found.charthop_api_keys, CHARTHOP),
            ("ashby", found.ashby_api_keys, self._ashby),
        ):
            secrets = [key.get_secret_value() for key in keys]
            chosen = KeyChoice(self._redis, name, service).get() if len(secrets) > 1 else None
            in_use = next((one for one in secrets if key_id(one) == chosen), secrets[0])
            yield service, RedisAllowance(self._redis, service, in_use, rate).left()


class _Families:
    """The families of one collection, in the order in which they are shown."""

    def __init__(self) -> None:
        self.workers = _gauge("workers", "Number of living workers.")
        self.queue = _gauge(
            "queue_messages", "Number of messages in a queue of the broker.", None, "queue"
        )
        self.age = _gauge(
            "last_good_sync_age_seconds",
            "Seconds since the organization's last sync without a problem; +Inf if none.",
            None,
            "organization",
        )
        self.error = _gauge(
            "organization_error",
            "1 if the organization's table is wrong or one of its secrets is missing.",
            None,
            "organization",
        )
        self.took = _gauge(
            "sync_duration_seconds",
            "Duration of the last sync without a problem.",
            None,
            "organization",
        )
        self.records = _gauge(
            "records",
            "Number of records of the organization by last outcome.",
            None,
            "organization",
            "outcome",
        )
        self.notes = _gauge(
            "notes",
            "Number of records of the organization by reason code.",
            None,
            "organization",
            "code",
        )
        self.incomplete = _gauge(
            "incomplete_records",
            "Number of records in step that lack something.",
            None,
            "organization",
        )
        self.waiting = _gauge(
            "waiting_records", "Number of records waiting or in progress.", None, "organization"
        )
        self.paused = _gauge(
            "paused", "1 while the organization is paused by an operator.", None, "organization"
        )
        self.allowance = _gauge(
            "allowance_left",
            "Share of the call allowance that is free now, 0 to 1.",
            None,
            "organization",
            "service",
        )
        self.pace = _gauge(
            "allowance_per_minute", "Calls allowed per key and minute.", None, "service"
        )
        self.calls = CounterMetricFamily(
            f"{PREFIX}_api_calls",
            "API calls by service and HTTP status; status 0 means no answer.",
            labels=("organization", "service", "status"),
        )
        self.events = CounterMetricFamily(
            f"{PREFIX}_events",
            "Webhook events by kind and result.",
            labels=("organization", "system", "kind", "result"),
        )
        self.refused = CounterMetricFamily(
            f"{PREFIX}_events_refused",
            "Rejected webhook deliveries, whose organization is not known.",
            labels=("system",),
        )
        self.answered = HistogramMetricFamily(
            f"{PREFIX}_event_to_outcome_seconds",
            "Seconds from the last event about a record to the record's outcome.",
            labels=("organization",),
        )


def _build_info() -> GaugeMetricFamily:
    family = _gauge(
        "build_info", "Always 1; the labels are the versions.", None, "version", "python"
    )
    family.add_metric([version(), platform.python_version()], 1)
    return family


def _gauge(name: str, text: str, value: float | None = None, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value, labels or None)
