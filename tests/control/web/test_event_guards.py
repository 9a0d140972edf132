"""What events may bring about, what they may not, and what they leave behind."""

import json
import logging

import pytest
from starlette.applications import Starlette

from control.events import Inbox
from control.web.app import make_app
from store.connection import connect
from store.events import Events
from tests.control.web.conftest import ASHBY_SECRET, CHARTHOP_SECRET, SETTINGS, URL, Hooked, request
from tests.control.web.test_events import job, quiet
from workers.embedded import ephemeral
from workers.wiring import Wiring

MARKERS = ("Zanzibar", "Quilmes", "quilmes@example.net", "+15555550199")


def opening_of(hooked: Hooked, job_id: str) -> str:
    return hooked.deployment.result(f"job:{job_id}").opening_id or ""


def events(hooked: Hooked) -> Events:
    return hooked.deployment.memory().events


def own_writes(hooked: Hooked) -> int:
    """How many events were taken for the sync's own writes so far."""
    counts = events(hooked).counts().items()
    return sum(number for (_, _, result), number in counts if result == "own")


def test_the_sync_s_own_writes_come_back_and_cost_no_call(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.account.hire("Ada Moss", "ada@example.net", opening_of(hooked, id_))
    # Nothing tells of it but a sync: what is delivered then is what the sync itself wrote.
    hooked.deployment.ashby.outbox.pending.clear()
    hooked.deployment.sync()
    assert hooked.deployment.writes()
    hooked.deployment.forget_calls()
    before = own_writes(hooked)
    attempts = hooked.deployment.charthop.outbox.deliver()
    assert {one.delivery.kind.partition(".")[0] for one in attempts} >= {"person", "change"}
    hooked.deployment.drain()
    assert hooked.deployment.calls() == []
    assert own_writes(hooked) == before + len(attempts)


def test_an_opening_that_the_sync_made_costs_no_call_when_ashby_tells_of_it(hooked: Hooked) -> None:
    job(hooked)
    hooked.deployment.sync()
    hooked.deployment.forget_calls()
    assert [one.delivery.kind for one in hooked.deployment.ashby.outbox.deliver()] == [
        "openingCreate"
    ]
    assert hooked.tasks() == []
    assert hooked.deployment.calls() == []


def test_an_opening_that_somebody_made_for_a_job_wakes_that_job(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hooked.account.add_opening(id_, "Open")
    hooked.deliver()
    assert hooked.tasks() == [("tasks.sync_job", "acme", id_)]


def test_an_application_event_finds_its_offer(hooked: Hooked) -> None:
    """candidateHire may come without the offer; and an un-hiring comes as a stage change."""
    id_ = job(hooked)
    quiet(hooked)
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening_of(hooked, id_))
    outbox = hooked.deployment.ashby.outbox
    outbox.pending = [one for one in outbox.pending if one.kind == "candidateStageChange"]
    hooked.deliver()
    assert hooked.tasks() == [("tasks.find_offer", "acme", hire.application)]
    hooked.deployment.drain()
    assert hooked.deployment.result(f"offer:{hire.offer}").outcome.value == "created"

    hooked.account.set_application_status(hire.application, "Active")
    hooked.deliver()
    assert ("tasks.sync_hire", "acme", hire.offer) in hooked.tasks()
    hooked.deployment.drain()
    assert hooked.deployment.result(f"offer:{hire.offer}").outcome.value == "held"


def test_merged_candidates_wake_the_offers_of_both(hooked: Hooked) -> None:
    jobs = [job(hooked, f"Engineer {number}") for number in range(2)]
    quiet(hooked)
    hires = [
        hooked.account.hire(
            f"Ada Moss {number}", f"ada{number}@example.net", opening_of(hooked, id_)
        )
        for number, id_ in enumerate(jobs)
    ]
    hooked.deliver()
    hooked.deployment.drain()
    quiet(hooked)
    candidates = [hooked.account.applications[one.application].candidate_id for one in hires]
    hooked.account.merge_candidates(*candidates)
    hooked.deliver()
    assert sorted(hooked.tasks()) == sorted(("tasks.sync_hire", "acme", one.offer) for one in hires)


@pytest.mark.parametrize("answer", [401, 503])
def test_what_is_not_noted_comes_again_on_the_vendor_s_schedule(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    """503 is sent again until it is noted; 401 never is."""
    id_ = job(hooked)
    quiet(hooked)
    outbox = hooked.deployment.ashby.outbox
    outbox.retry_factor = 0.0
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening_of(hooked, id_))
    away = hooked.deployment.file.with_suffix(".away")
    if answer == 503:
        hooked.deployment.file.rename(away)
    else:
        hooked.deployment.configure("acme", SETTINGS.replace(ASHBY_SECRET, "b" * 40))
    for _ in range(3):
        assert {one.status for one in outbox.deliver()} <= {answer}
    if answer == 503:
        away.rename(hooked.deployment.file)
    assert bool(outbox.pending) is (answer == 503)
    outbox.deliver()
    hooked.deployment.drain()
    known = hooked.deployment.memory().results.all()
    assert any(record.id == hire.offer for record in known) is (answer == 503)


def test_nothing_personal_of_an_event_is_kept_or_told(
    hooked: Hooked, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever becomes of it: woken, nothing of ours, refused, no event at all."""
    id_ = job(hooked)
    quiet(hooked)
    caplog.set_level(logging.DEBUG)
    hooked.account.hire("Zanzibar Quilmes", "quilmes@example.net", opening_of(hooked, id_))
    foreign = hooked.account.add_candidate(
        "Zanzibar Quilmes", email="quilmes@example.net", phone="+15555550199"
    )
    hooked.account.set_application_status(hooked.account.add_application(foreign), "Archived")
    sent = hooked.deliver()
    assert any(b"Zanzibar" in one.delivery.body for one in sent)
    for body in (b'{"action": "Zanzibar", "data": "Quilmes"}', b'["Zanzibar'):
        hooked.post(f"{URL}/webhooks/ashby/acme", {}, body)
        hooked.post(
            f"{URL}/webhooks/charthop/acme", {"authorization": f"Bearer {CHARTHOP_SECRET}"}, body
        )
    redis = hooked.deployment.redis
    kept = b"".join(redis.dump(name) or b"" for name in redis.scan_iter("*"))
    messages = json.dumps([[one.args, one.headers] for one in hooked.deployment.app.messages])
    for marker in MARKERS:
        assert marker.encode() not in kept
        assert marker not in messages
        assert marker not in caplog.text


def test_while_redis_is_away_the_sender_is_asked_to_come_again(hooked: Hooked) -> None:
    id_ = job(hooked)
    quiet(hooked)
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening_of(hooked, id_))
    hooked.deployment.ashby.outbox.retry_factor = 0.0
    here, hooked.app = hooked.app, without_redis(hooked)
    assert {one.status for one in hooked.deliver()} == {503}
    assert request(hooked.app, "GET", "/readyz").status_code == 503
    hooked.app = here
    assert {one.status for one in hooked.deliver()} == {200}
    hooked.deployment.drain()
    assert hooked.deployment.result(f"offer:{hire.offer}").outcome.value == "created"


def without_redis(hooked: Hooked) -> Starlette:
    """The web process's application where the server of its Redis has ended."""
    with ephemeral() as server:
        redis = connect(server.url, patience=0.0)
    wiring = hooked.deployment.app.wiring
    away = Wiring(wiring.settings, redis, wiring.organizations)
    return make_app(Inbox(wiring.organizations, redis, hooked.deployment.app, away))


@pytest.mark.parametrize("most", [1, 2])
def test_events_make_no_more_openings_than_a_sync_may(hooked: Hooked, most: int) -> None:
    hooked.deployment.configure("acme", f"{SETTINGS}\nbrake = {{ create_openings = {most} }}")
    quiet(hooked)
    for number in range(3):
        job(hooked, f"Engineer {number}")
    hooked.deliver()
    for _ in range(3):
        hooked.deployment.run(hooked.deployment.app.messages.pop(0))
    assert len(hooked.account.openings) == most
    assert hooked.tasks()[0] == ("tasks.sync_organization", "acme")


@pytest.mark.parametrize("most", [1, 2])
def test_events_make_no_more_persons_than_a_sync_may(hooked: Hooked, most: int) -> None:
    hooked.deployment.configure("acme", f"{SETTINGS}\nbrake = {{ create_persons = {most} }}")
    jobs = [job(hooked, f"Engineer {number}") for number in range(3)]
    quiet(hooked)
    for number, id_ in enumerate(jobs):
        hooked.account.hire(f"Ada Moss {number}", f"a{number}@example.net", opening_of(hooked, id_))
    hooked.deliver()
    for _ in range(3):
        hooked.deployment.run(hooked.deployment.app.messages.pop(0))
    assert len(hooked.org.persons) == most
    assert hooked.tasks()[0] == ("tasks.sync_organization", "acme")


def test_a_sync_gives_events_room_again(hooked: Hooked) -> None:
    hooked.deployment.configure("acme", f"{SETTINGS}\nbrake = {{ create_openings = 1 }}")
    quiet(hooked)
    for number in range(2):
        job(hooked, f"Engineer {number}")
        hooked.deliver()
        hooked.deployment.run(hooked.deployment.app.messages.pop(0))
        assert len(hooked.account.openings) == number + 1
        hooked.deployment.sync()


@pytest.mark.parametrize("later", [False, True])
def test_what_an_event_brought_over_is_not_undone_by_a_list_that_is_late(
    hooked: Hooked, later: bool
) -> None:
    """ChartHop's lists are read from a snapshot; the woken task has read the job itself."""
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.lag_lists(30.0)
    if later:  # and what the list shows may be wrong in the other direction, too
        hooked.org.edit_job(id_, {"title": "Principal engineer"})
        hooked.deliver()
        hooked.deployment.drain()
    hooked.org.edit_job(id_, {"title": "Staff engineer"})
    hooked.deliver()
    hooked.deployment.drain()
    hooked.deployment.forget_calls()
    hooked.deployment.sync()
    assert title_of(hooked, id_) == "Staff engineer"
    assert hooked.deployment.writes() == []
    hooked.deployment.charthop.advance(31.0)
    hooked.deployment.sync()
    assert title_of(hooked, id_) == "Staff engineer"
    assert hooked.deployment.writes() == []


def test_a_hire_that_an_event_brought_in_is_not_undone_by_a_list_that_is_late(
    hooked: Hooked,
) -> None:
    """The list still shows the job as open and Active."""
    id_ = job(hooked)
    quiet(hooked)
    hooked.org.lag_lists(30.0)
    hire = hooked.account.hire("Ada Moss", "ada@example.net", opening_of(hooked, id_))
    hooked.deliver()
    hooked.deployment.drain()
    shown = hooked.account.opening(opening_of(hooked, id_))
    hooked.deployment.forget_calls()
    hooked.deployment.sync()
    assert hooked.deployment.writes() == []
    hooked.account.edit_offer(hire.offer, salary=(130_000, "EUR"))
    hooked.deployment.sync()
    hooked.deployment.charthop.advance(31.0)
    hooked.deployment.sync()
    assert [list(one.body) for one in hooked.deployment.writes()] == [["baseComp"]]
    assert hooked.account.opening(opening_of(hooked, id_)) == shown


def test_an_opening_that_an_event_made_is_not_closed_by_a_list_that_is_late(hooked: Hooked) -> None:
    """The list does not show the new job yet, which looks like a job that was closed."""
    quiet(hooked)
    hooked.org.lag_lists(30.0)
    id_ = job(hooked)
    hooked.deliver()
    hooked.deployment.drain()
    hooked.deployment.sync()
    assert hooked.account.opening(opening_of(hooked, id_))["openingState"] == "Approved"


def title_of(hooked: Hooked, job_id: str) -> str:
    return str(hooked.account.opening(opening_of(hooked, job_id))["latestVersion"]["description"])
