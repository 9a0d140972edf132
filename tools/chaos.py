"""`make chaos`: two minutes of kills, faults and edits, then the law.

Real workers over real Redis and the sandboxes on loopback ports. Everything that happens is drawn
from one seed, which is printed; what the processes do in between is up to them.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from core.keys import RecordKind
from sandbox.wire import Fault
from store.deliveries import Held
from store.space import HIRES, JOBS, text
from tasks.hire_reads import SETTLING
from tests.convergence.law import Place, broken
from tests.processes import Process, Station, wait_until
from tools.stuck import Stuck

ORGANIZATIONS = ("acme", "globex", "initech")
WORKERS = ("one", "two")
SETTINGS = """
hires_since = 2026-01-01
brake = { close_percent = 100, create_openings = 100000, create_persons = 100000 }
"""
PROMISED = 35.0
"""Seconds after which a record that a dead worker held, or whose message was lost, goes on."""

LATENCY = 0.3
"""Seconds that each call takes while things happen, so that records are in flight for a while."""

EDITS, AMID_WORK = 12, 12.0
"""Jobs that are edited before a worker is killed, and seconds that it has to come to one."""

CREATES = r"opening\.create|setValues|customField\.create|/person$|/change/sync"


class Chaos:
    """One bad day. `counts` says what it had, `held` how many records killed workers were at."""

    def __init__(self, station: Station, seed: int, jobs: int, hires: int, app: str) -> None:
        self.station = station
        self.app = app
        self.random = random.Random(seed)
        self.jobs, self.hires = jobs, hires
        self.counts: Counter[str] = Counter()
        self.workers: dict[str, Process] = {}
        self.nodes: dict[str, str] = {}
        self.closed_by_hand: dict[str, set[str]] = {name: set() for name in ORGANIZATIONS}
        self.lives = self.held = 0
        self.stuck = Stuck(station.server.url, ORGANIZATIONS)

    # The scene

    def begin(self) -> None:
        """Three organizations in step, with candidates who are hired, and two workers."""
        for name in ORGANIZATIONS:
            org, account = self.station.add(name, SETTINGS)
            account.add_department("Engineering")
            for number in range(self.jobs):
                codes = {"department.name": "Engineering", "createDate": "2026-01-05"}
                org.add_job(title=f"Engineer {number}", **codes)
        for name in WORKERS:
            self.revive(name)
        for name in ORGANIZATIONS:
            self.station.sync(name, within=120.0)
            account = self.station.accounts[name]
            for number, opening in enumerate(list(account.openings)[: self.hires]):
                candidate = account.add_candidate(
                    f"Candidate {number}", f"candidate{number}@{name}.example.net"
                )
                application = account.add_application(candidate)
                account.accept_offer(account.add_offer(application, opening))
                account.set_application_status(application, "Hired")

    def revive(self, name: str) -> None:
        """Start a worker, also in the place of one that is dead."""
        self.lives += 1
        self.nodes[name] = f"{name}{self.lives}"
        self.workers[name] = self.station.start_worker(self.nodes[name], app=self.app)

    def kill(self, name: str) -> None:
        """Kill a worker amid its work: records are changed, and it is awaited at one of them."""
        for _ in range(EDITS):
            self.edit_job()
        self.force_sync()
        ends = time.monotonic() + AMID_WORK
        while not (held := self.records_of(name)) and time.monotonic() < ends:
            time.sleep(0.02)
        self.workers[name].kill()
        self.held += held

    def records_of(self, name: str) -> int:
        """The number of records that the latest worker of that name is at."""
        redis, node = self.station.redis, f" {self.nodes[name]}@"
        keys = [redis.key(one, "in-flight") for one in ORGANIZATIONS]
        return sum(node in text(row) for key in keys for row in redis.hvals(key))

    # What happens

    def kill_worker(self) -> None:
        """A worker is killed."""
        name = self.random.choice(WORKERS)
        self.kill(name)
        self.revive(name)

    def lose_worker(self) -> None:
        """A worker is killed, and the other one is alone for a while."""
        if all(worker.runs for worker in self.workers.values()):
            self.kill(self.random.choice(WORKERS))

    def kill_all_workers(self) -> None:
        """Every worker is killed at once, and only one of them started again."""
        for name in WORKERS:
            if self.workers[name].runs:
                self.kill(name)
        self.revive(self.random.choice(WORKERS))

    def bring_back_worker(self) -> None:
        """Whoever was killed is started again."""
        for name in WORKERS:
            if not self.workers[name].runs:
                self.revive(name)

    def purge(self) -> None:
        """All messages that wait are deleted from the broker."""
        for queue in (HIRES, JOBS):
            self.station.redis.delete(self.station.redis.queue(queue))

    def lose_held(self) -> None:
        """A worker is killed, and the broker loses what it held."""
        name = self.random.choice(WORKERS)
        self.kill(name)
        redis = self.station.redis
        for key in redis.scan_iter(redis.queue(Held.by(f"{self.nodes[name]}@*").messages)):
            redis.delete(key)
        self.revive(name)

    def stop_worker(self) -> None:
        """A worker is stopped as a container is, and another takes its place."""
        name = self.random.choice(WORKERS)
        self.workers[name].ask_to_end()
        self.revive(name)

    def flush_redis(self) -> None:
        """Redis loses everything."""
        self.station.redis.flushall()

    def restart_redis(self) -> None:
        """Redis is restarted with its data."""
        self.station.server.restart(keep_data=True)

    def lose_answer(self) -> None:
        """A create is carried out and its answer is lost."""
        side = self.random.choice([self.station.charthop, self.station.ashby])
        if self.random.random() < 0.5:
            side.faults.append(Fault(path=CREATES, kind="lost"))
        else:
            side.faults.append(Fault(path=CREATES, kind="reset"))

    def throttle(self) -> None:
        """A service asks to slow down."""
        side = self.random.choice([self.station.charthop, self.station.ashby])
        headers = {"retry-after": "1"}
        side.faults.append(Fault(path=".", kind="status", status=429, headers=headers, times=3))

    def stumble(self) -> None:
        """A service answers with an error."""
        side = self.random.choice([self.station.charthop, self.station.ashby])
        status = self.random.choice([500, 502])
        side.faults.append(Fault(path=".", kind="status", status=status, times=2))

    def edit_job(self) -> None:
        """HR edits a job."""
        org = self.station.orgs[self.random.choice(ORGANIZATIONS)]
        edit = self.random.choice(
            [
                {"title": f"Engineer {self.random.randint(1, 999)}"},
                {"recruit": self.random.choice(["Active", "Active", "Passive"])},
                {"employment": self.random.choice(["FULL", "PART"])},
            ]
        )
        org.edit_job(self.random.choice(list(org.jobs)), edit)

    def open_job(self) -> None:
        """HR opens a job."""
        org = self.station.orgs[self.random.choice(ORGANIZATIONS)]
        org.add_job(title="Brand new", createDate="2026-01-05")

    def recruiter_edits(self) -> None:
        """A recruiter opens an opening, closes one, or writes over a title."""
        name = self.random.choice(ORGANIZATIONS)
        account = self.station.accounts[name]
        opening = self.random.choice(list(account.openings))
        what = self.random.choice(["Open", "Open", "Closed", "title"])
        if what == "title":
            account.edit_opening(opening, description="By hand")
        elif account.openings[opening].state != "Filled":
            account.set_state(opening, what)
            if what == "Closed":
                self.closed_by_hand[name].add(opening)

    def force_sync(self) -> None:
        """Somebody asks for a sync, now and then of every record."""
        full = self.random.random() < 0.2
        name = self.random.choice(ORGANIZATIONS)
        self.station.send("tasks.sync_organization", name, full=full)

    def happenings(self) -> list[tuple[float, Callable[[], None]]]:
        """Everything that may happen, and how often it does."""
        return [
            (2, self.kill_worker),
            (1, self.lose_worker),
            (0.5, self.kill_all_workers),
            (2, self.bring_back_worker),
            (1, self.stop_worker),
            (3, self.purge),
            (1, self.lose_held),
            # Seldom: they also end what is stuck.
            (0.2, self.flush_redis),
            (0.2, self.restart_redis),
            (8, self.lose_answer),
            (4, self.throttle),
            (4, self.stumble),
            (16, self.edit_job),
            (4, self.open_job),
            (10, self.recruiter_edits),
            (10, self.force_sync),
        ]

    def rage(self, seconds: float) -> None:
        """Let things happen for so long."""
        weights, happenings = zip(*self.happenings(), strict=True)
        self.take_time(LATENCY)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            (happening,) = self.random.choices(happenings, weights)
            happening()
            self.counts[happening.__doc__.rstrip(".") if happening.__doc__ else ""] += 1
            time.sleep(self.random.uniform(0.05, 0.3))

    def take_time(self, seconds: float) -> None:
        """Let every call to a service take so long from now on."""
        for side in (self.station.charthop, self.station.ashby):
            side.latency = seconds

    # What has to be true

    def end(self) -> list[str]:
        """Nothing breaks any more, a few syncs go through; what is not as it should be."""
        self.take_time(0.0)
        for side in (self.station.charthop, self.station.ashby):
            side.faults.clear()
        self.bring_back_worker()
        for _ in range(3):
            self.sync_all()
        # A create that was cut off is repeated once its effect would have come to light.
        ends = time.monotonic() + SETTLING + 30.0
        while self.failed() and time.monotonic() < ends:
            time.sleep(5.0)
            self.sync_all()
        wrong = []
        for name in ORGANIZATIONS:
            results = self.station.memory(name).results.all()
            org, account = self.station.orgs[name], self.station.accounts[name]
            place = Place(org, account, results, closed_by_hand=self.closed_by_hand[name])
            wrong += [f"{name}: {one}" for one in broken(place)]
            unhired = self.hires - len(org.changes)
            held = sum(
                record.kind is RecordKind.OFFER and kept.result.outcome == "held"
                for record, kept in results.items()
            )
            if unhired > held:
                wrong.append(f"{name}: {unhired} hires are missing and {held} are held")
        return [*wrong, *self.still_writing(), *self.stuck_too_long(), *self.writes_after_pause()]

    def sync_all(self) -> None:
        """A full sync of each organization, after whatever the services asked to wait for."""
        for key in self.station.redis.scan_iter("charthop-ashby:-:*"):
            if b":outage" in key or b":failures" in key or b":hold" in key:
                self.station.redis.delete(key)
        ids = [
            (self.station.send("tasks.sync_organization", name, full=True), name)
            for name in ORGANIZATIONS
        ]
        for id_, name in ids:
            self.station.finished(id_, name, within=180.0)

    def failed(self) -> bool:
        """Whether any record has failed."""
        results = [self.station.memory(name).results.all() for name in ORGANIZATIONS]
        return any(kept.result.outcome == "failed" for one in results for kept in one.values())

    def stuck_too_long(self) -> list[str]:
        """What was stuck for longer than is promised."""
        self.stuck.stop()
        if self.stuck.longest <= PROMISED:
            return []
        took = f"{self.stuck.longest:.1f} s, {PROMISED:.0f} are promised"
        return [f"{self.stuck.record} was stuck for {took}"]

    def still_writing(self) -> list[str]:
        """What one more sync of everything writes."""
        self.station.forget_calls()
        for name in ORGANIZATIONS:
            self.station.sync(name, within=120.0)
        return [f"a quiet sync wrote: {call.path} {call.body}" for call in self.station.writes()]

    def writes_after_pause(self) -> list[str]:
        """What is written for an organization that is paused, whatever is asked."""
        name = ORGANIZATIONS[0]
        self.station.memory(name).switches.pause("chaos")
        self.station.forget_calls()
        org = self.station.orgs[name]
        for job_id in list(org.jobs)[:5]:
            org.edit_job(job_id, title="Nobody shall see this")
            self.station.send("tasks.sync_job", name, job_id)
        id_ = self.station.send("tasks.sync_organization", name)
        self.station.finished(id_, name, within=60.0)
        wait_until(lambda: not any(self.station.queued().values()), 60.0)
        return [f"written after pause: {call.path}" for call in self.station.writes()]


def main() -> int:
    """The command line; 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long things break")
    parser.add_argument("--seed", type=int, default=None, help="live through a day again")
    parser.add_argument("--jobs", type=int, default=200, help="jobs of each organization")
    parser.add_argument("--hires", type=int, default=20, help="hires of each organization")
    parser.add_argument("--hurry", action="store_true", help="shorten timers: four seconds")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    console = Console()
    console.print(
        f"chaos: seed {seed}, {options.seconds:.0f} s, {len(ORGANIZATIONS)} organizations"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Station(Path(folder), seed=seed, hurry=4.0, persist=True, forked=False) as station,
    ):
        app = "tests.hurried" if options.hurry else "workers"
        chaos = Chaos(station, seed, options.jobs, options.hires, app)
        chaos.begin()
        chaos.stuck.start()
        chaos.rage(options.seconds)
        wrong = chaos.end()
        table = Table("what happened", "times", box=None)
        for what, times in chaos.counts.most_common():
            table.add_row(what, str(times))
        console.print(table)
        openings = sum(len(one.openings) for one in station.accounts.values())
        people = sum(len(one.persons) for one in station.orgs.values())
    for one in wrong[:20]:
        console.print(f"wrong: {one}", markup=False)
    if wrong:
        console.print(f"chaos: {len(wrong)} things are not as they should be (seed {seed})")
        return 1
    console.print(
        f"chaos: survived. {openings} openings and {people} persons, nothing doubled, nothing "
        "lost; a quiet sync wrote nothing, and nothing was written after pause. No record was "
        f"stuck for longer than {chaos.stuck.longest:.1f} s; killed workers were at {chaos.held} "
        "records."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
