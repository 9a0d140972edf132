"""The deployment of real processes that most tests of faults break."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Station


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """One whose Redis keeps a file."""
    with Station(tmp_path, persist=True) as made:
        yield made
