"""Whatever a service answers: nothing is lost, nothing doubled, and nothing closed by mistake."""

from typing import Any

import pytest

from core.actions import Plan
from core.gathered import GatheredJob
from core.jobs import plan_job
from core.notes import in_words
from core.outcomes import Outcome
from core.rules import Rules
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from store.allowances import FEW_FAILURES
from tasks import records
from tests.deployment import Deployment

MORE = 'hires_since = 2026-01-01\nsynced_fields = ["hiringReason"]'

WEATHER: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "headers": {"retry-after": "1"}},
    "429 without Retry-After": {"status": 429},
    "500": {"status": 500},
    "502 in HTML": {"kind": "html"},
    "200 in HTML": {"kind": "html200"},
    "no body": {"kind": "empty"},
    "timeout": {"kind": "timeout"},
    "refused": {"kind": "refused"},
    "lost": {"kind": "lost"},
    "late": {"kind": "late"},
    "reset in the body": {"kind": "reset"},
    "done, then 500": {"status": 500, "done": True},
    "done, then 502 in HTML": {"kind": "html", "done": True},
    "done, then no body": {"kind": "empty", "done": True},
    "202": {"kind": "accepted"},
    "an error of its own": {"kind": "error"},
    "rate_limit_exceeded": {"kind": "error", "code": "rate_limit_exceeded"},
    "sync_token_expired": {"kind": "error", "code": "sync_token_expired"},
    "sync_token_invalid": {"kind": "error", "code": "sync_token_invalid"},
    "incremental_sync_too_large": {"kind": "error", "code": "incremental_sync_too_large"},
    "next_cursor_expired": {"kind": "error", "code": "next_cursor_expired"},
    "invalid_input": {"kind": "error", "code": "invalid_input"},
    "403": {"status": 403, "code": "missing_endpoint_permission"},
}


def scene(deployment: Deployment) -> tuple[Org, Account]:
    """Something to do for every kind of call."""
    org, account = deployment.add(more=MORE)
    org.add_field("hiringReason", "Reason", "STRING")
    jobs = [org.add_job(f"Job {number}", createDate="2026-01-05") for number in range(12)]
    deployment.sync()
    opening = deployment.result(f"job:{jobs[0]}").opening_id
    application = account.add_application(account.add_candidate("Jane Public", "jane@example.com"))
    account.accept_offer(account.add_offer(application, opening))
    account.set_application_status(application, "Hired")
    org.edit_job(jobs[1], title="Renamed", hiringReason="Growth")
    org.edit_job(jobs[2], recruit="Inactive")
    org.add_job("Added", hiringReason="Backfill", createDate="2026-01-05")
    return org, account


def closed(account: Account) -> int:
    return sum(account.opening(id_)["openingState"] == "Closed" for id_ in account.openings)


@pytest.mark.parametrize("kind", WEATHER)
def test_it_passes_and_leaves_no_trace(deployment: Deployment, kind: str) -> None:
    deployment.unhurried = True
    org, account = scene(deployment)
    hits = 0
    for turn in range(5):
        # Each sync comes further than the one before it.
        faults = [Fault(skip=2 * turn + 1, **WEATHER[kind]) for _ in range(2)]
        for side, fault in zip((deployment.charthop, deployment.ashby), faults, strict=True):
            side.faults = [fault]
        clear_the_sky(deployment)
        deployment.sync()
        hits += sum(fault.hits for fault in faults)
        assert closed(account) <= 1, "only the job that is Inactive"
    assert hits >= 3

    deployment.charthop.faults, deployment.ashby.faults = [], []
    for _ in range(2):
        clear_the_sky(deployment)
        deployment.sync()
    deployment.forget_calls()
    deployment.sync()
    assert deployment.writes() == []
    assert closed(account) == 1
    linked = [account.opening_field(id_, "ChartHop Job ID") for id_ in account.openings]
    assert sorted(linked) == sorted(org.jobs)
    assert len(org.persons) == len(org.changes) == 1
    titles = [(one.title, one.object_type) for one in account.custom_fields.values()]
    assert len(titles) == len(set(titles)) == 4


def clear_the_sky(deployment: Deployment) -> None:
    """Nobody waits in a test: the holds and pauses that the services brought about are over."""
    for name in ("turn", "hold", "outage", "failures", "probe"):
        for key in deployment.redis.scan_iter(f"charthop-ashby:-:{name}:*"):
            deployment.redis.delete(key)


ANSWER_LOST: dict[str, dict[str, Any]] = {
    "lost": {"kind": "lost"},
    "late": {"kind": "late"},
    "reset in the body": {"kind": "reset"},
    "500": {"status": 500, "done": True},
    "502 in HTML": {"kind": "html", "done": True},
    "no body": {"kind": "empty", "done": True},
}
WRITES = (
    r"opening\.create",
    r"opening\.update",
    r"setOpeningState",
    r"customField\.create",
    r"setValues",
    r"/person$",
    r"/change/sync/",
    r"/v2/org/acme/job/",
)


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("kind", ANSWER_LOST)
def test_a_write_whose_answer_is_lost_is_found_again_and_not_done_twice(
    deployment: Deployment, kind: str, path: str
) -> None:
    deployment.unhurried = True
    org, account = scene(deployment)
    org.add_field("seat", "Seat", "STRING")
    deployment.configure("acme", MORE.replace('"]', '", "seat"]'))
    method = "PATCH" if path.endswith("job/") else "POST"
    faults = [Fault(path=path, method=method, **ANSWER_LOST[kind]) for _ in range(2)]
    for side, fault in zip((deployment.charthop, deployment.ashby), faults, strict=True):
        side.faults = [fault]
    deployment.sync()
    assert [fault.hits for fault in faults].count(1) == 1
    deployment.sync()
    deployment.forget_calls()
    deployment.sync()
    assert deployment.writes() == []
    linked = [account.opening_field(id_, "ChartHop Job ID") for id_ in account.openings]
    assert sorted(linked) == sorted(org.jobs)
    assert len(org.persons) == len(org.changes) == 1
    titles = [(one.title, one.object_type) for one in account.custom_fields.values()]
    assert len(titles) == len(set(titles)) == 5


# A poison record.


def test_a_poison_record_has_three_tries_and_then_one_a_sync_and_nobody_waits(
    deployment: Deployment,
) -> None:
    deployment.unhurried = True
    org, account = deployment.add()
    deployment.sync()
    jobs = [org.add_job(req=f"REQ-{number}") for number in range(30)]
    poison = jobs[0]

    def struck() -> list[Any]:
        return [
            call
            for call in deployment.ashby.calls
            if call.path == "/opening.create" and call.body["identifier"] == "REQ-0"
        ]

    deployment.ashby.faults.append(_Poison(path="opening.create", status=500, times=10_000))
    deployment.sync()
    assert len(struck()) == records.TRIES
    assert len(account.openings) == 29
    assert deployment.result(f"job:{poison}").outcome is Outcome.FAILED
    assert all(deployment.result(f"job:{job}").outcome is Outcome.CREATED for job in jobs[1:])
    for _ in range(3):
        deployment.forget_calls()
        deployment.sync()
        assert len(struck()) == 1

    deployment.ashby.faults.clear()
    deployment.sync()
    assert deployment.result(f"job:{poison}").outcome is Outcome.CREATED
    assert len(account.openings) == 30


class _Poison(Fault):
    """Strikes the calls about one record only."""

    def strikes(self, request: Any, key: str | None) -> bool:
        return b'"REQ-0"' in request.body and super().strikes(request, key)


def test_the_pauses_between_the_tries_grow_and_are_not_all_the_same(
    deployment: Deployment,
) -> None:
    org, _ = deployment.add()
    deployment.sync()
    for number in range(12):
        org.add_job(req=f"REQ-{number}")
    deployment.ashby.faults.append(Fault(path="opening.create", kind="refused", times=10_000))
    deployment.send("tasks.sync_organization", "acme")
    first: list[float] = []
    second: list[float] = []
    while deployment.app.messages:
        message = deployment.app.messages.pop(0)
        before = len(deployment.app.messages)
        clear_the_sky(deployment)
        deployment.run(message)
        for sent in deployment.app.messages[before:]:
            if sent.headers.get("tries"):
                (first if sent.headers["tries"] == 1 else second).append(sent.countdown)
    assert len(first) == len(second) == 12
    assert 1.0 <= min(first) < max(first) <= 3.0 < 4.0 <= min(second) < max(second) <= 12.0


def test_a_record_that_meets_a_bug_in_planning_stops_no_other(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    org, account = deployment.add()
    jobs = [org.add_job() for _ in range(5)]
    from tasks import survey

    def stumbles(gathered: GatheredJob, rules: Rules) -> Plan:
        if gathered.job is not None and gathered.job.id == jobs[0]:
            raise RuntimeError("a bug, and jane@example.com")
        return plan_job(gathered, rules)

    monkeypatch.setattr(survey, "plan_job", stumbles)
    deployment.sync()
    result = deployment.result(f"job:{jobs[0]}")
    assert result.outcome is Outcome.FAILED
    assert "RuntimeError" in (result.reason or "")
    assert "jane" not in (result.reason or "")
    assert len(account.openings) == 4
    monkeypatch.undo()
    deployment.sync()
    assert len(account.openings) == 5


# A service that asks to be left alone, or is down.


def test_a_service_that_asks_for_a_pause_is_no_try_of_a_record(deployment: Deployment) -> None:
    org, account = deployment.add()
    deployment.sync()
    jobs = [org.add_job() for _ in range(30)]
    deployment.ashby.faults.append(
        Fault(path="opening.create", status=429, headers={"retry-after": "30"})
    )
    deployment.send("tasks.sync_organization", "acme")
    for ran, _ in enumerate(deployment.steps()):
        if ran == 60:
            clear_the_sky(deployment)
    assert all(deployment.result(f"job:{job}").outcome is Outcome.CREATED for job in jobs)
    assert len(account.openings) == 30
    asked = [call for call in deployment.ashby.calls if call.path == "/opening.create"]
    assert len(asked) == 31


def test_a_429_of_one_key_leaves_another_alone_and_one_of_the_integration_does_not(
    deployment: Deployment,
) -> None:
    for scope in ("", "integration-partner"):
        clear_the_sky(deployment)
        deployment.waits.clear()
        for name in ("acme", "globex"):
            if name not in deployment.orgs:
                deployment.add(name)
            deployment.sync(name)
        headers = {"retry-after": "5", **({"x-ratelimit-scope": scope} if scope else {})}
        deployment.ashby.faults.append(Fault(key="ashby-acme", status=429, headers=headers))
        deployment.sync("acme")
        deployment.waits.clear()
        deployment.sync("globex")
        assert bool([one for one in deployment.waits if one > 1]) is bool(scope)


def test_an_outage_is_noticed_after_a_few_failures_and_ends_by_one_call(
    deployment: Deployment,
) -> None:
    org, account = deployment.add()
    deployment.sync()
    jobs = [org.add_job() for _ in range(40)]
    down = Fault(path="", kind="refused", times=10_000)
    deployment.send("tasks.sync_organization", "acme")
    steps = deployment.steps()
    next(steps)
    deployment.ashby.faults.append(down)
    for _ in range(200):
        next(steps)
    assert down.hits == FEW_FAILURES
    assert len(account.openings) == 0

    deployment.ashby.faults.clear()
    deployment.redis.delete(*deployment.redis.keys("charthop-ashby:-:outage:*"))
    deployment.forget_calls()
    for _ in steps:
        pass
    assert len(account.openings) == len(jobs)
    assert all(deployment.result(f"job:{job}").outcome is Outcome.CREATED for job in jobs)


def test_an_outage_that_outlasts_patience_fails_the_record_until_the_next_sync(
    deployment: Deployment,
) -> None:
    org, account = deployment.add()
    deployment.sync()
    job = org.add_job()
    deployment.ashby.faults.append(Fault(path="opening.create", kind="refused", times=10_000))
    for _ in range(3):
        deployment.sync()
    result = deployment.result(f"job:{job}")
    assert result.outcome is Outcome.FAILED
    deployment.ashby.faults.clear()
    clear_the_sky(deployment)
    deployment.sync()
    assert len(account.openings) == 1


# Lists that are not whole.


def repeated(answer: Any) -> Any:
    """A page that names itself as the one that follows."""
    if "data" in answer:
        rows = answer["data"] or [{"id": "670405b2c8e3d13247cfef5d", "recruit": "Inactive"}]
        return {"data": rows, "next": "the same"}
    rows = answer.get("results", [])
    more = {"moreDataAvailable": True, "nextCursor": "the same"}
    return {"success": True, "results": rows, **more}


@pytest.mark.parametrize(("side", "path"), [("charthop", r"/job$"), ("ashby", r"opening\.list")])
def test_a_page_that_repeats_closes_nothing(deployment: Deployment, side: str, path: str) -> None:
    org, account = deployment.add()
    jobs = [org.add_job() for _ in range(3)]
    deployment.sync()
    org.edit_job(jobs[0], recruit="Inactive")
    getattr(deployment, side).faults.append(
        Fault(path=path, kind="altered", alter=repeated, times=100)
    )
    deployment.forget_calls()
    sync = deployment.sync()
    assert "is incomplete" in (in_words(sync.problems) or "")
    assert deployment.writes() == []
    getattr(deployment, side).faults.clear()
    deployment.sync()
    assert closed(account) == 1


def test_a_whole_list_that_shrinks_makes_no_second_opening(deployment: Deployment) -> None:
    org, account = deployment.add()
    for _ in range(5):
        org.add_job()
    deployment.sync()
    before = deployment.ashby.state()

    def shrinks(answer: Any) -> Any:
        return {**answer, "results": answer["results"][:2]}

    deployment.ashby.faults.append(Fault(path=r"opening\.list", kind="altered", alter=shrinks))
    deployment.sync(full=True)
    deployment.sync()
    deployment.sync(full=True)
    assert deployment.ashby.state() == before
    assert len(account.openings) == 5


def test_unknown_words_and_new_fields_are_taken_as_they_come(deployment: Deployment) -> None:
    org, account = deployment.add()
    job = org.add_job()
    deployment.sync()

    def of_next_year(answer: Any) -> Any:
        if isinstance(answer.get("results"), list):
            for row in answer["results"]:
                row["somethingNew"] = {"deep": [1, 2]}
                if "openingState" in row:
                    row["openingState"] = "Frozen"
                    row["latestVersion"]["employmentType"] = "Gig"
        for row in answer.get("data", []):
            row["recruit"] = "Simmering"
            row["brandNew"] = "x"
        return answer

    for side in (deployment.charthop, deployment.ashby):
        side.faults.append(Fault(kind="altered", alter=of_next_year, times=1000))
    deployment.forget_calls()
    deployment.sync(full=True)
    assert "no rule for the recruiting status" in (deployment.result(f"job:{job}").reason or "")
    assert deployment.writes() == []
    assert len(account.openings) == 1


def test_a_202_is_never_an_empty_list(deployment: Deployment) -> None:
    org, account = deployment.add()
    for _ in range(3):
        org.add_job()
    deployment.sync()
    deployment.charthop.faults.append(Fault(path=r"/job$", kind="accepted", times=1000))
    deployment.forget_calls()
    sync = deployment.sync()
    assert "still preparing" in (in_words(sync.problems) or "")
    assert deployment.writes() == []
    assert closed(account) == 0
