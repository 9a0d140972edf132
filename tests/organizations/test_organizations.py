"""The organizations file: every mistake is one sentence with its place and fix."""

import os
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.brakes import Limits
from core.errors import WrongSetup
from core.rules import Rules
from organizations import (
    Organizations,
    OrganizationsFile,
    Problem,
    read_organizations,
)
from organizations.model import Table
from organizations.ticking import set_ticked

KEYS = 'charthop_api_key = "${CHARTHOP_KEY}"\nashby_api_key = "${OTHER_KEY}"\n'
GOOD = f"[organizations.good]\nenabled = true\n{KEYS}".replace("OTHER_KEY", "ASHBY_KEY")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTHOP_KEY", "key-of-charthop")
    monkeypatch.setenv("ASHBY_KEY", "key-of-ashby")
    monkeypatch.setenv("OTHER_KEY", "key-of-another")
    monkeypatch.delenv("UNSET_KEY", raising=False)


def write(folder: Path, text: str) -> Path:
    path = folder / "organizations.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> OrganizationsFile:
    return read_organizations(write(folder, text))


def only(found: tuple[Problem, ...]) -> Problem:
    assert len(found) == 1, [problem.sentence for problem in found]
    return found[0]


# ------------------------------------------------------------------ what a right file gives


def test_defaults(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD)
    assert file.problems == ()
    assert file.warnings == ()
    good = file.organizations["good"]
    assert good.name == "good"
    assert good.charthop_org == "good"
    assert good.charthop_api_keys == (SecretStr("key-of-charthop"),)
    assert good.ashby_api_keys == (SecretStr("key-of-ashby"),)
    assert good.notify == ()
    assert good.rules == Rules("good")


def test_every_key(tmp_path: Path) -> None:
    (tmp_path / "ashby").write_text("key-in-file\nsecond line\n", encoding="utf-8")
    acme = read(
        tmp_path,
        f"""\
[organizations.acme]
enabled = true
charthop_org = "acme-inc"
charthop_api_key = "${{CHARTHOP_KEY}}"
ashby_api_key = "file:{tmp_path}/ashby"
synced_fields = ["hiringReason", "level", "hiringReason"]
hires_since = 2026-11-01
push_hires = "manual"
close_reason = "Closed in ChartHop"
sync_confidential_jobs = true
create_offer_fields = true
sync_hiring_team = true
filled_close_reasons = ["Hired"]
charthop_webhook_secret = "a-secret-of-thirty-two-characters-"
titles_in_messages = false
drift_report = "tuesday"
notify = ["slack://TokenA/TokenB/TokenC", "${{ASHBY_KEY}}://x"]
brake = {{ close_percent = 50 }}

[organizations.acme.offer_fields]
"Job Level" = "jobLevel"
"First name" = "name.first"
""".replace("${ASHBY_KEY}://x", "json://localhost"),
    ).organizations["acme"]
    assert acme.charthop_org == "acme-inc"
    assert acme.ashby_api_keys == (SecretStr("key-in-file"),)
    assert [address.get_secret_value() for address in acme.notify] == [
        "slack://TokenA/TokenB/TokenC",
        "json://localhost",
    ]
    assert acme.rules == Rules(
        "acme",
        synced_fields=("hiringReason", "level"),
        offer_fields={"Job Level": "jobLevel", "First name": "name.first"},
        hires_since=date(2026, 11, 1),
        push_hires="manual",
        close_reason="Closed in ChartHop",
        sync_confidential_jobs=True,
        create_offer_fields=True,
        sync_hiring_team=True,
        filled_close_reasons=("Hired",),
        hears=frozenset({"charthop"}),
        titles_in_messages=False,
        drift_report=1,
        limits=Limits(close_percent=50),
    )


def test_secrets_stay_out_of_repr(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD + 'notify = ["slack://MARKER/b/c"]\n')
    shown = repr(file)
    assert "MARKER" not in shown
    assert "key-of" not in shown


def test_a_bare_key_works_and_draws_a_warning(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "[organizations.acme]\nenabled = true\ncharthop_api_key = 'bare-key'\n"
        'ashby_api_key = "${ASHBY_KEY}"\n',
    )
    assert file.organizations["acme"].charthop_api_keys == (SecretStr("bare-key"),)
    warning = only(file.warnings)
    assert (warning.organization, warning.line) == ("acme", 3)
    assert "organizations.toml:3: [organizations.acme] charthop_api_key" in warning.sentence
    assert "bare-key" not in warning.sentence


def test_a_table_that_does_not_say_enabled_is_off_and_draws_a_warning(tmp_path: Path) -> None:
    file = read(tmp_path, f"[organizations.acme]\n{KEYS}")
    assert file.organizations["acme"].enabled is False
    assert "enabled = true" in only(file.warnings).sentence


def test_an_empty_file_draws_a_warning(tmp_path: Path) -> None:
    file = read(tmp_path, "# nothing yet\n")
    assert file.problems == ()
    assert "[organizations.NAME]" in only(file.warnings).sentence


def test_a_relative_secret_file_is_looked_for_beside_the_organizations_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "a").write_text("\ufeff key-beside \r\n", encoding="utf-8")
    path = write(tmp_path, GOOD.replace("${ASHBY_KEY}", "file:keys/a"))
    monkeypatch.chdir("/")
    key = read_organizations(path).organizations["good"].ashby_api_keys
    assert key == (SecretStr("key-beside"),)


# ------------------------------------------------------------------ what a wrong table says

MISTAKES = [
    # (line that is added to a right table, what the sentence says)
    ("enabeld = true", 'unknown key "enabeld"; did you mean enabled?'),
    (
        "colour = 'red'",
        'unknown key "colour"; there are: ashby_api_key, ashby_webhook_secret, brake',
    ),
    ("charthop_org = 3", "charthop_org must be the ChartHop org id or slug"),
    ("charthop_org = ''", "charthop_org must be the ChartHop org id or slug"),
    ("synced_fields = 'hiringReason'", "synced_fields must be a list"),
    ("synced_fields = ['a', 3, 4]", "synced_fields must be a list"),
    ("hires_since = '2026-11-01'", "hires_since must be a day without quotes"),
    ("hires_since = 2026-11-01T00:00:00Z", "hires_since must be a day without quotes"),
    ("push_hires = 'sometimes'", 'push_hires must be "automatic" or "manual"'),
    ("drift_report = 'Monday'", 'weekday in small letters and in quotes, like "monday"; did you'),
    ("drift_report = 'mon'", "did you mean monday?"),
    ("drift_report = 'thrusday'", "did you mean thursday or tuesday?"),
    ("drift_report = 'weekly'", "there are: friday, monday, saturday"),
    ("drift_report = 1", "drift_report must be a weekday"),
    ("drift_report = true", "drift_report must be a weekday"),
    ("drift_report = ['monday']", "drift_report must be a weekday"),
    ("close_reason = ''", "close_reason must be the text"),
    ("sync_confidential_jobs = 'no'", "sync_confidential_jobs must be true or false"),
    ("create_offer_fields = 1", "create_offer_fields must be true or false"),
    ("notify = 'slack://a/b/c'", "notify must be a list"),
    ("notify = ['#channel']", "notify holds an entry that is no Apprise address"),
    ("notify = ['${UNSET_KEY}']", "notify needs the environment variable UNSET_KEY"),
    ("brake = 3", "brake must be a table"),
    ("brake = { close_percent = -1 }", "brake.close_percent must be a whole number from 0 to 100"),
    ("brake = { close_percent = 101 }", "brake.close_percent must be"),
    ("brake = { create_openings = -1 }", "brake.create_openings must be a whole number, 0"),
    ("brake.create_persons = 2.5", "brake.create_persons must be a whole number, 0 or more"),
    ("brake = { close_percentage = 3 }", 'brake.close_percentage"; did you mean close_percent?'),
    ("offer_fields = 'jobLevel'", "offer_fields must be a table"),
    ("offer_fields = { Level = 'Job Level' }", 'offer_fields "Level" must be a ChartHop field'),
    ("offer_fields.Level = 3", 'offer_fields "Level" must be a ChartHop field code'),
]


@pytest.mark.parametrize(("mistake", "says"), MISTAKES)
def test_a_mistake_is_one_sentence_at_its_line(tmp_path: Path, mistake: str, says: str) -> None:
    text = f"# who\n{GOOD}\n[organizations.bad]\nenabled = true\n{KEYS}{mistake}\n"
    file = read(tmp_path, text)
    problem = only(file.problems)
    line = 1 + text.split("\n").index(mistake)
    assert (problem.organization, problem.line) == ("bad", line)
    assert problem.sentence.startswith(
        f"{tmp_path}/organizations.toml:{line}: [organizations.bad] "
    )
    assert says in problem.sentence
    assert problem.sentence.endswith((".", "?"))
    assert "\n" not in problem.sentence
    assert set(file.organizations) == {"good"}  # it does not stop the others


@pytest.mark.parametrize("key", Table.model_fields)
def test_each_key_says_what_it_has_to_be(tmp_path: Path, key: str) -> None:
    lines = f"enabled = true\n{KEYS}".splitlines()
    right = "\n".join(line for line in lines if not line.startswith(f"{key} "))
    file = read(tmp_path, f"{GOOD}\n[organizations.bad]\n{right}\n{key} = [3]\n")
    problem = only(file.problems)
    assert problem.organization == "bad"
    assert f"] {key} must be " in problem.sentence
    assert set(file.organizations) == {"good"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('ashby_api_key = "${UNSET_KEY}"', "needs the environment variable UNSET_KEY"),
        ('ashby_api_key = "file:/nowhere/key"', "needs the file /nowhere/key"),
        ('ashby_api_key = "file:{folder}"', "cannot be read"),
        ('ashby_api_key = "file:{folder}/empty"', "first line is empty"),
        ('ashby_api_key = "file:{folder}/binary"', "is not text"),
        ('ashby_api_key = "prefix-${ASHBY_KEY}"', "${NAME} and nothing else"),
        ('ashby_api_key = "${}"', "${NAME} and nothing else"),
        ('ashby_api_key = ""', "ashby_api_key is empty"),
        ('ashby_api_key = "MARKER two"', "holds characters that no key has"),
        ('ashby_api_key = "MARKER\u2019"', "holds characters that no key has"),
        ("ashby_api_key = 12345", "ashby_api_key must be text in quotes"),
        ("# none", "ashby_api_key is missing; add ashby_api_key ="),
    ],
)
def test_a_wrong_secret_is_one_sentence(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "empty").write_text("\nsecond line\n", encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    line = line.replace("{folder}", str(tmp_path))
    text = f'[organizations.bad]\nenabled = true\ncharthop_api_key = "${{CHARTHOP_KEY}}"\n{line}\n'
    file = read(tmp_path, text)
    problem = only(file.problems)
    assert problem.organization == "bad"
    assert problem.line == (1 if line == "# none" else 4)
    assert says in problem.sentence
    assert "MARKER" not in problem.sentence
    assert file.organizations == {}


def test_a_disabled_organization_may_lack_its_secrets_until_it_is_used(tmp_path: Path) -> None:
    text = '[organizations.later]\nenabled = false\ncharthop_api_key = "${UNSET_KEY}"\n'
    path = write(tmp_path, text + 'ashby_api_key = "${UNSET_KEY}"\n')
    assert read_organizations(path).problems == ()
    with pytest.raises(WrongSetup, match=r":3: .*UNSET_KEY, which is not set; set it\.$"):
        Organizations(path).get("later")


@pytest.mark.parametrize("name", ['"two words"', '"a:b"', '""', "x" * 65, '"\u00e9t\u00e9"'])
def test_a_bad_name(tmp_path: Path, name: str) -> None:
    file = read(tmp_path, f"{GOOD}[organizations.{name}]\n{KEYS}")
    problem = only(file.problems)
    assert problem.line == 5
    assert "letters, digits, - and _ only" in problem.sentence
    assert set(file.organizations) == {"good"}


def test_the_later_table_of_a_charthop_org_is_the_bad_one(tmp_path: Path) -> None:
    text = (
        f"[organizations.second]\ncharthop_org = 'acme'\nenabled = true\n{KEYS}"
        f"[organizations.acme]\nenabled = true\n{KEYS}"
        f"[organizations.third]\nenabled = true\n{KEYS}charthop_org = 'ACME'\n"
    )
    file = read(tmp_path, text)
    assert set(file.organizations) == {"second"}
    assert [(p.organization, p.line) for p in file.problems] == [("acme", 6), ("third", 14)]
    assert "already belongs to [organizations.second]" in file.problems[0].sentence


@pytest.mark.parametrize(
    ("text", "organization", "line", "says"),
    [
        (f"{GOOD}[organisations.acme]\n{KEYS}", None, 5, "did you mean organizations?"),
        (f"sync = 3\n{GOOD}", None, 1, 'unknown key "sync" outside the tables'),
        (f"{GOOD}[[organizations.acme]]\n{KEYS}", "acme", 5, "write [organizations.acme]"),
        (f"organizations.acme = 3\n{GOOD}", "acme", 1, "write [organizations.acme]"),
    ],
)
def test_what_is_no_organization(
    tmp_path: Path, text: str, organization: str | None, line: int, says: str
) -> None:
    file = read(tmp_path, text)
    problem = only(file.problems)
    assert (problem.organization, problem.line) == (organization, line)
    assert says in problem.sentence
    assert set(file.organizations) == {"good"}


def test_organizations_that_is_no_table(tmp_path: Path) -> None:
    assert (
        "write [organizations.NAME]" in only(read(tmp_path, "organizations = 3").problems).sentence
    )


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("[organizations.bad]\nenabled = tru\n", 6),
        ("[organizations.bad]\nenabled = true\nclose_reason = 'open\n", 7),
        ("[organizations.bad]\nsynced_fields = [\n  'a',\n", 6),
        ("[organizations.bad]\nclose_reason = '''never closed\n", 6),
        ("[organizations.bad]\nenabled = true\nenabled = false\n", 7),
        ("[organizations.bad\nenabled = true\n", 5),
        ("[organizations.bad]\nenabled = true\n[organizations.bad]\nenabled = true\n", 7),
        ("[organizations.bad]\nenabled = true\n\n[organizations.bad.offer_fields]\nJob Level\n", 9),
    ],
)
def test_a_syntax_error_costs_one_organization(tmp_path: Path, table: str, line: int) -> None:
    after = GOOD.replace("good", "after").replace("ASHBY_KEY", "OTHER_KEY")
    file = read(tmp_path, f"{GOOD}{table}\n# the next one\n{after}")
    problem = only(file.problems)
    assert (problem.organization, problem.line) == ("bad", line)
    assert f"organizations.toml:{line}: [organizations.bad] this is no TOML" in problem.sentence
    assert set(file.organizations) == {"good", "after"}


def test_a_syntax_error_before_the_tables(tmp_path: Path) -> None:
    file = read(tmp_path, f"what is this\n{GOOD}")
    problem = only(file.problems)
    assert (problem.organization, problem.line) == (None, 1)
    assert set(file.organizations) == {"good"}


def test_other_forms_of_toml_have_their_places_too(tmp_path: Path) -> None:
    keys = "charthop_api_key = 'a', ashby_api_key = 'b'"
    file = read(
        tmp_path,
        f"[organizations]\ninline = {{ {keys}, colour = 1 }}\n"
        f"dotted.enabled = 3\ndotted.charthop_api_key = 'a'\ndotted.ashby_api_key = 'b'\n"
        f'[organizations . "quoted"] # why\n{KEYS}offer_fields . "Job Level" = 3\n',
    )
    assert [(p.organization, p.line) for p in file.problems] == [
        ("inline", 2),
        ("dotted", 3),
        ("quoted", 9),
    ]


def test_every_wrong_key_of_a_table_is_said(tmp_path: Path) -> None:
    file = read(tmp_path, f"[organizations.bad]\nenabled = 1\n{KEYS}notify = 1\ncolour = 1\n")
    assert [problem.line for problem in file.problems] == [2, 5, 6]


# ------------------------------------------------------------------ the file as a whole


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(WrongSetup, match=r"does not exist; write it with `charthop-ashby example"):
        read_organizations(tmp_path / "organizations.toml")


def test_an_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(WrongSetup, match="cannot be read"):
        read_organizations(tmp_path)
    path = tmp_path / "latin"
    path.write_bytes(b"# \xe9t\xe9\n")
    with pytest.raises(WrongSetup, match="UTF-8"):
        read_organizations(path)


# ------------------------------------------------------------------ a running process


def test_names_and_enabled(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"{GOOD}[organizations.off]\nenabled = false\n{KEYS}[organizations.bad]\nenabled = 3\n",
    )
    organizations = Organizations(path)
    assert organizations.names() == ("good", "off")
    assert organizations.enabled() == ("good",)
    assert organizations.get("off").enabled is False


def test_an_unknown_name_hears_the_nearest(tmp_path: Path) -> None:
    organizations = Organizations(write(tmp_path, GOOD))
    with pytest.raises(WrongSetup, match=r'no organization "God"; did you mean good\?$'):
        organizations.get("God")
    with pytest.raises(WrongSetup, match=r'no organization "acme"; there are: good\.$'):
        organizations.get("acme")


def test_a_bad_table_says_its_own_sentence(tmp_path: Path) -> None:
    organizations = Organizations(write(tmp_path, f"{GOOD}[organizations.bad]\nenabled = 3\n"))
    with pytest.raises(WrongSetup, match=r":5: \[organizations\.bad\] .*_api_key is missing"):
        organizations.get("bad")


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    assert organizations.enabled() == ("good",)
    write(tmp_path, GOOD.replace("true", "false"))
    assert organizations.enabled() == ()


def test_a_replaced_file_of_the_same_size_and_time_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    assert organizations.names() == ("good",)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    other = tmp_path / "other"
    other.write_text(GOOD.replace("good", "best"), encoding="utf-8")
    os.utime(other, ns=times)
    other.replace(path)
    assert organizations.names() == ("best",)


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    organizations.names()
    found = path.stat()
    with path.open("r+b") as file:  # same length, same inode; the time is put back below
        file.write(b"[organizations.best]")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert organizations.names() == ("good",)


def test_a_rotated_key_is_used_by_the_next_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("old-key", encoding="utf-8")
    organizations = Organizations(write(tmp_path, GOOD.replace("${ASHBY_KEY}", "file:key")))
    assert organizations.get("good").ashby_api_keys == (SecretStr("old-key"),)
    (tmp_path / "key").write_text("new-key", encoding="utf-8")
    monkeypatch.setenv("CHARTHOP_KEY", "newer-key")
    assert organizations.get("good").ashby_api_keys == (SecretStr("new-key"),)
    assert organizations.get("good").charthop_api_keys == (SecretStr("newer-key"),)


def test_a_key_file_that_stays_half_is_taken_at_its_word(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("key-of-ashby-and-a-slip")
    organizations = Organizations(write(tmp_path, GOOD.replace("${ASHBY_KEY}", "file:key")))
    organizations.get("good")
    key.write_text("key-of-ashby")
    assert organizations.get("good").ashby_api_keys == (SecretStr("key-of-ashby-and-a-slip"),)
    os.utime(key, (time.time() - 60, time.time() - 60))
    assert organizations.get("good").ashby_api_keys == (SecretStr("key-of-ashby"),)


def test_a_key_of_a_file_that_is_away_outlives_a_change_of_the_table(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("key-in-file")
    text = GOOD.replace("${ASHBY_KEY}", "file:key") + 'notify = ["file:address"]\n'
    (tmp_path / "address").write_text("slack://a/b/c")
    organizations = Organizations(write(tmp_path, text))
    assert organizations.read().warnings == ()
    key.unlink()
    (tmp_path / "address").unlink()
    write(tmp_path, f"{text}synced_fields = ['level']\n")

    good = organizations.get("good")
    assert good.ashby_api_keys == (SecretStr("key-in-file"),)
    assert good.notify == (SecretStr("slack://a/b/c"),) == organizations.addresses("good")
    assert organizations.broken() == {}
    of_key, of_address = organizations.read().warnings
    assert (of_key.line, of_address.line) == (4, 5)
    assert f"ashby_api_key needs the file {key}, which cannot be read" in of_key.sentence
    assert "until then the version of 20" in of_key.sentence
    write(tmp_path, text.replace("file:key", "file:other"))
    with pytest.raises(WrongSetup, match="other, which cannot be read"):
        organizations.get("good")


def test_problems_of_a_running_process_follow_the_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organizations = Organizations(write(tmp_path, GOOD.replace("ASHBY_KEY", "UNSET_KEY")))
    assert "UNSET_KEY" in only(organizations.read().problems).sentence
    monkeypatch.setenv("UNSET_KEY", "here-now")
    assert organizations.read().problems == ()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


GONE: list[tuple[str, Callable[[Path], object]]] = [
    ("gone", Path.unlink),
    ("empty", lambda path: path.write_text("")),
    ("half of it", lambda path: path.write_text(path.read_text()[:-30])),
    ("half of a letter", lambda path: path.write_bytes(path.read_bytes() + b"# \xc3")),
    ("a folder", _folder),
    ("a pipe", _pipe),
]


@pytest.mark.parametrize("spoil", [case[1] for case in GONE], ids=[case[0] for case in GONE])
def test_while_the_file_cannot_be_read_the_last_good_one_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], object]
) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    organizations.names()
    spoil(path)

    for _ in range(3):
        assert organizations.names() == organizations.enabled() == ("good",)
        assert organizations.get("good").enabled

    said = [line for line in caplog.messages if "the version of 20" in line]
    assert len(said) == (0 if path.is_file() and b"\xc3" not in path.read_bytes() else 1)
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    write(tmp_path, GOOD.replace("good", "other"))
    assert organizations.names() == ("other",)
    organizations.require_readable()


def test_a_file_that_stays_half_is_taken_at_its_word(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    organizations.names()
    path.write_text("")
    os.utime(path, (time.time() - 60, time.time() - 60))

    assert organizations.names() == ()


def test_whoever_asks_learns_that_the_file_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    organizations = Organizations(path)
    organizations.require_readable()
    path.unlink()
    with pytest.raises(WrongSetup, match="does not exist"):
        organizations.require_readable()
    with pytest.raises(WrongSetup, match="does not exist"):
        Organizations(path).names()


# ------------------------------------------------------------------ ticking

COMMENTED = f"""\
# Our organizations.
[organizations.acme]   # the big one
enabled = true
{KEYS}
# what recruiters asked for
synced_fields = [
  "hiringReason",  # since spring
  "level",         # for the board
]  # keep short

[organizations.acme.offer_fields]
"Job Level" = "jobLevel"

# the small one
[organizations.globex]
{KEYS}
"""


def ticked(path: Path, organization: str) -> list[str]:
    parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    found: list[str] = parsed["organizations"][organization]["synced_fields"]
    return found


def test_ticking_keeps_comments_and_layout(tmp_path: Path) -> None:
    path = write(tmp_path, COMMENTED)
    set_ticked(path, "acme", ["level", "team"])
    text = path.read_text(encoding="utf-8")
    assert text == COMMENTED.replace('  "hiringReason",  # since spring\n', "").replace(
        '  "level",         # for the board\n',
        '  "level",         # for the board\n  "team",\n',
    )


def test_ticking_where_nothing_was_ticked_yet(tmp_path: Path) -> None:
    path = write(tmp_path, COMMENTED)
    set_ticked(path, "globex", ["level"])
    assert path.read_text(encoding="utf-8") == COMMENTED.replace(
        "[organizations.globex]\n", '[organizations.globex]\nsynced_fields = ["level"]\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        COMMENTED,
        COMMENTED.replace("\n", "\r\n"),
        f"[organizations.acme]\r\n{KEYS}".replace("\n", "\r\n").replace("\r\r", "\r"),
        f"[organizations.acme]\nsynced_fields = []\n{KEYS}",
        f"[organizations.acme]\n{KEYS}synced_fields = ['hiringReason']",
        f'[organizations."acme"]\n{KEYS}',
        "[organizations]\nacme = { enabled = true, synced_fields = ['a'] }\n",
        "[organizations]\nacme = { enabled = true }\n",
        "organizations.acme.enabled = true\n",
        "[organizations.acme]\nenabled = true\n[organizations.b]\n[organizations.acme.brake]\n",
        "[organizations.acme.offer_fields]\n'Job Level' = 'jobLevel'\n",
    ],
)
@pytest.mark.parametrize("codes", [["level", "hiringReason", "team"], ["hiringReason"], []])
def test_ticking_changes_nothing_else(tmp_path: Path, text: str, codes: list[str]) -> None:
    path = tmp_path / "organizations.toml"
    path.write_bytes(text.encode())
    before = tomllib.loads(text)
    set_ticked(path, "acme", codes)
    after = path.read_bytes().decode()
    before["organizations"]["acme"].pop("synced_fields", None)
    parsed = tomllib.loads(after)
    written = parsed["organizations"]["acme"].pop("synced_fields", [])
    assert sorted(written) == sorted(codes)
    assert parsed == before
    assert after.count("\r\n") in (0, after.count("\n"))


def test_ticking_keeps_mode_and_link_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = write(tmp_path / "real", COMMENTED)
    real.chmod(0o640)
    link = tmp_path / "organizations.toml"
    link.symlink_to(real)
    set_ticked(link, "acme", ["team"])
    assert link.is_symlink()
    assert ticked(real, "acme") == ["team"]
    assert real.stat().st_mode & 0o777 == 0o640
    assert list((tmp_path / "real").iterdir()) == [real]


def test_ticking_refuses_what_it_cannot_edit(tmp_path: Path) -> None:
    path = write(tmp_path, COMMENTED)
    with pytest.raises(WrongSetup, match='no organization "other"'):
        set_ticked(path, "other", ["a"])
    write(tmp_path, "[organizations.acme\n")
    with pytest.raises(WrongSetup, match="is no TOML"):
        set_ticked(path, "acme", ["a"])
    with pytest.raises(WrongSetup, match="cannot be read"):
        set_ticked(tmp_path / "none.toml", "acme", ["a"])


# Webhook secrets.


def test_webhook_secrets_are_looked_up_without_any_api_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "h" * 40)
    file = tmp_path / "organizations.toml"
    file.write_text(
        """
        [organizations.acme]
        charthop_api_key = "${NOT_HERE}"
        ashby_api_key = "file:not/here"
        ashby_webhook_secret = ["${HOOK}", "${NOT_HERE_EITHER}"]
        """
    )
    organizations = Organizations(file)
    (secret,) = organizations.webhook_secrets("acme", "ashby_webhook_secret")
    assert secret.get_secret_value() == "h" * 40
    assert organizations.webhook_secrets("acme", "charthop_webhook_secret") == ()
    assert organizations.webhook_secrets("globex", "ashby_webhook_secret") == ()


@pytest.mark.parametrize(
    ("written", "usable", "warning"),
    [
        ("s" * 15, 0, "shorter than 16 characters and is not used"),
        ("s" * 16, 1, "shorter than 32 characters"),
        ("s" * 31, 1, "shorter than 32 characters"),
        ("s" * 32, 1, None),
    ],
)
def test_a_short_webhook_secret_is_refused_and_stops_no_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, usable: int, warning: str | None
) -> None:
    monkeypatch.setenv("HOOK", written)
    file = tmp_path / "organizations.toml"
    file.write_text(
        """
        [organizations.acme]
        enabled = true
        charthop_api_key = "file:key"
        ashby_api_key = "file:key"
        charthop_webhook_secret = "${HOOK}"
        """
    )
    (tmp_path / "key").write_text("key")
    organizations = Organizations(file)
    assert len(organizations.webhook_secrets("acme", "charthop_webhook_secret")) == usable
    read = organizations.read()
    assert organizations.broken() == {} == {one.organization: 0 for one in read.problems}
    told = [one.sentence for one in read.warnings]
    assert (told == []) if warning is None else (warning in told[0] and written not in told[0])


@pytest.mark.parametrize("written", ["5", "[]", '["a", "b", "c"]', '""', "[5]"])
def test_a_webhook_secret_of_another_form_is_told(tmp_path: Path, written: str) -> None:
    file = tmp_path / "organizations.toml"
    file.write_text(
        f"""
        [organizations.acme]
        charthop_api_key = "${{A}}"
        ashby_api_key = "${{A}}"
        ashby_webhook_secret = {written}
        """
    )
    (problem,) = Organizations(file).read().problems
    assert "ashby_webhook_secret" in problem.sentence


# ------------------------------------------------------------------ two keys while one is changed


def two_keys(tmp_path: Path, charthop: str, ashby: str = '"${OTHER_KEY}"') -> OrganizationsFile:
    """The file with one table whose keys are written so."""
    text = f"[organizations.acme]\nenabled = true\ncharthop_api_key = {charthop}\n"
    return read(tmp_path, f"{text}ashby_api_key = {ashby}\n")


def test_a_key_may_be_a_list_of_two_with_the_new_one_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_KEY", "key-of-tomorrow")
    (tmp_path / "ashby").write_text("ashby-of-tomorrow\n")
    file = two_keys(tmp_path, '["${NEW_KEY}", "${CHARTHOP_KEY}"]', '["file:ashby", "${OTHER_KEY}"]')

    assert (file.problems, file.warnings) == ((), ())
    acme = file.organizations["acme"]
    assert acme.charthop_api_keys == (SecretStr("key-of-tomorrow"), SecretStr("key-of-charthop"))
    assert acme.ashby_api_keys[0] == SecretStr("ashby-of-tomorrow")
    assert "tomorrow" not in repr(acme)


def test_a_list_of_one_key_is_that_key(tmp_path: Path) -> None:
    file = two_keys(tmp_path, '["${CHARTHOP_KEY}"]')
    assert file.organizations["acme"].charthop_api_keys == (SecretStr("key-of-charthop"),)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("[]", "is an empty list"),
        ('["${A}", "${B}", "${C}"]', "holds more than two"),
        ('["${CHARTHOP_KEY}", "${CHARTHOP_KEY}"]', "names the same one twice"),
        ('["file:a", "file:a"]', "names the same one twice"),
        ('["${CHARTHOP_KEY}", 5]', "the new one first"),
        ('["${CHARTHOP_KEY}", ["${A}"]]', "the new one first"),
        ('{ new = "${CHARTHOP_KEY}" }', "the new one first"),
    ],
)
@pytest.mark.parametrize("key", ["charthop_api_key", "ashby_api_key", "ashby_webhook_secret"])
def test_a_list_of_keys_of_another_form_is_one_sentence(
    tmp_path: Path, key: str, written: str, says: str
) -> None:
    keys = {"charthop_api_key": '"${CHARTHOP_KEY}"', "ashby_api_key": '"${OTHER_KEY}"'}
    lines = [f"{name} = {value}" for name, value in {**keys, key: written}.items()]
    file = read(tmp_path, "\n".join(["[organizations.acme]", "enabled = true", *lines]) + "\n")

    problem = only(file.problems)
    assert f"[organizations.acme] {key} " in problem.sentence
    assert says in problem.sentence
    assert problem.line == 3 + list({**keys, key: ""}).index(key)
    assert file.organizations == {}


def test_a_key_that_is_not_there_yet_stops_nothing_while_the_other_is(tmp_path: Path) -> None:
    file = two_keys(tmp_path, '["file:not-there", "${CHARTHOP_KEY}"]')

    assert file.organizations["acme"].charthop_api_keys == (SecretStr("key-of-charthop"),)
    assert file.problems == ()
    sentence = only(file.warnings).sentence
    assert "charthop_api_key needs the file" in sentence
    assert sentence.endswith("until then the other key is used alone.")


def test_where_neither_key_is_there_both_are_named(tmp_path: Path) -> None:
    file = two_keys(tmp_path, '["${NOT_ONE}", "${NOT_TWO}"]')

    assert file.organizations == {}
    told = " ".join(one.sentence for one in file.problems)
    assert "NOT_ONE" in told
    assert "NOT_TWO" in told


def test_two_references_to_the_same_key_draw_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_KEY", "key-of-charthop")
    file = two_keys(tmp_path, '["${NEW_KEY}", "${CHARTHOP_KEY}"]')

    assert file.organizations["acme"].charthop_api_keys == (SecretStr("key-of-charthop"),)
    assert "holds the same key twice" in only(file.warnings).sentence


@pytest.mark.parametrize("written", ['["bare-key-1", "${CHARTHOP_KEY}"]', '["${A}", "bare-key-1"]'])
def test_one_bare_key_of_two_draws_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("A", "key-a")
    sentence = only(two_keys(tmp_path, written).warnings).sentence
    assert "charthop_api_key stands in the file itself" in sentence
    assert "bare-key" not in sentence
