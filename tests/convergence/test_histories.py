"""Whatever happened: when the world is left alone, both sides agree, and stay so.

Every seed is a history of edits on both sides, faults, killed workers, an emptied Redis and tasks
in any order. To live through one history again, or through many more:

    CONVERGENCE_SEED=1234 make test ARGS=tests/convergence
    CONVERGENCE=5000 make test ARGS=tests/convergence
"""

import os
from pathlib import Path

import pytest

from tests.convergence.laws import LAWS
from tests.convergence.moves import hires
from tests.convergence.moves.all import HIRING, MOVES
from tests.convergence.moves.charthop import new_job
from tests.convergence.world import World, make_world
from tests.tasks.stage import ONE, OTHER

HISTORIES = int(os.environ.get("CONVERGENCE", "200"))
FIRST = int(os.environ.get("CONVERGENCE_SEED", "0"))
COUNT = 1 if "CONVERGENCE_SEED" in os.environ else HISTORIES
EPISODES = 4
"""How often people, weather and workers take their turns in a history."""

HIRING_SHARE = 0.5
"""The share of histories that are about hires most of all."""

BLOCKS = [range(start, min(start + 10, FIRST + COUNT)) for start in range(FIRST, FIRST + COUNT, 10)]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"from {block[0]}")
def test_both_sides_agree_in_the_end(block: range, tmp_path: Path, redis_url: str) -> None:
    for seed in block:
        folder = tmp_path / str(seed)
        folder.mkdir()
        _, charthop, ashby = (ONE, OTHER)[seed % 2]
        world = make_world(folder, redis_url, seed, charthop, ashby)
        try:
            live(world)
        except Exception as error:
            told = "\n".join(f"  {sentence}" for sentence in world.log)
            raise AssertionError(f"history {seed}\n{told}\n{error!r}") from error


def live(world: World) -> None:
    """One history from beginning to end."""
    for _ in range(world.chance.randint(3, 5)):
        world.log.append(str(new_job(world)))
    world.sync()
    hiring = world.chance.random() < HIRING_SHARE
    if hiring:
        world.log += [str(move(world)) for move in (hires.offer, hires.hire) * 3]
    world.live_through(HIRING if hiring else MOVES, EPISODES)
    world.leave_alone()
    for law in LAWS:
        law(world)
