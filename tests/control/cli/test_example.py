"""What the command says of itself: its version, and the file to begin with."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from organizations import read_organizations
from tests.control.cli.conftest import Operator


def test_the_version(operator: Operator) -> None:
    done = operator.types("--version")
    assert (done.exit_code, done.stdout) == (0, f"charthop-ashby {version('charthop-ashby')}\n")


def test_the_example_is_a_right_organizations_file(operator: Operator, tmp_path: Path) -> None:
    done = operator.types("example")
    assert done.exit_code == 0
    file = tmp_path / "organizations.toml"
    file.write_text(done.stdout)
    read = read_organizations(file)
    assert (read.problems, read.warnings) == ((), ())
    assert "\n[organizations.acme]\n" in done.stdout


def test_where_the_file_is_missing_the_message_says_how_it_is_made(tmp_path: Path) -> None:
    """The sentence, and what it tells to type, in a folder that has nothing else."""
    script = Path(sys.executable).parent / "charthop-ashby"
    check = subprocess.run(
        [script, "check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert check.returncode == 2
    assert "`charthop-ashby example > organizations.toml`" in check.stderr
    with (tmp_path / "organizations.toml").open("wb") as out:
        subprocess.run([script, "example"], cwd=tmp_path, stdout=out, check=True)
    assert read_organizations(tmp_path / "organizations.toml").problems == ()
