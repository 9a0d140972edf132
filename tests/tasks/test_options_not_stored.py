"""Picklists whose options Ashby reports as stored, and does not store or does not show."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.notes import codes
from sandbox.alterations import dropped
from sandbox.ashby.oddities import AshbyOddities
from tests.tasks.stage import Stage, make_stage

ONE, TWO, THREE = ("A", "Aa"), ("B", "Bb"), ("C", "Cc")


def with_picklist(stage: Stage, **more: Any) -> str:
    """A ticked picklist with two options, and a job that has the first."""
    stage.org.add_field("reason", "Reason", "ENUM", values=[ONE, TWO], **more)
    stage.configure('synced_fields = ["reason"]')
    return stage.opened(reason="A")


def sent(stage: Stage) -> int:
    """How often options were sent since the calls were forgotten."""
    return len(stage.calls("customField.updateSelectableValues"))


def labels_in_answer(answer: Any) -> Any:
    """The answer to a change of options, as if they had been stored."""
    options = [{"value": value, "label": label} for value, label in (ONE, TWO, THREE)]
    return {**answer, "results": {**answer["results"], "selectableValues": options}}


@pytest.mark.parametrize("echoes", [False, True])
def test_options_that_are_not_stored_are_that_field_s_trouble_and_sent_no_more(
    stage: Stage, *, echoes: bool
) -> None:
    there = with_picklist(stage)
    stage.account.store_differently("selectableValues", dropped)
    if echoes:
        path = "/customField.updateSelectableValues"
        stage.fault(path, "altered", times=9, alter=labels_in_answer)
    stage.org.edit_field("reason", values=[ONE, TWO, THREE])
    stage.sync()
    stage.later()
    job = stage.opened(reason="C")

    field = stage.deployment.result("field:reason")
    assert (field.outcome, codes(field.notes)) == ("held", ["OPTIONS_NOT_STORED"])
    assert stage.told(job) == "created: NOT_OFFERED"
    assert stage.value(job, "Reason") is None
    assert stage.value(there, "Reason") == "A"
    stage.deployment.forget_calls()
    for _ in range(3):
        stage.later()
        stage.sync()
    assert stage.written() == []
    assert codes(stage.deployment.result("field:reason").notes) == ["OPTIONS_NOT_STORED"]

    stage.account.store_as_sent("selectableValues")
    stage.deployment.ashby.faults.clear()
    stage.org.edit_field("reason", values=[ONE, TWO, THREE, ("D", "Dd")])
    stage.sync()
    assert stage.value(job, "Reason") == "C"
    assert stage.told(job) == "updated"


def test_options_that_somebody_changes_back_are_sent_again(stage: Stage) -> None:
    with_picklist(stage)
    stage.org.edit_field("reason", values=[ONE, TWO, THREE])
    stage.sync()
    field = stage.account.field_titled("Reason", "Opening")
    for _ in range(2):
        field.options = [one for one in field.options if one.value != "C"]
        stage.account.touch(field)
        stage.later()
        stage.sync()
        assert {one.value for one in field.options} == {"A", "B", "C"}


@pytest.mark.parametrize("plural", ["SINGLE", "SET"])
def test_options_that_ashby_does_not_show_are_sent_once(
    tmp_path: Path, redis_url: str, plural: str
) -> None:
    hidden = replace(AshbyOddities(), options_shown=())
    stage = make_stage(tmp_path, redis_url, ashby=hidden)
    job = with_picklist(stage, plural=plural)
    assert stage.value(job, "Reason") in ("A", ["A"])
    for _ in range(2):
        stage.later()
        stage.sync()
    assert sent(stage) == 0

    stage.org.edit_field("reason", values=[ONE, TWO, THREE])
    stage.sync()
    other = stage.opened(reason="C")
    assert stage.value(other, "Reason") in ("C", ["C"])
    stage.deployment.forget_calls()
    for _ in range(2):
        stage.later()
        stage.sync()
    assert sent(stage) == 0
    stage.sync_quietly()
