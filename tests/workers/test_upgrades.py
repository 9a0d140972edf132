"""What a real worker makes of messages that are not its own, and of a key that has changed."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.keys import job_key
from store import schema
from store.space import NOBODY
from store.syncs import Sync
from tests.processes import Process, Station, wait_until

KEYS_IN_FILES = """
[organizations.acme]
enabled = true
charthop_api_key = "file:keys/charthop"
ashby_api_key = "file:keys/ashby"
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    environment = {"PYTHONWARNINGS": "ignore"}
    with Station(tmp_path_factory.mktemp("upgrades"), environment=environment) as made:
        made.start_worker(app="workers")
        made.add()
        made.await_worker()
        yield made


def worker(station: Station) -> Process:
    return station.processes[0]


def lines(process: Process) -> list[dict[str, Any]]:
    """What it has logged; every line of it is JSON."""
    return [json.loads(line) for line in process.said().splitlines()]


def says(station: Station, sentence: str) -> dict[str, Any]:
    """The line with just that sentence, once it is there."""

    def found() -> dict[str, Any] | None:
        return next((one for one in lines(worker(station)) if one["event"] == sentence), None)

    return wait_until(found)


def still_works(station: Station) -> None:
    """Nothing is left in the queue, and the same worker process syncs."""
    sync = station.sync()
    assert not sync.problems
    # A message is acknowledged a moment after what it asked for can be seen.
    wait_until(lambda: set(station.queued().values()) == {0})
    assert worker(station).runs


def message(task: str, body: bytes = b"[[], {}, {}]", **properties: Any) -> bytes:
    """A message in the queue as Celery's protocol 2 writes it."""
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"lang": "py", "task": task, "id": f"id-of-{task}", "argsrepr": "()"},
            "properties": {
                "correlation_id": f"id-of-{task}",
                "reply_to": "",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "jobs"},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": f"tag-of-{task}-{time.monotonic_ns()}",
            },
            **properties,
        }
    ).encode()


def test_a_task_that_this_version_does_not_have_is_dropped_with_a_line(station: Station) -> None:
    station.send("tasks.sync_everything", "acme", "secret argument")

    line = says(station, "dropped a message: this version has no task tasks.sync_everything")
    assert line["level"] == "warning"
    still_works(station)
    assert "secret argument" not in worker(station).said()


@pytest.mark.parametrize(
    "arguments", [(), ("acme",), ("acme", "1", "once more"), ("acme", 1), (None, "1"), ({}, [])]
)
def test_a_task_with_other_arguments_is_dropped_with_a_line(
    station: Station, arguments: tuple[Any, ...]
) -> None:
    sentence = "dropped a message: tasks.sync_job expects other arguments in this version"
    before = [one["event"] for one in lines(worker(station))].count(sentence)
    station.send("tasks.sync_job", *arguments)

    def dropped() -> bool:
        return [one["event"] for one in lines(worker(station))].count(sentence) == before + 1

    wait_until(dropped)
    still_works(station)


def test_a_pickle_is_refused_without_being_opened(station: Station, tmp_path: Path) -> None:
    trap = tmp_path / "opened"
    body = f"cos\nsystem\n(S'touch {trap}'\ntR.".encode()
    pickled = message(
        "tasks.sync_job",
        body,
        **{"content-type": "application/x-python-serialize", "content-encoding": "binary"},
    )
    station.redis.rpush(station.redis.queue("jobs"), pickled)

    says(station, "dropped a message: it cannot be read (another encoding)")
    still_works(station)
    assert not trap.exists()
    assert "touch" not in worker(station).said()


def test_a_body_that_is_not_what_it_says_is_dropped_with_a_line(station: Station) -> None:
    station.redis.rpush(station.redis.queue("jobs"), message("tasks.sync_job", b"\xff no JSON"))

    says(station, "dropped a message: it cannot be read (UnicodeDecodeError)")
    still_works(station)


def test_a_task_of_a_version_that_knew_more_headers_runs(station: Station) -> None:
    job = station.orgs["acme"].add_job("Engineer")
    station.send("tasks.sync_job", "acme", job, colour="green", tries=2)

    def made() -> bool:
        kept = station.memory().results.get(job_key(job))
        return kept is not None and kept.result.outcome.value == "created"

    wait_until(made)
    still_works(station)


def test_a_changed_key_is_used_by_the_next_task(station: Station) -> None:
    org, account = station.orgs["acme"], station.accounts["acme"]
    keys = station.folder / "keys"
    keys.mkdir()
    (keys / "charthop").write_text(f"{org.key}\n")
    (keys / "ashby").write_text(f"{account.key}\n")
    station.file.write_text(KEYS_IN_FILES)
    org.add_job("Engineer", req="R-1")
    openings = len(account.openings)
    assert dict(station.sync().outcomes)["created"] == 1

    for name, side in (("ashby", account), ("charthop", org)):
        side.key = f"rotated-{name}"
        (keys / name).write_text(f"{side.key}\n")
        sync = station.sync()
        assert_quiet(sync)
        org.add_job("Analyst", req=f"R-{name}")
        assert dict(station.sync().outcomes)["created"] == 1

    assert len(account.openings) == openings + 3
    assert worker(station).runs


def assert_quiet(sync: Sync) -> None:
    """Everything was read with the key of now, and there was nothing to do."""
    assert not sync.problems
    assert set(sync.outcomes) == {"unchanged"}


def test_a_worker_marks_what_it_keeps_and_says_where_a_later_version_has_been(
    station: Station,
) -> None:
    mark = station.redis.key(NOBODY, "schema")
    assert wait_until(lambda: station.redis.get(mark)) == str(schema.VERSION).encode()
    station.redis.set(mark, schema.VERSION + 1)
    older = station.start_worker("older", app="workers")
    said = f"Redis holds data of a later version ({schema.VERSION + 1} after {schema.VERSION})"
    wait_until(lambda: any(one["event"] == said for one in lines(older)))
    assert station.redis.get(mark) == str(schema.VERSION + 1).encode()
    older.ask_to_end()
    older.ends(within=30)
    still_works(station)
