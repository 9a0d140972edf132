"""The example organizations and what happens in them."""

import itertools
import re
import signal
import subprocess
import sys

from sandbox.ashby import Ashby
from sandbox.charthop import ChartHop
from sandbox.examples import populate


def test_the_examples_cover_what_the_sync_tells_apart() -> None:
    example = populate(ChartHop(), Ashby())
    acme = [example.acme.job(job) for job in example.acme.jobs]
    assert {job["recruit"] for job in acme} == {"ACTIVE", "PASSIVE", "INACTIVE", "OFFER", None}
    assert {job["state"] for job in acme} == {"OPEN", "FILLED"}
    assert "HIGH" in {job["sensitive"] for job in acme}
    departments = {one.name for one in example.acme_ashby.departments.values()}
    assert {job["department.name"] for job in acme} - departments == {"Robotics"}
    kinds = {field.name: field.type for field in example.acme.fields.values()}
    assert kinds == {
        "hiringReason": "ENUM",
        "budget": "MONEY",
        "hiringNotes": "TEXT",
        "seatNumber": "INTEGER",
        "jobLevel": "STRING",
    }
    assert 6 <= len(example.globex.jobs) <= 8


def test_each_happening_changes_something() -> None:
    charthop, ashby = ChartHop(), Ashby()
    for sentence, happen in itertools.islice(populate(charthop, ashby).happenings(), 25):
        before = charthop.state(), ashby.state(), len(ashby.accounts[0].departments)
        happen()
        after = charthop.state(), ashby.state(), len(ashby.accounts[0].departments)
        assert before != after, sentence
        assert sentence.endswith(".")


def test_the_candidate_is_hired_once_the_opening_is_there() -> None:
    example = populate(ChartHop(), Ashby())
    account = example.acme_ashby
    sentences = []
    for sentence, happen in itertools.islice(example.happenings(), 20):
        happen()
        sentences.append(sentence)
        if not account.openings:
            account.add_opening("ENG-101", "Approved", description="Senior Backend Engineer")
    of_mara = [sentence for sentence in sentences if "Mara" in sentence]
    assert [re.findall(r"offers|accepts|hired", sentence)[0] for sentence in of_mara] == [
        "offers",
        "accepts",
        "hired",
    ]
    assert account.applications[example.application_id].status == "Hired"
    assert next(iter(account.openings.values())).state == "Filled"


def test_it_runs_from_the_shell_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "sandbox", "--charthop-port", "0", "--ashby-port", "0"]
    with subprocess.Popen([*command, "--changes", "0.05"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().decode() for _ in range(6)]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert lines[0].startswith("ChartHop at http://127.0.0.1:")
    assert lines[1].startswith("Ashby at http://127.0.0.1:")
    assert lines[4].startswith("In ")
