"""--help: every command has examples, and each of them can be typed."""

import shlex

import click
import pytest
import typer
from typer.testing import CliRunner

from control.cli import app
from control.cli.examples import EXAMPLES

COMMANDS: dict[str, click.Command] = typer.main.get_command(app).commands  # type: ignore[attr-defined]

TYPED = [(name, typed) for name in COMMANDS for typed, _ in EXAMPLES.get(name, ())]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_in_lines_of_their_own(name: str) -> None:
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, [name, "--help"]).stdout
    lines = [line.strip() for line in shown.splitlines()]
    assert "Examples:" in lines, shown
    for typed, what in EXAMPLES[name]:
        assert any(line.endswith(f"charthop-ashby {typed.rpartition('... ')[2]}") for line in lines)
        assert what in lines


@pytest.mark.parametrize(("name", "typed"), TYPED, ids=lambda one: one.replace(" ", "_"))
def test_every_example_can_be_typed(name: str, typed: str) -> None:
    words = shlex.split(typed.rpartition("... ")[2])
    ends = [at for at, word in enumerate(words) if word in (">", "&&")]
    command, *arguments = words[: ends[0] if ends else None]
    assert command == name
    with COMMANDS[name].make_context(name, arguments):
        pass
