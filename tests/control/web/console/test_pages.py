"""What the pages show."""

from control.deployment import Deployment as Control
from core.brakes import SMALLEST_CROWD
from tests.control.cli.test_plan import hire
from tests.control.web.console.conftest import Browser, buttons, words
from tests.deployment import Deployment


def test_the_first_page_says_how_each_organization_stands(
    deployment: Deployment, browser: Browser
) -> None:
    assert "There is no organization yet" in words(browser.get("/"))
    org, _ = deployment.add("acme")
    org.add_job(" ")
    deployment.add("globex")
    deployment.sync()
    deployment.memory("globex").switches.pause("an audit")
    shown = words(browser.get("/"))
    assert "acme in sync 1 " in shown
    assert "globex paused : an audit 0 none yet" in shown


def test_a_table_that_is_wrong_is_shown_to_who_runs_all(
    deployment: Deployment, browser: Browser
) -> None:
    deployment.add("acme", "colour = 1")
    assert 'unknown key "colour"' in words(browser.get("/"))
    assert browser.request("GET", "/o/acme").status_code == 404


def test_what_needs_somebody_is_grouped_by_reason_with_its_remedy(
    deployment: Deployment, browser: Browser
) -> None:
    org, _ = deployment.add("acme")
    assert "Nothing needs attention" in words(browser.get("/o/acme"))
    jobs = [org.add_job(" ") for _ in range(2)]
    deployment.sync()
    shown = browser.get("/o/acme")
    assert "2 × NO_TITLE What to do:" in words(shown)
    for job in jobs:
        assert f'href="/o/acme/records/job:{job}"' in shown


def test_a_record_is_found_by_what_the_page_may_know(
    deployment: Deployment, browser: Browser
) -> None:
    org, account = deployment.add("acme")
    account.add_department("Engineering")
    account.add_location("Berlin")
    job = org.add_job()
    deployment.sync()
    opening = deployment.result(f"job:{job}").opening_id
    for called in ("", job, f"job:{job}", str(opening)):
        assert f'href="/o/acme/records/job:{job}"' in browser.get(f"/o/acme/records?q={called}")
    nothing = browser.get("/o/acme/records?q=%3Cscript%3E")
    assert "<script>" not in nothing
    assert "No record matches" in words(nothing)


def test_a_record_tells_outcome_reason_remedy_and_history(
    deployment: Deployment, browser: Browser
) -> None:
    org, _ = deployment.add("acme")
    job = org.add_job(" ")
    deployment.sync()
    shown = words(browser.get(f"/o/acme/records/job:{job}"))
    assert "held" in shown
    assert "NO_TITLE What to do" in shown
    assert f"job {job} no opening" in shown
    assert "History" in shown
    for unknown in ("job:nowhere", "nowhere", "job:", "field:x"):
        assert browser.request("GET", f"/o/acme/records/{unknown}").status_code == 404


def test_the_last_syncs_and_what_one_of_them_did(deployment: Deployment, browser: Browser) -> None:
    assert browser.request("GET", "/o/acme/syncs").status_code == 404
    org, _ = deployment.add("acme")
    assert "No sync yet" in words(browser.get("/o/acme/syncs"))
    job = org.add_job(" ")
    sync = deployment.sync()
    assert f'href="/o/acme/syncs/{sync.id}"' in browser.get("/o/acme/syncs")
    shown = words(browser.get(f"/o/acme/syncs/{sync.id}"))
    assert "1 held" in shown
    assert f"job:{job}" in shown
    for unknown in ("zzz", "%00", "0f9e7c1a-0000-4000-8000-000000000000"):
        answer = browser.request("GET", f"/o/acme/syncs/{unknown}")
        assert (answer.status_code, "http-equiv" in answer.text) == (404, False)


def test_nothing_of_a_person_is_on_a_page(deployment: Deployment, browser: Browser) -> None:
    org, account = deployment.add("acme", "hires_since = 2020-01-01")
    account.add_department("Engineering")
    account.add_location("Berlin")
    job = org.add_job(title="Keeper of Secrets", sensitive="HIGH")
    seen = org.add_job()
    deployment.sync()
    offer = hire(org, account, seen)
    deployment.sync()
    pages = ["/", "/o/acme", "/o/acme/records", "/o/acme/syncs", "/o/acme/records?q=Keeper"]
    pages += [f"/o/acme/records/{one}" for one in (f"job:{job}", f"job:{seen}", f"offer:{offer}")]
    assert deployment.result(f"offer:{offer}").person_id is not None
    for page in pages:
        text = browser.get(page)
        for marker in ("Mara", "Lindqvist", "mara@example.net", "100000", "100,000", "of Secrets"):
            assert marker not in text, (page, marker)


def test_buttons_are_those_that_can_be_pressed(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    org, _ = deployment.add("acme")
    job = org.add_job(" ")
    deployment.sync()
    assert buttons(browser.get("/o/acme")) == ["Sync now", "Pause"]
    assert buttons(browser.get(f"/o/acme/records/job:{job}")) == ["Sync this now"]
    deployment.memory().switches.pause("an audit")
    assert buttons(browser.get("/o/acme")) == ["Sync now", "Resume"]
    deployment.configure("acme", "", enabled=False)
    assert buttons(browser.get("/o/acme")) == ["Resume"]
    assert buttons(browser.get(f"/o/acme/records/job:{job}")) == []


def test_no_page_costs_a_call(deployment: Deployment, browser: Browser) -> None:
    org, _ = deployment.add("acme")
    jobs = [org.add_job() for _ in range(SMALLEST_CROWD)]
    deployment.sync()
    deployment.forget_calls()
    for page in ("/", "/o/acme", "/o/acme/records?q=nobody", f"/o/acme/records/job:{jobs[0]}"):
        browser.get(page)
    assert deployment.calls() == []
