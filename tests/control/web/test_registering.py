"""webhooks: setting Ashby's up, seeing what is set up, and taking it away again."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

import pytest

from sandbox.wire import Fault
from store.events import Events
from store.journal import Journal
from tests.control.cli.conftest import Operator, operator_of
from tests.control.web.conftest import ASHBY_SECRET, CHARTHOP_SECRET, KINDS, SETTINGS, URL, Hooked

ADDRESS = f"{URL}/webhooks/ashby/acme"


@pytest.fixture
def operator(hooked: Hooked) -> Iterator[Operator]:
    """Somebody at a shell; no webhook is set up, and Ashby makes every kind."""
    for webhook in list(hooked.account.webhooks):
        hooked.account.delete_webhook(webhook)
    hooked.org.stop_events()
    of_types(hooked, "all")
    with operator_of(hooked.deployment) as made:
        made.environment["WEB_URL"] = URL
        let_it_answer(hooked)
        hooked.deployment.forget_calls()
        yield made


def let_it_answer(hooked: Hooked) -> None:
    """`web` answers pings; the sandbox's server sends them from its own loop, so in a thread."""

    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(hooked.post, url, headers, body).result()

    hooked.deployment.ashby.outbox.send = post


def of_types(hooked: Hooked, types: Literal["published", "all"]) -> None:
    """Ashby makes webhooks of these types through its API."""
    hooked.account.oddities = replace(hooked.account.oddities, webhook_types=types)


def made(hooked: Hooked) -> dict[str, Any]:
    """The webhooks of the account by kind."""
    assert len(hooked.account.webhooks) == len(
        {one.type for one in hooked.account.webhooks.values()}
    )
    return {one.type: one for one in hooked.account.webhooks.values()}


def in_status(operator: Operator) -> Any:
    told = json.loads(operator.types("status", "acme", "--json").stdout)
    return told["organizations"]["acme"]["webhooks"]


def state_of(operator: Operator) -> dict[str, str]:
    """The state of each webhook, as the command says."""
    told = json.loads(operator.types("webhooks", "acme", "--json").stdout)
    rows = told["organizations"]["acme"]["ashby"]["webhooks"]
    return {one["kind"]: one["state"] for one in rows}


def test_all_seven_kinds_are_made_and_answer_the_ping(hooked: Hooked, operator: Operator) -> None:
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 0, result.output
    found = made(hooked)
    assert found.keys() == set(KINDS)
    assert {(one.url, one.secret, one.enabled) for one in found.values()} == {
        (ADDRESS, ASHBY_SECRET, True)
    }
    assert in_status(operator) == {"ashby": dict.fromkeys(KINDS), "charthop": None}
    assert state_of(operator) == dict.fromkeys(KINDS, "on")


def test_the_secret_is_shown_and_kept_nowhere(hooked: Hooked, operator: Operator) -> None:
    said = [operator.types("webhooks", "acme", *words).output for words in (("--register",), ())]
    said.append(operator.types("webhooks", "acme", "--json").output)
    hooked.account.edit_webhook(next(iter(hooked.account.webhooks)), None, None, False)
    said.append(operator.types("webhooks", "acme", "--register").output)
    redis = hooked.deployment.redis
    kept = b"".join(redis.dump(name) or b"" for name in redis.scan_iter("*"))
    assert ASHBY_SECRET not in "".join(said)
    assert ASHBY_SECRET.encode() not in kept


def test_twice_is_as_good_as_once(hooked: Hooked, operator: Operator) -> None:
    operator.types("webhooks", "acme", "--register")
    before = {id_: one.type for id_, one in hooked.account.webhooks.items()}
    hooked.deployment.forget_calls()
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 0
    assert {id_: one.type for id_, one in hooked.account.webhooks.items()} == before
    assert hooked.deployment.writes() == []
    assert result.stdout.count("unchanged") == len(KINDS)


def test_what_was_switched_off_deleted_or_is_out_of_date_is_brought_in_line(
    hooked: Hooked, operator: Operator
) -> None:
    operator.types("webhooks", "acme", "--register")
    found = made(hooked)
    hooked.account.edit_webhook(found["offerCreate"].id, None, None, False)
    hooked.account.delete_webhook(found["offerDelete"].id)
    assert operator.types("webhooks", "acme").exit_code == 1
    assert state_of(operator)["offerCreate"] == "off"
    assert state_of(operator)["offerDelete"] == "gone"

    new = "n" * 40
    hooked.deployment.configure(
        "acme", SETTINGS.replace(f'"{ASHBY_SECRET}"', f'["{new}", "{ASHBY_SECRET}"]')
    )
    assert operator.types("webhooks", "acme", "--register").exit_code == 0
    again = made(hooked)
    assert {(one.url, one.secret, one.enabled) for one in again.values()} == {(ADDRESS, new, True)}
    assert again["candidateHire"].id == found["candidateHire"].id
    assert again["offerDelete"].id != found["offerDelete"].id

    elsewhere = "https://elsewhere.example.com"
    operator.environment["WEB_URL"] = elsewhere
    assert operator.types("webhooks", "acme", "--register").exit_code == 0
    assert {one.url for one in made(hooked).values()} == {f"{elsewhere}/webhooks/ashby/acme"}


def test_a_ping_that_nobody_answers_is_told_and_made_good_by_the_next(
    hooked: Hooked, operator: Operator
) -> None:
    hooked.deployment.ashby.outbox.send = lambda *_: 503
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 1
    assert f"{ADDRESS} did not answer Ashby's ping" in result.stdout
    assert state_of(operator) == dict.fromkeys(KINDS, "off")
    let_it_answer(hooked)
    assert operator.types("webhooks", "acme", "--register").exit_code == 0
    assert state_of(operator) == dict.fromkeys(KINDS, "on")


def test_a_kind_that_ashby_refuses_is_named_with_the_way_to_its_screen(
    hooked: Hooked, operator: Operator
) -> None:
    of_types(hooked, "published")
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 1
    (told,) = [one for one in result.stdout.splitlines() if one.startswith("openingCreate:")]
    assert "Admin, Integrations, Webhooks, New" in told
    assert ADDRESS in told
    assert made(hooked).keys() == set(KINDS) - {"openingCreate"}

    # Somebody follows that, and an opening is made.
    hooked.account.add_webhook("openingCreate", ADDRESS, ASHBY_SECRET)
    assert "openingCreate" not in in_status(operator)["ashby"]
    hooked.account.add_opening("R-1")
    hooked.deliver()
    assert in_status(operator)["ashby"]["openingCreate"] is not None
    again = operator.types("webhooks", "acme", "--register")
    assert again.exit_code == 0
    assert "by hand" in again.stdout


def test_one_that_somebody_else_made_is_told_apart(hooked: Hooked, operator: Operator) -> None:
    hooked.account.add_webhook("offerCreate", ADDRESS, "another secret of theirs")
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 1
    assert "offerCreate: Ashby already has one for" in result.stdout


def test_only_what_was_made_is_taken_away(hooked: Hooked, operator: Operator) -> None:
    by_hand = hooked.account.add_webhook("applicationUpdate", ADDRESS, ASHBY_SECRET)
    operator.types("webhooks", "acme", "--register")
    hooked.account.delete_webhook(made(hooked)["offerCreate"].id)
    result = operator.types("webhooks", "acme", "--remove")
    assert result.exit_code == 0
    assert list(hooked.account.webhooks) == [by_hand]
    assert in_status(operator)["ashby"] is None
    again = operator.types("webhooks", "acme", "--remove")
    assert (again.exit_code, again.stdout) == (0, "acme: charthop-ashby has set up no webhooks.\n")


def test_a_missing_permission_is_named(hooked: Hooked, operator: Operator) -> None:
    hooked.account.scopes -= {"apiKeys:write"}
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 1
    assert "API Keys, Write (apiKeysWrite)" in result.stderr
    assert hooked.account.webhooks == {}


def test_without_the_permission_to_look_they_are_made_all_the_same(
    hooked: Hooked, operator: Operator
) -> None:
    hooked.account.scopes -= {"apiKeys:read"}
    for _ in range(2):
        assert operator.types("webhooks", "acme", "--register").exit_code == 0
    assert made(hooked).keys() == set(KINDS)
    assert state_of(operator) == dict.fromkeys(KINDS, "not known")


@pytest.mark.parametrize(
    ("settings", "web_url", "said"),
    [
        ("", URL, "acme has no ashby_webhook_secret"),
        ('ashby_webhook_secret = "fifteen-letters"', URL, "shorter than 16 characters"),
        ('ashby_webhook_secret = "${NOT_SET_ANYWHERE}"', URL, "NOT_SET_ANYWHERE"),
        (SETTINGS, "", "WEB_URL is not set"),
    ],
)
def test_what_cannot_work_is_said_before_ashby_is_called(
    hooked: Hooked, operator: Operator, settings: str, web_url: str, said: str
) -> None:
    hooked.deployment.configure("acme", settings)
    operator.environment["WEB_URL"] = web_url
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "fifteen-letters" not in result.stderr
    assert hooked.deployment.calls() == []


def test_a_loopback_address_is_refused_unless_ashby_is_a_copy_on_this_machine(
    hooked: Hooked, operator: Operator
) -> None:
    operator.environment["WEB_URL"] = "http://127.0.0.1:8080"
    away = {"ASHBY_API_URL": "https://api.ashbyhq.com"}
    copy, operator.environment = operator.environment, {**operator.environment, **away}
    operator._runner.env = operator.environment
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 2
    assert "WEB_URL is http://127.0.0.1:8080, which the services cannot reach" in result.stderr
    operator._runner.env = copy
    assert operator.types("webhooks", "acme", "--register").exit_code == 0


def test_who_ordered_it_stands_in_the_journal(hooked: Hooked, operator: Operator) -> None:
    operator.types("webhooks", "acme", "--register")
    operator.types("webhooks", "acme", "--remove")
    operator.types("webhooks", "acme")
    orders = Journal(hooked.deployment.redis, "acme").all()
    assert [(one.what, one.via) for one in orders] == [
        ("webhooks --remove", "shell"),
        ("webhooks --register", "shell"),
    ]


@pytest.mark.parametrize("has_come", [False, True])
def test_charthops_action_is_said_to_the_letter(
    hooked: Hooked, operator: Operator, has_come: bool
) -> None:
    if has_come:
        Events(hooked.deployment.redis, "acme").note("charthop", "change.update", "e1", "sync")
    shown = operator.types("webhooks", "acme").stdout
    told = json.loads(operator.types("webhooks", "acme", "--json").stdout)
    action = told["organizations"]["acme"]["charthop"]["action"]
    (step,) = action["steps"]
    assert step["httpUrl"] == f"{URL}/webhooks/charthop/acme"
    assert step["httpHeaders"] == {"Authorization": "Bearer SECRET"}
    for said in (step["httpUrl"], "Authorization: Bearer SECRET", action["event"]):
        assert said in shown
    assert json.dumps(step["httpContent"]) in shown


def test_an_answer_that_is_lost_is_told_and_nothing_is_made_twice(
    hooked: Hooked, operator: Operator
) -> None:
    hooked.deployment.ashby.faults.append(Fault("/webhook.create", "lost"))
    result = operator.types("webhooks", "acme", "--register")
    assert result.exit_code == 1
    assert "check in Ashby: Admin, Integrations, Webhooks" in result.stdout
    assert operator.types("webhooks", "acme", "--register").exit_code == 1
    assert made(hooked).keys() == set(KINDS)


def test_check_looks_at_each_webhook(hooked: Hooked, operator: Operator) -> None:
    operator.types("webhooks", "acme", "--register")
    said = operator.types("check", "acme").stdout
    assert "  ok      all 7 webhooks that were set up are switched on in Ashby" in said
    found = made(hooked)
    hooked.account.edit_webhook(found["offerCreate"].id, None, None, False)
    hooked.account.delete_webhook(found["offerDelete"].id)
    result = operator.types("check", "acme")
    assert result.exit_code == 1
    assert "FAILED  the webhook offerCreate is switched off in Ashby" in result.stdout
    assert "FAILED  the webhook offerDelete was deleted in Ashby" in result.stdout
    assert "charthop-ashby webhooks acme --register" in result.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('ashby_webhook_secret = "fifteen-letters"', "ashby_webhook_secret has no usable secret"),
        ("", "webhooks are set up in Ashby, but ashby_webhook_secret is missing"),
    ],
)
def test_check_tells_that_what_is_sent_is_refused(
    hooked: Hooked, operator: Operator, settings: str, said: str
) -> None:
    operator.types("webhooks", "acme", "--register")
    hooked.deployment.configure("acme", settings)
    result = operator.types("check", "acme")
    assert result.exit_code == 1
    assert f"FAILED  {said}" in result.stdout


NEW = "n" * 40


def two_secrets(hooked: Hooked, system: str, old: str) -> None:
    """A new secret stands before the old one in the organizations file."""
    table = hooked.deployment.file.read_text()
    one = f'{system}_webhook_secret = "{old}"'
    assert one in table
    both = f'{system}_webhook_secret = ["{NEW}", "{old}"]'
    hooked.deployment.file.write_text(table.replace(one, both))


def of_the_old(operator: Operator) -> list[str]:
    """What check says of the old webhook secrets."""
    said = operator.types("check", "acme").stdout.splitlines()
    return [line.strip() for line in said if "webhook secret" in line]


def test_check_says_when_charthop_s_old_secret_can_go(hooked: Hooked, operator: Operator) -> None:
    two_secrets(hooked, "charthop", CHARTHOP_SECRET)
    stays = "warning the old ChartHop webhook secret has to stay: "
    (said,) = of_the_old(operator)
    assert said.startswith(f"{stays}no event has come with the new one yet: run this check again")

    hooked.org.send_events(f"{URL}/webhooks/charthop/acme", CHARTHOP_SECRET)
    hooked.org.add_job("Engineer")
    assert {one.status for one in hooked.deliver()} == {200}
    (said,) = of_the_old(operator)
    (kind,) = Events(hooked.deployment.redis, "acme").last()["charthop"]
    assert said.startswith(f"{stays}ChartHop sends {kind} with it: in ChartHop: enter the new")

    hooked.org.stop_events()
    hooked.org.send_events(f"{URL}/webhooks/charthop/acme", NEW)
    hooked.org.add_job("Analyst")
    assert {one.status for one in hooked.deliver()} == {200}
    assert of_the_old(operator) == [
        "ok      the old ChartHop webhook secret can go: remove it from charthop_webhook_secret"
    ]
    for name in hooked.deployment.redis.scan_iter():
        assert NEW[:16].encode() not in (hooked.deployment.redis.dump(name) or b"")


def test_check_says_when_ashby_s_old_secret_can_go(hooked: Hooked, operator: Operator) -> None:
    operator.types("webhooks", "acme", "--register")
    two_secrets(hooked, "ashby", ASHBY_SECRET)
    (said,) = of_the_old(operator)
    assert said.startswith(
        "warning the old Ashby webhook secret has to stay: Ashby sends candidate"
    )
    assert said.endswith("with it: run charthop-ashby webhooks acme --register")

    operator.types("webhooks", "acme", "--register")
    can_go = "ok      the old Ashby webhook secret can go: remove it from ashby_webhook_secret"
    assert of_the_old(operator) == [can_go]

    hooked.account.add_webhook("jobUpdate", ADDRESS, ASHBY_SECRET)  # by hand; only a ping comes
    Events(hooked.deployment.redis, "acme").note("ashby", "jobUpdate", None, "nothing")
    (said,) = of_the_old(operator)
    assert "has to stay: jobUpdate has not come with the new one yet" in said
    Events(hooked.deployment.redis, "acme").forget("ashby", "jobUpdate")
    assert of_the_old(operator) == [can_go]
