"""Operators and workers: syncs, messages in any order and twice, an emptied Redis."""

from tests.convergence.world import World, configure


def tick(world: World) -> str:
    world.ticked = world.one_of((["note", "seat", "reason"], ["reason"], ["seat", "note"]))
    configure(world)
    return f"operator: ticked fields are {world.ticked}"


def empty_redis(world: World) -> str:
    world.deployment.redis.flushdb()
    if world.chance.random() < 0.5:
        world.messages.clear()
    return f"Redis is emptied; {len(world.messages)} messages are left"


def start_sync(world: World) -> str:
    headers = world.one_of(({"trigger": "schedule"}, {"trigger": "schedule"}, {}, {"full": "yes"}))
    world.deployment.send("tasks.sync_organization", "acme", **headers)
    return f"a sync is sent {headers}"


def sync_whole(world: World) -> str:
    world.deployment.send("tasks.sync_organization", "acme", trigger="schedule")
    world.work_off()
    if world.chance.random() < 0.8:
        world.later()
    return "a whole sync"


def work_some(world: World) -> str | None:
    if not world.messages:
        return None
    count = world.chance.randint(1, 4)
    world.work(count)
    return f"workers take {count} messages; {len(world.messages)} are left"


def repeat_message(world: World) -> str | None:
    message = world.one_of(world.messages)
    if message is None:
        return None
    world.messages.append(message)
    return f"{message.task} {message.args} is delivered twice"


def send_record(world: World) -> str | None:
    job = world.job()
    if job is None:
        return None
    world.deployment.send("tasks.sync_job", "acme", job)
    return f"job {job[:8]} is sent by hand"


def lose_message(world: World) -> str | None:
    """The broker loses a message."""
    message = world.one_of(world.messages)
    if message is None:
        return None
    world.messages.remove(message)
    return f"{message.task} {message.args} is lost"
