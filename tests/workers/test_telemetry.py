"""Traces: one for each sync, down to the calls, without anything personal; and nothing when off."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from sandbox.wire import Fault
from systems.routes import route
from tests.deployment import Deployment
from tests.processes import Station
from workers import logs, telemetry
from workers.spans import Tracing

ROOT = Path(__file__).parents[2]

ATTRIBUTES = {
    "charthop_ashby.organization",
    "charthop_ashby.record",
    "charthop_ashby.outcome",
    "peer.service",
    "http.request.method",
    "http.response.status_code",
    "url.template",
    "error.type",
}


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    made = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(made))
    telemetry.use(Tracing(provider))
    yield made
    telemetry.use(None)
    provider.shutdown()


def spans(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [one for one in exporter.get_finished_spans() if one.name.startswith(name)]


def parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent is not None else None


def test_a_sync_is_one_trace_from_the_fan_out_over_each_record_to_the_calls(
    deployment: Deployment, exporter: InMemorySpanExporter
) -> None:
    org, _ = deployment.add()
    for number in range(60):  # More than are in the queue at once.
        org.add_job(title=f"Engineer {number}")
    deployment.sync()

    (fan_out,) = spans(exporter, "tasks.sync_organization")
    records = spans(exporter, "tasks.sync_job")
    assert len(records) == 60
    assert {parent(one) for one in records} == {fan_out.context.span_id}
    assert {one.attributes["charthop_ashby.outcome"] for one in records if one.attributes} == {
        "created"
    }
    (reading,) = spans(exporter, "ChartHop GET /v2/org/{org}/job")
    assert parent(reading) == fan_out.context.span_id
    creating = spans(exporter, "Ashby POST /opening.create")
    assert {parent(one) for one in creating} == {one.context.span_id for one in records}
    assert {one.context.trace_id for one in exporter.get_finished_spans()} == {
        fan_out.context.trace_id
    }


def test_another_sync_is_another_trace(
    deployment: Deployment, exporter: InMemorySpanExporter
) -> None:
    deployment.add()
    deployment.sync()
    deployment.sync()
    first, second = spans(exporter, "tasks.sync_organization")
    assert first.context.trace_id != second.context.trace_id


def test_a_record_that_comes_again_stays_in_its_trace(
    deployment: Deployment, exporter: InMemorySpanExporter
) -> None:
    org, _ = deployment.add()
    org.add_job()
    deployment.ashby.faults.append(Fault(path="opening.create", kind="status", status=500))
    deployment.sync()
    (fan_out,) = spans(exporter, "tasks.sync_organization")
    tries = spans(exporter, "tasks.sync_job")
    assert len(tries) > 1
    assert {parent(one) for one in tries} == {fan_out.context.span_id}
    failed = spans(exporter, "Ashby POST /opening.create")[0]
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.status.description is None
    assert failed.events == ()


@pytest.mark.parametrize("header", [7, "", "00-xyz", ["a"], {"a": 1}])
def test_a_trace_that_cannot_be_read_begins_anew(
    deployment: Deployment, exporter: InMemorySpanExporter, header: object
) -> None:
    deployment.add()
    deployment.send("tasks.sync_organization", "acme")
    deployment.app.messages[0].headers["traceparent"] = header
    deployment.drain()
    (fan_out,) = spans(exporter, "tasks.sync_organization")
    assert fan_out.parent is None


def test_no_span_tells_of_a_person(deployment: Deployment, exporter: InMemorySpanExporter) -> None:
    org, account = deployment.add(more="hires_since = 2026-01-01")
    job = org.add_job(title="Markertitle", createDate="2026-01-05")
    deployment.sync()
    opening = deployment.result(f"job:{job}").opening_id
    candidate = account.add_candidate("Jane Markername", "marker@example.net", "+1 555-555-0187")
    application = account.add_application(candidate)
    offer = account.add_offer(application, opening, salary=(98761234, "USD"))
    account.accept_offer(offer)
    account.set_application_status(application, "Hired")
    deployment.ashby.faults.append(Fault(path="candidate.info", kind="reset"))
    deployment.sync()
    deployment.sync()
    (person,) = org.persons
    told = "".join(one.to_json() for one in exporter.get_finished_spans())

    assert "tasks.sync_hire" in told
    assert "/v2/org/{org}/person" in told
    assert f"job:{job}" in told
    for secret in (
        *("Marker", "marker", "5555550187", "98761234", candidate, application, offer, person),
        *("charthop-acme", "ashby-acme", "https://"),
    ):
        assert secret not in told, secret
    written = {name for one in exporter.get_finished_spans() for name in one.attributes or ()}
    assert written <= ATTRIBUTES


def test_a_log_line_names_its_trace(
    deployment: Deployment, exporter: InMemorySpanExporter, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.set_up()
        deployment.add()
        deployment.sync()
        logging.getLogger("charthop_ashby").info("between two tasks")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    (fan_out,) = spans(exporter, "tasks.sync_organization")
    finished, between = capsys.readouterr().err.splitlines()[-2:]
    assert f'"trace_id": "{fan_out.context.trace_id:032x}"' in finished
    assert "trace_id" not in between


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/opening.list", "/opening.list"),
        ("/v2/org/acme/job", "/v2/org/{org}/job"),
        ("/v2/org/job/job/5c1f0a2b", "/v2/org/{org}/job/{id}"),
        ("/v2/org/acme/person/5c1f0a2b?fields=pay", "/v2/org/{org}/person/{id}"),
        ("/v1/org/acme/access/entity/jane", "/v1/org/{org}/access/entity/{id}"),
        ("/jane@example.net", "/{id}"),
        ("/opening.list/jane", "/{id}/{id}"),
    ],
)
def test_a_call_is_named_by_its_route(path: str, name: str) -> None:
    assert route(path) == name


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "sync"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
    ],
)
def test_the_environment_alone_says_whether_there_are_traces(
    environment: Mapping[str, str], wanted: bool
) -> None:
    assert telemetry.is_wanted(environment) is wanted


def test_nothing_of_it_is_imported_where_it_is_off() -> None:
    code = (
        "import sys; from workers import app; app.loader.import_default_modules(); app.Worker; "
        "app.wiring; print(*sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if "OTEL" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    # redis-py imports a part of it by itself, where it is installed.
    ours = {"workers.spans", "opentelemetry.sdk.trace", "opentelemetry.exporter"}
    assert not ours & set(done.stdout.split())


class Collector(BaseHTTPRequestHandler):
    """Takes what a worker exports."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.__dict__["taken"].append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def collector() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        server.__dict__["taken"] = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_real_worker_exports_and_ends_with_nothing_kept_back(
    tmp_path: Path, collector: ThreadingHTTPServer
) -> None:
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "PYTHONWARNINGS": "ignore",
    }
    # Not forked: the last spans are sent at exit.
    with Station(tmp_path, environment=environment, forked=False) as station:
        org, _ = station.add()
        org.add_job(title="Markertitle")
        worker = station.start_worker(app="workers")
        station.await_worker()
        station.sync()
        worker.ask_to_end()
        worker.ends(within=30)
        said = worker.said()
    paths, bodies = zip(*collector.__dict__["taken"], strict=True)
    told = b"".join(bodies)
    assert set(paths) == {"/v1/traces"}
    for name in (
        b"charthop-ashby",
        b"tasks.sync_organization",
        b"tasks.sync_job",
        b"opening.create",
    ):
        assert name in told, said
    assert b"Markertitle" not in told
    assert '"trace_id": "' in said
