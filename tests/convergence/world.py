"""A small world in which people, weather and workers do as they like, and then leave it alone.

A history is a seed: it decides who does what, when, and what goes wrong. `World.log` tells it in
sentences, for whoever has to find out why it did not end well.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.keys import job_key
from sandbox.ashby import Account, AshbyOddities
from sandbox.charthop import ChartHopOddities, Org
from sandbox.wire import Answer, Fault, Request, Sandbox
from tests.deployment import Deployment, Message

LINK, STATUS = "ChartHop Job ID", "ChartHop Recruiting Status"
FIELDS = {"note": ("Note", "STRING"), "seat": ("Seat", "INTEGER"), "reason": ("Reason", "ENUM")}
OPTIONS = (("GROWTH", "Growth"), ("REPL", "Replacement"), ("OTHER", "Something else"))

QUIET_SYNCS = 6
"""How many syncs of a world that is left alone may still change something."""


class Killed(BaseException):
    """The worker is gone, in the middle of a task."""


class Lost(BaseException):
    """The worker is gone, and nobody has the message that it worked on."""


Move = Callable[["World"], str | None]
"""Something that happens; tells it in a sentence, or None where it is not possible right now."""


@dataclass(frozen=True)
class Moves:
    """What a history is drawn from: moves with weights. The first of `workers` ends each lease."""

    people: list[tuple[int, Move]]
    weather: list[tuple[int, Move]]
    workers: list[tuple[int, Move]]


@dataclass
class World:
    """One organization on both sides with its workers, and a source of chance."""

    deployment: Deployment
    org: Org
    account: Account
    chance: random.Random
    log: list[str] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    """The openings that recruiters made."""
    let_go: dict[str, str] = field(default_factory=dict)
    """The openings whose link a recruiter took away, and the job that it named."""
    copied: set[str] = field(default_factory=set)
    """The openings into which somebody typed a link."""
    orphans: set[str] = field(default_factory=set)
    """The jobs of which an opening was deleted."""
    owners: dict[str, str] = field(default_factory=dict)
    """The job that each opening was linked to first."""
    decided: set[str] = field(default_factory=set)
    """The openings that a recruiter had closed against ChartHop when the world was left alone."""
    closed_by_hand: set[str] = field(default_factory=set)
    """The openings that a recruiter closed last."""
    ticked: list[str] = field(default_factory=lambda: list(FIELDS))
    made: set[str] = field(default_factory=set)
    """The persons that the sync made in ChartHop."""
    unjust: list[str] = field(default_factory=list)
    """Writes to ChartHop for somebody who was not hired at that moment."""
    cancelled: set[str] = field(default_factory=set)
    """The jobs of which somebody cancelled a hire in ChartHop."""
    entangled: set[str] = field(default_factory=set)
    """The offers whose opening was changed."""

    # Chance.

    def one_of(self, things: Any) -> Any:
        """One of them, or None where there is none."""
        found = list(things)
        return self.chance.choice(found) if found else None

    def job(self) -> str | None:
        """One of the jobs; most often one in trouble, because troubles come together."""
        found = list(self.org.jobs)
        if found and self.chance.random() < 0.6:
            results = self.deployment.memory().results.all()
            troubled = [
                job
                for job in found
                if (kept := results.get(job_key(job))) and kept.result.outcome.wants_attention
            ]
            return self.chance.choice(troubled or found[:1])
        return self.chance.choice(found) if found else None

    def opening(self) -> str | None:
        """One of the openings, most often the first."""
        found = list(self.account.openings)
        if found and self.chance.random() < 0.5:
            return found[0]
        return self.chance.choice(found) if found else None

    # Ashby.

    def linked_to(self, opening_id: str) -> str | None:
        """The job id that stands in an opening's link field."""
        text = self.account.opening_field(opening_id, LINK)
        return str(text).strip() or None if text is not None else None

    def linked(self, job_id: str) -> list[str]:
        """The openings that carry the job's id."""
        return [id_ for id_ in self.account.openings if self.linked_to(id_) == job_id]

    def live(self, job_id: str) -> list[str]:
        """Those of them that are not archived."""
        openings = self.account.openings
        return [id_ for id_ in self.linked(job_id) if openings[id_].archived_at is None]

    # Workers.

    @property
    def messages(self) -> list[Message]:
        """What waits for a worker."""
        return self.deployment.app.messages

    def work(self, count: int) -> None:
        """Run some messages in whatever order; a worker that dies leaves its message behind."""
        for _ in range(count):
            if not self.messages:
                return
            message = self.messages.pop(self.chance.randrange(len(self.messages)))
            try:
                self.deployment.run(message)
            except Killed:
                self.messages.append(message)
            except Lost:
                pass

    def work_off(self) -> None:
        """Run everything that waits, and what comes of it."""
        while self.messages:
            self.work(len(self.messages))

    def trouble(self, sandbox: Sandbox, **fault: Any) -> str:
        """Something goes wrong with a call that is soon to come; which one, in words."""
        path = self.one_of(self._soon_called() if sandbox.system == "ashby" else ("", "/job"))
        skip = self.chance.choice((0, 0, 1)) if path else self.chance.randrange(9)
        times = self.chance.choice((1, 3))
        sandbox.faults.append(Fault(**{"path": path, "skip": skip, "times": times, **fault}))
        return f"call {skip + 1} of {sandbox.system}{path or ' at all'}, {times} times"

    def _soon_called(self) -> list[str]:
        """Where a fault would hit: what the next sync has to write, and what it reads."""
        paths = ["", "/opening.list"]
        for job in self.org.jobs:
            row, live = self.org.job(job), self.live(job)
            status = (row.get("recruit") or "").casefold()
            state = self.account.openings[live[0]].state if live else None
            if row["state"] == "OPEN" and status == "active" and state is None:
                paths += ["/opening.create", "/opening.create", "/customField.setValues"]
            elif (status == "active") == (state == "Closed"):
                paths += ["/customField.setValues", "/opening.setOpeningState", "/closeReason"]
            elif state is not None:
                paths += ["/opening.update"]
        return paths

    def later(self) -> None:
        """Time goes by: outages and waits are over, and lists have caught up."""
        self.account.lag_lists(0)
        self.deployment.let_settle()
        for name in self.deployment.redis.scan_iter("charthop-ashby:-:*"):
            self.deployment.redis.delete(name)

    # Histories.

    def live_through(self, moves: Moves, episodes: int) -> None:
        """Let people act, the weather change, and workers work, by leases.

        Each history knows a part of all moves only: what has to come together to do harm comes
        together more often then.
        """
        people, weather, workers = map(self._part, (moves.people, moves.weather, moves.workers))
        for _ in range(episodes):
            self._draw(people, self.chance.randint(1, 4))
            self._draw(weather, self.chance.choice((0, 1, 1, 2)))
            self._draw(workers, self.chance.randint(1, 2))
            self._draw([moves.workers[0]], 1)

    def _part(self, moves: list[tuple[int, Move]]) -> list[tuple[int, Move]]:
        return [one for one in moves if self.chance.random() < 0.4] or moves

    def _draw(self, moves: list[tuple[int, Move]], count: int) -> None:
        weights = [weight for weight, _ in moves]
        for _, move in self.chance.choices(moves, weights, k=count):
            sentence = move(self)
            if sentence is not None:
                self.log.append(sentence)
            self._note_owners()

    def _note_owners(self) -> None:
        for opening in self.account.openings:
            job = self.linked_to(opening)
            if job is not None:
                self.owners.setdefault(opening, job)

    def leave_alone(self) -> None:
        """Nothing happens any more but syncs, until one has nothing to write."""
        self.log.append("the world is left alone")
        self.deployment.ashby.faults.clear()
        self.deployment.charthop.faults.clear()
        self.org.accept_value("jobLevel")
        self.later()
        self.work_off()
        self.decided = {one for one in self.closed_by_hand if self._is_decided(one)}
        for number in range(QUIET_SYNCS):
            self.later()
            self.deployment.memory().switches.approve()
            before = self.deployment.ashby.state()
            # Only the daily sync that reads everything learns of deletions.
            self.sync(full=number == 0 and bool(self.orphans))
            if number > 0 and self.deployment.ashby.state() == before:
                return
        raise AssertionError(f"it still changes something after {QUIET_SYNCS} quiet syncs")

    def _is_decided(self, opening: str) -> bool:
        """Whether a recruiter's closing stands against a job that was agreed to be Active."""
        if opening not in self.account.openings or self.linked_to(opening) not in self.org.jobs:
            return False
        agreed = str(self.account.opening_field(opening, STATUS) or "").strip().casefold()
        closed = self.account.openings[opening].state == "Closed"
        return closed and agreed not in ("passive", "inactive", "closed", "offer", "pending")

    def sync(self, *, full: bool = False) -> None:
        """One sync with all its tasks."""
        headers = {"full": "yes"} if full else {}
        self.deployment.send("tasks.sync_organization", "acme", **headers)
        self.work_off()


def make_world(
    folder: Path,
    redis_url: str,
    seed: int,
    charthop: ChartHopOddities,
    ashby: AshbyOddities,
) -> World:
    """The world of a seed: two departments, two locations, three ticked fields, a few jobs."""
    random.seed(seed)
    deployment = Deployment(folder, redis_url, seed, charthop, ashby)
    deployment.charthop.record_calls = deployment.ashby.record_calls = False
    org, account = deployment.add("acme")
    world = World(deployment, org, account, random.Random(seed))
    configure(world)
    for name in ("Engineering", "Design"):
        account.add_department(name)
    for name in ("Berlin", "Rome"):
        account.add_location(name)
    account.add_close_reason("Cancelled")
    for code, (label, type_) in FIELDS.items():
        org.add_field(code, label, type_, values=OPTIONS if type_ == "ENUM" else ())
    org.add_field("jobLevel", "Job Level", "STRING")
    account.add_custom_field("Job Level", "String", "Offer")
    watch_writes(world)
    return world


def watch_writes(world: World) -> None:
    """Look at each write to ChartHop at the moment at which it arrives."""
    charthop = world.deployment.charthop
    respond = charthop.respond

    def watched(request: Request, key: str | None, body: Any) -> Answer:
        if charthop.writes_with(request) and not _is_just(world, request, body):
            world.unjust.append(f"{request.method} {request.path}")
        known = set(world.org.persons)
        answer = respond(request, key, body)
        world.made |= set(world.org.persons) - known
        return answer

    charthop.respond = watched  # type: ignore[method-assign]


def _is_just(world: World, request: Request, body: Any) -> bool:
    """Whether somebody is Hired with an accepted offer whom the write can be about."""
    hired = [
        (offer, world.account.candidates[application.candidate_id])
        for offer in world.account.offers.values()
        if offer.status == "Accepted"
        and (application := world.account.applications.get(offer.application_id)) is not None
        and application.status == "Hired"
    ]
    if request.method == "POST" and request.path.endswith("/person"):
        text = json.dumps(body).casefold()
        return any(email.casefold() in text for _, one in hired for email in one.emails)
    job = (body or {}).get("jobId") if isinstance(body, dict) else None
    last = request.path.rsplit("/", 1)[-1]
    if "/job/" in request.path:
        job = last
    elif "/change/" in request.path and last in world.org.changes:
        job = world.org.changes[last].job_id
    if job is None:
        return bool(hired)
    return any(
        offer.latest.opening_id in world.account.openings
        and world.linked_to(offer.latest.opening_id or "") == job
        for offer, _ in hired
    )


def configure(world: World) -> None:
    """Write the organization's settings: brakes wide open, because everything here is wanted."""
    world.deployment.configure(
        "acme",
        f"synced_fields = {world.ticked}\n"
        "hires_since = 2026-01-01\n"
        "brake = { close_percent = 100, create_openings = 1000, create_persons = 1000 }\n"
        "[organizations.acme.offer_fields]\n"
        '"Job Level" = "jobLevel"\n',
    )
