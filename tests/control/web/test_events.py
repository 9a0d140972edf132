"""From an event to the record that it wakes: which, how often, and at what price."""

from tests.control.web.conftest import Hooked


def job(hooked: Hooked, title: str = "Engineer", **codes: object) -> str:
    return hooked.org.add_job(title, "Active", **codes)


def quiet(hooked: Hooked) -> None:
    """Everything in step, and nothing on its way."""
    hooked.deployment.sync()
    hooked.deliver()
    hooked.deployment.drain()
    hooked.deployment.sync()
    hooked.deployment.forget_calls()


def test_an_edit_in_charthop_is_in_ashby_without_a_sync_for_two_calls(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    before = hooked.deployment.memory().syncs.last()

    hooked.org.edit_job(id_, {"title": "Staff engineer"})
    assert [one.status for one in hooked.deliver()] == [200]
    assert hooked.tasks() == [("tasks.sync_job", "acme", id_)]
    assert hooked.deployment.drain() == ["updated"]

    result = hooked.deployment.result(f"job:{id_}")
    opening = hooked.account.opening(result.opening_id or "")
    assert opening["latestVersion"]["description"] == "Staff engineer"
    assert len(hooked.deployment.calls()) == 2
    assert hooked.deployment.memory().syncs.last() == before


def test_a_hire_comes_in_without_a_sync(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    opening = hooked.deployment.result(f"job:{id_}").opening_id or ""
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening)
    assert {one.status for one in hooked.deliver()} == {200}
    assert hooked.tasks() == [("tasks.sync_hire", "acme", hire.offer)]
    hooked.deployment.drain()
    assert hooked.deployment.result(f"offer:{hire.offer}").outcome.value == "created"
    calls = hooked.deployment.calls()
    assert len(calls) <= 12, "\n".join(f"{one.method} {one.path}" for one in calls)
    hooked.deployment.forget_calls()
    hooked.deliver()
    assert hooked.deployment.drain() == []
    assert hooked.deployment.calls() == []
