"""Each row of docs/security.md names tests that there are."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = PAGE.partition("\n## Threats")[2].partition("\n## ")[0]
ROWS = [line.split("|")[1:-1] for line in THREATS.splitlines() if line.startswith("|")][2:]


def test_each_row_names_tests_that_exist() -> None:
    assert len(ROWS) > 15
    for threat, _, held_by in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", held_by)
        assert named, threat
        for path, name in named:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            functions = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
            assert not name or name in functions, f"{threat.strip()}: {path} has no {name}"
