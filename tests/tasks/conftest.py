"""A stage under both readings of the two APIs."""

from pathlib import Path

import pytest

from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from tests.tasks.stage import ONE, OTHER, Stage, make_stage


@pytest.fixture(params=[ONE, OTHER], ids=lambda reading: reading[0])
def stage(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Stage:
    """One organization on both sides, once under each reading of the documentation."""
    charthop: ChartHopOddities
    ashby: AshbyOddities
    _, charthop, ashby = request.param
    return make_stage(tmp_path, redis_url, charthop, ashby)
