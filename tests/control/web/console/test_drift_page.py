"""The drift report as a page."""

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from store.heartbeats import Heartbeats
from tests.control.cli.test_drift import hire, opening_of
from tests.control.web.console.conftest import Browser, Worker, buttons, words
from tests.deployment import Deployment

PAGE = "/o/acme/drift"


@pytest.fixture
def sides(deployment: Deployment) -> tuple[Org, Account]:
    """acme, whose jobs can be synced and whose hires of always are brought over."""
    org, account = deployment.add("acme", "hires_since = 2020-01-01")
    account.add_department("Engineering")
    account.add_location("Berlin")
    return org, account


def test_both_sides_in_step_say_what_would_stand_here(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    sides[0].add_job()
    deployment.sync()
    assert f'href="{PAGE}"' in browser.get("/o/acme")
    waiting = browser.get(PAGE)
    assert "A worker is reading both sides" in words(waiting)
    assert 'http-equiv="refresh"' in waiting
    assert set(worker.answer()) == {"answered"}
    shown = browser.get(PAGE)
    assert "No differences: both sides agree" in words(shown)
    assert 'http-equiv="refresh"' not in shown


def test_without_a_worker_nobody_is_asked(
    deployment: Deployment, browser: Browser, sides: tuple[Org, Account]
) -> None:
    shown = browser.get(PAGE)
    assert "No worker is running" in words(shown)
    assert 'http-equiv="refresh"' not in shown
    assert deployment.redis.keys("*fan-out*") == []


def test_each_difference_says_what_who_can_and_what_to_do(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    closed, filled, gone = (org.add_job(title) for title in ("Rower", "Cook", "Diver"))
    deployment.sync()
    openings = {job: opening_of(account, job) for job in (closed, filled, gone)}
    account.close_opening(openings[closed])
    account.set_state(openings[filled], "Filled")
    org.delete_job(gone)
    deployment.forget_calls()
    browser.get(PAGE)
    worker.answer()
    shown = browser.get(PAGE)
    assert "3 differences: 2 to resolve in Ashby, 1 in ChartHop" in words(shown)
    for code in ("CLOSED_IN_ASHBY", "FILLED_IN_ASHBY", "LINKED_JOB_GONE"):
        assert f"1 × {code}" in words(shown)
    assert f"Rower opening {openings[closed]} in Ashby" in words(shown)
    assert "reopen the opening in Ashby" in words(shown)
    assert f"Cook opening {openings[filled]} in ChartHop" in words(shown)
    assert buttons(shown) == []
    assert deployment.writes() == []
    for job in (closed, filled, gone):
        assert browser.request("GET", f"/o/acme/records/job:{job}").status_code == 200


def test_a_record_that_only_the_drift_names_has_a_page(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    job = org.add_job("Rower")
    deployment.sync()
    org.delete_job(job)
    deployment.redis.flushall()
    page = f"/o/acme/records/job:{job}"
    assert browser.request("GET", page).status_code == 404
    Heartbeats(deployment.redis).beat("worker")
    browser.get(PAGE)
    worker.answer()
    assert f'href="{page}"' in browser.get(PAGE)
    assert browser.request("GET", page).status_code == 200


def test_nothing_of_a_person_and_no_confidential_title(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    deployment.configure("acme", "hires_since = 2020-01-01\nsync_confidential_jobs = true")
    secret = org.add_job("Keeper of Secrets", sensitive="HIGH")
    job = org.add_job("Rower")
    deployment.sync()
    account.close_opening(opening_of(account, secret))
    offer = hire(deployment, opening_of(account, job), 4)
    browser.get(PAGE)
    worker.answer()
    shown = browser.get(PAGE)
    assert f"/o/acme/records/offer:{offer}" in shown
    assert f"/o/acme/records/job:{secret}" in shown
    for marker in ("Secrets", "Mara", "Lindqvist", "@example", "100000"):
        assert marker not in shown


def test_why_a_worker_cannot_compare_is_shown(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    table = deployment.file.read_text()
    deployment.file.write_text(table.replace('"ashby-acme"', '"${NOT_SET_ANYWHERE}"'))
    browser.get(PAGE)
    worker.answer()
    assert "NOT_SET_ANYWHERE" in words(browser.get(PAGE))
