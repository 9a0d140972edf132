"""What is meant by a file that cannot be meant as it stands."""

import os
import stat
import threading
import tomllib
from pathlib import Path

import pytest

from core.errors import WrongSetup
from organizations import Organizations, read_organizations
from organizations.addresses import is_link_local, why_refused
from organizations.ticking import set_ticked

TABLE = """[organizations.{name}]
enabled = true
charthop_api_key = "{name}-charthop-key"
ashby_api_key = "{key}"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "organizations.toml"
    path.write_text(text, encoding="utf-8")
    return path


def sentences(folder: Path, text: str) -> list[str]:
    return [one.sentence for one in read_organizations(write(folder, text)).problems]


def table(name: str, key: str) -> str:
    return TABLE.format(name=name, key=key)


# The same key twice.


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("${ONE}", "${ONE}"),
        ("${ONE}", "${SAME}"),
        ("${ONE}", "file:key"),
        ("bare-key", "${ONE}"),
        ("bare-key", "bare-key"),
    ],
)
def test_tables_with_the_same_ashby_key_are_named_and_neither_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    monkeypatch.setenv("ONE", "bare-key")
    monkeypatch.setenv("SAME", "bare-key")
    (tmp_path / "key").write_text("bare-key\n", encoding="utf-8")
    path = write(tmp_path, table("acme", first) + table("globex", second) + table("ok", "other"))

    file = read_organizations(path)
    assert set(file.organizations) == {"ok"}
    assert [(one.organization, one.line) for one in file.problems] == [("acme", 4), ("globex", 8)]
    assert "[organizations.globex] too" in file.problems[0].sentence
    assert "bare-key" not in " ".join(one.sentence for one in file.problems)
    for name in ("acme", "globex"):
        with pytest.raises(WrongSetup, match="neither is synced"):
            Organizations(path).get(name)
    assert Organizations(path).get("ok").enabled


def test_a_disabled_table_may_have_the_key_of_another(tmp_path: Path) -> None:
    off = table("later", "bare-key").replace("true", "false")

    assert sentences(tmp_path, table("acme", "bare-key") + off) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('["shared", "a-old"]', '["shared", "g-old"]'),
        ('["shared", "a-old"]', '["g-new", "shared"]'),
        ('["a-new", "shared"]', '["g-new", "shared"]'),
        ('["a-new", "shared"]', '"shared"'),
        ('["shared", "both"]', '["both", "shared"]'),
    ],
)
def test_one_key_of_two_in_common_is_enough(tmp_path: Path, first: str, second: str) -> None:
    text = (table("acme", "KEY") + table("globex", "MORE")).replace('"KEY"', first)
    path = write(tmp_path, text.replace('"MORE"', second) + table("ok", "other"))

    file = read_organizations(path)
    assert set(file.organizations) == {"ok"}
    assert [one.organization for one in file.problems] == ["acme", "globex"]
    with pytest.raises(WrongSetup, match="neither is synced"):
        Organizations(path).get("globex")


@pytest.mark.parametrize("written", ['"acme-charthop-key"', '["new", "acme-charthop-key"]'])
def test_tables_with_the_same_charthop_key_draw_a_warning(tmp_path: Path, written: str) -> None:
    second = table("globex", "b").replace('"globex-charthop-key"', written)

    file = read_organizations(write(tmp_path, table("acme", "a") + second))
    assert set(file.organizations) == {"acme", "globex"}
    said = [one.sentence for one in file.warnings if "ChartHop makes each key" in one.sentence]
    assert [one.split("] ")[1][:42] for one in said] == [
        "charthop_api_key is that of [organizations"
    ] * 2
    assert "acme-charthop-key" not in " ".join(said)


# Secrets.


def test_all_missing_secrets_are_named_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[organizations.acme]\nenabled = true\ncharthop_api_key = "${NONE_1}"\n'
        'ashby_api_key = "file:none-2"\nnotify = ["${NONE_3}", "slack://a/b/c", "${NONE_4}"]\n',
    )
    for word in ("NONE_1", "none-2", "NONE_3", "NONE_4"):
        assert word in " ".join(one.sentence for one in read_organizations(path).problems)
        with pytest.raises(WrongSetup, match=word):
            Organizations(path).get("acme")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("$ACME_KEY", "${ACME_KEY}"),
        ("$(ACME_KEY)", "${ACME_KEY}"),
        ("{ACME_KEY}", "${ACME_KEY}"),
        ("${ ACME_KEY }", "${ACME_KEY}"),
        ("{{ ACME_KEY }}", "${ACME_KEY}"),
        ("%ACME_KEY%", "${ACME_KEY}"),
        ("env:ACME_KEY", "${ACME_KEY}"),
        ("ACME_KEY", "${ACME_KEY}"),
        ("/run/secrets/acme_ashby", "file:/run/secrets/acme_ashby"),
        ("./keys/acme", "file:./keys/acme"),
        ("~/keys/acme", "file:~/keys/acme"),
    ],
)
def test_what_is_nearly_a_reference_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    monkeypatch.setenv("ACME_KEY", "key-of-acme")

    [sentence] = sentences(tmp_path, table("acme", written))

    assert sentence.endswith(f'ashby_api_key is no key; did you mean "{meant}"?')
    assert "key-of-acme" not in sentence


@pytest.mark.parametrize(
    ("charthop", "ashby"),
    [
        ('"${ACME_ASHBY}"', '"file:keys/charthop"'),
        ('["${ACME_ASHBY}", "${ACME_CHARTHOP}"]', '["${CHARTHOP_NEW}", "${ACME_ASHBY_OLD}"]'),
        ('["${ACME_CHARTHOP}", "file:ashby"]', '["${ACME_ASHBY_OLD}", "${CHARTHOP_NEW}"]'),
    ],
)
def test_keys_that_name_each_others_service_draw_a_warning(
    tmp_path: Path, charthop: str, ashby: str
) -> None:
    text = f"[organizations.acme]\ncharthop_api_key = {charthop}\n"
    path = write(tmp_path, f"{text}ashby_api_key = {ashby}\nenabled = false\n")

    [warning] = read_organizations(path).warnings

    assert "are the two swapped?" in warning.sentence


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "large"])
def test_a_key_file_that_is_none_stops_its_table_only(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "key"
    if kind == "pipe":
        os.mkfifo(key)
    elif kind == "folder":
        key.mkdir()
    elif kind == "device":
        key = Path("/dev/zero")
    else:
        key.write_bytes(b"x" * 1_000_000)

    [sentence] = sentences(tmp_path, table("acme", f"file:{key}") + table("globex", "other"))

    assert "[organizations.acme]" in sentence
    assert "which cannot be read" in sentence


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "large"])
def test_an_organizations_file_that_is_none_is_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "organizations.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.write_bytes(b"#" * 5_000_000)

    with pytest.raises(WrongSetup, match="cannot be read"):
        read_organizations(path)


# TOML that is none.

MISTAKES = [
    ("enabled = True", "write true or false, in small letters"),
    ("enabled = yes", "write true or false"),
    ("close_reason = \u201cClosed\u201d", 'use straight quotes: "'),
    ("hires_since = 2026-02-30", "there is no such day; write one like 2026-11-01"),
    ("hires_since = 2026-1-2", "there is no such day"),
    ("hires_since = 01.11.2026", "there is no such day"),
    ("enabled: true", "this looks like YAML"),
    ("- acme", "this looks like YAML"),
    ("// off", "a comment begins with #"),
    ("close_reason = Closed", "text stands in quotes"),
    ('close_reason = "Closed', "a quotation mark is missing"),
    ('close_reason = "C:\\Users"', "write \\ as /"),
    ("enabled", "write key = value"),
]


@pytest.mark.parametrize(("line", "guess"), MISTAKES)
def test_a_line_that_is_no_toml_is_shown_with_a_guess(
    tmp_path: Path, line: str, guess: str
) -> None:
    text = f"{table('acme', 'key-1')}{line}\n{table('globex', 'key-2')}"

    [sentence] = sentences(tmp_path, text)

    assert sentence.startswith(f"{tmp_path}/organizations.toml:5: [organizations.acme] this is no")
    assert line in sentence
    assert guess in sentence


def test_the_column_is_named(tmp_path: Path) -> None:
    assert ", column 11)" in sentences(tmp_path, table("acme", "k") + "enabled = True\n")[0]


@pytest.mark.parametrize(
    "line",
    [
        'ashby_api_key = "SECRETSECRETSECRET',
        "ashby_api_key = SECRETSECRETSECRET",
        'notify = ["slack://SECRET/SECRET/SECRET',
        "SECRETSECRETSECRETSECRET",
        "password: SECRET",
    ],
)
def test_a_secret_in_a_broken_line_is_not_repeated(tmp_path: Path, line: str) -> None:
    [sentence] = sentences(tmp_path, f"[organizations.acme]\n{line}\n")

    assert "SECRET" not in sentence


def test_a_table_without_its_prefix(tmp_path: Path) -> None:
    [sentence] = sentences(tmp_path, table("acme", "k").replace("organizations.", ""))

    assert sentence.endswith("did you mean [organizations.acme]?")


@pytest.mark.parametrize("text", ["organizations:\n  acme:\n    enabled: true\n", "---\na: 1\n"])
def test_yaml(tmp_path: Path, text: str) -> None:
    assert "this looks like YAML" in sentences(tmp_path, text)[0]


def test_one_mistake_among_many_tables_takes_no_longer_than_they_do(tmp_path: Path) -> None:
    many = "".join(table(f"org-{number}", f"key-{number}") for number in range(2000))

    [sentence] = sentences(tmp_path, f"{many}[organizations.bad]\nenabled = True\n")

    assert "organizations.toml:8002: [organizations.bad]" in sentence


UNFINISHED = {
    "a list": "synced_fields = [\n" + '"hiringReason",\n' * 40_000,
    "a text": 'close_reason = """\n' + "a word\n" * 80_000,
}


@pytest.mark.parametrize("text", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_a_large_table_that_does_not_end_is_not_parsed_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    parsed: list[int] = []
    loads = tomllib.loads

    def counted(text: str) -> object:
        parsed.append(len(text))
        return loads(text)

    monkeypatch.setattr("tomllib.loads", counted)
    tables = f"{table('acme', 'key-1')}{text}{table('globex', 'key-2')}"

    found = read_organizations(write(tmp_path, tables))

    assert [one.organization for one in found.problems] == ["acme"]
    assert [*found.organizations] == ["globex"]
    assert sum(parsed) < 5 * len(tables) + 1024 * 1024


TOO_LONG = {
    "a line": f"synced_fields = [{'1,' * 10_000}]",
    "spaces": f"synced_fields{' ' * 20_000}= []",
    "a key of many parts": f"{'a.' * 5_000}a = 1",
    "a header of many parts": f"[organizations.acme.{'a.' * 5_000}a]",
}


@pytest.mark.parametrize("line", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_line_that_would_take_the_parser_long_is_not_given_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    loads = tomllib.loads

    def guarded(text: str) -> object:
        assert line not in text
        return loads(text)

    monkeypatch.setattr("tomllib.loads", guarded)
    tables = f"{table('acme', 'key-1')}{line}\n{table('globex', 'key-2')}"

    found = read_organizations(write(tmp_path, tables))

    (problem,) = found.problems
    assert (problem.organization, problem.line) == ("acme", 5)
    assert "a line that is too long" in problem.sentence
    assert [*found.organizations] == ["globex"]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_dots_in_words_on_lines_of_their_own_are_no_key(tmp_path: Path, quote: str) -> None:
    addresses = ", ".join(f"{quote}p{number}.q@acme.example{quote}" for number in range(60))
    for written in (addresses, f"{addresses},", f"  # {'.' * 60}\n{addresses}"):
        tables = f"{table('acme', 'k')}viewers = [\n{written}\n]\n"
        assert not sentences(tmp_path, tables)


@pytest.mark.parametrize("part", ['"a"', "'a'", "a-1_B", '"\\""'])
def test_a_key_of_many_parts_is_one_however_they_are_quoted(tmp_path: Path, part: str) -> None:
    for line in (f"{' . '.join([part] * 60)} = 1", f"[ {'.'.join([part] * 60)} ]"):
        (problem,) = read_organizations(write(tmp_path, f"{line}\n")).problems
        assert "a line that is too long" in problem.sentence


def test_a_line_of_dots_is_a_comment(tmp_path: Path) -> None:
    dots = f"# {'.' * 80}\nenabled = true # {'.' * 80}\n"

    assert not sentences(tmp_path, table("acme", "k").replace("enabled = true\n", dots))


def test_of_very_many_unknown_keys_the_first_are_named(tmp_path: Path) -> None:
    unknown = "".join(f"key_{number} = 1\n" for number in range(1000))

    told = sentences(tmp_path, table("acme", "k") + unknown)

    assert len(told) == 21
    assert any("more is wrong with this table" in one for one in told)


# Names and addresses.


@pytest.mark.parametrize("name", ["-", "-x", "--help"])
def test_a_name_that_reads_like_an_option(tmp_path: Path, name: str) -> None:
    assert "not begin with -" in sentences(tmp_path, table(name, "k"))[0]


@pytest.mark.parametrize("org", [".", "..", "a/b", "a b", "../x", "a\\u0007", "%2e%2e", "-"])
def test_an_org_that_would_lead_elsewhere(tmp_path: Path, org: str) -> None:
    [sentence] = sentences(tmp_path, f'{table("acme", "k")}charthop_org = "{org}"\n')

    assert "charthop_org must be the ChartHop org id or slug" in sentence


REFUSED = [
    ("json://169.254.169.254/", "link-local"),
    ("json://2852039166/", "link-local"),
    ("json://0xa9fea9fe/", "link-local"),
    ("json://169.254.43518/", "link-local"),
    ("jsons://user:SECRET@169.254.169.254/", "link-local"),
    ("json://[fe80::1]/", "link-local"),
    ("json://[::ffff:169.254.169.254]/", "link-local"),
    ("json://[fd00:ec2::254]/", "link-local"),
    ("syslog://", "syslog://, which is not among"),
    ("apprise://secret.example.com/token", "apprise://, which is not among"),
    ("ftp://user:SECRET@example.com", "ftp://, which is not among"),
    ("SECRETSECRETSECRETSECRETSECRET://x", "this kind://, which is not among"),
    ("slack://a/b/c?template=/etc/passwd", "template="),
    ("mailto://u:SECRET@example.com?pgpkey=/root/key", "pgpkey="),
    ("workflows://h/w/s?Template=x", "template="),
    ("json://224.0.0.1/", "link-local"),
    ("json:///169.254.169.254/", "link-local"),
    ("json:////169.254.169.254/", "link-local"),
    ("json://example.com/ syslog://SECRET", "several addresses"),
    ("json://example.com/,json://169.254.169.254/", "several addresses"),
    ("slack://a/b/c,\n file:///SECRET", "several addresses"),
]


@pytest.mark.parametrize(("address", "says"), REFUSED)
def test_an_address_that_messages_are_not_sent_to(address: str, says: str) -> None:
    why = why_refused(address)

    assert why is not None
    assert says in why
    assert "SECRET" not in why.upper()


FILES = """
    template keyfile key_file subfile pgp pgpkey pgppub pgpprv pub prv attach smime smimecert
    smimekey cert include config
"""


@pytest.mark.parametrize("parameter", FILES.split())
@pytest.mark.parametrize(
    "written",
    ["?{}", "?a=b&{}", "?+{}", "?-{}", "?:{}", "?%20{}", "?{}%20", "?a=b;{}", "?amp;{}", "#?{}"],
)
def test_no_address_makes_a_file_be_read(parameter: str, written: str) -> None:
    named = written.format(parameter.upper())

    why = why_refused(f"mailto://user:secret@example.com{named}=/etc/passwd")

    assert why == f"would read a file ({parameter}=); leave that out"


def test_a_name_that_leads_to_one_is_refused_where_it_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(2, 1, 6, "", ("169.254.169.254", 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)

    assert why_refused("json://metadata.example.com/") is None
    assert why_refused("json://metadata.example.com/", resolve=True) is not None


def test_a_name_that_is_never_looked_up_is_refused_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answered.wait(20) and [])
    monkeypatch.setattr("organizations.addresses.LOOK_UP_SECONDS", 0.1)
    try:
        assert why_refused("json://slow.example.com/", resolve=True) is not None
    finally:
        answered.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "example.com", "::1", ""])
def test_other_hosts_are_fine(host: str) -> None:
    assert not is_link_local(host)


# Who may write, and whose it stays.


def test_a_file_that_everybody_may_change_draws_a_warning(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("the-key\n", encoding="utf-8")
    path = write(tmp_path, table("acme", "file:key"))
    path.chmod(0o666)
    (tmp_path / "key").chmod(0o602)

    said = [one.sentence for one in read_organizations(path).warnings]

    assert any("every user of this machine may change it" in one for one in said)
    assert any("may change the file of ashby_api_key" in one for one in said)


@pytest.mark.parametrize("key", ["charthop_api_key", "ashby_api_key", "ashby_webhook_secret"])
@pytest.mark.parametrize("place", ["key", "folder/key"])
def test_so_does_a_second_key_or_a_secret_that_everybody_may_change(
    tmp_path: Path, key: str, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / place).write_text("the-key-of-at-least-thirty-two-letters\n", encoding="utf-8")
    (tmp_path / place).chmod(0o646)
    lines = [one for one in table("acme", "k").splitlines() if not one.startswith(key)]
    text = "\n".join([*lines, f'{key} = ["${{ONE}}", "file:{place}"]', ""])

    said = [one.sentence for one in read_organizations(write(tmp_path, text)).warnings]

    assert any(f"may change the file of {key}; chmod o-w" in one for one in said)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_ticking_keeps_owner_and_mode(tmp_path: Path) -> None:
    path = write(tmp_path, table("acme", "k"))
    path.chmod(0o640)
    os.chown(path, 4711, 4712)

    set_ticked(path, "acme", ["hiringReason"])

    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (4711, 4712, 0o640)
    assert 'synced_fields = ["hiringReason"]' in path.read_text()
