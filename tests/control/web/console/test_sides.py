"""Both sides of a record beside each other."""

import re

import pytest

from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.control.cli.test_drift import opening_of
from tests.control.cli.test_plan import hire
from tests.control.web.console.conftest import Browser, Worker, words
from tests.deployment import Deployment

PLACE = {"department.name": "Engineering", "location.name": "Berlin"}


@pytest.fixture
def sides(deployment: Deployment) -> tuple[Org, Account]:
    """acme, whose jobs can be synced, with a field of each kind of privacy."""
    org, account = deployment.add("acme", 'synced_fields = ["why", "told"]')
    account.add_department("Engineering")
    account.add_department("Sales")
    account.add_location("Berlin")
    org.add_field("why", "Reason", "ENUM", values=[("g", "Growth"), ("b", "Backfill")])
    org.add_field("told", "Told", "STRING")
    return org, account


def looked_at(browser: Browser, worker: Worker, job: str) -> str:
    page = f"/o/acme/records/job:{job}"
    assert "A worker is reading both sides" in words(browser.get(page))
    worker.answer()
    shown = browser.get(page)
    assert 'http-equiv="refresh"' not in shown
    return shown


def rows(html: str) -> dict[str, tuple[str, str, bool]]:
    """By attribute what ChartHop says, what Ashby says, and whether the row is marked."""
    (table,) = re.findall(r'<table class="sides">(.*?)</table>', html, re.S)
    found = {}
    for mark, row in re.findall(r"<tr( class=\"differs\")?>(.*?)</tr>", table, re.S):
        cells = [words(f"<main>{cell}") for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        found[cells[0].removesuffix(" differs")] = (cells[1], cells[2], bool(mark))
    return found


def test_what_differs_is_marked_and_what_agrees_is_not(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    job = org.add_job("Rower", why="g", told="Mara left", **PLACE)
    deployment.sync()
    org.edit_job(job, title="Diver")
    deployment.forget_calls()
    shown = rows(looked_at(browser, worker, job))
    assert len(deployment.calls()) <= 2
    assert deployment.writes() == []
    assert shown["title"] == ("Diver", "Rower", True)
    assert shown["department"] == ("Engineering", "Engineering", False)
    assert shown["location"] == ("Berlin", "Berlin", False)
    assert shown["status"] == ("Active", "Approved", False)
    assert shown["Reason"] == ("Growth", "Growth", False)
    assert shown["Told"] == ("(not shown)", "(not shown)", False)
    opening = opening_of(account, job)
    assert shown["Id"] == (f"job {job}", f"opening {opening}", False)


def test_a_name_that_ashby_does_not_know_differs(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Rower", **{"department.name": "Legal"})
    deployment.sync()
    assert rows(looked_at(browser, worker, job))["department"] == ("Legal", "", True)


def test_a_job_that_is_gone_and_one_without_an_opening(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    gone, bare = org.add_job("Rower"), org.add_job(" ")
    deployment.sync()
    org.delete_job(gone)
    shown = rows(looked_at(browser, worker, gone))
    assert shown["Id"][0] == "no job"
    assert shown["title"] == ("", "(not shown)", False)
    deployment.redis.delete(deployment.redis.key("acme", "answering", "sides"))
    assert rows(looked_at(browser, worker, bare))["Id"] == (f"job {bare}", "no opening", False)


@pytest.mark.parametrize("too", [True, False])
def test_of_a_confidential_job_no_title_is_told(
    deployment: Deployment,
    browser: Browser,
    worker: Worker,
    sides: tuple[Org, Account],
    too: bool,
) -> None:
    deployment.configure("acme", f"sync_confidential_jobs = {str(too).lower()}")
    job = sides[0].add_job("Keeper of Secrets", sensitive="HIGH")
    deployment.sync()
    shown = looked_at(browser, worker, job)
    assert "Secrets" not in shown
    assert ("title" in rows(shown)) is too
    assert ("department" in rows(shown)) is too


def test_after_an_order_both_sides_are_read_again(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    job = org.add_job("Rower")
    deployment.sync()
    org.edit_job(job, title="Diver")
    page = looked_at(browser, worker, job)
    place = browser.send(page, "Sync this now").headers["location"]
    assert "title" not in rows(browser.get(place))
    deployment.sync()
    deployment.memory().task_results.put(place.partition("=")[2], "updated")
    deployment.redis.delete(deployment.redis.key("acme", "answering", "sides"))
    deployment.redis.delete(deployment.redis.queue("jobs"))
    browser.get(place)
    worker.answer()
    assert rows(browser.get(place))["title"] == ("Diver", "Diver", False)


def test_of_a_hire_ids_alone_are_shown_and_links_lead_to_the_vendors(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    deployment.configure("acme", "hires_since = 2020-01-01")
    job = org.add_job("Rower")
    deployment.sync()
    offer = hire(org, account, job)
    deployment.sync()
    page = f"/o/acme/records/offer:{offer}"
    browser.get(page)
    worker.answer()
    shown = browser.get(page)
    person = deployment.result(f"offer:{offer}").person_id
    assert f"person {person}" in words(shown)
    (candidate,) = account.candidates
    assert candidate in words(shown)
    hosts = set(re.findall(r'href="https?://([^/"]+)', shown))
    assert hosts == {"app.ashbyhq.com"}


def test_who_can_do_something_is_told_by_side(
    deployment: Deployment, browser: Browser, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    untitled = org.add_job(" ")
    for _ in range(2):
        opening = account.add_opening("R-7", "Approved")
    job = org.add_job("Rower", req="R-7")
    deployment.sync()
    shown = words(browser.get("/o/acme"))
    assert "To do in ChartHop: 1 record 1 × NO_TITLE" in shown
    assert "To do in Ashby: 1 record 1 × NAMESAKES" in shown
    assert opening
    for record, side in ((untitled, "ChartHop"), (job, "Ashby")):
        assert f"( in {side} )" in words(browser.get(f"/o/acme/records/job:{record}"))


def test_the_page_of_the_organization_tells_of_keys_and_webhooks(
    deployment: Deployment, browser: Browser, sides: tuple[Org, Account]
) -> None:
    assert "Keys not used yet" in words(browser.get("/o/acme"))
    deployment.sync()
    shown = words(browser.get("/o/acme"))
    assert "Keys accepted" in shown
    assert "Webhooks Ashby: none set up ChartHop: none set up" in shown
