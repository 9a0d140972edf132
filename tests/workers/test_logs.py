"""How a log line looks: read by a person, read by a machine, and what stands in neither."""

import io
import json
import logging
import os
import pty
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import ConnectionError as RedisAway

from sandbox.wire import Fault
from tests.processes import Process, Station, wait_until
from workers import logs

NAME, MAIL = "Mara Lindqvist", "mara@example.com"
SECRETS = (NAME, MAIL, "+15555550100", "128000", "Secret Engineer", "charthop-acme", "ashby-acme")


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Logging as it was before, afterwards."""
    found = logging.getLogger()
    handlers, level = found.handlers[:], found.level
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    yield found
    found.handlers[:], found.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@dataclass
class Machine:
    """A process whose lines nobody reads as they come."""

    stream: io.StringIO
    log = logging.getLogger("charthop_ashby")

    def line(self) -> dict[str, Any]:
        """The one line that was written."""
        texts = self.stream.getvalue().splitlines()
        assert len(texts) == 1, texts
        read: dict[str, Any] = json.loads(texts[0])
        return read


@pytest.fixture
def machine(root: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
    made = Machine(io.StringIO())
    monkeypatch.setattr(sys, "stderr", made.stream)
    logs.set_up()
    return made


def test_a_machine_gets_one_object_a_line(machine: Machine) -> None:
    told = {"organization": "acme", "record": "job:1", "sync": "s1", "outcome": "created"}
    machine.log.info("%s created", "job:1", extra={**told, "title": "Secret Engineer"})

    read = machine.line()
    assert read.pop("timestamp").endswith("Z")
    assert read == {"event": "job:1 created", "level": "info", **told}


def test_a_hostile_name_stays_on_its_line(machine: Machine) -> None:
    hostile = 'A\x1b[2J\x9b1m\u202eB\n{"event": "forged"}'
    machine.log.warning("%s", hostile, extra={"record": f"job:{hostile}"})

    read = machine.line()
    for text in (read["event"], read["record"]):
        assert text.isprintable()
        assert "\\x1b[2J\\x9b1m\\u202eB\\n" in text


def test_others_are_named(machine: Machine) -> None:
    logging.getLogger("celery.worker").warning("ready")

    assert machine.line()["logger"] == "celery.worker"


def test_an_error_is_its_kind_and_its_places(machine: Machine) -> None:
    try:
        raise ValueError(f"{NAME} <{MAIL}>")
    except ValueError as error:
        machine.log.exception("it broke: %r", error)

    read = machine.line()
    assert read["event"] == "it broke: ValueError"
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+ \w+", read["error"])


def test_an_error_of_the_connection_keeps_its_words(machine: Machine) -> None:
    machine.log.error("cannot connect: %s", RedisAway("Error 111 connecting to localhost:6379."))

    assert machine.line()["event"] == "cannot connect: Error 111 connecting to localhost:6379."


def test_celery_tells_of_a_failed_task_without_its_words(machine: Machine) -> None:
    try:
        raise KeyError(NAME)
    except KeyError as error:
        context = {"name": "tasks.sync_job", "id": "1", "exc": repr(error), "description": "failed"}
        logging.getLogger("celery.app.trace").exception(
            "Task %(name)s[%(id)s] %(description)s: %(exc)s", context
        )

    assert machine.line()["event"] == "Task tasks.sync_job[1] failed: KeyError"


def test_calls_are_not_logged(machine: Machine) -> None:
    for name in logs.CHATTY:
        logging.getLogger(name).info("POST https://api.example.com/person?email=%s", MAIL)

    assert machine.stream.getvalue() == ""


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_person_gets_words(
    root: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    coloured: bool,
) -> None:
    for name in ("NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        logs.set_up()
        logging.getLogger("charthop_ashby").info("it went well", extra={"organization": "acme"})
        root.handlers[:] = []
        said = os.read(reader, 4096).decode()
    os.close(reader)

    assert ("\x1b[" in said) is coloured
    plain = re.sub(r"\x1b\[\d*m", "", said)
    assert re.match(r"\d\d:\d\d:\d\d \[info +\] it went well +organization=acme", plain)


def test_what_run_passes_on_is_for_people(
    root: logging.Logger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    logs.set_up()
    logging.getLogger("charthop_ashby").info("it went well")

    assert "[info     ] it went well" in capsys.readouterr().err


# The real processes.


def read_lines(process: Process) -> list[dict[str, Any]]:
    """Every line that it wrote, on either stream."""
    return [json.loads(text) for text in process.said().splitlines()]


def test_a_worker_and_a_scheduler_write_nothing_but_objects(tmp_path: Path) -> None:
    environment = {"PYTHONWARNINGS": "ignore", "TTY_COMPATIBLE": ""}
    with Station(tmp_path, interval=3600, environment=environment) as station:
        org, account = station.add(more="hires_since = 2020-01-01")
        job = org.add_job("Secret Engineer", req="R-1")
        worker = station.start_worker(app="workers")
        station.await_worker()
        # It asks for a sync when it starts.
        beat = station.start("celery", "-A", "workers", "beat", name="beat")
        syncs = station.memory().syncs
        wait_until(lambda: (last := syncs.last()) is not None and last.finished_at is not None)
        candidate = account.add_candidate(NAME, MAIL, "+15555550100")
        application = account.add_application(candidate)
        offer = account.add_offer(
            application, next(iter(account.openings)), "2030-01-07", (128000, "USD")
        )
        account.accept_offer(offer)
        account.set_application_status(application, "Hired")
        refused = org.add_job("Secret Engineer", req="R-2")
        station.ashby.faults.append(
            Fault(
                path="opening.create",
                kind="error",
                code="invalid_input",
                message="No such team",
                times=10,
            )
        )
        sync = station.sync()
        # The line is written a moment after Redis knows that the sync has finished.
        wait_until(
            lambda: any(
                one.get("sync") == sync.id and "record" not in one for one in read_lines(worker)
            )
        )
        lines = [*read_lines(worker), *read_lines(beat)]
        said = worker.said() + beat.said()

    assert all({"event", "level", "timestamp"} <= one.keys() for one in lines)
    [made] = [one for one in lines if one.get("record") == f"job:{job}"]
    assert (made["organization"], made["outcome"]) == ("acme", "created")
    assert made["sync"]
    [hired] = [one for one in lines if one.get("record") == f"offer:{offer}"]
    assert (hired["outcome"], hired["level"], hired["sync"]) == ("created", "info", sync.id)
    [failed] = [one for one in lines if one.get("record") == f"job:{refused}"]
    assert (failed["outcome"], failed["level"], failed["sync"]) == ("failed", "warning", sync.id)
    assert "invalid_input" in failed["event"]
    [ended] = [one for one in lines if one.get("sync") == sync.id and "record" not in one]
    assert ended["event"].startswith("sync finished: ")
    assert [secret for secret in SECRETS if secret in said] == []
