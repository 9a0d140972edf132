"""Orders of an assistant: who gave them, what they need, and when the person is asked."""

import pytest

from core.keys import job_key, offer_key
from tests.control.assistant.conftest import Assistant, Refused
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import everything, hire

WHO = 'ana, with client "Desk Assistant" (unproven)'
MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])
"""The protocol with a handshake, and the one without."""


def noted(here: Operator) -> list[tuple[str, str, str, str | None]]:
    from store.journal import Journal

    journal = Journal(here.deployment.redis, "acme").all()
    return [(one.what, one.by, one.via, one.about) for one in journal]


def brake(here: Operator) -> list[str]:
    """Four openings would be closed at once, which waits for a person."""
    here.deployment.add("acme")
    jobs = here.deployment.stop_four_of_a_crowd()
    here.deployment.sync()
    return jobs


@MODES
def test_every_order_says_who_gave_it(here: Operator, mode: str) -> None:
    org, account = here.deployment.add("acme", 'push_hires = "manual"\nhires_since = 2020-01-01')
    job = org.add_job()
    here.deployment.sync()
    offer = hire(org, account, job)
    here.deployment.sync()
    assistant = Assistant(allow_writes=True, mode=mode)
    paused = assistant.calls("pause", organization="acme")
    assert paused["untrusted_pause_reason"] == f"by {WHO}"
    with pytest.raises(Refused, match="acme is paused"):
        assistant.calls("sync", organization="acme")
    assert assistant.calls("resume", organization="acme")["was_paused"]
    assert not assistant.calls("resume", organization="acme")["was_paused"]
    assert assistant.calls("sync", organization="acme")["record"] is None
    assert assistant.calls("sync", organization="acme", record=job)["record"] == f"job:{job}"
    assert assistant.calls("push", organization="acme", record=job)["record"] == f"offer:{offer}"
    assert noted(here) == [
        ("push", WHO, "assistant", f"offer:{offer}"),
        ("sync", WHO, "assistant", f"job:{job}"),
        ("sync", WHO, "assistant", None),
        ("resume", WHO, "assistant", None),
        ("pause", WHO, "assistant", f"by {WHO}"),
    ]
    told, *_ = here.deployment.memory().results.history(offer_key(offer))
    assert told.result.reason == f"{WHO} pushed the hire"
    orders = assistant.calls("status", organization="acme")["orders"]
    assert [one["untrusted_by"] for one in orders] == [WHO] * 5


def test_a_client_cannot_write_more_than_a_short_name(here: Operator) -> None:
    from control.assistant.desk import Desk

    by = Desk("ana").operator('x" (proven)\u202e\n' + "y" * 500)
    assert by.name.startswith("ana, with client \"x' (proven) yyy")
    assert by.name.endswith('" (unproven)')
    assert len(by.name) < 100
    assert Desk("ana").operator(None).name == 'ana, with client "without a name" (unproven)'


@MODES
def test_approve_needs_the_digest_that_was_shown(here: Operator, mode: str) -> None:
    jobs = brake(here)
    assistant = Assistant(allow_writes=True, mode=mode)
    before = everything(here)
    for digest in ("", "0" * 64, "\u00e9"):
        with pytest.raises(Refused, match="not what was shown"):
            assistant.calls("approve", organization="acme", digest=digest)
    with pytest.raises(Refused, match="Field required"):
        assistant.calls("approve", organization="acme")
    assert everything(here) == before
    digest = assistant.calls("status", organization="acme")["approvable"]["digest"]
    answer = assistant.calls("approve", organization="acme", digest=digest)
    assert answer == {"organization": "acme", "number": 4}
    told, *_ = here.deployment.memory().results.history(job_key(jobs[0]))
    assert told.result.reason == f"{WHO} approved what the brake held"
    with pytest.raises(Refused, match="The brake holds nothing for acme"):
        assistant.calls("approve", organization="acme", digest=digest)
    assert len(noted(here)) == 1


@MODES
@pytest.mark.parametrize("answer", [False, None])
def test_a_person_who_does_not_agree_is_obeyed(
    here: Operator, mode: str, answer: bool | None
) -> None:
    brake(here)
    assistant = Assistant(allow_writes=True, mode=mode)
    digest = assistant.calls("status", organization="acme")["approvable"]["digest"]
    before = everything(here)
    with pytest.raises(Refused, match="The person did not agree; nothing was done"):
        assistant.calls("approve", lambda _: answer, organization="acme", digest=digest)
    assert everything(here) == before
    assert assistant.asked == [
        "Release 4 held changes of acme (4 x close)? The next sync carries them out."
    ]
    assistant.calls("approve", lambda _: True, organization="acme", digest=digest)
    assert [one[0] for one in noted(here)] == ["approve"]


@MODES
def test_a_person_is_asked_before_a_hire_is_pushed(here: Operator, mode: str) -> None:
    org, account = here.deployment.add("acme", 'push_hires = "manual"\nhires_since = 2020-01-01')
    job = org.add_job("Engineer <@everyone>")
    here.deployment.sync()
    offer = hire(org, account, job)
    here.deployment.sync()
    assistant = Assistant(allow_writes=True, mode=mode)
    with pytest.raises(Refused, match="did not agree"):
        assistant.calls("push", lambda _: None, organization="acme", record=f"offer:{offer}")
    assert not noted(here)
    assert not here.deployment.memory().switches.pushed()
    (question,) = assistant.asked
    assert question.startswith(f"Push offer:{offer} (hire for Engineer ")
    assert "<@" not in question and "Mara" not in question
    assistant.calls("push", lambda _: True, organization="acme", record=f"offer:{offer}")
    assert here.deployment.memory().switches.pushed() == {offer}


@MODES
def test_the_hire_that_the_person_agreed_to_is_pushed_and_no_other(
    here: Operator, mode: str
) -> None:
    org, account = here.deployment.add("acme", 'push_hires = "manual"\nhires_since = 2020-01-01')
    chef, baker = org.add_job("Chef"), org.add_job("Baker")
    here.deployment.sync()
    meant, other = hire(org, account, chef), hire(org, account, baker)
    here.deployment.sync()

    def swaps_the_titles(_: str) -> bool:
        org.edit_job(chef, title="Baker")
        org.edit_job(baker, title="Chef")
        here.deployment.sync()
        return True

    assistant = Assistant(allow_writes=True, mode=mode)
    receipt = assistant.calls("push", swaps_the_titles, organization="acme", record="Chef")
    # Without a handshake, what the title means now is another question, which is asked, too.
    agreed = meant if mode == "legacy" else other
    assert f"Push offer:{agreed} " in assistant.asked[-1]
    assert receipt["record"] == f"offer:{agreed}"
    assert here.deployment.memory().switches.pushed() == {agreed}


def test_what_the_brake_holds_may_change_while_the_person_thinks(here: Operator) -> None:
    brake(here)
    org = here.deployment.orgs["acme"]
    assistant = Assistant(allow_writes=True)
    digest = assistant.calls("status", organization="acme")["approvable"]["digest"]

    def thinks(_: str) -> bool:
        job = next(id_ for id_, one in org.jobs.items() if one.values.get("recruit") == "Active")
        org.edit_job(job, recruit="Passive")
        here.deployment.sync()
        return True

    with pytest.raises(Refused, match="has changed"):
        assistant.calls("approve", thinks, organization="acme", digest=digest)
    assert not noted(here)


def test_orders_that_were_not_allowed_are_not_offered(here: Operator) -> None:
    brake(here)
    before = everything(here)
    for tool in ("pause", "resume", "approve", "push"):
        with pytest.raises(Refused, match="Unknown tool"):
            Assistant().calls(tool, organization="acme", record="x", digest="x")
    assert everything(here) == before


def test_an_organization_that_is_not_enabled_is_not_synced(here: Operator) -> None:
    here.deployment.add("acme")
    here.deployment.configure("acme", "", enabled=False)
    with pytest.raises(Refused, match="acme"):
        Assistant().calls("sync", organization="acme")
    assert not noted(here)
