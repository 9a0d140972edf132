"""What is written says what the code says: reasons, tables, commands, settings, links."""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from functools import cache
from itertools import chain
from typing import Any

import pytest
import typer
import yaml

from control.cli import app as command_line
from core import brakes, reasons
from core.notes import ALL, Reason
from core.openings import ATTRIBUTES
from core.outcomes import Outcome
from organizations.model import Brake, Table
from store import (
    addresses,
    allowances,
    backlog,
    briefs,
    details,
    heartbeats,
    journal,
    locks,
    mirrors,
    results,
    syncs,
    task_results,
)
from store.suitability import CHANNELS, COMMANDS, OUTSIDE
from systems.ashby import ats, subscriptions
from systems.ashby.client import PAGE as ASHBY_PAGE
from systems.ashby.models import wire_name
from systems.ashby.scopes import (
    LISTS_SCOPES,
    PERMISSIONS,
    WRITES_TEAMS,
    WRITES_WEBHOOKS,
    needed_for,
)
from systems.charthop.client import PAGE as CHARTHOP_PAGE
from tasks import hire_reads, intake, records
from tests.test_packaging import PROCESSES, REGISTRIES, ROOT
from tools import pages, screenshots
from workers import application, configuration, liveness, wiring
from workers.processes import GRACE
from workers.settings import Settings

REASONS = [one for one in vars(reasons).values() if isinstance(one, Reason)]

PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
}
SPOKEN = {**PAGES, "organizations.example.toml": (ROOT / "organizations.example.toml").read_text()}
README, SETUP, OPERATIONS = PAGES["README.md"], PAGES["docs/setup.md"], PAGES["docs/operations.md"]

each_page = pytest.mark.parametrize("page", PAGES)


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the table whose first column is headed so."""
    lines = page.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def code(text: str) -> str:
    """What stands between the first two backticks."""
    found = re.search(r"`([^`]+)`", text)
    assert found is not None, text
    return found[1]


# ------------------------------------------------------------------ made from the code


@pytest.mark.parametrize("page", dict.fromkeys(part.page for part in pages.PARTS))
def test_what_is_made_from_the_code_is_up_to_date(page: str) -> None:
    assert pages.rendered(page) == (ROOT / page).read_text(encoding="utf-8"), "run `make pages`"


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_reason_stands_on_the_page_with_cause_and_mend(reason: Reason) -> None:
    assert f"| {pages.shown(reason.text)} | {reason.cause} |" in OPERATIONS
    assert pages.shown(reason.fix)[1:] in OPERATIONS


def test_the_groups_hold_every_reason() -> None:
    grouped = [reason.code for group in pages.reason_groups().values() for reason in group]
    assert sorted(grouped) == sorted(one.code for one in REASONS)


def test_every_type_has_an_example() -> None:
    assert set(pages.OFFER_HAS) == set(pages.writable_types())


def test_a_place_to_fill_in_is_slanted_and_capital_in_code() -> None:
    reason = Reason("ONLY_HERE", "`push {organization} {offer}` of {count}{more}", "-")
    try:
        assert pages.shown(reason.text) == "`push ORG OFFER` of *count* *more*"
    finally:
        del ALL["ONLY_HERE"]


# ------------------------------------------------------------------ commands


@cache
def commands() -> Mapping[str, Any]:
    """The commands by name, with their parameters."""
    group: Any = typer.main.get_command(command_line)
    commands: Mapping[str, Any] = group.commands
    return commands


def options(command: str) -> set[str]:
    return {name for param in commands()[command].params for name in param.opts} | {"--help"}


def spoken_commands() -> Iterator[tuple[str, str, str]]:
    """Page, command and options of each `charthop-ashby ...` that a reader could type."""
    spoken = {**SPOKEN, **{f"reason {one.code}": f"{one.text} {one.fix}" for one in REASONS}}
    for page, text in spoken.items():
        for line in re.findall(r"(?:^|[`/ ])charthop-ashby ([a-z-][^`\n#:;]*)", text, re.M):
            if line.split()[0] not in ("--help", "--version"):
                yield page, line.split()[0], line


def test_every_command_that_is_spoken_of_exists() -> None:
    found = list(spoken_commands())
    assert len(found) > 50
    for page, command, line in found:
        assert command in commands(), f"{page}: charthop-ashby {line}"
        for option in re.findall(r"--[a-z-]+", line):
            assert option in options(command), f"{page}: charthop-ashby {line}"


def test_the_readme_lists_every_command_and_no_other() -> None:
    listed = [code(row[0]).split()[1] for row in table(README, "command")]
    assert sorted(listed) == sorted(commands())


@pytest.mark.parametrize("row", table(README, "command"), ids=lambda row: code(row[0]))
def test_a_commands_arguments_and_options_are_as_listed(row: list[str]) -> None:
    _, name, *arguments = code(row[0]).split()
    params = commands()[name].params
    assert [one.strip("[]") for one in arguments] == [
        (one.metavar or one.name).upper() for one in params if one.param_type_name == "argument"
    ]
    needed = [one.required for one in params if one.param_type_name == "argument"]
    assert [not one.startswith("[") for one in arguments] == needed
    assert set(re.findall(r"`(--[a-z-]+)", row[1])) <= options(name)


# ------------------------------------------------------------------ settings


def test_the_environment_table_is_that_of_the_settings() -> None:
    rows = {code(row[0]): row[2] for row in table(README, "variable")}
    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)
    for name, field in Settings.model_fields.items():
        default = rows[name.upper()]
        if field.default is None:
            assert default.startswith("unset")
        else:
            assert code(default) == str(field.default)


def test_the_table_of_the_organizations_file_is_that_of_the_code() -> None:
    rows = {code(row[0]): row[2] for row in table(SETUP, "key")}
    assert sorted(rows) == sorted(Table.model_fields)
    for name, field in Table.model_fields.items():
        default = rows[name]
        if field.is_required():
            assert default == "required"
        elif isinstance(field.default, bool | str):
            assert tomllib.loads(f"x = {code(default)}")["x"] == field.default
        elif isinstance(field.default, Brake):
            assert tomllib.loads(f"x = {code(default)}")["x"] == field.default.model_dump()
        else:
            assert "`" not in default


@each_page
def test_examples_of_the_organizations_file_are_right(page: str) -> None:
    for block in re.findall(r"```toml\n(.*?)```", PAGES[page], re.S):
        for raw in tomllib.loads(block)["organizations"].values():
            Table.model_validate({"charthop_api_key": "x", "ashby_api_key": "y", **raw})


def test_the_brakes_table_names_its_keys_and_figures() -> None:
    limits = brakes.Limits()
    rows = {code(row[2]): row[1] for row in table(OPERATIONS, "what waits") if "`" in row[2]}
    assert set(rows) == set(Brake.model_fields)
    for name, when in rows.items():
        assert str(getattr(limits, name)) in when
    assert f"at least {brakes.SMALLEST_CROWD} linked" in rows["close_percent"]


# ------------------------------------------------------------------ what else is named


def test_every_make_target_that_is_spoken_of_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony is not None
    for page, text in SPOKEN.items():
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M):
            assert target in phony[1].split(), f"{page}: make {target}"


def test_the_readme_begins_with_the_two_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:15])
    assert re.findall(r"^make \w+", first_screen, re.M) == ["make demo", "make test"]


def test_the_readme_starts_the_processes_of_the_procfile() -> None:
    for command in PROCESSES.values():
        assert re.search(rf"^{re.escape(command)} ", README, re.M)


def test_the_unit_for_systemd_waits_for_the_longest_task() -> None:
    written = re.search(r"```ini\n(.*?)```", PAGES["docs/deployment.md"], re.S)
    assert written is not None
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(written[1])
    service = unit["Service"]
    assert int(service["TimeoutStopSec"]) == 160 > 150
    # Signals go to the process itself; what it started ends with it.
    assert service["KillMode"] == "mixed"
    assert service["ExecStart"].endswith("/bin/celery -A workers %i")
    assert service["Restart"] == "always"


def test_the_page_says_after_how_long_each_kills() -> None:
    rows = {
        code(row[0]) if "`" in row[0] else row[0]: row[1] for row in table(OPERATIONS, "started by")
    }
    assert rows["charthop-ashby run"].startswith(f"{GRACE} seconds")
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in ("worker", "demo"):
        assert (
            rows["the compose file"]
            == f"{compose[name]['stop_grace_period'].removesuffix('s')} seconds"
        )


def test_every_task_that_is_spoken_of_exists() -> None:
    app = application.make(Settings(redis_url="redis://localhost"))
    app.loader.import_default_modules()
    for page, text in SPOKEN.items():
        for task in re.findall(r"\btasks\.sync_\w+", text):
            assert task in app.tasks, f"{page}: {task}"


@each_page
def test_every_file_that_is_spoken_of_exists(page: str) -> None:
    folders = "core|store|systems|tasks|workers|sandbox|tests|docs|bench|monitoring|deploy|.ci"
    for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", PAGES[page]):
        assert (ROOT / name).exists(), name


@each_page
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), target


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    outside = re.sub(r"```.*?```", "", text, flags=re.S)
    headings = re.findall(r"^#+ (.+)$", outside, re.M)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_the_readme_shows_the_pictures_that_there_are() -> None:
    made = {f"{name}.png" for name in screenshots.PICTURES}
    for picture in made:
        assert f"(docs/images/{picture})" in README
        assert (ROOT / "docs" / "images" / picture).stat().st_size <= screenshots.LARGEST
    shown = set(re.findall(r"\(docs/images/([^)]+\.png)\)", README))
    assert shown == made


@each_page
def test_a_page_speaks_of_the_project_alone(page: str) -> None:
    for strange in (*REGISTRIES, "../shared", "/work/", "/tmp/", "/root/"):
        assert strange not in PAGES[page]


def test_the_permission_table_has_every_call_to_ashby_and_no_other() -> None:
    written = set(
        re.findall(
            r'"([a-zA-Z]+\.[a-zA-Z]+)"', inspect.getsource(ats) + inspect.getsource(subscriptions)
        )
    )
    rows = table(SETUP, "Ashby permission")
    listed = set(chain.from_iterable(re.findall(r"`(\w+\.\w+)`", row[1]) for row in rows))
    assert listed == written | {"apiKey.info"}


def test_the_permission_table_says_what_a_refusal_says() -> None:
    for row in table(SETUP, "Ashby permission"):
        for endpoint in re.findall(r"`(\w+\.\w+)`", row[1]):
            assert needed_for(endpoint, {}).partition(" (")[0] == row[0].replace(": ", ", ")


def test_the_table_of_openings_has_every_attribute_under_ashby_s_name() -> None:
    rows = table(PAGES["docs/fields.md"], "opening in Ashby")
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    assert listed == {wire_name(attribute) for attribute in ATTRIBUTES} | {"openingState"}


def test_the_permission_table_has_every_permission_by_its_name_on_the_screen() -> None:
    rows = [row[0].replace(": ", ", ") for row in table(SETUP, "Ashby permission")]
    assert sorted(rows) == sorted(
        one.screen for one in (*PERMISSIONS, LISTS_SCOPES, WRITES_TEAMS, WRITES_WEBHOOKS)
    )


def test_the_outcomes_are_those_of_the_code() -> None:
    listed = [re.findall(r"`(\w+)`", row[0]) for row in table(OPERATIONS, "outcome")]
    assert sorted(chain.from_iterable(listed)) == sorted(Outcome)


def test_the_alerts_are_those_of_the_rules() -> None:
    rules = yaml.safe_load((ROOT / "monitoring" / "alerts.yml").read_text())["groups"][0]["rules"]
    rows = [code(row[0]) for row in table(OPERATIONS, "alert")]
    assert rows == [rule["alert"] for rule in rules]


def log_lines() -> Iterator[str]:
    """The texts of our own log lines."""
    for folder in ("control", "core", "organizations", "store", "systems", "tasks", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                match node:
                    case ast.Call(
                        ast.Attribute(ast.Name("log" | "_log"), level),
                        [ast.Constant(str(text)), *_],
                    ) if level in ("info", "warning", "error", "exception"):
                        yield text


def test_every_log_line_is_explained() -> None:
    begins = [one for row in table(OPERATIONS, "line") for one in re.findall(r"`([^`]+)`", row[0])]
    for line in log_lines():
        start = line.partition("%s")[0].strip()
        if start:
            assert any(one.startswith(start) for one in begins), line


# ------------------------------------------------------------------ figures

DAY = 24 * 3600

FIGURES = {
    "docs/lifecycle.md": (
        f"Per live worker, at most {wiring.WINDOW} messages of one organization",
        f"expires after {locks.HELD_FOR:.0f} seconds",
        f"redelivered after {configuration.VISIBILITY_TIMEOUT} seconds",
        f"writes a heartbeat every {heartbeats.EVERY:.0f} seconds",
        f"After {heartbeats.EXPIRES_AFTER:.0f} seconds without one it counts as dead",
        f"task should have started {backlog.LOST_AFTER:.0f} seconds ago",
        f"take another {backlog.WAITS_FOR:.0f} seconds",
        f"up to {intake.ASKED_AGAIN} known hires",
    ),
    "docs/operations.md": (
        f"heartbeat is {heartbeats.EXPIRES_AFTER:.0f} seconds old",
        f"tried {('', '', '', 'three')[records.TRIES]} times",
        f"after about {records.PAUSES[0]:.0f} and {records.PAUSES[1]:.0f} seconds",
        f"After {allowances.FEW_FAILURES} failures in a row",
        f"at first for {allowances.FIRST_PAUSE:.0f} seconds",
        f"up to {allowances.LONGEST_PAUSE / 60:.0f} minutes",
        f"at most {allowances.ASHBY.per_minute}, evenly spaced",
        f"in bursts of at most {allowances.ASHBY.burst}",
        f"at most {allowances.CHARTHOP.per_minute} calls a minute",
        f"more than {allowances.LONGEST_WAIT:.0f} seconds frees its worker",
        f"{CHARTHOP_PAGE} jobs of ChartHop, {ASHBY_PAGE} changed things of Ashby",
        f"has {configuration.THREADS} threads for tasks",
        f"has not run for {liveness.STALE_AFTER:.0f} seconds",
        f"Per live worker, at most {wiring.WINDOW} messages of one organization",
        f"for at most {intake.ASKED_AGAIN} of them",
        f"After {records.LONGEST_WORK:.0f} seconds a record's task makes no further calls",
    ),
    "docs/decisions.md": (
        f"`worker_concurrency={configuration.THREADS}`",
        f"| `visibility_timeout` | {configuration.VISIBILITY_TIMEOUT} s |",
        f"every retry pause ({records.LONGEST_PAUSE * 1.5:.0f} s at most)",
        f"At most {wiring.WINDOW} of its messages for each live worker",
        f"{configuration.THREADS} threads for tasks, and {application.READERS} that read",
        f"at {allowances.ASHBY.per_minute} calls a minute and a burst of {allowances.ASHBY.burst}",
    ),
    "docs/setup.md": (f"at most {allowances.CHARTHOP.per_minute} a minute",),
    "docs/security.md": (
        f"the jobs and hires that the tasks of one sync need | {briefs.GOOD_FOR // 3600} hour |",
        f"reread completely every {mirrors.FULL_EVERY / 3600:.0f} hours |",
        f"message about a record that it refused | {details.KEPT // DAY} days |",
        f"digests of their addresses | {addresses.KEPT_FOR // 3600} hour |",
        f"without the pay | {briefs.PAY_DAYS_KEPT // DAY} days |",
        f"until {results.FORGET_AFTER // DAY} days after the last sync that included it |",
        f"| {results.HISTORY_DAYS} days, {results.HISTORY_LENGTH} entries |",
        f"syncs with counts | {syncs.KEPT_SECONDS // DAY} days |",
        f"who took them | {journal.KEPT_SECONDS // DAY} days, {journal.KEPT} entries |",
    ),
}


@pytest.mark.parametrize("page", FIGURES)
def test_figures_are_those_of_the_code(page: str) -> None:
    on_one_line = " ".join(PAGES[page].split())
    for figure in FIGURES[page]:
        assert figure in on_one_line


def test_stretches_of_time_that_are_told_in_words() -> None:
    lifecycle, decisions = PAGES["docs/lifecycle.md"], PAGES["docs/decisions.md"]
    assert briefs.GOOD_FOR == 3600 and "encrypted, for an hour" in " ".join(lifecycle.split())
    assert hire_reads.SETTLING == 120 and "two minutes after the create" in lifecycle
    assert backlog.WAITS_FOR == 900 and "for a quarter of an hour at most" in decisions
    assert task_results.GOOD_FOR == 600 and "for ten minutes" in decisions
    assert syncs.KEPT_SECONDS == 7 * 24 * 3600 and "of the last seven days" in " ".join(
        OPERATIONS.split()
    )


def test_the_settings_in_the_table_are_those_of_the_application() -> None:
    app = application.make(Settings(redis_url="redis://localhost"))
    transport = app.conf.broker_transport_options
    rows = table(PAGES["docs/decisions.md"], "setting")
    for row in rows:
        names = re.findall(r"`(\w+)`", row[0])
        values = row[1].split(", ") * (1 if ", " in row[1] else len(names))
        for name, said in zip(names, values, strict=True):
            value = transport.get(name, app.conf.get(name))
            words = {True: "on", False: "off", None: "none"}
            shown = words[value] if value is None or isinstance(value, bool) else str(value)
            assert said.strip("`").removesuffix(" s") == shown, name
    assert len(rows) > 8


def test_the_rights_of_a_redis_user_are_those_that_are_needed() -> None:
    """tests/faults/test_rights.py runs a worker with just these."""
    named = {
        "|".join(words[: 1 + (words[0] == "SCRIPT")]).lower() for words in (*COMMANDS, *OUTSIDE)
    }
    assert named <= set(re.findall(r"`\+([a-z|]+)`", OPERATIONS))
    for name in CHANNELS:
        assert f"`&charthop-ashby:/0.{name}`" in OPERATIONS
