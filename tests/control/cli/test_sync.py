"""sync: asked for, waited for, and what the shell hears of it."""

import time
from collections.abc import Iterator

import orjson
import pytest

from control.cli import sync
from sandbox.wire import Fault
from store.heartbeats import Heartbeats
from tests.control.cli.conftest import Operator, operator_of, worker_of
from tests.control.cli.test_plan import hire
from tests.deployment import Deployment
from workers.embedded import ephemeral


def queued(operator: Operator, queue: str) -> list[dict[str, object]]:
    """The messages in a queue, the oldest first."""
    redis = operator.deployment.redis
    rows: list[bytes] = redis.lrange(redis.queue(queue), 0, -1)  # type: ignore[assignment]
    return [orjson.loads(row) for row in reversed(rows)]


def headers(message: dict[str, object]) -> dict[str, object]:
    found = message["headers"]
    assert isinstance(found, dict)
    return found


# Asking, without a worker.


def test_it_enqueues_one_sync_and_says_that_no_worker_is_running(operator: Operator) -> None:
    operator.deployment.add("acme")
    result = operator.types("sync", "acme")
    assert result.exit_code == 0
    assert result.stdout == "Enqueued: acme.\n"
    assert "no worker is running" in result.stderr
    (message,) = queued(operator, "fan-out")
    assert headers(message)["task"] == "tasks.sync_organization"
    assert headers(message)["argsrepr"] == "('acme',)"
    assert headers(message)["trigger"] == "shell"
    assert "full" not in headers(message)


def test_without_a_name_every_enabled_organization_is_synced(operator: Operator) -> None:
    for name in ("acme", "globex"):
        operator.deployment.add(name)
    operator.deployment.add("off")
    operator.deployment.file.write_text(
        operator.deployment.file.read_text().replace(
            "[organizations.off]\nenabled = true", "[organizations.off]\nenabled = false"
        )
    )
    assert operator.types("sync").exit_code == 0
    sent = [headers(message)["argsrepr"] for message in queued(operator, "fan-out")]
    assert sent == ["('acme',)", "('globex',)"]


def test_full_is_told_to_the_workers(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.types("sync", "acme", "--full")
    (message,) = queued(operator, "fan-out")
    assert headers(message)["full"] is True


@pytest.mark.parametrize(
    ("kind", "queue", "task"),
    [("job", "jobs", "tasks.sync_job"), ("offer", "hires", "tasks.sync_hire")],
)
def test_one_record_is_sent_to_its_own_task(
    operator: Operator, kind: str, queue: str, task: str
) -> None:
    org, account = operator.deployment.add("acme")
    job = org.add_job()
    operator.deployment.sync()
    record = f"job:{job}" if kind == "job" else f"offer:{hire(org, account, job)}"
    assert operator.types("sync", "acme", "--record", record).exit_code == 0
    (message,) = queued(operator, queue)
    assert headers(message)["task"] == task
    assert headers(message)["argsrepr"] == f"('acme', '{record.partition(':')[2]}')"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["acne"], 'no organization "acne"; did you mean acme?'),
        (["--record", "job:1"], "--record needs the organization"),
        (["acme", "--record", "job:1"], "hire of acme matches job:1"),
        (["acme", "--record", "offer:1"], "hire of acme matches offer:1"),
        (["acme", "--record", "job:"], "hire of acme matches job:."),
        (["acme", "--record", "field:x"], "hire of acme matches field:x"),
    ],
)
def test_wrong_usage_is_one_sentence(operator: Operator, words: list[str], sentence: str) -> None:
    operator.deployment.add("acme")
    result = operator.types("sync", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not queued(operator, "fan-out")


def test_a_disabled_organization_is_not_synced(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    one, all_ = operator.types("sync", "acme"), operator.types("sync")
    assert (one.exit_code, all_.exit_code) == (2, 2)
    assert "acme: the organization is not enabled" in one.stderr
    assert "no organization is enabled" in all_.stderr


def test_a_broken_organization_is_named_after_the_others_were_enqueued(operator: Operator) -> None:
    operator.deployment.add("acme")
    file = operator.deployment.file
    file.write_text(file.read_text() + "\n[organizations.bad]\nenabled = 3\n")
    result = operator.types("sync")
    assert result.exit_code == 2
    assert result.stdout == "Enqueued: acme.\n"
    assert "[organizations.bad] enabled must be true or false" in result.stderr
    file.write_text("[organizations.bad]\nenabled = 3\n")
    alone = operator.types("sync")
    assert alone.exit_code == 2
    assert "[organizations.bad]" in alone.stderr


def test_a_paused_organization_is_left_out(operator: Operator) -> None:
    for name in ("acme", "globex"):
        operator.deployment.add(name)
    operator.deployment.memory("acme").switches.pause("an audit")
    assert operator.types("sync", "acme").exit_code == 1
    result = operator.types("sync")
    assert result.exit_code == 1
    assert (
        "acme is paused (an audit); to restart it, run `charthop-ashby resume acme`"
        in result.stderr
    )
    assert result.stdout == "Enqueued: globex.\n"


def test_a_redis_that_does_not_answer_is_one_sentence(operator: Operator) -> None:
    operator.deployment.add("acme")
    operator.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    result = Operator(operator.deployment, operator.environment).types("sync", "acme")
    assert result.exit_code == 1
    assert "The Redis at REDIS_URL does not answer" in result.stderr


def test_nobody_waits_for_ever_without_a_worker(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "NO_WORKER", 0.2)
    operator.deployment.add("acme")
    result = operator.types("sync", "acme", "--wait")
    assert result.exit_code == 1
    assert "no worker is running; the sync continues" in result.stderr


def test_a_sync_that_no_worker_begins_is_given_up(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "NOT_BEGUN", 0.2)
    operator.deployment.add("acme")
    Heartbeats(operator.deployment.redis).beat("celery@elsewhere")
    result = operator.types("sync", "acme", "--wait")
    assert result.exit_code == 1
    assert "no worker has started on it" in result.stderr


# With a real worker.


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose deployment has a worker, and a Redis that no other test empties."""
    folder = tmp_path_factory.mktemp("served")
    with (
        ephemeral() as server,
        operator_of(Deployment(folder, server.url)) as operator,
        worker_of(operator, folder),
    ):
        yield operator


def test_waiting_ends_with_the_outcomes_and_a_second_sync_writes_nothing(served: Operator) -> None:
    org, account = served.deployment.add("first")
    for _ in range(3):
        org.add_job()
    org.add_job(recruit="Passive")
    result = served.types("sync", "first", "--wait")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("first: 3 created, 1 skipped (")
    assert len(account.openings) == 3

    served.deployment.forget_calls()
    again = served.types("sync", "first", "--wait")
    assert again.stdout.startswith("first: 3 unchanged, 1 skipped (")
    assert not served.deployment.writes()
    last = served.deployment.memory("first").syncs.last()
    assert last is not None
    assert (last.trigger, last.planned) == ("shell", 0)


def test_full_looks_at_every_record_once_more(served: Operator) -> None:
    org, _ = served.deployment.add("full")
    org.add_job()
    served.types("sync", "full", "--wait")
    result = served.types("sync", "full", "--wait", "--full")
    assert result.stdout.startswith("full: 1 unchanged (")
    last = served.deployment.memory("full").syncs.last()
    assert last is not None
    assert last.planned == 1


def test_what_is_held_is_listed_and_costs_the_good_status(served: Operator) -> None:
    org, account = served.deployment.add("held")
    job = org.add_job(req="ENG-1")
    for _ in range(2):
        account.add_opening("ENG-1")
    result = served.types("sync", "held", "--wait")
    assert result.exit_code == 1
    assert result.stdout.startswith("held: 1 held (")
    (line,) = [line for line in result.stdout.splitlines() if f"job:{job}" in line]
    assert line.startswith("held ")
    assert f"write the job's id {job} into the field ChartHop Job ID of the right one" in line


def test_a_sync_that_could_not_read_says_why(served: Operator) -> None:
    org, _ = served.deployment.add("mute")
    org.add_job()
    served.deployment.charthop.faults.append(
        Fault(path="/v2/org/mute/job", status=403, times=100, key="charthop-mute")
    )
    result = served.types("sync", "mute", "--wait")
    assert result.exit_code == 1
    assert "mute: the sync stopped: ChartHop refused the key (status 403" in result.stderr


def test_a_secret_that_the_worker_has_not_ends_the_wait_at_once(served: Operator) -> None:
    served.deployment.add("keyless")
    file = served.deployment.file
    before = file.read_text()
    file.write_text(before.replace('"ashby-keyless"', '"${NOBODY_HAS_IT}"'))
    try:
        result = served.types("sync", "keyless", "--wait")
    finally:
        file.write_text(before)
    assert result.exit_code == 2
    assert f"keyless: the sync stopped: {file}:" in result.stderr
    assert "NOBODY_HAS_IT" in result.stderr


def test_one_record_is_waited_for(served: Operator) -> None:
    org, account = served.deployment.add("single")
    job = org.add_job()
    org.add_job()
    result = served.types("sync", "single", "--record", f"job:{job}", "--wait")
    assert result.exit_code == 0, result.stderr
    (opening,) = account.openings
    assert result.stdout.splitlines()[1].split() == [
        "created",
        f"job:{job}",
        "Engineer",
        opening,
        "-",
    ]


def test_several_organizations_are_waited_for_together(served: Operator) -> None:
    served.deployment.add("both", 'charthop_org = "both"')[0].add_job()
    result = served.types("sync", "--wait")
    told = [line.partition(":")[0] for line in result.stdout.splitlines() if "API call" in line]
    assert "both" in told
    assert told == list(served.deployment.orgs)


def test_a_worker_that_is_asked_for_nothing_is_quick_to_answer(served: Operator) -> None:
    """From key press to outcome, start of the interpreter included, is under a second where the
    machine is idle; here it is only held to a multiple of that."""
    served.deployment.add("quick")
    began = time.monotonic()
    with served.process("sync", "quick", "--wait", cwd=served.deployment.folder) as process:
        assert process.wait(60) == 0
    assert time.monotonic() - began < 20
