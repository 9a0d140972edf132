"""Flower as people see it: in a real browser after a sync, and only for those who may."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from flower import command
from pydantic import SecretStr

from core.errors import WrongSetup
from tests.browser import browser, needs_browser
from tests.dashboards import Dashboard, flower, free_port
from tests.processes import Station, wait_until
from workers import dashboard
from workers.settings import Settings

MARKERS = ("Secret", "Mara", "Lindqvist", "mara@example.com", "128000", "5555550100")
KEYS = ("charthop-acme", "ashby-acme")
PASSWORD = ("gardener", "flowers and bees")


@dataclass
class Scene:
    """A worker and two Flowers, the second with a password, after a sync."""

    station: Station
    open: Dashboard
    guarded: Dashboard
    record: str
    offer: str


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Station(tmp_path_factory.mktemp("flower")) as station:
        opened = flower(station, "open", FLOWER_UNAUTHENTICATED_API="true")
        user, password = PASSWORD
        guarded = flower(station, "guarded", FLOWER_BASIC_AUTH=f"{user}:{password}")
        station.start_worker(app="workers")
        org, account = station.add(more="hires_since = 2020-01-01")
        job = org.add_job("Secret Engineer", req="R-1")
        for dashboard_ in (opened, guarded):
            wait_until(dashboard_.answers)
        station.await_worker()
        station.sync()
        candidate = account.add_candidate("Mara Lindqvist", "mara@example.com", "+15555550100")
        application = account.add_application(candidate)
        opening = next(iter(account.openings))
        offer = account.add_offer(
            application, opening, startDate="2030-01-07T00:00:00Z", salary=(128000, "USD")
        )
        account.accept_offer(offer)
        account.set_application_status(application, "Hired")
        station.sync()
        assert len(org.persons) == 1
        yield Scene(station, opened, guarded, job, offer)


@needs_browser
def test_a_sync_is_read_in_a_browser(scene: Scene, tmp_path: Path) -> None:
    with browser(tmp_path) as window:
        window.open(f"{scene.open.url}/tasks")
        text = window.text_once(lambda text: "Showing 1 to 4 of 4" in text)
        seen = [text, window.source()]
        rows = {
            tuple(row[:4])
            for row in window.run(
                "return [...document.querySelectorAll('tbody tr')]"
                ".map(row => [...row.cells].map(cell => cell.innerText.trim()))"
            )
        }
        assert rows == {
            ("tasks.sync_organization", "('acme',)", "'fanned out'", "SUCCESS"),
            ("tasks.sync_job", f"('acme', '{scene.record}')", "'created'", "SUCCESS"),
            ("tasks.sync_hire", f"('acme', '{scene.offer}')", "'created'", "SUCCESS"),
        }
        link = window.run(
            "return [...document.querySelectorAll('tbody tr')]"
            ".find(row => row.innerText.includes('sync_hire'))"
            ".querySelector('a[href*=\"/task/\"]').href"
        )
        window.open(link)
        text = window.text_once(lambda text: "Arguments" in text)
        seen += [text, window.source()]
        lines = [line.strip() for line in text.splitlines()]
        assert lines[lines.index("Name") + 1] == "tasks.sync_hire"
        assert lines[lines.index("Arguments") + 1] == f"('acme', '{scene.offer}')"
        assert lines[lines.index("Result") + 1] == "'created'"
        window.open(scene.open.url)
        seen.append(window.text_once(lambda text: "@station" in text))
    assert [marker for marker in (*MARKERS, *KEYS) for page in seen if marker in page] == []


def test_its_api_and_figures_hold_ids_only(scene: Scene) -> None:
    def all_over() -> httpx.Response | None:
        tasks = httpx.get(f"{scene.guarded.url}/api/tasks", auth=PASSWORD).raise_for_status()
        results = [one["result"] for one in tasks.json().values()]
        return tasks if sorted(map(str, results)) == expected else None

    # Events are told twice a second.
    expected = ["'created'", "'created'", "'fanned out'", "'fanned out'"]
    tasks = wait_until(all_over)
    seen = [tasks.text, httpx.get(f"{scene.open.url}/metrics").text]
    seen += [one.process.said() for one in (scene.open, scene.guarded)]

    assert 'flower_events_total{task="tasks.sync_job"' in seen[1]
    assert [
        marker for marker in (*MARKERS, *KEYS, *PASSWORD) for one in seen if marker in one
    ] == []


def test_it_shows_and_never_acts(scene: Scene) -> None:
    answer = httpx.post(f"{scene.guarded.url}/api/worker/shutdown/worker@station", auth=PASSWORD)

    assert answer.status_code == 403
    assert scene.station.processes[2].runs


def test_without_the_password_there_is_nothing_to_see(scene: Scene) -> None:
    for path in ("/", "/tasks", "/api/tasks"):
        assert httpx.get(f"{scene.guarded.url}{path}").status_code == 401
        assert (
            httpx.get(f"{scene.guarded.url}{path}", auth=(PASSWORD[0], "guess")).status_code == 401
        )
    assert httpx.get(f"{scene.guarded.url}/tasks", auth=PASSWORD).status_code == 200


@pytest.mark.parametrize("path", ["/api/tasks", "/api/workers", "/api/task/info/x"])
def test_without_a_password_the_api_is_off_and_no_web_page_may_read_anything(
    scene: Scene, path: str
) -> None:
    origin = {"Origin": "https://evil.example"}

    assert httpx.get(f"{scene.open.url}{path}", headers=origin).status_code == 401
    for one in (path, "/", "/tasks", "/metrics"):
        answer = httpx.get(f"{scene.open.url}{one}", headers=origin)
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["attacker.example", "127.0.0.1.attacker.example", "localhost.evil", "10.0.0.1", "x:1"]
)
def test_without_a_password_it_answers_to_no_other_name(scene: Scene, host: str) -> None:
    for path in ("/", "/tasks", "/metrics", "/api/tasks"):
        answer = httpx.get(f"{scene.open.url}{path}", headers={"Host": host})
        assert answer.status_code == 421
        assert "sync_job" not in answer.text
    assert httpx.get(scene.guarded.url, headers={"Host": host}, auth=PASSWORD).is_success


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:5555", "localhost", "LOCALHOST:1"])
def test_it_answers_to_the_names_of_this_machine(scene: Scene, host: str) -> None:
    assert httpx.get(f"{scene.open.url}/tasks", headers={"Host": host}).is_success


CONFS = [
    'address = "0.0.0.0"\n',
    'address = "0.0.0.0"\nbasic_auth = [""]\n',
    "basic_auth = []\naddress = '::'\n",
]


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.parametrize("conf", CONFS)
def test_a_file_of_options_cannot_open_it_to_everybody(tmp_path: Path, how: str, conf: str) -> None:
    name = tmp_path / "other.py"
    name.write_text(conf)
    with Station(tmp_path) as station:
        more = {"FLOWER_CONF": str(name)} if how == "environment" else {}
        station.environment = {
            **station.environment,
            **more,
            "FLOWER_PORT": str(free_port()),
            "FLOWER_UNAUTHENTICATED_API": "true",
        }
        options = [f"--conf={name}"] if how == "option" else []
        process = station.start("celery", "-A", "workers", "flower", *options, name="flower")
        wait_until(lambda: not process.runs)
        assert "without a password; set FLOWER_BASIC_AUTH" in process.said()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no list of sockets here")
def test_without_a_password_it_listens_on_loopback_only(scene: Scene) -> None:
    assert listening(scene.open.port) == {"0100007F"}
    assert listening(scene.guarded.port) != {"0100007F"}


def listening(port: int) -> set[str]:
    """The addresses, as the kernel writes them, on which somebody listens at that port."""
    rows = [
        line.split()
        for name in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(name).read_text().splitlines()[1:]
    ]
    local = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, at in local if int(at, 16) == port}


# What its command line and environment come to.


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ, "FLOWER_ADDRESS", "FLOWER_UNAUTHENTICATED_API"]:
        if name.startswith("FLOWER_"):
            monkeypatch.setenv(name, "")
            monkeypatch.delenv(name)


def seen_by_flower(*options: str, password: str | None = None) -> dict[str, str]:
    """What it finds in its environment after these options."""
    settings = Settings(flower_basic_auth=SecretStr(password) if password else None)
    handlers = logging.getLogger().handlers[:]
    try:
        dashboard.set_up(settings, ["celery", "-A", "workers", "flower", *options])
    finally:
        logging.getLogger().handlers[:] = handlers
    names = ("FLOWER_ADDRESS", "FLOWER_UNAUTHENTICATED_API", "FLOWER_BASIC_AUTH")
    return {name.removeprefix("FLOWER_"): os.environ[name] for name in names if name in os.environ}


LOOPBACK_ONLY = {"ADDRESS": "127.0.0.1"}


@pytest.mark.usefixtures("plain")
def test_without_a_password_the_address_is_loopback_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert seen_by_flower() == LOOPBACK_ONLY
    monkeypatch.setenv("FLOWER_ADDRESS", "0.0.0.0")
    monkeypatch.setenv("FLOWER_BASIC_AUTH", "")
    assert seen_by_flower() == LOOPBACK_ONLY
    monkeypatch.setenv("FLOWER_ADDRESS", "::1")
    assert seen_by_flower() == {**LOOPBACK_ONLY, "ADDRESS": "::1"}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("option", ["--address=0.0.0.0", "--address=", "--address=flower.local"])
def test_the_command_line_cannot_open_it_to_everybody(option: str) -> None:
    with pytest.raises(WrongSetup, match="without a password; set FLOWER_BASIC_AUTH"):
        seen_by_flower(option)
    assert seen_by_flower(option, "--basic_auth=gardener:bees") == {}
    assert seen_by_flower(option, "--auth=.*@example.com") == {}
    assert seen_by_flower(option, password="gardener:bees") == {}
    assert seen_by_flower("--address=localhost") == {}


@pytest.mark.usefixtures("plain")
def test_other_processes_are_left_alone() -> None:
    dashboard.set_up(Settings(), ["celery", "-A", "workers", "worker"])

    assert not [name for name in os.environ if name.startswith("FLOWER_")]


@pytest.mark.usefixtures("plain")
def test_a_variable_that_is_empty_is_unset_and_one_that_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FLOWER_PORT", "FLOWER_MAX_TASKS", "FLOWER_PERSISTENT", "FLOWER_ADDRESS"):
        monkeypatch.setenv(name, "")
    assert seen_by_flower(password="gardener:bees") == {}
    assert os.environ["FLOWER_MAX_TASKS"] == dashboard.DEFAULTS["FLOWER_MAX_TASKS"]

    monkeypatch.setenv("FLOWER_PORT", "five thousand")
    seen_by_flower()
    with pytest.raises(SystemExit) as ended:
        command.apply_env_options()
    assert ended.value.code == 2
    assert "'five thousand'); fix or unset it." in capsys.readouterr().err
