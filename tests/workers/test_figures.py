"""What Prometheus gets, and the dashboard and the rules that are made of it."""

import json
import math
import platform
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from flower.events import get_prometheus_metrics
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import generate_latest

from organizations import Organizations
from sandbox.wire import Fault
from store.allowances import ASHBY
from store.connection import connect
from store.events import count_refused
from store.heartbeats import Heartbeats
from tests.deployment import Deployment
from tests.processes import wait_until
from workers.embedded import ephemeral
from workers.exposition import PLACES, exposition
from workers.figures import Figures, registry

MONITORING = Path(__file__).parent.parent.parent / "monitoring"


def figures(deployment: Deployment) -> CollectorRegistry:
    return registry(deployment.redis, Organizations(deployment.file))


def sample(found: CollectorRegistry, name: str, **labels: str) -> float | None:
    return found.get_sample_value(f"charthop_ashby_{name}", labels)


def test_a_synced_organization_in_figures(deployment: Deployment) -> None:
    org, _ = deployment.add(more='synced_fields = ["unknown"]')
    for _ in range(3):
        org.add_job("Engineer")
    org.add_job("Analyst", "Passive")
    deployment.sync()
    Heartbeats(deployment.redis).beat("celery@one")

    found = figures(deployment)

    acme = {"organization": "acme"}
    assert sample(found, "up") == 1
    assert sample(found, "workers") == 1
    assert sample(found, "records", **acme, outcome="created") == 3
    assert sample(found, "records", **acme, outcome="skipped") == 1
    assert sample(found, "records", **acme, outcome="held") == 1  # the field
    assert sample(found, "records", **acme, outcome="failed") == 0
    assert sample(found, "waiting_records", **acme) == 0
    assert sample(found, "paused", **acme) == 0
    age = sample(found, "last_good_sync_age_seconds", **acme)
    took = sample(found, "sync_duration_seconds", **acme)
    assert age is not None and 0 <= age < 60
    assert took is not None and 0 < took < 60
    calls = sample(found, "api_calls_total", **acme, service="ashby", status="200")
    assert calls == len([call for call in deployment.calls() if call in deployment.ashby.calls])


def test_an_organization_that_was_never_synced_is_overdue(deployment: Deployment) -> None:
    deployment.add()

    age = sample(figures(deployment), "last_good_sync_age_seconds", organization="acme")

    assert age == math.inf


@pytest.mark.parametrize("what", ["opening.list", "application.list"])
def test_a_sync_that_could_not_read_one_side_is_no_good_one(
    deployment: Deployment, what: str
) -> None:
    deployment.add()
    deployment.sync()
    good = deployment.memory().syncs.last()
    deployment.ashby.faults.append(Fault(path=what, times=50))
    deployment.sync()

    assert deployment.memory().syncs.last() != good
    assert deployment.memory().syncs.last_good() == good


def test_a_sync_whose_worker_died_while_it_read_is_no_good_one(deployment: Deployment) -> None:
    deployment.add()
    deployment.memory().syncs.start("first", "schedule")
    deployment.memory().syncs.start("second", "schedule")

    assert deployment.memory().syncs.last_good() is None


def test_a_disabled_organization_has_no_figures_and_a_paused_one_says_so(
    deployment: Deployment,
) -> None:
    deployment.add()
    deployment.memory().switches.pause("a migration")
    assert sample(figures(deployment), "paused", organization="acme") == 1

    deployment.configure("acme", "")
    deployment.file.write_text(deployment.file.read_text().replace("enabled = true", ""))

    assert sample(figures(deployment), "paused", organization="acme") is None
    assert sample(figures(deployment), "up") == 1


def test_messages_in_the_queue_and_what_is_left_of_the_allowance(deployment: Deployment) -> None:
    deployment.add()
    deployment.redis.rpush(deployment.redis.queue("jobs"), "one", "two")
    found = figures(deployment)
    acme = {"organization": "acme", "service": "ashby"}
    assert sample(found, "queue_messages", queue="jobs") == 2
    assert sample(found, "queue_messages", queue="fan-out") == 0
    assert sample(found, "allowance_left", **acme) == 1
    assert sample(found, "allowance_per_minute", service="ashby") == ASHBY.per_minute

    deployment.app.wiring.ashby_rate = ASHBY
    deployment.sync()

    left = sample(figures(deployment), "allowance_left", **acme)
    assert left is not None and left < 1


def test_a_missing_secret_costs_one_figure_only(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    deployment.add()
    text = deployment.file.read_text().replace('"ashby-acme"', '"${NOT_SET}"')
    deployment.file.write_text(text)

    found = figures(deployment)

    assert sample(found, "paused", organization="acme") == 0
    assert sample(found, "allowance_left", organization="acme", service="ashby") is None


def test_the_version_is_a_figure(deployment: Deployment) -> None:
    labels = {"version": version("charthop-ashby"), "python": platform.python_version()}
    assert sample(figures(deployment), "build_info", **labels) == 1


def test_without_redis_it_is_down_and_says_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "organizations.toml").write_text("")
    with ephemeral() as server:
        redis = connect(server.url, patience=0.0)
    found = registry(redis, Organizations(tmp_path / "organizations.toml"))

    lines = [line for line in generate_latest(found).decode().splitlines() if line[0] != "#"]
    assert lines[0].startswith("charthop_ashby_build_info{")
    assert lines[1:] == ["charthop_ashby_up 0.0"]


# The files that are made of them.


def emitted(deployment: Deployment) -> set[str]:
    """All sample names of the exporter and of Flower, histograms with their parts."""
    deployment.add()
    deployment.sync()
    deployment.memory().events.note("ashby", "candidateHire", None, "woken")
    count_refused(deployment.redis, "ashby")
    get_prometheus_metrics()
    names = set()
    for one in (figures(deployment), REGISTRY):
        for family in one.collect():
            suffixes = {
                "counter": ["_total"],
                "histogram": ["_bucket", "_count", "_sum"],
            }.get(family.type, [""])
            names |= {f"{family.name}{suffix}" for suffix in suffixes}
    return names


def expressions() -> dict[str, str]:
    rules: dict[str, Any] = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    found = {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    board = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    for panel in board["panels"]:
        for target in panel["targets"]:
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found[variable["name"]] = variable["query"]["query"]
    return found


def test_dashboard_and_rules_name_figures_that_there_are(deployment: Deployment) -> None:
    there = emitted(deployment)
    asked: set[str] = set()
    for place, expression in expressions().items():
        named = set(re.findall(r"\b(?:charthop_ashby|flower)_\w+", expression))
        assert named, place
        assert named <= there, place
        asked |= named
    own = {name for name in there if name.startswith("charthop_ashby_")}
    assert asked >= own, "a figure that nobody looks at"


def test_every_rule_says_what_is_wrong_and_how_long_to_wait() -> None:
    rules: dict[str, Any] = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len(found) == 5
    for rule in found:
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_silent_connections_take_a_few_threads_and_are_hung_up_on(deployment: Deployment) -> None:
    with exposition(deployment.redis, Organizations(deployment.file), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        before = threading.active_count()
        address = ("127.0.0.1", server.server_port)
        silent = [socket.create_connection(address) for _ in range(100)]
        try:
            # Those that found no place are hung up on at once, the others after a while.
            for one in silent:
                one.settimeout(60)
                assert one.recv(1) == b""
                assert threading.active_count() - before <= PLACES
            url = f"http://127.0.0.1:{server.server_port}/healthz"
            wait_until(lambda: httpx.get(url).is_success)
        finally:
            for one in silent:
                one.close()
            server.shutdown()
            thread.join()


@contextmanager
def served(deployment: Deployment, host: str = "127.0.0.1") -> Iterator[int]:
    """The port of a server of the metrics."""
    with exposition(deployment.redis, Organizations(deployment.file), host, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_connections_that_drip_make_room_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.exposition.LONGEST", 0.5)
    over = threading.Event()

    def drip(one: socket.socket) -> None:
        with suppress(OSError):
            one.sendall(b"GET /metrics HTTP/1.1\r\nX-Long: ")
            while not over.wait(0.05):
                one.sendall(b"x")

    with served(deployment) as port:
        dripping = [socket.create_connection(("127.0.0.1", port)) for _ in range(PLACES)]
        threads = [threading.Thread(target=drip, args=(one,)) for one in dripping]
        for thread in threads:
            thread.start()
        try:
            for one in dripping:
                one.settimeout(30)
                with suppress(ConnectionResetError):
                    while one.recv(1000):
                        pass
            assert httpx.get(f"http://127.0.0.1:{port}/healthz").is_success
        finally:
            over.set()
            for one, thread in zip(dripping, threads, strict=True):
                one.close()
                thread.join()


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
@pytest.mark.parametrize(
    "host", ["attacker.example", "attacker.example:9540", "127.0.0.1.nip.example", "["]
)
def test_on_loopback_it_answers_to_no_other_name(
    deployment: Deployment, host: str, path: str
) -> None:
    with served(deployment) as port:
        got = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    assert got.status_code == 421
    assert "charthop_ashby" not in got.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9540", "127.0.0.1:9540", "[::1]:9540"])
def test_on_loopback_it_answers_to_names_of_this_machine(deployment: Deployment, host: str) -> None:
    with served(deployment) as port:
        got = httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": host})
    assert got.is_success


def test_elsewhere_it_answers_to_any_name(deployment: Deployment) -> None:
    with served(deployment, "0.0.0.0") as port:
        got = httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": "metrics:9540"})
    assert got.is_success


def test_figures_are_kept_for_a_moment(deployment: Deployment) -> None:
    figures = Figures(deployment.redis, Organizations(deployment.file), keep=60)
    first = list(figures.collect())
    deployment.add()

    assert list(figures.collect()) == first
