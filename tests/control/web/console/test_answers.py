"""What a worker finds out for the pages, since the web process holds no key."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from control.deployment import Deployment as Control
from control.questions import Asker, Topic
from control.web.console.app import make_console
from control.web.console.login import Nobody
from control.web.console.visit import Console
from core.errors import WrongSetup
from core.keys import job_key
from sandbox.ashby import Account
from sandbox.charthop import Org
from sandbox.wire import Fault
from store.questions import Questions
from tests.control.cli.test_plan import FOREVER, hire
from tests.control.web.console.conftest import USER, Browser, Worker, buttons, words
from tests.deployment import Deployment


@pytest.fixture
def sides(deployment: Deployment) -> tuple[Org, Account]:
    """acme, whose jobs can be synced."""
    org, account = deployment.add("acme")
    account.add_department("Engineering")
    account.add_location("Berlin")
    return org, account


def all_of_redis(deployment: Deployment) -> bytes:
    keys: list[bytes] = deployment.redis.keys("*")  # type: ignore[assignment]
    return b"\n".join((deployment.redis.dump(key) or b"") + key for key in keys)


def test_the_web_process_has_no_key(keyless: Control, deployment: Deployment) -> None:
    deployment.add("acme")
    with pytest.raises(WrongSetup, match="Only workers"):
        keyless.context("acme")


def test_titles_are_shown_once_a_worker_has_told_them(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Keeper of Lighthouses", req="SEA-7")
    deployment.sync()
    page = f"/o/acme/records/job:{job}"
    first = browser.get(page)
    assert "Lighthouses" not in first
    assert 'http-equiv="refresh"' in first
    assert worker.answer() == ["answered", "answered"]
    deployment.forget_calls()
    shown = browser.get(page)
    assert "SEA-7 Keeper of Lighthouses" in words(shown)
    assert 'http-equiv="refresh"' not in shown
    for called in ("lighthouses", "sea-7"):
        assert "Keeper of Lighthouses" in words(browser.get(f"/o/acme/records?q={called}"))
    assert worker.answer() == []
    assert deployment.calls() == []


def test_what_a_sync_did_is_told_with_titles(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    sides[0].add_job("Keeper of Lighthouses", req="SEA-7")
    page = f"/o/acme/syncs/{deployment.sync().id}"
    assert 'http-equiv="refresh"' in browser.get(page)
    worker.answer()
    shown = browser.get(page)
    assert "SEA-7 Keeper of Lighthouses" in words(shown)
    assert re.search(r"API calls ChartHop \d+, Ashby \d+", words(shown))
    assert 'http-equiv="refresh"' not in shown


def test_an_answer_opens_for_who_asked_and_for_nobody_else(
    deployment: Deployment,
    browser: Browser,
    keyless: Control,
    worker: Worker,
    sides: tuple[Org, Account],
) -> None:
    sides[0].add_job("Keeper of Lighthouses")
    deployment.sync()
    asker = Asker(keyless)
    assert asker.names("acme") is None
    worker.answer()
    assert asker.names("acme") is not None
    assert b"Lighthouses" not in all_of_redis(deployment)
    (key,) = deployment.redis.keys("*:answer:*")
    sealed = deployment.redis.get(key)
    assert isinstance(sealed, bytes)
    other = Asker(keyless)
    other.names("acme")
    worker.answer()
    (theirs,) = set(deployment.redis.keys("*:answer:*")) - {key}
    deployment.redis.set(theirs, sealed)
    assert other.names("acme") is None
    deployment.redis.set(key, sealed[:-1])
    assert asker.names("acme") is None


def test_the_plan_writes_nothing_and_is_asked_for_once(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Keeper of Lighthouses")
    assert "A worker is reading both sides" in words(browser.get("/o/acme/plan"))
    browser.get("/o/acme/plan")
    assert worker.answer() == ["answered"]
    shown = browser.get("/o/acme/plan")
    assert "1 created; nothing was written" in words(shown)
    assert "Keeper of Lighthouses" in words(shown)
    assert "ChartHop Job ID" in words(shown)
    assert deployment.writes() == []
    page = browser.get(f"/o/acme/records/job:{job}?now=1")
    assert "sync now would result in created" in words(page)


def test_whoever_asks_a_plan_is_made_once_at_a_time_with_a_gap(
    deployment: Deployment,
    browser: Browser,
    keyless: Control,
    worker: Worker,
    sides: tuple[Org, Account],
) -> None:
    sides[0].add_job()
    key = deployment.redis.key("acme", "answering", "plan")
    askers = [Asker(keyless) for _ in range(5)]
    for asker in askers:
        assert asker.plan("acme") is None
    assert worker.answer() == ["answered"]
    assert [asker.plan("acme") is None for asker in askers] == [False, *[True] * 4]
    assert worker.answer() == []
    assert 0 < int(deployment.redis.ttl(key)) <= Topic.PLAN.gap
    deployment.redis.delete(key)  # the gap has passed
    assert askers[1].plan("acme") is None
    assert worker.answer() == ["answered"]
    assert askers[1].plan("acme") is not None
    assert askers[0].fields("acme") is None  # of another kind
    assert worker.answer() == ["answered"]


def test_what_differs_is_shown_on_the_page_of_the_record(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    job = sides[0].add_job("Keeper of Lighthouses")
    deployment.sync()
    sides[0].edit_job(job, title="Keeper of Harbours")
    page = f"/o/acme/records/job:{job}?now=1"
    browser.get(page)
    worker.answer()
    shown = words(browser.get(page))
    assert "sync now would result in updated" in shown
    assert "Keeper of Lighthouses" in shown
    assert "Keeper of Harbours" in shown


def test_without_a_worker_the_pages_say_so_and_ask_nobody(
    deployment: Deployment, browser: Browser, sides: tuple[Org, Account]
) -> None:
    for page in ("plan", "fields"):
        shown = browser.get(f"/o/acme/{page}")
        assert "No worker is running" in words(shown)
        assert 'http-equiv="refresh"' not in shown
    assert deployment.redis.keys("*fan-out*") == []


def test_why_a_worker_cannot_tell_is_shown(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    table = deployment.file.read_text()
    deployment.file.write_text(table.replace('"ashby-acme"', '"${NOT_SET_ANYWHERE}"'))
    browser.get("/o/acme/plan")
    worker.answer()
    shown = browser.get("/o/acme/plan")
    assert "NOT_SET_ANYWHERE" in words(shown)
    assert 'http-equiv="refresh"' not in shown


@pytest.fixture
def listed(browser: Browser, worker: Worker, sides: tuple[Org, Account]) -> str:
    """The page of the fields, once a worker has read them."""
    sides[0].add_field("seat", "Seat", "INTEGER")
    sides[0].add_field("budget", "Budget", "MONEY", sensitive="MANAGER")
    sides[0].add_field("sum", "Sum", "EXPR", expr="1 + 1")
    assert "A worker is reading the fields" in words(browser.get("/o/acme/fields"))
    worker.answer()
    return browser.get("/o/acme/fields")


def test_fields_are_ticked_in_the_file(
    deployment: Deployment, browser: Browser, keyless: Control, listed: str
) -> None:
    assert buttons(listed) == ["Save"]
    assert "Seat seat INTEGER Number" in words(listed)
    assert "sensitive in ChartHop (MANAGER)" in words(listed)
    assert 'value="sum" disabled' in listed
    comment = "# ours\n"
    deployment.file.write_text(comment + deployment.file.read_text())
    answer = browser.send(listed, "Save", tick="seat")
    assert answer.headers["location"] == "/o/acme/fields?saved=1"
    assert deployment.file.read_text().startswith(comment)
    assert keyless.organizations.ticked("acme") == ("seat",)
    (order,) = keyless.public_memory("acme").journal.all()
    assert (order.what, order.by, order.via, order.about) == ("fields", USER, "console", "seat")


def test_what_ashby_requires_is_marked(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, account = sides
    for code in ("seat", "level"):
        org.add_field(code, code.title(), "STRING")
        account.add_custom_field(code.title(), "String", isRequired=code == "seat")
    browser.get("/o/acme/fields")
    worker.answer()
    shown = words(browser.get("/o/acme/fields"))
    assert "Seat seat STRING String required in Ashby" in shown
    assert shown.count("required in Ashby") == 1


def read_fields(browser: Browser, worker: Worker) -> str:
    """The page of the fields, once a worker has read them."""
    browser.get("/o/acme/fields")
    worker.answer()
    return browser.get("/o/acme/fields")


def test_a_value_of_an_open_job_stands_beside_each_field(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    values = [("GROWTH", "Growth of the team")]
    org.add_field("reason", "Reason", "ENUM", values=values)
    org.add_field("remote", "Remote", "BOOLEAN")
    org.add_field("due", "Due", "DATE")
    squads = [("BLUE", "Blue & <b>"), ("RED", f"ask (0) ines@example.com {'x' * 500}")]
    org.add_field("squads", "Squads", "ENUM", plural="LIST", values=squads)
    org.add_field("empty", "Empty", "DATE")
    org.add_job("First")
    org.add_job("Second", reason="GROWTH", remote=False, due="2026-12-01", squads=["BLUE", "RED"])
    shown = read_fields(browser, worker)
    for told in (
        "Reason reason ENUM ValueSelect Growth of the team",
        "Remote remote BOOLEAN Boolean no",
        "Due due DATE Date 2026-12-01",
        "Squads squads ENUM list MultiValueSelect Blue & <b>, ask (0) (address) xxx",
        "Empty empty DATE Date Reason",
    ):
        assert told in words(shown)
    assert "<b>" not in shown
    assert "x" * 200 not in shown
    assert len([one for one in deployment.calls() if one.path.endswith("/job")]) == 1
    assert deployment.writes() == []


def test_no_sample_is_of_somebody_or_of_what_is_sensitive(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    levels = ("MANAGER", "HIGH", "PRIVATE", "SENSITIVE", "PERSONAL")
    marked = [("MARKED", "Marker")]
    for level in levels:
        org.add_field(level.lower(), level.title(), "ENUM", sensitive=level, values=marked)
    for type_ in ("PERSON", "PERSONS", "EMAIL", "PHONE", "MONEY", "JOB"):
        org.add_field(f"of{type_}", f"Of {type_}", type_)
    org.add_field("squad", "Squad", "ENUM", values=marked)
    person = org.add_person("Ines", "Alves")
    hidden = org.add_job("Marker", sensitive="HIGH", squad="MARKED")
    org.add_job(
        "Open",
        **dict.fromkeys(map(str.lower, levels), "MARKED"),
        ofPERSON=person,
        ofPERSONS=[person],
        ofEMAIL="ines@example.com",
        ofJOB=hidden,
        ofPHONE="+1 555-555-0100",
        ofMONEY={"amount": 123456, "currency": "EUR"},
    )
    shown = read_fields(browser, worker)
    for marker in ("Marker", "Ines", "Alves", "ines@", "0100", "123456", "123,456"):
        assert marker not in shown, marker
    assert words(shown).count("(not shown)") == 11


def rewritten(row: Any) -> Any:
    """An answer as another version might give it: more in each row, and no samples."""
    if isinstance(row, list) and not (row and isinstance(row[0], str)):  # a note is none of rows
        return [rewritten(one) for one in row]
    if not isinstance(row, dict):
        return row
    inner = {name: rewritten(one) for name, one in row.items() if name != "sample"}
    is_row = not any(isinstance(one, dict) for one in inner.values())
    return {**inner, "later": 1} if is_row else inner


@pytest.mark.parametrize("topic", [Topic.NAMES, Topic.PLAN, Topic.FIELDS, Topic.SIDES])
def test_a_worker_of_another_version_is_understood(
    deployment: Deployment,
    keyless: Control,
    worker: Worker,
    sides: tuple[Org, Account],
    topic: Topic,
) -> None:
    org, account = sides
    deployment.configure("acme", FOREVER)
    org.add_field("seat", "Seat", "BOOLEAN")
    first, other = org.add_job("First"), org.add_job("Other")
    deployment.sync()
    hire(org, account, first)
    deployment.sync()
    org.edit_job(other, title="Another")
    asker = Asker(keyless)
    ask: dict[Topic, Callable[[], Any]] = {
        Topic.NAMES: lambda: asker.names("acme"),
        Topic.PLAN: lambda: asker.plan("acme"),
        Topic.FIELDS: lambda: asker.fields("acme"),
        Topic.SIDES: lambda: asker.sides("acme", job_key(first)),
    }
    assert ask[topic]() is None
    worker.answer()
    same = ask[topic]()
    assert same is not None
    (key,) = deployment.redis.keys("*:answer:*")
    assert isinstance(key, bytes)
    id_ = key.decode().rpartition(":")[2]
    kept = Questions(deployment.redis, "acme")
    question, plain = kept.get(id_), kept.answered(id_, asker._private)
    assert question is not None and plain is not None
    kept.answer(id_, question, json.dumps(rewritten(json.loads(plain))).encode(), 60, 0)
    assert ask[topic]() == same


def test_no_text_and_no_number_is_a_sample(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    for type_ in ("STRING", "TEXT", "URL", "INTEGER", "DECIMAL", "PERCENT"):
        for level in ("GLOBAL", "ORG"):
            org.add_field(f"{type_}{level}", f"{type_} {level}", type_, sensitive=level)
    values: dict[str, Any] = {}
    for level in ("GLOBAL", "ORG"):
        values |= {f"STRING{level}": "Ines Alves", f"TEXT{level}": "replaces Ines Alves"}
        values |= {f"URL{level}": "https://people.example.com/ines-alves"}
        values |= dict.fromkeys((f"INTEGER{level}", f"DECIMAL{level}", f"PERCENT{level}"), 123456)
    org.add_job("Open", **values)
    shown = read_fields(browser, worker)
    for marker in ("Ines", "Alves", "alves", "123456"):
        assert marker not in shown, marker
    assert words(shown).count("(not shown)") == 12


def test_a_choice_that_the_field_does_not_have_is_no_sample(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    org, _ = sides
    org.add_field("reason", "Reason", "ENUM", values=[("GROWTH", "Growth of the team")])
    org.add_job("Open", reason="Ines Alves")
    assert "Alves" not in read_fields(browser, worker)


@pytest.mark.parametrize("status", [403, 500])
def test_fields_can_be_ticked_where_no_sample_can_be_read(
    deployment: Deployment,
    browser: Browser,
    worker: Worker,
    sides: tuple[Org, Account],
    status: int,
) -> None:
    sides[0].add_field("seat", "Seat", "INTEGER")
    deployment.charthop.faults.append(Fault("/v2/org/acme/job", status=status))
    shown = read_fields(browser, worker)
    assert "Seat seat INTEGER Number" in words(shown)
    assert buttons(shown) == ["Save"]


def test_unticking_leaves_the_others(
    deployment: Deployment, browser: Browser, keyless: Control, listed: str
) -> None:
    deployment.configure("acme", 'synced_fields = ["budget", "seat"]')
    browser.send(listed, "Save", tick="seat")
    assert keyless.organizations.ticked("acme") == ("seat",)
    browser.send(listed, "Save")
    assert keyless.organizations.ticked("acme") == ()


@pytest.mark.parametrize("code", ["sum", "nowhere", '"] #'])
def test_what_cannot_be_synced_cannot_be_ticked(
    deployment: Deployment, browser: Browser, keyless: Control, listed: str, code: str
) -> None:
    before = deployment.file.read_bytes()
    answer = browser.send(listed, "Save", tick=code)
    assert answer.status_code == 409
    assert "cannot be ticked" in words(answer.text)
    assert deployment.file.read_bytes() == before


def test_the_line_to_paste_where_the_file_cannot_be_written(
    deployment: Deployment, browser: Browser, keyless: Control, listed: str
) -> None:
    # What is broken elsewhere is not written over, whoever runs the process.
    deployment.file.write_text(deployment.file.read_text() + "[organizations.globex\n")
    before = deployment.file.read_bytes()
    answer = browser.send(listed, "Save", tick="seat")
    assert answer.status_code == 200
    assert 'synced_fields = ["seat"]' in words(answer.text)
    assert 'value="seat" checked' in answer.text
    assert deployment.file.read_bytes() == before
    assert keyless.public_memory("acme").journal.all() == []


def test_another_web_process_asks_for_itself(
    deployment: Deployment, browser: Browser, keyless: Control, worker: Worker, listed: str
) -> None:
    other = replace(
        browser,
        app=make_console(Console(keyless, Nobody(), Asker(keyless))),
        url="http://localhost",
    )
    assert other.send(listed, "Save", tick="seat").status_code == 409
    assert keyless.organizations.ticked("acme") == ()
    assert worker.answer() == []
    deployment.redis.delete(deployment.redis.key("acme", "answering", "fields"))
    other.get("/o/acme/fields")
    assert worker.answer() == ["answered"]
    assert other.send(listed, "Save", tick="seat").status_code == 303


def test_a_confidential_title_is_on_no_page(
    deployment: Deployment, browser: Browser, worker: Worker, sides: tuple[Org, Account]
) -> None:
    deployment.configure("acme", "sync_confidential_jobs = true")
    job = sides[0].add_job("Keeper of Secrets", sensitive="HIGH")
    deployment.sync()
    sides[0].edit_job(job, title="Keeper of Riddles")
    pages = ("/o/acme", "/o/acme/plan", f"/o/acme/records/job:{job}?now=1", "/o/acme/records?q=of")
    for _ in range(2):
        for page in pages:
            text = browser.get(page)
            assert "Secrets" not in text, page
            assert "Riddles" not in text, page
        worker.answer()
    assert "updated" in words(browser.get("/o/acme/plan"))
