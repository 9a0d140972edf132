"""While a key is being changed: two are in the file, and whichever the service takes is used."""

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from core.outcomes import Outcome
from sandbox.wire import Call, Fault
from store.key_choice import FIRST_TRIED_AGAIN, KeyChoice
from store.space import text
from tests.deployment import Deployment

System = Literal["charthop", "ashby"]
BOTH: list[System] = ["charthop", "ashby"]
NEW, OLD = "the-new-key-0123456789", "the-old-key-9876543210"


@pytest.fixture
def acme(deployment: Deployment) -> Deployment:
    """One organization with an open job."""
    deployment.add("acme", "hires_since = 2026-01-01")
    deployment.orgs["acme"].add_job("Engineer")
    return deployment


def write(deployment: Deployment, system: str, *keys: str) -> None:
    """The organizations file with these keys for that system."""
    listed = ", ".join(f'"{key}"' for key in keys)
    lines = [
        f"{system}_api_key = [{listed}]" if line.startswith(f"{system}_api_key") else line
        for line in deployment.file.read_text().splitlines()
    ]
    deployment.file.write_text("\n".join(lines) + "\n")


def admit(deployment: Deployment, system: str, *keys: str) -> None:
    """The service takes these keys and no other."""
    side: Any = deployment.orgs["acme"] if system == "charthop" else deployment.accounts["acme"]
    side.key, side.second_key = (*keys, None, None)[:2]


def sync_with_both(deployment: Deployment, system: str, *admitted: str) -> None:
    """One sync with the new and the old key in the file, of which the service takes those."""
    write(deployment, system, NEW, OLD)
    admit(deployment, system, *admitted)
    deployment.sync()


def calls_with(deployment: Deployment, key: str) -> list[Call]:
    return [call for call in deployment.calls() if call.key == key]


def refusals(deployment: Deployment) -> list[Call]:
    return [call for call in deployment.calls() if call.status in (401, 403)]


def outcomes(deployment: Deployment) -> Sequence[str]:
    return [kept.result.outcome for kept in deployment.memory().results.all().values()]


@pytest.mark.parametrize("system", BOTH)
def test_the_new_key_is_used_where_both_work(acme: Deployment, system: System) -> None:
    sync_with_both(acme, system, NEW, OLD)

    assert outcomes(acme) == [Outcome.CREATED]
    assert calls_with(acme, NEW)
    assert not calls_with(acme, OLD)


@pytest.mark.parametrize("system", BOTH)
def test_the_old_key_goes_on_while_the_new_one_is_not_taken(
    acme: Deployment, system: System
) -> None:
    sync_with_both(acme, system, OLD)

    assert outcomes(acme) == [Outcome.CREATED]
    assert acme.memory().switches.refused() == {}
    assert len(refusals(acme)) == 1  # found out once

    acme.forget_calls()
    acme.sync()
    assert refusals(acme) == []  # and remembered from then on
    assert not calls_with(acme, NEW)


@pytest.mark.parametrize("system", BOTH)
def test_the_first_key_is_tried_again_now_and_then(acme: Deployment, system: System) -> None:
    sync_with_both(acme, system, OLD)
    (kept,) = acme.redis.scan_iter("*:key-in-use:*")
    assert 0 < acme.redis.ttl(text(kept)) <= FIRST_TRIED_AGAIN

    acme.redis.delete(text(kept))  # so much time has gone by
    admit(acme, system, NEW, OLD)
    acme.forget_calls()
    acme.sync()
    assert calls_with(acme, NEW)
    assert not calls_with(acme, OLD)


@pytest.mark.parametrize("system", BOTH)
def test_a_key_that_is_switched_off_while_it_is_in_use_gives_way_to_the_other(
    acme: Deployment, system: System
) -> None:
    sync_with_both(acme, system, OLD)

    admit(acme, system, NEW)
    acme.orgs["acme"].add_job("Analyst")
    acme.forget_calls()
    acme.sync()
    assert sorted(outcomes(acme)) == [Outcome.CREATED, Outcome.UNCHANGED]
    assert len(refusals(acme)) == 1
    assert KeyChoice(acme.redis, "acme", system).get() is None


@pytest.mark.parametrize("skip", range(1, 9))
def test_ashby_s_first_key_may_end_before_any_call_and_no_try_is_spent(
    acme: Deployment, skip: int
) -> None:
    """A write among them: it was not carried out, so it is sent with the other key at once."""
    write(acme, "ashby", NEW, OLD)
    admit(acme, "ashby", NEW, OLD)
    acme.ashby.faults.append(Fault(status=401, key=NEW, times=10_000, skip=skip))
    acme.sync()

    assert outcomes(acme) == [Outcome.CREATED]
    assert len(acme.accounts["acme"].openings) == 1
    assert acme.memory().switches.refused() == {}
    assert acme.app.messages == []
    assert acme.waits == []


def test_a_permission_that_the_new_key_lacks_is_found_with_the_old_one(acme: Deployment) -> None:
    write(acme, "ashby", NEW, OLD)
    admit(acme, "ashby", NEW, OLD)
    body = {"success": False, "errorInfo": {"code": "missing_endpoint_permission"}}
    acme.ashby.faults.append(Fault("opening.create", status=403, body=body, key=NEW, times=10_000))
    acme.sync()

    assert outcomes(acme) == [Outcome.CREATED]


@pytest.mark.parametrize("system", BOTH)
def test_a_direction_rests_only_where_no_key_is_taken(acme: Deployment, system: System) -> None:
    sync_with_both(acme, system, "another")
    assert acme.memory().switches.refused()

    admit(acme, system, OLD)  # and it goes on with whichever comes back
    acme.sync()
    assert acme.memory().switches.refused() == {}
    assert outcomes(acme) == [Outcome.CREATED]


CHANGES: dict[str, list[dict[str, tuple[str, ...]]]] = {
    "one at a time": [
        {"charthop": (NEW, OLD)},
        {"charthop": (NEW,)},
        {"ashby": (NEW, OLD)},
        {"ashby": (NEW,)},
    ],
    "both at once": [
        {"charthop": (NEW, OLD), "ashby": (NEW, OLD)},
        {"charthop": (NEW,), "ashby": (NEW,)},
    ],
    "the old one stays the first": [{"charthop": (OLD, NEW)}, {"charthop": (NEW,)}],
    "ChartHop's replaced": [{"charthop": (NEW,)}],
    "Ashby's replaced": [{"ashby": (NEW,)}],
    "one after the other replaced": [{"charthop": (NEW,)}, {"ashby": (NEW,)}],
}
"""What stands in the file, step by step; there is a sync after each."""


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_forgotten_in_whichever_order_the_keys_change(
    acme: Deployment, name: str
) -> None:
    for system in BOTH:
        write(acme, system, OLD)
        admit(acme, system, OLD)
    acme.sync()
    acme.sync()
    acme.forget_calls()
    acme.sync()
    quiet = sorted(call.path for call in acme.calls())
    for step in CHANGES[name]:
        for changed, keys in step.items():
            write(acme, changed, *keys)
            admit(acme, changed, *keys)
        acme.forget_calls()
        acme.sync()
        assert sorted(call.path for call in acme.calls()) == quiet
        assert all("syncToken" in call.body for call in acme.calls() if "opening.list" in call.path)


def test_each_key_has_an_allowance_of_its_own(acme: Deployment) -> None:
    sync_with_both(acme, "ashby", OLD)

    assert len(list(acme.redis.scan_iter("*:turn:ashby:*"))) == 2


@pytest.mark.parametrize("told", [NEW, OLD])
@pytest.mark.parametrize("system", BOTH)
def test_neither_key_is_repeated_whichever_was_sent(
    acme: Deployment, system: System, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(acme, system, NEW, OLD)
    admit(acme, system, NEW, OLD)
    side = acme.charthop if system == "charthop" else acme.ashby
    body = {"success": False, "message": told, "errors": [told], "errorInfo": {"code": told}}
    side.faults.append(Fault(status=400, body=body, times=10_000))
    acme.sync()

    assert told[:12] not in caplog.text
    for name in acme.redis.scan_iter():
        assert told[:12].encode() not in (acme.redis.dump(name) or b"")
