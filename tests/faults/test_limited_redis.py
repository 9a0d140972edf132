"""A Redis user with limited rights is enough for a worker, a beat and a sync."""

from pathlib import Path

from core.outcomes import Outcome
from tests.processes import Station, wait_until

RIGHTS = ("on", ">secret", "~*", "&*", "+@all", "-@admin", "-@dangerous")


def test_a_worker_and_a_beat_need_no_dangerous_command(tmp_path: Path) -> None:
    with Station(tmp_path) as station:
        org, _ = station.add()
        org.add_job(title="Data Engineer")
        station.redis.execute_command("ACL", "SETUSER", "sync", *RIGHTS)  # type: ignore[no-untyped-call]
        station.environment["REDIS_URL"] = station.server.url.replace(
            "unix://", "unix://sync:secret@"
        )
        station.start_worker()
        station.await_worker()
        station.start_beat()
        # Beat asks for a sync when it starts.
        syncs = station.memory().syncs
        sync = wait_until(lambda: found if (found := syncs.last()) and found.finished_at else None)
        assert sync.outcomes[Outcome.CREATED] == 1
        assert station.redis.acl_log() == []
        assert all(process.runs for process in station.processes)
