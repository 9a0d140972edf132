"""The calls of the real clients fit what the two vendors publish.

Everything the outbound half can send is sent once, under both readings of the documentation.
"""

from pathlib import Path

import pytest

from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from sandbox.wire import Call
from tests import contracts
from tests.tasks.stage import ONE, OTHER, Stage, make_stage

FIELDS = {
    "note": "TEXT", "seat": "INTEGER", "share": "PERCENT", "org": "URL", "golive": "DATE",
    "signed": "TIMESTAMP", "remote": "BOOLEAN", "budget": "MONEY", "lead": "PERSON",
    "squad": "GROUP",
}  # fmt: skip
PICKLISTS = {"reason": "ENUM", "skills": "ENUM_MULTI"}
OPTIONS = [("A", "Apples"), ("B", "Bees"), ("C", "Cats")]
TICKED = f'close_reason = "Cancelled"\nsynced_fields = {[*FIELDS, *PICKLISTS, "titel"]}'

SENT = [
    "customField.create", "customField.list", "customField.setValues",
    "customField.updateSelectableValues", "closeReason.list", "department.list", "location.list",
    "opening.addLocation", "opening.create", "opening.list", "opening.removeLocation",
    "opening.search", "opening.setOpeningState", "opening.update",
]  # fmt: skip


@pytest.fixture(scope="module", params=[ONE, OTHER], ids=lambda reading: reading[0])
def traffic(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> list[Call]:
    """The calls and answers of a few busy days."""
    charthop: ChartHopOddities
    ashby: AshbyOddities
    _, charthop, ashby = request.param
    folder: Path = tmp_path_factory.mktemp("contracts")
    stage = make_stage(folder, redis_url, charthop, ashby, TICKED)
    for sandbox in (stage.deployment.charthop, stage.deployment.ashby):
        sandbox.record_answers = True
    _live(stage)
    return stage.deployment.calls()


def _live(stage: Stage) -> None:
    """Everything that may happen to a job."""
    ada = stage.org.add_person("Ada", "Lovelace", workEmail="ada@example.com")
    squad = stage.org.add_group("team", "Squad")
    for code, type_ in FIELDS.items():
        stage.org.add_field(code, code.title(), type_)
    for code, type_ in PICKLISTS.items():
        stage.org.add_field(code, code.title(), type_, values=OPTIONS[:2])
    full = stage.job(
        note="Two\nlines", seat=3, share=0.5, org="https://example.com", golive="2026-12-01",
        signed="2026-12-01T10:00:00Z", remote=False, lead=ada, squad=squad, reason="A",
        budget={"amount": 5.5, "currency": "USD"}, skills=["A", "B"], startDatePlanned="2026-12-01",
    )  # fmt: skip
    bare = stage.job(department__name=None, location__name=None)
    lost = stage.job(req="LOST-1")
    stage.fault("/opening.create", "lost", skip=2)
    stage.sync()
    stage.account.add_location("Rome")
    for code in PICKLISTS:
        stage.org.edit_field(code, values=OPTIONS)
    stage.edit(full, title="Other", location__name="Rome", reason="C", note=None, golive=None)
    stage.edit(bare, recruit="Passive")
    stage.org.delete_job(lost)
    stage.sync()
    stage.edit(full, department__name=None, startDatePlanned=None, location__name=None)
    stage.edit(bare, recruit="Active")
    stage.sync()
    stage.sync(full="yes")


@contracts.needed
def test_every_call_and_every_answer_is_as_published(traffic: list[Call]) -> None:
    for call in traffic:
        contracts.check_call(call)


def test_everything_that_can_be_sent_was_sent(traffic: list[Call]) -> None:
    paths = {call.path.removeprefix("/") for call in traffic if call.system == "ashby"}

    assert set(SENT) <= paths
    assert any(call.path.endswith("/job") for call in traffic)
    assert any("/job/" in call.path for call in traffic)
    assert any(call.path.endswith("/field/built-in") for call in traffic)


def test_no_answer_was_a_refusal_but_that_of_an_empty_value(traffic: list[Call]) -> None:
    refused = [
        (call.path, call.answer["errorInfo"]["message"])
        for call in traffic
        if call.system == "ashby" and call.answer is not None and not call.answer["success"]
    ]

    assert set(refused) <= {("/customField.setValues", "fieldValue: null is not a value")}
    assert all(call.status in (0, 200, 202, 404) for call in traffic)
