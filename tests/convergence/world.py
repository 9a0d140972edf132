"""A random history: people edit both sides, things break, messages come twice and out of order.

Everything follows from one seed, so that a history that fails can be lived through again.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from sandbox.ashby import AshbyOddities
from sandbox.charthop import ChartHopOddities
from sandbox.wire import Fault
from tests.deployment import Deployment

SETTINGS = """
synced_fields = ["hiringReason", "note", "start"]
hires_since = 2026-01-01
[organizations.acme.offer_fields]
"Job Level" = "jobLevel"
"""

STATUSES = ("Active", "Active", "Active", "Passive", "Inactive", "Offer", "Pending", "Closed", None)
DEPARTMENTS = ("Engineering", "Sales", " engineering ", "Unheard of", None)
LOCATIONS = ("Berlin", "Lisbon", "Nowhere", None)
TITLES = ("Engineer", "Engineer II", " Sales  lead ", "مهندس", "Ingénieur 🚀", "<b>QA</b>")
REASONS = ("GROWTH", "BACKFILL", None)
DAYS = ("2026-12-01", "2027-01-04", "2027-02-01", "soon", None)

BREAKS = ("lost", "late", "reset", "timeout", "refused", "html", "empty", "html200", "status")
"""Kinds of fault that either service may have."""

CALLS = (
    r"opening\.create",
    r"opening\.update",
    r"opening\.set",
    r"setValues",
    r"opening\.list",
    r"opening\.search",
    r"customField\.",
    r"offer\.|application\.",
    r"/job$",
    r"/job/",
    r"/person",
    r"/change",
    r"/field",
)


class World:
    """One organization on both sides, and the people who change it."""

    def __init__(self, folder: Path, redis_url: str, seed: int) -> None:
        self.random = Random(seed)
        self.story: list[str] = []
        readings = [ChartHopOddities.one(), ChartHopOddities.other()]
        others = [AshbyOddities.one(), AshbyOddities.other()]
        self.deployment = Deployment(
            folder,
            redis_url,
            seed,
            charthop_oddities=self.random.choice(readings),
            ashby_oddities=self.random.choice(others),
        )
        self.org, self.account = self.deployment.add(more=SETTINGS)
        options = [("GROWTH", "Growth"), ("BACKFILL", "Backfill")]
        self.org.add_field("hiringReason", "Hiring Reason", "ENUM", values=options)
        self.org.add_field("note", "Note", "TEXT")
        self.org.add_field("start", "Earliest start", "DATE")
        self.org.add_field("jobLevel", "Job Level", "STRING")
        self.account.add_custom_field("Job Level", "String", "Offer")
        for name in ("Engineering", "Sales"):
            self.account.add_department(name)
        for name in ("Berlin", "Lisbon"):
            self.account.add_location(name)
        self.account.add_close_reason("Closed in ChartHop")
        self.by_hand: set[str] = set()
        """Openings that people made in Ashby."""
        self.closed_by_hand: set[str] = set()
        """Openings that a recruiter closed at least once."""
        self.candidates = 0
        self.offers: list[str] = []
        for _ in range(self.random.randint(2, 4)):
            self.new_job()

    def pick(self, choices: Any) -> Any:
        """One of them."""
        return self.random.choice(list(choices))

    # What people do. Each is one small thing; `moves` lists them.

    def new_job(self) -> None:
        """HR opens a job."""
        codes: dict[str, Any] = {
            "department.name": self.pick(DEPARTMENTS),
            "location.name": self.pick(LOCATIONS),
            "req": self.pick([None, None, f"REQ-{self.random.randint(1, 4)}"]),
            "hiringReason": self.pick(REASONS),
            "createDate": "2026-01-05",
        }
        self.org.add_job(title=self.pick(TITLES), recruit=self.pick(STATUSES), **codes)

    def edit_job(self) -> None:
        """HR changes a job."""
        if self.org.jobs:
            edit = self.pick(
                [
                    {"title": self.pick(TITLES)},
                    {"recruit": self.pick(STATUSES)},
                    {"recruit": self.pick(STATUSES)},
                    {"department.name": self.pick(DEPARTMENTS)},
                    {"location.name": self.pick(LOCATIONS)},
                    {"startDatePlanned": self.pick(["2026-12-01", "2027-03-01", None])},
                    {"employment": self.pick(["FULL", "PART", "INTERN", None])},
                    {"backfill": self.pick([True, False])},
                    {"req": self.pick([None, f"REQ-{self.random.randint(1, 4)}"])},
                    {"hiringReason": self.pick(REASONS)},
                    {"note": self.pick(["some words", "other words", None])},
                    {"start": self.pick(["2027-01-01", "2027-06-01", None])},
                    {"sensitive": self.pick(["ORG", "HIGH"])},
                ]
            )
            self.org.edit_job(self.pick(self.org.jobs), edit)

    def delete_job(self) -> None:
        """HR deletes a job."""
        if self.org.jobs:
            self.org.delete_job(self.pick(self.org.jobs))

    def recruiter_moves(self) -> None:
        """A recruiter opens, closes or fills an opening."""
        if self.account.openings:
            state = self.pick(["Open", "Open", "Closed", "Filled", "Draft"])
            opening = self.pick(self.account.openings)
            self.account.set_state(opening, state)
            if state == "Closed":
                self.closed_by_hand.add(opening)

    def recruiter_edits(self) -> None:
        """A recruiter writes over what ChartHop owns."""
        if self.account.openings:
            opening = self.pick(self.account.openings)
            self.account.edit_opening(
                opening, **self.pick([{"description": "By hand"}, {"isBackfill": True}, {}])
            )

    def recruiter_puts_away(self) -> None:
        """A recruiter archives or deletes an opening."""
        if self.account.openings:
            opening = self.pick(self.account.openings)
            self.pick([self.account.archive_opening, self.account.delete_opening])(opening)

    def recruiter_makes(self) -> None:
        """A recruiter makes an opening by hand, perhaps with a requisition's code."""
        identifier = f"REQ-{self.random.randint(1, 4)}"
        taken = {one.version["identifier"] for one in self.account.openings.values()}
        if identifier not in taken:
            self.by_hand.add(self.account.add_opening(identifier, "Draft"))

    def recruiter_copies(self) -> None:
        """A recruiter copies an opening together with its link."""
        titles = {one.title: one.id for one in self.account.custom_fields.values()}
        if "ChartHop Job ID" in titles and self.account.openings:
            opening = self.pick(self.account.openings)
            job = self.account.opening_field(opening, "ChartHop Job ID")
            if job is not None:
                copy = self.account.add_opening(f"COPY-{len(self.by_hand)}", "Draft")
                self.by_hand.add(copy)
                self.account.set_opening_field(copy, "ChartHop Job ID", job)

    def make_offer(self) -> None:
        """A candidate gets an offer for an opening."""
        if self.account.openings:
            self.candidates += 1
            email = self.pick([f"c{self.candidates}@example.net"] * 4 + [None])
            candidate = self.account.add_candidate(f"Candidate {self.candidates}", email)
            self.offers.append(
                self.account.add_offer(
                    self.account.add_application(candidate),
                    self.pick(self.account.openings),
                    startDate=self.pick(["2026-12-01T00:00:00.000Z", "2027-01-04T00:00:00.000Z"]),
                    customFields={"Job Level": self.pick(["L4", "L5"])},
                )
            )

    def decide_offer(self) -> None:
        """An offer is accepted and the candidate hired, or one of the two."""
        if self.offers:
            offer = self.pick(self.offers)
            self.account.accept_offer(offer)
            if self.random.random() < 0.8:
                application = self.account.offers[offer].application_id
                self.account.set_application_status(application, "Hired")

    def move_offer(self) -> None:
        """An offer's terms change, or it is withdrawn."""
        if self.offers:
            offer = self.pick(self.offers)
            application = self.account.offers[offer].application_id
            self.pick(
                [
                    lambda: self.account.edit_offer(offer, startDate="2027-02-01T00:00:00.000Z"),
                    lambda: self.account.edit_offer(offer, salary=(130000, "USD")),
                    lambda: self.account.edit_offer(offer, customFields={"Job Level": "L6"}),
                    lambda: self.account.cancel_offer(offer),
                    lambda: self.account.set_application_status(application, "Archived"),
                ]
            )()

    def rename_option(self) -> None:
        """HR renames a choice of a picklist, or takes one away and puts it back."""
        label = self.pick(["Growth", "More people", "Expansion"])
        values = [("GROWTH", label), ("BACKFILL", "Backfill")][: self.random.randint(1, 2)]
        self.org.edit_field("hiringReason", values=values)

    # What breaks

    def break_something(self) -> None:
        """One of the next calls goes wrong."""
        side = self.pick([self.deployment.charthop, self.deployment.ashby])
        kind = self.pick(BREAKS)
        side.faults.append(
            Fault(
                path=self.pick(CALLS),
                kind=kind,
                status=self.pick([429, 500, 502]) if kind == "status" else 200,
                skip=self.random.randint(0, 2),
                times=self.random.randint(1, 3),
            )
        )

    def empty_redis(self) -> None:
        """Redis loses everything, the queue included."""
        self.deployment.redis.flushdb()
        self.deployment.app.messages.clear()

    def forget_tokens(self) -> None:
        """Ashby forgets its sync tokens."""
        self.account.expire_tokens()

    def repeat_message(self) -> None:
        """The broker delivers a message twice."""
        messages = self.deployment.app.messages
        if messages:
            messages.append(self.pick(messages))

    def begin_sync(self) -> None:
        """A sync is asked for."""
        self.deployment.send("tasks.sync_organization", "acme", full=self.random.random() < 0.1)

    def work(self) -> None:
        """Workers run a few messages, in any order."""
        for _ in range(self.random.randint(1, 6)):
            messages = self.deployment.app.messages
            if not messages:
                return
            at = self.random.randrange(len(messages))
            self.deployment.run(messages.pop(at))

    def moves(self) -> list[tuple[int, Callable[[], None]]]:
        """Everything that can happen, and how often it does."""
        return [
            (3, self.new_job),
            (8, self.edit_job),
            (1, self.delete_job),
            (3, self.recruiter_moves),
            (3, self.recruiter_edits),
            (1, self.recruiter_puts_away),
            (1, self.recruiter_makes),
            (1, self.recruiter_copies),
            (3, self.make_offer),
            (4, self.decide_offer),
            (2, self.move_offer),
            (1, self.rename_option),
            (4, self.break_something),
            (1, self.empty_redis),
            (1, self.forget_tokens),
            (2, self.repeat_message),
            (6, self.begin_sync),
            (14, self.work),
        ]

    def live(self, steps: int) -> None:
        """Let so many things happen."""
        weights, moves = zip(*self.moves(), strict=True)
        for move in self.random.choices(moves, weights, k=steps):
            self.story.append(move.__name__)
            move()

    def calm_down(self) -> None:
        """Everybody goes home, nothing breaks any more, and a few syncs go through."""
        self.deployment.charthop.faults.clear()
        self.deployment.ashby.faults.clear()
        self.deployment.drain(shuffled=True)
        for _ in range(3):
            self._let_time_pass()
            self.deployment.sync(full=True)

    def _let_time_pass(self) -> None:
        """Outages and pauses are over."""
        self.deployment.let_lists_catch_up()
        for kind in ("outage", "failures", "hold", "turn"):
            for key in self.deployment.redis.scan_iter(f"charthop-ashby:-:{kind}*"):
                self.deployment.redis.delete(key)
