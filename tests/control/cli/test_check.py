"""check: what is missing, and what fixes it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.ashby.records import ALL, OPTIONAL
from sandbox.wire import Fault
from store.heartbeats import Heartbeats
from tests.control.cli.conftest import Operator
from tests.control.cli.test_plan import everything
from tests.deployment import Deployment

SINCE = "hires_since = 2026-01-01"


def findings(operator: Operator, *words: str) -> dict[str, str]:
    """Grade by sentence."""
    shown = operator.types("check", *words).stdout
    rows = re.findall(r"^  (ok|warning|FAILED) +(.*)$", shown, re.MULTILINE)
    return {sentence: grade for grade, sentence in rows}


def fault_in(operator: Operator, grade: str, *words: str) -> str:
    """The one sentence of that grade."""
    (found,) = [one for one, its in findings(operator, *words).items() if its == grade]
    return found


@pytest.fixture
def quiet(operator: Operator) -> Operator:
    """The operator of an organization with which nothing is wrong."""
    org, account = operator.deployment.add("acme", f'{SINCE}\nsynced_fields = ["seat"]')
    org.add_field("seat", "Seat", "INTEGER")
    org.add_job("Engineer")
    org.add_job("Analyst", recruit="Passive")
    account.add_close_reason("No longer needed")
    file = operator.deployment.file
    for key in ("charthop", "ashby"):
        (file.parent / key).write_text(f"{key}-acme\n")
        file.write_text(file.read_text().replace(f'"{key}-acme"', f'"file:{key}"'))
    return operator


def test_a_sound_organization_passes_in_every_line(quiet: Operator) -> None:
    result = quiet.types("check", "acme")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "acme",
        "  ok      ChartHop accepts the key",
        "  ok      ChartHop has the organization acme",
        "  ok      the key sees future hires, pay and sensitive jobs (PRIMARY)",
        "  ok      the key may write jobs, persons and changes, as hires need",
        "  ok      Ashby accepts the key",
        "  ok      the key has every permission in Ashby that the sync needs",
        "  ok      Ashby has openings",
        "  ok      all 1 ticked fields can be synced",
        "  ok      a sync now would result in 1 created, 1 skipped",
        "",
        "no worker is running: start one with charthop-ashby run, or celery -A workers worker",
    ]


def test_it_changes_nothing(quiet: Operator) -> None:
    before = everything(quiet)
    quiet.types("check")
    assert everything(quiet) == before
    assert not quiet.deployment.writes()


def test_it_works_before_the_organization_is_enabled(quiet: Operator) -> None:
    file = quiet.deployment.file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    assert fault_in(quiet, "warning") == (
        "the organization is not enabled: set enabled = true to sync it"
    )
    assert quiet.types("check", "acme").exit_code == 0


def _wrong_charthop_key(deployment: Deployment) -> None:
    deployment.orgs["acme"].key = "another"


def _wrong_ashby_key(deployment: Deployment) -> None:
    deployment.accounts["acme"].key = "another"


def _other_org(deployment: Deployment) -> None:
    org = deployment.charthop.orgs.pop("acme")
    org.slug = "acme-inc"
    deployment.charthop.orgs["acme-inc"] = org


def _weak(deployment: Deployment) -> None:
    deployment.orgs["acme"].access = "MEMBER"


def _recruiter(deployment: Deployment) -> None:
    deployment.orgs["acme"].access = "RECRUIT_PRIMARY"


def _no_openings(deployment: Deployment) -> None:
    deployment.ashby.faults.append(
        Fault(path="/opening.list", kind="error", code="feature_not_enabled", times=99)
    )


@pytest.mark.parametrize(
    ("spoil", "sentences"),
    [
        (_wrong_charthop_key, ["ChartHop does not accept the key: ", "generate a new key"]),
        (
            _wrong_ashby_key,
            ["Ashby does not accept the key: ", "create a key with the permissions"],
        ),
        (_other_org, ['organization is not acme: write charthop_org = "acme-inc"']),
        (
            _weak,
            [
                "with the access level MEMBER the key cannot see future hires, pay",
                "in ChartHop: Settings, Apps & Integrations, Ashby: set its access level to Org",
                "the key may not update jobs, create persons, update persons, create changes, ",
            ],
        ),
        (_recruiter, ["with the access level RECRUIT_PRIMARY the key cannot see future hires"]),
        (_no_openings, ["openings cannot be listed: ", "plans Plus and Enterprise"]),
    ],
)
def test_what_keeps_the_sync_from_working_is_said_with_its_mend(
    quiet: Operator, spoil: Callable[[Deployment], None], sentences: list[str]
) -> None:
    spoil(quiet.deployment)
    result = quiet.types("check", "acme")
    assert result.exit_code == 1
    bad = [line for line in result.stdout.splitlines() if line.startswith("  FAILED")]
    for sentence in sentences:
        assert any(sentence in line for line in bad), (sentence, result.stdout)
    assert "  warning fields and jobs were not checked: fix the above" in result.stdout


@pytest.mark.parametrize("scope", sorted(ALL - OPTIONAL - {"apiKeys:read"}))
def test_a_missing_permission_is_named_as_on_ashbys_screen(quiet: Operator, scope: str) -> None:
    quiet.deployment.accounts["acme"].scopes = set(ALL - {scope})
    module, _, right = scope.partition(":")
    sentence = fault_in(quiet, "FAILED")
    screen = sentence.removeprefix("the key lacks ").partition(", with which")[0]
    assert screen.replace(" ", "").lower() == f"{module},{right}".lower()
    assert sentence.endswith(": in Ashby: Admin, Integrations, API Keys, the key: turn it on")


def test_permissions_that_ashby_does_not_list_are_tried_out(quiet: Operator) -> None:
    quiet.deployment.accounts["acme"].scopes = set(ALL - {"apiKeys:read", "offers:read"})
    assert "the key lacks Offers, Read" in fault_in(quiet, "FAILED")
    warnings = [one for one, grade in findings(quiet).items() if grade == "warning"]
    assert warnings[0] == (
        "Ashby does not list the key's permissions; unknown: Jobs, Write, Candidates, Write, "
        "Hiring Process Metadata, Write: in Ashby: Admin, Integrations, API Keys, the key: switch "
        "on API Keys, Read"
    )


def test_a_role_of_ones_own_in_charthop_is_a_doubt(quiet: Operator) -> None:
    quiet.deployment.orgs["acme"].access = "CUSTOM"
    assert any("a custom role" in one for one in findings(quiet))


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's
@pytest.mark.parametrize(
    ("more", "grade", "sentence"),
    [
        ("", "warning", "hires_since is not set, so every hire is held: set hires_since"),
        ('drift_report = "monday"', "warning", "drift_report is set, but notify has no address"),
        (f'{SINCE}\nsynced_fields = ["seta"]', "FAILED", "no custom field seta (nearest: seat)"),
        (f'{SINCE}\nsynced_fields = ["pay"]', "warning", "ticked field pay: sensitive in ChartHop"),
        (f'{SINCE}\nclose_reason = "Nope"', "FAILED", 'Ashby has no active close reason "Nope"'),
        (f'{SINCE}\nclose_reason = "Nope"', "FAILED", "close_reason to one of: No longer needed"),
        (f"{SINCE}\nsync_confidential_jobs = true", "warning", "Allow access to confidential jobs"),
        (f'{SINCE}\nnotify = ["nonsense://x"]', "FAILED", "notify entry 1 is of nonsense://"),
        (f'{SINCE}\nnotify = ["slack://x"]', "FAILED", "notify entry 1 is not an address"),
        (
            f'{SINCE}\nnotify = ["json://169.254.169.254/"]',
            "FAILED",
            "notify entry 1 is of this machine's own network",
        ),
        (
            f'{SINCE}\n[organizations.acme.offer_fields]\n"Level" = "seat"',
            "FAILED",
            'Ashby has no offer field "Level": correct offer_fields',
        ),
        (
            f'{SINCE}\n[organizations.acme.offer_fields]\n"Job Level" = "sead"',
            "FAILED",
            "offer field Job Level is left out: ChartHop has no field sead",
        ),
    ],
)
def test_each_setting_is_held_against_both_services(
    operator: Operator, more: str, grade: str, sentence: str
) -> None:
    org, account = operator.deployment.add("acme", more)
    org.add_field("seat", "Seat", "INTEGER")
    org.add_field("pay", "Pay", "MONEY", sensitive="HIGH")
    account.add_close_reason("No longer needed")
    account.add_custom_field("Job Level", "String", objectType="Offer")
    found = [one for one, its in findings(operator).items() if its == grade]
    assert any(sentence in one for one in found), found


def test_known_offer_fields_and_close_reasons_pass(operator: Operator) -> None:
    more = (
        f'{SINCE}\nclose_reason = "no longer needed"\n'
        '[organizations.acme.offer_fields]\n"Job Level" = "seat"\n"Interval" = "baseComp.interval"'
    )
    org, account = operator.deployment.add("acme", more)
    org.add_field("seat", "Seat", "INTEGER")
    account.add_close_reason("No longer needed")
    for title in ("Job Level", "Interval"):
        account.add_custom_field(title, "String", objectType="Offer")
    found = findings(operator)
    assert found["all 2 offer fields exist on both sides"] == "ok"
    assert found['Ashby has the close reason "no longer needed"'] == "ok"


def test_openings_that_somebody_else_makes_are_noticed(quiet: Operator) -> None:
    quiet.deployment.accounts["acme"].add_opening("OTHER-1", description="Engineer")
    assert fault_in(quiet, "warning").startswith(
        "1 active jobs already have an opening that this sync did not create: if Ashby's own"
    )


def test_what_would_be_held_is_counted(quiet: Operator) -> None:
    org, account = quiet.deployment.orgs["acme"], quiet.deployment.accounts["acme"]
    org.add_job(req="ENG-1")
    for _ in range(2):
        account.add_opening("ENG-1")
    found = findings(quiet)
    assert found["a sync now would result in 1 held, 1 created, 1 skipped"] == "ok"
    assert found["1 records would be held: run charthop-ashby plan acme to see why"] == "warning"


def test_a_missing_secret_is_said_of_its_organization_only(quiet: Operator) -> None:
    quiet.deployment.add("globex")
    file = quiet.deployment.file
    file.write_text(file.read_text().replace('"ashby-globex"', '"${NOT_SET_ANYWHERE}"'))
    quiet.deployment.file.write_text(file.read_text())
    result = quiet.types("check", "globex")
    assert result.exit_code == 2
    assert "needs the environment variable NOT_SET_ANYWHERE" in result.stdout
    assert result.stderr == ""


def test_a_service_that_does_not_answer_is_a_finding(operator: Operator) -> None:
    operator.deployment.add("acme", SINCE)
    operator.environment["ASHBY_API_URL"] = "http://127.0.0.1:1"
    shell = Operator(operator.deployment, operator.environment)
    result = shell.types("check", "acme")
    assert result.exit_code == 1
    assert (
        "FAILED  Ashby cannot be reached: 127.0.0.1:1 refused the connection: allow this machine"
        in result.stdout
    )


def test_keys_that_neither_service_takes_may_be_swapped(quiet: Operator) -> None:
    folder = quiet.deployment.folder
    (folder / "ashby").write_text("charthop-acme")
    assert "swapped" not in quiet.types("check").stdout
    (folder / "charthop").write_text("ashby-acme")
    assert (
        "both services refuse their key: are the two keys swapped?" in quiet.types("check").stdout
    )


def test_a_day_ahead_from_which_hires_count(operator: Operator) -> None:
    ahead = datetime.now(UTC).date() + timedelta(days=20)
    operator.deployment.add("acme", f"hires_since = {ahead}")
    shown = operator.types("check").stdout
    assert f"warning hires_since is in the future ({ahead})" in shown
    operator.deployment.add("globex", f"hires_since = {datetime.now(UTC).date()}")
    assert "lies ahead" not in operator.types("check", "globex").stdout


def test_all_that_is_missing_is_named_at_once(quiet: Operator) -> None:
    file = quiet.deployment.file
    text = file.read_text().replace('"file:charthop"', '"$NO_CHARTHOP"')
    file.write_text(text.replace('"file:ashby"', '"${NO_ASHBY}"') + 'notify = ["${NO_NOTIFY}"]\n')
    result = quiet.types("check", "acme")
    assert result.exit_code == 2
    failed = [line for line in result.stdout.splitlines() if line.startswith("  FAILED")]
    assert len(failed) == 3
    assert 'charthop_api_key is no key; did you mean "${NO_CHARTHOP}"?' in failed[0]
    assert "NO_ASHBY" in failed[1]
    assert "NO_NOTIFY" in failed[2]
    assert "stands in the file itself" not in result.stdout


def test_a_living_worker_is_counted(quiet: Operator) -> None:
    Heartbeats(quiet.deployment.redis).beat("celery@one")
    assert quiet.types("check").stdout.endswith("1 worker running\n")


@pytest.mark.parametrize(
    ("pace", "grade"), [("970", None), ("485", "ok"), ("980", "ok"), ("981", "warning")]
)
def test_the_pace_of_the_calls_is_told(
    quiet: Operator, monkeypatch: pytest.MonkeyPatch, pace: str, grade: str | None
) -> None:
    monkeypatch.setenv("ASHBY_CALLS_PER_MINUTE", pace)
    checked, status = quiet.types("check"), quiet.types("status")
    told = [line for line in checked.stdout.splitlines() if f"at most {pace} calls" in line]
    assert [line.split()[0] for line in told] == ([grade] if grade else [])
    assert ("Ashby refuses more than 1000" in checked.stdout) is (grade == "warning")
    assert checked.exit_code == 0
    assert (f"at most {pace} calls a minute" in status.stdout) is (grade is not None)


def test_required_opening_fields_that_are_not_ticked_are_named(quiet: Operator) -> None:
    account = quiet.deployment.accounts["acme"]
    account.add_custom_field("Cost centre", "String", isRequired=True)
    account.add_custom_field("Seat", "Number", isRequired=True)
    account.add_custom_field("Not of openings", "String", "Candidate", isRequired=True)

    found = fault_in(quiet, "warning", "acme")
    assert found.startswith('Ashby requires the opening field "Cost centre", which is not ticked')
    plan = quiet.types("plan", "acme").stdout
    assert "Ashby requires a value for Cost centre, Seat on every opening" in plan


def test_close_reasons_that_fill_are_looked_for(quiet: Operator) -> None:
    more = f'{SINCE}\nfilled_close_reasons = ["no longer NEEDED", "Hired"]'
    quiet.deployment.configure("acme", more)

    assert fault_in(quiet, "FAILED", "acme").startswith('Ashby has no close reason "Hired"')


def test_hiring_teams_need_one_more_permission(quiet: Operator) -> None:
    quiet.deployment.configure("acme", f"{SINCE}\nsync_hiring_team = true")
    quiet.deployment.accounts["acme"].withdraw_permission("organizationWrite")

    assert fault_in(quiet, "FAILED", "acme").startswith("the key lacks Organization, Write")


def test_a_redis_that_evicts_is_a_warning_and_costs_nothing(quiet: Operator) -> None:
    quiet.deployment.redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        result = quiet.types("check")
    finally:
        quiet.deployment.redis.config_set("maxmemory-policy", "noeviction")

    assert result.exit_code == 0
    assert "maxmemory-policy allkeys-lru" in result.stdout
    assert "set maxmemory-policy noeviction" in result.stdout


def test_a_redis_user_without_rights_fails(quiet: Operator) -> None:
    redis = quiet.deployment.redis
    redis.execute_command("ACL", "SETUSER", "default", "-eval")  # type: ignore[no-untyped-call]
    try:
        result = quiet.types("check")
    finally:
        redis.execute_command("ACL", "SETUSER", "default", "+eval")  # type: ignore[no-untyped-call]

    assert result.exit_code == 1
    assert "may not do everything that is needed (EVAL)" in result.stdout


# Two keys while one is changed


def two_keys(quiet: Operator, system: str, *taken: str) -> dict[str, str]:
    """The findings where `new` and `old` stand in the file and the service takes these."""
    deployment = quiet.deployment
    for name in ("new", "old"):
        (deployment.folder / name).write_text(f"the-{name}-key\n")
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace(f'"file:{system}"', '["file:new", "file:old"]'))
    org, account = deployment.orgs["acme"], deployment.accounts["acme"]
    side: Any = org if system == "charthop" else account
    side.key, side.second_key = (*(f"the-{name}-key" for name in taken), None, None)[:2]
    return findings(quiet, "acme")


@pytest.mark.parametrize(("system", "named"), [("charthop", "ChartHop"), ("ashby", "Ashby")])
def test_check_says_that_the_old_key_can_go(quiet: Operator, system: str, named: str) -> None:
    found = two_keys(quiet, system, "new", "old")

    assert found[f"the new {named} key is in use"] == "ok"
    (can_go,) = [one for one in found if "can go" in one]
    assert can_go.startswith(f"the old {named} key can go: remove it from {system}_api_key")
    assert set(found.values()) == {"ok"}


@pytest.mark.parametrize(("system", "named"), [("charthop", "ChartHop"), ("ashby", "Ashby")])
def test_check_says_that_the_old_key_has_to_stay(quiet: Operator, system: str, named: str) -> None:
    found = two_keys(quiet, system, "old")

    stays = f"the old {named} key is in use and has to stay: fix the problems of the new key above"
    assert found[stays] == "warning"
    (refused,) = [one for one in found if "does not accept the new key" in one]
    assert found[refused] == "warning"
    assert "where the first entry of" in refused
    assert not any("can go" in one for one in found)
    assert quiet.types("check", "acme").exit_code == 0  # the sync works


@pytest.mark.parametrize(("system", "named"), [("charthop", "ChartHop"), ("ashby", "Ashby")])
def test_check_says_that_the_old_key_is_gone(quiet: Operator, system: str, named: str) -> None:
    found = two_keys(quiet, system, "new")

    assert found[f"the new {named} key is in use"] == "ok"
    (refused,) = [one for one in found if "does not accept the old key" in one]
    assert refused.endswith(f"remove it from {system}_api_key")


def test_where_neither_key_is_taken_check_fails(quiet: Operator) -> None:
    found = two_keys(quiet, "ashby")

    assert [grade for one, grade in found.items() if "does not accept the" in one] == ["FAILED"] * 2
    assert quiet.types("check", "acme").exit_code == 1


def test_an_old_key_stays_while_the_new_one_lacks_a_permission(quiet: Operator) -> None:
    body = {"success": False, "errorInfo": {"code": "missing_endpoint_permission"}}
    quiet.deployment.ashby.faults.append(
        Fault("apiKey.info|offer.list", status=403, body=body, key="the-new-key", times=100)
    )
    found = two_keys(quiet, "ashby", "new", "old")

    (lacks,) = [one for one in found if one.startswith("the new key: the key lacks")]
    assert found[lacks] == "warning"
    assert not any("can go" in one for one in found)


def test_an_old_key_stays_until_the_memory_is_sealed_for_the_new_one(quiet: Operator) -> None:
    deployment = quiet.deployment
    deployment.sync()
    (deployment.folder / "ashby").write_text("another-ashby-key\n")
    deployment.accounts["acme"].key = "another-ashby-key"

    two_keys(quiet, "charthop", "new")
    (deployment.folder / "old").write_text("charthop-acme\n")
    found = findings(quiet, "acme")
    (stays,) = [one for one in found if "has to stay until the next sync" in one]
    assert found[stays] == "warning"

    deployment.sync()
    assert any("can go" in one for one in findings(quiet, "acme"))


def test_both_old_keys_stay_until_the_memory_survives_without_them(quiet: Operator) -> None:
    deployment = quiet.deployment
    deployment.sync()
    for system, side in (
        ("charthop", deployment.orgs["acme"]),
        ("ashby", deployment.accounts["acme"]),
    ):
        (deployment.folder / f"{system}-new").write_text(f"the-new-{system}-key\n")
        side.second_key = f"the-new-{system}-key"
        text = deployment.file.read_text()
        both = f'["file:{system}-new", "file:{system}"]'
        deployment.file.write_text(text.replace(f'"file:{system}"', both))

    found = findings(quiet, "acme")
    stay = [one for one in found if "has to stay until the next sync" in one]
    assert [found[one] for one in stay] == ["warning"] * 2
    assert not any("can go" in one for one in found)

    deployment.sync()
    names = deployment.memory().names.load()
    assert len([one for one in findings(quiet, "acme") if "can go" in one]) == 2
    text = deployment.file.read_text()
    for system in ("charthop", "ashby"):
        text = text.replace(f', "file:{system}"]', "]")
    deployment.file.write_text(text)
    assert deployment.memory().names.load() == names != {}


def test_without_redis_nobody_knows_whether_the_old_key_can_go(quiet: Operator) -> None:
    quiet.deployment.sync()
    two_keys(quiet, "ashby", "new", "old")
    quiet.environment.pop("REDIS_URL")
    found = findings(Operator(quiet.deployment, quiet.environment), "acme")
    (stays,) = [one for one in found if "the old one has to stay" in one]
    assert found[stays] == "warning"
    assert not any("in use and" in one or "can go" in one for one in found)
