"""A stage under both readings of the two APIs."""

from pathlib import Path

import pytest

from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from tests.deployment import Deployment
from tests.tasks import hire_stage
from tests.tasks.stage import ONE, OTHER, Stage, make_stage


@pytest.fixture(params=[ONE, OTHER], ids=lambda reading: reading[0])
def stage(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Stage:
    """One organization on both sides, once under each reading of the documentation."""
    charthop: ChartHopOddities
    ashby: AshbyOddities
    _, charthop, ashby = request.param
    return make_stage(tmp_path, redis_url, charthop, ashby)


@pytest.fixture(params=[ONE, OTHER], ids=lambda reading: reading[0])
def hires(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> hire_stage.Stage:
    """An open job with its opening, under each reading of the documentation."""
    charthop: ChartHopOddities
    ashby: AshbyOddities
    _, charthop, ashby = request.param
    deployment = Deployment(tmp_path, redis_url, charthop_oddities=charthop, ashby_oddities=ashby)
    return hire_stage.staged(deployment)
