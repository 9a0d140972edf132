"""A key file that is missing for a moment stops nothing and loses nothing."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from organizations import Organizations
from tasks.dispatch import send_lost
from tests.deployment import Deployment

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


AWAY: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_text("\n"),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\xff"),
    "a folder": _folder,
    "half of it": lambda path: path.write_text(path.read_text()[:-3]),
}
away = pytest.mark.parametrize("spoil", AWAY.values(), ids=AWAY)
either = pytest.mark.parametrize("system", ["charthop", "ashby"])


def key_file(deployment: Deployment, system: str) -> Path:
    """Put acme's key for that system into a file."""
    path = deployment.folder / f"{system}.key"
    path.write_text(f"{system}-acme\n")
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace(f'"{system}-acme"', f'"file:{path.name}"'))
    return path


def put_back(path: Path, text: str) -> None:
    if path.is_dir():
        path.rmdir()
    path.write_text(text)


@away
@either
def test_a_sync_while_a_key_file_is_away_uses_the_last_key_and_says_so_once(
    deployment: Deployment,
    caplog: pytest.LogCaptureFixture,
    system: str,
    spoil: Callable[[Path], object],
) -> None:
    org, account = deployment.add("acme")
    path = key_file(deployment, system)
    org.add_job("Engineer")
    deployment.sync()
    spoil(path)
    org.add_job("Analyst")
    caplog.set_level(logging.WARNING, "charthop_ashby")
    deployment.send("tasks.sync_all", trigger="schedule")
    assert "retry" not in deployment.drain()

    assert len(account.openings) == 2
    last = deployment.memory().syncs.last()
    assert last is not None and last.finished_at is not None and not last.problems
    told = [line for line in caplog.messages if "Until then the version of 20" in line]
    is_half = path.is_file() and path.read_bytes().startswith(system[:3].encode())
    assert len(told) == (0 if is_half else 1), caplog.messages
    assert all(str(path) in line and f"{system}-acme" not in line for line in told)

    caplog.clear()
    put_back(path, f"{system}-acme\n")
    deployment.sync()
    assert caplog.messages == [f"{path} can be read again"] * len(told)


@away
@either
def test_records_go_on_while_a_key_file_is_away(
    deployment: Deployment, system: str, spoil: Callable[[Path], object]
) -> None:
    org, account = deployment.add("acme")
    path = key_file(deployment, system)
    jobs = [org.add_job("Engineer"), org.add_job("Analyst")]
    deployment.send("tasks.sync_organization", "acme")
    deployment.run(deployment.app.messages.pop(0))
    spoil(path)

    assert "retry" not in deployment.drain()
    assert len(account.openings) == len(jobs)


def fanned_out(deployment: Deployment) -> tuple[Path, str]:
    """A worker that starts after the fan-out, while a key file is away; the file and its text."""
    org, _ = deployment.add("acme")
    path = key_file(deployment, "ashby")
    org.add_job("Engineer")
    org.add_job("Analyst")
    deployment.send("tasks.sync_organization", "acme")
    deployment.run(deployment.app.messages.pop(0))
    text = path.read_text()
    path.unlink()
    deployment.app.wiring.organizations = Organizations(deployment.file)
    return path, text


def test_a_worker_that_starts_while_a_key_file_is_away_drops_nothing(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    path, text = fanned_out(deployment)
    deployment.send("tasks.sync_organization", "acme")
    waiting = len(deployment.app.messages)

    assert {deployment.run(deployment.app.messages.pop(0)) for _ in range(waiting)} == {"retry"}
    assert deployment.memory().backlog.left() == 2
    told = [line for line in caplog.messages if line.startswith("waiting: ")]
    assert len(told) == waiting and all(str(path) in line for line in told)
    records = [one for one in deployment.app.messages if one.task != "tasks.sync_organization"]
    assert len(records) == 2
    assert not any(one.headers.get("tries") for one in records)

    deployment.send("tasks.sync_all", trigger="schedule")
    assert deployment.run(deployment.app.messages.pop()) == "0 organizations"
    assert str(path) in str(deployment.memory().switches.broken_table())
    assert deployment.memory().backlog.left() == 2

    path.write_text(text)
    deployment.drain()
    assert len(deployment.accounts["acme"].openings) == 2


def test_the_search_for_lost_messages_drops_nothing_while_a_key_file_is_away(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.backlog.LOST_AFTER", -1.0)
    path, text = fanned_out(deployment)
    send_lost(deployment.app, "acme")
    assert deployment.memory().backlog.left() == 2 == len(deployment.app.messages)

    path.write_text(text)
    deployment.drain()
    assert len(deployment.accounts["acme"].openings) == 2


def test_a_sync_whose_key_file_stays_away_ends_with_the_file_s_name_and_drops_no_record(
    deployment: Deployment,
) -> None:
    path, _ = fanned_out(deployment)
    deployment.app.messages.clear()
    id_ = deployment.send("tasks.sync_organization", "acme", trigger="shell")

    outcomes = deployment.drain()
    assert set(outcomes[:-1]) == {"retry"}
    sync = deployment.memory().syncs.get(id_)
    assert sync is not None and str(path) in str(sync.problems[0])
    assert not sync.is_set_up
    assert deployment.memory().backlog.left() == 2


def test_a_disabled_organization_waits_for_no_key_file(deployment: Deployment) -> None:
    fanned_out(deployment)
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace("enabled = true", "enabled = false"))
    assert "retry" not in deployment.drain()
    assert deployment.memory().backlog.left() == 0
