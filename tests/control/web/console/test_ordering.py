"""What happens when a button is pressed."""

import json
import re

from control.deployment import Deployment as Control
from control.web.console.harmless import sentence
from core import reasons
from core.brakes import SMALLEST_CROWD
from core.keys import offer_key
from core.notes import ALL
from store.space import text
from tests.control.cli.test_plan import hire
from tests.control.web.console.conftest import USER, Browser, Worker, buttons, words
from tests.deployment import Deployment


def noted(control: Control) -> list[tuple[str, str, str, str | None]]:
    journal = control.public_memory("acme").journal.all()
    return [(one.what, one.by, one.via, one.about) for one in journal]


def queued(deployment: Deployment) -> list[str]:
    """The messages that were sent to real queues, as text; they are taken out."""
    names = ("fan-out", "hires", "jobs")
    rows: list[str] = []
    for name in names:
        key = deployment.redis.queue(name)
        rows += map(text, deployment.redis.lrange(key, 0, -1))
        deployment.redis.delete(key)
    return rows


def test_pause_takes_a_reason_and_needs_none(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    deployment.add("acme")
    assert browser.press("/o/acme", "Pause", reason=" an  audit ").headers["location"] == "/o/acme"
    shown = browser.get("/o/acme")
    assert "paused : an audit" in words(shown)
    assert f"{USER} (console) pause an audit" in words(shown)
    browser.press("/o/acme", "Resume")
    assert "Pause" in buttons(browser.get("/o/acme"))
    browser.press("/o/acme", "Pause", reason="")
    assert deployment.memory().switches.paused() == f"by {USER}"
    assert noted(keyless) == [
        ("pause", USER, "console", f"by {USER}"),
        ("resume", USER, "console", None),
        ("pause", USER, "console", "an audit"),
    ]


def test_sync_now_leads_to_the_sync(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    deployment.add("acme")
    answer = browser.press("/o/acme", "Sync now")
    (message,) = queued(deployment)
    assert json.loads(message)["headers"]["trigger"] == "console"
    place = answer.headers["location"]
    assert place == f"/o/acme/syncs/{json.loads(message)['headers']['id']}"
    waiting = browser.get(place)
    assert "Waiting for a worker" in words(waiting)
    assert 'http-equiv="refresh"' in waiting
    assert noted(keyless) == [("sync", USER, "console", None)]


def test_sync_this_now_shows_the_result_on_the_same_page(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    org, _ = deployment.add("acme")
    job = org.add_job(" ")
    deployment.sync()
    page = f"/o/acme/records/job:{job}"
    place = browser.press(page, "Sync this now").headers["location"]
    assert place.startswith(f"{page}?task=")
    assert "Waiting for a worker" in words(browser.get(place))
    deployment.memory().task_results.put(place.partition("=")[2], "held")
    ended = browser.get(place)
    assert "Done" in words(ended)
    assert 'http-equiv="refresh"' not in ended
    assert noted(keyless) == [("sync", USER, "console", f"job:{job}")]


def test_what_is_not_enabled_is_not_synced(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    deployment.add("acme")
    page = browser.get("/o/acme")
    deployment.configure("acme", "", enabled=False)
    answer = browser.send(page, "Sync now")
    assert answer.status_code == 409
    assert "enabled" in words(answer.text)
    assert noted(keyless) == []


def braked(deployment: Deployment) -> list[str]:
    """Jobs of which the brake holds the first four."""
    org, account = deployment.add("acme")
    account.add_department("Engineering")
    account.add_location("Berlin")
    jobs = [org.add_job() for _ in range(SMALLEST_CROWD)]
    deployment.sync()
    for job in jobs[:4]:
        org.edit_job(job, recruit="Passive")
    deployment.sync()
    return jobs


def test_approve_releases_what_was_shown(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    jobs = braked(deployment)
    shown = browser.get("/o/acme")
    assert f"job:{jobs[0]}" in shown
    assert browser.send(shown, "Approve").status_code == 303
    assert len(deployment.memory().switches.approved()) == 4
    assert noted(keyless) == [("approve", USER, "console", "4 records")]
    assert "Approve" not in buttons(browser.get("/o/acme"))


def test_approve_releases_nothing_that_was_not_shown(
    deployment: Deployment, browser: Browser, keyless: Control
) -> None:
    jobs = braked(deployment)
    shown = browser.get("/o/acme")
    deployment.orgs["acme"].edit_job(jobs[4], recruit="Passive")
    deployment.sync()
    for digest in (None, "", "0" * 64, "ü"):
        typed = {} if digest is None else {"digest": digest}
        answer = browser.send(shown, "Approve", **typed)
        assert answer.status_code == 409
        assert "has changed" in words(answer.text)
        assert "5 to close" in words(answer.text)
    assert deployment.memory().switches.approved() == frozenset()
    assert noted(keyless) == []
    assert browser.send(answer.text, "Approve").status_code == 303
    assert len(deployment.memory().switches.approved()) == 5


def test_a_changed_state_of_the_same_records_is_not_what_was_shown(
    deployment: Deployment, browser: Browser
) -> None:
    jobs = braked(deployment)
    shown = browser.get("/o/acme")
    held = deployment.memory().switches.held()
    fingerprints = {record: "changed" for _, records in held.values() for record in records}
    deployment.memory().switches.hold(held, fingerprints)
    assert browser.send(shown, "Approve").status_code == 409
    assert len(jobs) == SMALLEST_CROWD


BY_BUTTON = re.compile(r"charthop-ashby (approve|pause|resume|sync|push(?![^`]*--undo))")
"""Commands that a page has a button for."""


def test_what_a_button_does_is_asked_of_the_button() -> None:
    for reason in ALL.values():
        assert bool(reason.button) == bool(BY_BUTTON.search(reason.fix)), reason.code
        assert not BY_BUTTON.search(reason.button), reason.code


def test_a_note_within_another_names_its_button() -> None:
    why = reasons.MANUAL_PUSH(organization="acme", offer="1")
    note = reasons.MISSING_IN_CHARTHOP(days=4, why=why)
    assert BY_BUTTON.search(str(note))
    assert "press Push on its page" in sentence(note)
    assert not BY_BUTTON.search(sentence(note))


def test_a_page_names_the_button_that_pushes(
    deployment: Deployment, browser: Browser, worker: Worker
) -> None:
    org, account = deployment.add("acme", 'push_hires = "manual"\nhires_since = 2020-01-01')
    account.add_department("Engineering")
    account.add_location("Berlin")
    job = org.add_job()
    deployment.sync()
    page = f"/o/acme/records/offer:{hire(org, account, job)}"
    deployment.sync()
    for address in ("/o/acme/plan", f"{page}?now=1"):
        browser.get(address)
    worker.answer()
    for address in ("/o/acme", "/o/acme/plan", page, f"{page}?now=1"):
        shown = words(browser.get(address))
        assert not BY_BUTTON.search(shown), address
        assert "an operator can press Push on its page" in shown, address


def test_a_page_names_the_buttons_that_approve_and_resume(
    deployment: Deployment, browser: Browser, worker: Worker, keyless: Control
) -> None:
    (job, *_) = braked(deployment)
    browser.get("/o/acme/plan")
    worker.answer()
    for address in ("/o/acme", "/o/acme/plan", f"/o/acme/records/job:{job}"):
        shown = words(browser.get(address))
        assert not BY_BUTTON.search(shown), address
        assert "an operator can press Approve on the organization's page" in shown, address
    browser.press("/o/acme", "Pause")
    sync = deployment.sync()
    for address in ("/o/acme", f"/o/acme/syncs/{sync.id}"):
        assert not BY_BUTTON.search(words(browser.get(address))), address


def test_push_lets_a_hire_go(deployment: Deployment, browser: Browser, keyless: Control) -> None:
    org, account = deployment.add("acme", 'push_hires = "manual"\nhires_since = 2020-01-01')
    account.add_department("Engineering")
    account.add_location("Berlin")
    job = org.add_job()
    deployment.sync()
    offer = hire(org, account, job)
    deployment.sync()
    page = f"/o/acme/records/offer:{offer}"
    assert buttons(browser.get(page)) == ["Sync this now", "Push"]
    assert browser.press(page, "Push").headers["location"].startswith(f"{page}?task=")
    assert deployment.memory().switches.pushed() == {offer}
    assert noted(keyless) == [("push", USER, "console", f"offer:{offer}")]
    (told, *_) = deployment.memory().results.history(offer_key(offer))
    assert told.result.reason == f"{USER} pushed the hire"
    assert "tasks.sync_hire" in "".join(queued(deployment))


def test_a_job_cannot_be_pushed(deployment: Deployment, browser: Browser) -> None:
    org, _ = deployment.add("acme")
    job = org.add_job(" ")
    deployment.sync()
    ours = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.request("POST", f"/o/acme/records/job:{job}/push", headers=ours)
    assert answer.status_code == 404
    assert deployment.memory().switches.pushed() == frozenset()
