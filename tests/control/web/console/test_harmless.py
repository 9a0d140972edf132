"""Other people's words on the pages."""

import pytest

from control.web.console.harmless import HIDDEN
from control.web.console.visit import PAGES
from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.control.web.console.conftest import USER, Browser, Worker, words
from tests.deployment import Deployment

PAGES_OF_ACME = ("/o/acme", "/o/acme/records", "/o/acme/plan", "/o/acme/drift", "/o/acme/fields")

MISCHIEF = "\u202egpj.exe\u202c\x1b[2J\x07\u2066\ufeff\u200b"


@pytest.fixture
def sides(deployment: Deployment) -> tuple[Org, Account]:
    """acme, whose jobs can be synced."""
    org, account = deployment.add("acme", "sync_hiring_team = true")
    account.add_department("Engineering")
    account.add_location("Berlin")
    return org, account


def pages_of(browser: Browser, worker: Worker, job: str) -> dict[str, str]:
    """Every page that may name that job, once a worker has told what it is called."""
    record = f"/o/acme/records/job:{job}"
    pages = (*PAGES_OF_ACME, record, f"{record}?now=1")
    for page in pages:
        browser.get(page)
    worker.answer()
    return {page: browser.get(page) for page in pages}


def test_a_title_turns_nothing_around_and_moves_no_cursor(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job(f"Rower {MISCHIEF}<script>alert(1)</script>")
    deployment.sync()
    shown = pages_of(browser, worker, job)
    for page, text in shown.items():
        assert not set(MISCHIEF) & set(text) - set("gpj.exe[2J"), page
        assert "<script>" not in text, page
    assert "Rower \\u202egpj.exe" in words(shown[f"/o/acme/records/job:{job}"])
    assert "&lt;script&gt;" in shown[f"/o/acme/records/job:{job}"]


def test_a_long_title_leaves_room_for_the_others(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Rower " + "x" * 1500)
    deployment.sync()
    shown = pages_of(browser, worker, job)[f"/o/acme/records/job:{job}"]
    assert "Rower xxx" in shown
    assert "x" * 200 not in shown
    assert "xxx..." in shown


def test_the_address_of_a_person_is_on_no_page(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    manager = org.add_person("Ines", "Alves", workEmail="ines@example.com")
    job = org.add_job("Rower, as wanted by ines@example.com", hireMgr=manager)
    deployment.sync()
    assert deployment.result(f"job:{job}").codes == ["NO_USER"]
    account.add_user("Ines", "Alves", "ines@example.com")
    shown = pages_of(browser, worker, job)
    for page, text in shown.items():
        assert not any(part in text for part in ("ines@", "Ines", "Alves")), page
    assert HIDDEN in shown[f"/o/acme/records/job:{job}"]
    assert "hiring manager" in words(shown["/o/acme/plan"])


def test_who_gave_an_order_is_named(deployment: Deployment, browser: Browser) -> None:
    deployment.add("acme")
    browser.press("/o/acme", "Pause", reason="ask ana@example.com")
    assert "paused : ask ana@example.com" in words(browser.get("/o/acme"))
    assert USER in words(browser.get("/o/acme"))


def test_every_text_of_every_template_is_made_harmless() -> None:
    made = PAGES.from_string("{{ text }}").render(text=f"{MISCHIEF}<b> eve@example.com")
    assert made == (r"\u202egpj.exe\u202c\x1b[2J\x07\u2066\ufeff\u200b&lt;b&gt; " + HIDDEN)


def test_a_command_in_a_sentence_is_shown_as_one_and_nothing_else_becomes_markup() -> None:
    made = PAGES.from_string("{{ text|commands }}").render(text="`<b> push` <i>, `x")
    assert made == "<code>&lt;b&gt; push</code> &lt;i&gt;, `x"
