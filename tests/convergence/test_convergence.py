"""One law: left alone, both sides agree, nothing is doubled, and the next sync writes nothing."""

from pathlib import Path

import pytest

from tests.convergence.law import Place, broken
from tests.convergence.world import World

HISTORIES = 204
TOGETHER = 12
"""Histories in one test, so that they share its set-up."""


@pytest.mark.parametrize("first", range(0, HISTORIES, TOGETHER))
def test_left_alone_both_sides_agree(
    first: int, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.hires.SETTLING", 0.0)
    for seed in range(first, first + TOGETHER):
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = World(folder, redis_url, seed)
        world.live(45)
        world.calm_down()
        results = world.deployment.memory().results.all()
        place = Place(world.org, world.account, results, world.by_hand, world.closed_by_hand)
        wrong = [*broken(place), *still_writing(world)]
        assert not wrong, f"seed {seed}: {wrong}\n{' '.join(world.story)}"


def still_writing(world: World) -> list[str]:
    """What one more sync writes."""
    world.deployment.forget_calls()
    world.deployment.sync()
    return [f"{call.method} {call.path} {call.body}" for call in world.deployment.writes()]
