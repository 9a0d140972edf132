"""Weather: calls that fail, workers that are killed, edits while a worker waits for an answer."""

from typing import Any

from sandbox.wire import Fault
from tests.convergence.moves.ashby import edit_opening, set_state
from tests.convergence.moves.charthop import delete_job, edit_job, new_job, recruit
from tests.convergence.moves.hires import archive_application, move_start, revise, unhire
from tests.convergence.world import Killed, Lost, World

ASHBY_TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "lost"},
    {"kind": "lost"},
    {"kind": "late"},
    {"kind": "reset"},
    {"kind": "refused"},
    {"kind": "timeout"},
    {"kind": "html"},
    {"kind": "html200"},
    {"kind": "empty"},
    {"kind": "error", "code": "generic_internal_error"},
    {"kind": "status", "status": 429, "headers": {"retry-after": "1"}},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 403},
)
CHARTHOP_TROUBLE: tuple[dict[str, Any], ...] = (
    {"kind": "accepted", "times": 3},
    {"kind": "status", "status": 500, "times": 3},
    {"kind": "status", "status": 403},
    {"kind": "html200"},
    {"kind": "timeout", "times": 3},
)


def bad_weather(world: World) -> str:
    trouble = world.one_of(ASHBY_TROUBLE)
    place = world.trouble(world.deployment.ashby, **trouble)
    return f"weather: {trouble} at {place}"


def short_list(world: World) -> str:
    """ChartHop's list lacks a job that is there."""
    lacking = world.job()

    def without(answer: Any) -> Any:
        if answer is None:
            return answer
        return {**answer, "data": [row for row in answer["data"] if row["id"] != lacking]}

    world.deployment.charthop.faults.append(
        Fault("/job$", "altered", alter=without, times=world.chance.randint(1, 3))
    )
    return f"weather: ChartHop's list lacks job {str(lacking)[:8]}"


def bad_weather_at_charthop(world: World) -> str:
    trouble = world.one_of(CHARTHOP_TROUBLE)
    place = world.trouble(world.deployment.charthop, **trouble)
    return f"weather: {trouble} at {place}"


def kill_worker(world: World) -> str:
    def kill(answer: Any) -> Any:
        world.log.append("... a worker is killed")
        if world.chance.random() < 0.3:
            world.log.append("... and Redis dies with it")
            world.deployment.redis.flushdb()
            world.messages.clear()
            raise Lost
        raise Killed

    place = world.trouble(world.deployment.ashby, kind="altered", alter=kill, times=1)
    return f"weather: a worker is to be killed after {place}"


def empty_redis_in_the_middle(world: World) -> str:
    def empty(answer: Any) -> Any:
        world.log.append("... Redis is emptied")
        world.deployment.redis.flushdb()
        return answer

    place = world.trouble(world.deployment.ashby, kind="altered", alter=empty, times=1)
    return f"weather: Redis is to be emptied after {place}"


def meanwhile(world: World) -> str:
    """Somebody else does something while a worker waits for an answer."""

    def happen(answer: Any) -> Any:
        fan_outs = [one for one in world.messages if one.task == "tasks.sync_organization"]
        moves = (edit_job, recruit, edit_opening, set_state, new_job, delete_job)
        if fan_outs and world.chance.random() < 0.5:
            world.messages.remove(fan_outs[0])
            world.log.append(f"... meanwhile another sync: {world.deployment.run(fan_outs[0])}")
        else:
            world.log.append(f"... meanwhile {world.one_of(moves)(world)}")
        return answer

    # Not while a worker makes fields: whoever comes second waits for it for real seconds.
    path = world.one_of(("/opening", "/opening.list", "/customField.setValues"))
    place = world.trouble(world.deployment.ashby, kind="altered", alter=happen, path=path, times=1)
    return f"weather: something is to happen during {place}"


def change_of_mind(world: World) -> str:
    """A candidate is let go, or the offer changes, while a worker reads who they are."""

    def happen(answer: Any) -> Any:
        move = world.one_of((archive_application, unhire, revise, move_start))
        world.log.append(f"... meanwhile {move(world)}")
        return answer

    fault = Fault("/candidate.info", "altered", alter=happen, times=world.chance.randint(1, 2))
    world.deployment.ashby.faults.append(fault)
    return "weather: somebody is to change their mind about a hire"


def forget_tokens(world: World) -> str:
    world.account.expire_tokens()
    return "weather: Ashby forgets its sync tokens"


def late_lists(world: World) -> str:
    """Ashby's lists are late from now on, or on time again."""
    seconds = world.one_of((0, 0, 20, 60))
    world.account.lag_lists(seconds)
    return f"weather: Ashby's lists are {seconds} s late"
