"""A deployment that is put away as it is and taken out again: both services and Redis.

To bring an organization to where most tests begin takes a whole sync, to take it out again a tenth
of that.
"""

import _thread
import copyreg
import io
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from store.batch import Batch
from tests.deployment import Deployment

KEEPS = 10.0
"""Seconds for which one is taken out: nothing in it is older then than on a slow machine."""

WORLD = ("charthop", "ashby", "orgs", "accounts", "_tables", "random")


@dataclass(frozen=True)
class _Kept:
    world: bytes
    redis: list[tuple[bytes, bytes, int]]
    """Key, content, milliseconds that it has left or 0."""
    at: float


_kept: dict[object, _Kept] = {}


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table | {_thread.RLock: lambda _: (threading.RLock, ())}


def prepared(deployment: Deployment, prepare: Callable[[Deployment], object]) -> None:
    """Bring a fresh deployment to where `prepare` brings it; most often it was there before."""
    place = (prepare, deployment.charthop_oddities, deployment.ashby_oddities, deployment.seed)
    kept = _kept.get(place)
    if kept is not None and time.monotonic() - kept.at < KEEPS:
        _take_out(kept, deployment)
    else:
        prepare(deployment)
        _kept[place] = _put_away(deployment)


def _put_away(deployment: Deployment) -> _Kept:
    assert deployment.app.messages == []
    written = io.BytesIO()
    _Pickler(written).dump({name: getattr(deployment, name) for name in WORLD})
    redis = deployment.redis
    keys = list(redis.scan_iter(count=1000))
    content = [
        (key, content, max(0, redis.pttl(key)))
        for key in keys
        if (content := redis.dump(key)) is not None
    ]
    return _Kept(written.getvalue(), content, time.monotonic())


def _take_out(kept: _Kept, deployment: Deployment) -> None:
    vars(deployment).update(pickle.loads(kept.world))  # noqa: S301 - our own
    deployment.write_file()
    deployment.wire()
    with Batch(deployment.redis) as batch:
        for key, content, left in kept.redis:
            batch.ask("RESTORE", key, left, content)
