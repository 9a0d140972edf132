"""What a later version remembered is no obstacle for this one, as while workers are replaced."""

import zlib
from typing import Any

import orjson

from core.keys import Direction, RecordKey, job_key, known
from core.outcomes import Outcome
from store import schema
from store.journal import Journal, Order
from store.sealing import Seal
from store.space import text
from tests.deployment import Deployment
from tests.notes import said

FURTHER = {"from_a_later_version": ["x"]}


def widen(value: bytes) -> bytes:
    """With one more field in each object, as a later version may write it."""
    try:
        plain = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return orjson.dumps(further(plain))


def further(plain: Any) -> Any:
    match plain:
        case [str(), dict()]:  # A note: its parameters are those of its reason.
            return plain
        case list():
            return [further(one) for one in plain]
        case dict():
            return {**{name: further(one) for name, one in plain.items()}, **FURTHER}
    return plain


def widen_sealed(seal: Seal, value: bytes, place: str, field: str = "") -> bytes:
    plain = seal.open(value, place, field)
    if plain is None:
        return widen(value)
    try:
        return seal.close(zlib.compress(widen(zlib.decompress(plain))), place, field)
    except zlib.error:
        return seal.close(widen(plain), place, field)


def widen_everything(deployment: Deployment) -> int:
    """Each value in Redis as a later version may have written it; how many differ."""
    redis, seal, changed = deployment.redis, deployment.memory().seal, 0
    for key in list(redis.scan_iter()):
        place = text(key)
        match text(redis.type(key)):
            case "string":
                before: Any = redis.get(key)
                after = widen_sealed(seal, before, place)
                redis.set(key, after, keepttl=True)
                changed += before != after
            case "hash":
                fields: Any = redis.hgetall(key)
                for name, value in fields.items():
                    after = widen_sealed(seal, value, place, text(name))
                    redis.hset(key, name, after)
                    changed += value != after
            case "list":
                rows: Any = redis.lrange(key, 0, -1)
                for at, row in enumerate(rows):
                    redis.lset(key, at, text(widen(row)))
                    changed += row != widen(row)
    return changed


def test_further_fields_in_all_that_is_remembered_change_nothing(deployment: Deployment) -> None:
    org, _ = deployment.add()
    jobs = [org.add_job(title=f"Engineer {number}") for number in range(3)]
    deployment.sync()
    org.edit_job(jobs[0], title="Senior Engineer")
    deployment.sync()
    memory = deployment.memory()
    journal = Journal(deployment.redis, "acme")
    journal.note(Order("pause", "ana", "shell"))
    before = memory.results.all()
    told = memory.results.history(job_key(jobs[0]))

    assert widen_everything(deployment) > 10

    deployment.forget_calls()
    assert memory.results.all() == before
    assert memory.results.history(job_key(jobs[0])) == told
    assert [order.what for order in journal.all()] == ["pause"]
    sync = deployment.sync()
    assert sync.outcomes == {Outcome.UNCHANGED: 3}
    assert deployment.writes() == []
    assert len(memory.syncs.history()) == 3


def test_a_record_with_an_outcome_of_a_later_version_is_looked_at_anew(
    deployment: Deployment,
) -> None:
    org, _ = deployment.add()
    job = job_key(org.add_job())
    deployment.sync()
    results = deployment.memory().results
    row = orjson.dumps({"outcome": "parked", "notes": [], "at": 1.0})
    deployment.redis.hset(deployment.redis.key("acme", "results"), str(job), row)
    deployment.redis.lpush(deployment.redis.key("acme", "history", str(job)), row)

    assert results.get(job) is None
    assert results.all() == {}
    assert [kept.result.outcome for kept in results.history(job)] == [Outcome.CREATED]
    deployment.forget_calls()
    deployment.sync()
    assert deployment.result(str(job)).outcome is Outcome.UNCHANGED
    assert deployment.writes() == []


def test_kinds_of_records_that_a_later_version_has_are_left_to_it(deployment: Deployment) -> None:
    org, _ = deployment.add()
    org.add_job()
    memory, redis = deployment.memory(), deployment.redis
    later = "badge:7"
    redis.hset(redis.key("acme", "results"), later, b'{"outcome": "created", "at": 1}')
    redis.set(redis.key("acme", "brake"), orjson.dumps({"later": [said("x").plain(), [later]]}))
    redis.hset(redis.key("acme", "approved"), f"later {later}", "")
    redis.hset(redis.key("acme", "refused"), "sideways", orjson.dumps(said("x").plain()))
    redis.zadd(redis.key("acme", "waiting"), {later: 0})

    assert memory.switches.held()["later"][1] == []
    assert memory.switches.approved() == frozenset()
    assert memory.switches.refused() == {}
    sync = deployment.sync()
    assert sync.outcomes == {Outcome.CREATED: 1}
    assert all(direction in set(Direction) for direction in memory.switches.refused())


def test_only_keys_of_known_kinds_are_read() -> None:
    assert known(["job:1", "badge:7", "", "offer:2"]) == [
        RecordKey.read("job:1"),
        RecordKey.read("offer:2"),
    ]


def test_the_highest_version_that_wrote_is_remembered(deployment: Deployment) -> None:
    redis = deployment.redis
    assert [schema.claim(redis, version) for version in (1, 1, 3, 2, 3)] == [0, 1, 1, 3, 3]
