"""What reaches Sentry: a real worker and a real scheduler, and a transport that keeps events."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sentry_sdk
from celery.contrib.testing.worker import start_worker
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from core.errors import NeedsHuman, TryLater, WrongSetup
from core.keys import RecordKey
from core.outcomes import Outcome, Result
from organizations import Organizations
from sandbox.in_process import transport
from sandbox.wire import Fault
from tests.deployment import NO_LIMIT, Deployment
from tests.ingest import Ingest
from tests.notes import said
from tests.processes import Station, wait_until
from workers import application, sentry
from workers.schedule import OneAtATime
from workers.settings import Settings
from workers.wiring import Wiring

NAME, MAIL, PAY = "Mara Lindqvist", "mara@example.com", "128000"
MARKERS = (NAME, MAIL, PAY, "Secret Project", "charthop-acme", "ashby-acme")


class CapturedTransport(Transport):
    """Keeps what the SDK would send, as it would stand on the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        for item in envelope.items:
            self.sent.append({"kind": item.type, **json.loads(item.get_bytes())})

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.sent if one["kind"] == kind]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return self.of("event")


class Bursting(httpx.BaseTransport):
    """The two services, but for calls that end in an error that nobody has thought of."""

    def __init__(self, deployment: Deployment) -> None:
        self._real = transport(deployment.charthop, deployment.ashby)
        self.bursts: Callable[[httpx.Request], bool] = lambda request: False
        self.headers: list[dict[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.headers.append(dict(request.headers))
        if self.bursts(request):
            salary = PAY
            raise ValueError(f"{NAME} <{MAIL}> earns {salary}: {request.url}")
        return self._real.handle_request(request)


@contextmanager
def reporting() -> Iterator[CapturedTransport]:
    """Sentry is on as a worker starts it, and off again."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    made = CapturedTransport()
    sentry.start(Settings(), transport=made, dsn="https://key@example.com/1")
    try:
        yield made
    finally:
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)
        root.handlers[:], root.level = handlers, level


@pytest.fixture
def kept() -> Iterator[CapturedTransport]:
    with reporting() as made:
        yield made


@pytest.fixture
def bursting(deployment: Deployment) -> Bursting:
    return Bursting(deployment)


@contextmanager
def worker(deployment: Deployment, bursting: Bursting) -> Iterator[application.Application]:
    """A worker of this process over the real broker."""
    settings = deployment.app.settings
    app = application.make(settings)
    app.__dict__["wiring"] = Wiring(
        settings=settings,
        redis=deployment.redis,
        organizations=Organizations(deployment.file),
        transport=bursting,
        sleep=deployment.waits.append,
        ashby_rate=NO_LIMIT,
        charthop_rate=NO_LIMIT,
    )
    try:
        with start_worker(app, pool="solo", concurrency=1, perform_ping_check=False):
            yield app
    finally:
        app.close()


def synced(deployment: Deployment, app: application.Application) -> None:
    """A sync to its end."""
    id_ = app.send_task("tasks.sync_organization", ("acme",), headers={"trigger": "shell"}).id
    syncs = deployment.memory().syncs

    def over() -> bool:
        sync = syncs.get(id_)
        return sync is not None and sync.finished_at is not None

    wait_until(over)


def test_a_bug_is_told_by_kind_place_and_organization_and_by_nothing_personal(
    deployment: Deployment, bursting: Bursting, kept: CapturedTransport
) -> None:
    org, _ = deployment.add()
    job = org.add_job("Secret Project", req="R-1")
    record = f"job:{job}"
    # It failed before, so it is tried once.
    deployment.memory().results.keep(
        {RecordKey.read(record): Result(Outcome.FAILED, (said("before"),))}, {}
    )
    bursting.bursts = lambda request: request.url.path.endswith("opening.create")

    with worker(deployment, bursting) as app:
        synced(deployment, app)

    assert deployment.result(record).outcome is Outcome.FAILED
    [event] = kept.errors
    assert event["tags"]["organization"] == "acme"
    assert event["tags"]["kind"] == "job"
    assert event["contexts"]["record"] == {"id": record}
    kind, place, organization = event["fingerprint"]
    assert (kind, organization) == ("ValueError", "acme")
    assert place.startswith("systems.sessions.")
    assert event["release"].startswith("charthop-ashby@")
    assert event["environment"] == "production"
    [error] = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["value"] == ""
    assert "bring_opening_in_line" in {one["function"] for one in error["stacktrace"]["frames"]}
    assert {"breadcrumbs", "extra", "request", "user"}.isdisjoint(event)
    wire = json.dumps(kept.sent)
    assert [marker for marker in MARKERS if marker in wire] == []


def test_the_same_bug_of_two_organizations_makes_two_groups(
    deployment: Deployment, bursting: Bursting, kept: CapturedTransport
) -> None:
    for name in ("acme", "globex"):
        deployment.add(name)
    bursting.bursts = lambda request: request.url.path.endswith("opening.list")
    deployment.app.wiring.sessions = type(deployment.app.wiring.sessions)(bursting)
    for name in ("acme", "globex", "acme"):
        deployment.sync(name)

    groups = [event["fingerprint"] for event in kept.errors]
    assert groups[0] == groups[2] != groups[1]
    assert {event["tags"]["kind"] for event in kept.errors} == {"sync"}


def test_planned_endings_are_no_errors(
    deployment: Deployment, bursting: Bursting, kept: CapturedTransport
) -> None:
    org, account = deployment.add()
    org.add_job("Engineer", req="R-1")
    for _ in range(2):
        account.add_opening("R-1")  # held
    org.add_job("Analyst", req="R-2")
    deployment.ashby.faults += [
        Fault(path="opening.create", kind="error", code="invalid_input", times=2),  # failed
        Fault(path="location.list", status=429, headers={"Retry-After": "0"}),
        Fault(path="application.list", status=403, times=9),  # a refused key
    ]
    with worker(deployment, bursting) as app:
        synced(deployment, app)
        app.send_task("tasks.sync_organization", ("nobody",))
        app.send_task("tasks.sync_job", ("nobody", "1"))
        synced(deployment, app)

    outcomes = {one.result.outcome for one in deployment.memory().results.all().values()}
    assert outcomes == {Outcome.HELD, Outcome.FAILED}
    assert kept.errors == []


@pytest.mark.parametrize(
    "error", [TryLater(said("later")), NeedsHuman(said("somebody")), WrongSetup("a table")]
)
def test_a_planned_ending_is_no_error_even_where_somebody_reports_it(
    kept: CapturedTransport, error: Exception
) -> None:
    sentry_sdk.capture_exception(error)
    assert kept.errors == []
    sentry_sdk.capture_exception(KeyError("x"))
    assert len(kept.errors) == 1


def test_what_is_logged_is_no_error_but_the_end_of_a_process(kept: CapturedTransport) -> None:
    log = logging.getLogger("celery.worker")
    log.error("Cannot connect to %s", f"redis://{NAME}@example.com")
    assert kept.errors == []
    log.critical("Unrecoverable error: %r", KeyError(NAME))

    [event] = kept.errors
    assert event["logentry"] == {"message": "Unrecoverable error: %r"}
    assert NAME not in json.dumps(event)


def test_the_services_never_see_a_trace(
    deployment: Deployment, bursting: Bursting, kept: CapturedTransport
) -> None:
    org, _ = deployment.add()
    org.add_job("Engineer")
    with worker(deployment, bursting) as app:
        synced(deployment, app)

    assert len(bursting.headers) > 5
    assert not [one for one in bursting.headers if {"sentry-trace", "baggage"} & one.keys()]
    assert kept.of("transaction") == []


def test_the_scheduler_checks_in_and_the_worker_says_that_it_went_well(
    deployment: Deployment, bursting: Bursting, kept: CapturedTransport
) -> None:
    deployment.add()
    with worker(deployment, bursting) as app:
        scheduler = OneAtATime(app=app)
        scheduler.apply_entry(scheduler.schedule["sync-all"])
        wait_until(lambda: len(kept.of("check_in")) == 2)
        syncs = deployment.memory().syncs
        wait_until(lambda: (last := syncs.last()) is not None and last.finished_at is not None)
        last = syncs.last()
        assert last is not None
        assert last.trigger == "schedule"

    began, ended = kept.of("check_in")
    assert began["monitor_slug"] == ended["monitor_slug"] == "sync-all"
    assert (began["status"], ended["status"]) == ("in_progress", "ok")
    assert began["check_in_id"] == ended["check_in_id"]
    assert began["monitor_config"]["schedule"] == {"type": "interval", "value": 5, "unit": "minute"}


def test_real_processes_report_bugs_and_check_in(tmp_path: Path) -> None:
    with (
        Ingest() as ingest,
        Station(
            tmp_path,
            interval=300,
            environment={"SENTRY_DSN": ingest.dsn, "SENTRY_ENVIRONMENT": "staging"},
        ) as station,
    ):
        station.add()
        station.start_worker(app="workers")
        station.await_worker()
        station.start("celery", "-A", "workers", "beat", name="beat")
        # No number: an error outside of all that a record's task expects.
        station.send("tasks.sync_job", "acme", "1", deliveries=NAME)
        wait_until(lambda: ingest.of("event") and len(ingest.of("check_in")) == 2)

    [event] = ingest.of("event")
    assert event["fingerprint"] == ["ValueError", "tasks.base.is_deadly", "acme"]
    assert event["environment"] == "staging"
    assert event["release"].startswith("charthop-ashby@")
    began, ended = sorted(ingest.of("check_in"), key=lambda one: str(one["status"]))
    assert (began["status"], ended["status"]) == ("in_progress", "ok")
    assert began["check_in_id"] == ended["check_in_id"]
    assert NAME.encode() not in b"".join(ingest.raw)


def test_without_an_address_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    application.report_bugs(Settings())

    assert not sentry_sdk.get_client().is_active()


def test_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_ENVIRONMENT", "staging")
    with reporting() as kept:
        sentry_sdk.capture_exception(KeyError("x"))

    [event] = kept.errors
    assert event["environment"] == "staging"
