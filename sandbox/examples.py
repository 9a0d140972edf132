"""The example organizations, and what happens in them while one watches.

Two invented companies, acme and globex, each in ChartHop and in Ashby. Their jobs cover what the
sync has to tell apart; `Example.happenings` are small changes as people make them, one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from sandbox.ashby import Account, Ashby
from sandbox.charthop import ChartHop, Org


class Happening(NamedTuple):
    """A change told in one sentence, and the call that makes it."""

    sentence: str
    happen: Callable[[], object]


Step = Callable[[], Happening | None]
"""Gives the happening, or None where it is not yet, or no longer, possible."""


@dataclass
class Example:
    """The two sandboxes with their example organizations, and the ids that happenings need."""

    charthop: ChartHop
    ashby: Ashby
    acme: Org
    acme_ashby: Account
    globex: Org
    globex_ashby: Account
    jobs: dict[str, str] = field(default_factory=dict)
    application_id: str = ""
    offer_id: str = ""

    def happenings(self) -> Iterator[Happening]:
        """One small change after the other, for ever; each was possible when it was given."""
        waiting: list[Step] = [
            self._retitle("acme", "executive", "Senior Account Executive"),
            self._open_opening,
            self._candidate,
            self._recruit("globex", "warehouse", "Passive"),
            self._new_job,
            self._candidate,
            self._new_department,
            self._hiring_reason,
            self._candidate,
            self._start_date("globex", "driver"),
            self._recruit("globex", "warehouse", "Active"),
        ]
        while waiting:
            found = next(((step, h) for step in waiting if (h := step()) is not None), None)
            if found is None:
                break
            waiting.remove(found[0])
            yield found[1]
        for turn in itertools.count():
            yield from (h for step in (*waiting, *self._round(turn)) if (h := step()) is not None)

    def _round(self, turn: int) -> list[Step]:
        """What goes on happening when the story is told."""
        executive = "Account Executive" if turn % 2 == 0 else "Senior Account Executive"
        return [
            self._retitle("acme", "executive", executive),
            self._start_date("globex", "driver"),
            self._recruit("globex", "warehouse", "Passive" if turn % 2 == 0 else "Active"),
            self._open_opening,
        ]

    # The steps.

    def _org(self, name: str) -> Org:
        return self.acme if name == "acme" else self.globex

    def _retitle(self, name: str, job: str, title: str) -> Step:
        def step() -> Happening:
            org, job_id = self._org(name), self.jobs[job]
            old = org.job(job_id)["title"]
            return Happening(
                f"In ChartHop, {name} renames the job {old} to {title}.",
                lambda: org.edit_job(job_id, title=title),
            )

        return step

    def _recruit(self, name: str, job: str, status: str) -> Step:
        def step() -> Happening:
            org, job_id = self._org(name), self.jobs[job]
            return Happening(
                f"In ChartHop, {name} sets the recruiting status of "
                f"{org.job(job_id)['title']} to {status}.",
                lambda: org.edit_job(job_id, recruit=status),
            )

        return step

    def _start_date(self, name: str, job: str) -> Step:
        def step() -> Happening:
            org, job_id = self._org(name), self.jobs[job]
            planned = (self.charthop.now() + timedelta(days=60)).date().isoformat()
            if org.job(job_id).get("startDatePlanned") == planned:
                planned = (self.charthop.now() + timedelta(days=90)).date().isoformat()
            return Happening(
                f"In ChartHop, {name} plans the start of {org.job(job_id)['title']} for {planned}.",
                lambda: org.edit_job(job_id, startDatePlanned=planned),
            )

        return step

    def _hiring_reason(self) -> Happening:
        job_id = self.jobs["backend"]
        return Happening(
            "In ChartHop, acme changes the hiring reason of Senior Backend Engineer to Project.",
            lambda: self.acme.edit_job(job_id, hiringReason="PROJECT"),
        )

    def _new_job(self) -> Happening:
        codes = {"department.name": "Operations", "location.name": "Springfield"}
        return Happening(
            "In ChartHop, globex opens a new job: Forklift Driver.",
            lambda: self.globex.add_job("Forklift Driver", employment="FULL", **codes),
        )

    def _new_department(self) -> Happening:
        return Happening(
            "In Ashby, acme adds the department Robotics, which was missing there.",
            lambda: self.acme_ashby.add_department("Robotics"),
        )

    def _open_opening(self) -> Happening | None:
        for name, account in (("acme", self.acme_ashby), ("globex", self.globex_ashby)):
            for opening_id in list(account.openings):
                opening = account.opening(opening_id)
                if opening["openingState"] == "Approved":
                    title = opening["latestVersion"].get("description")
                    return Happening(
                        f"In Ashby, a recruiter of {name} opens the opening {title}.",
                        partial(account.set_state, opening_id, "Open"),
                    )
        return None

    def _candidate(self) -> Happening | None:
        """Mara gets an offer, accepts it, is hired: whatever comes next for her."""
        account = self.acme_ashby
        if account.applications[self.application_id].status == "Hired":
            return None
        if not self.offer_id:
            openings = list(account.openings.values())
            found = [one for one in openings if one.version["identifier"] == REQ]
            if not found:
                return None
            return Happening(
                "In Ashby, acme offers Mara Lindqvist the job of Senior Backend Engineer.",
                lambda: self._make_offer(found[0].id),
            )
        if account.offers[self.offer_id].status != "Accepted":
            return Happening(
                "In Ashby, Mara Lindqvist accepts the offer of acme.",
                lambda: account.accept_offer(self.offer_id),
            )
        return Happening(
            "In Ashby, acme marks Mara Lindqvist as hired.",
            lambda: account.set_application_status(self.application_id, "Hired"),
        )

    def _make_offer(self, opening_id: str) -> None:
        start = (self.ashby.now() + timedelta(days=30)).date().isoformat()
        self.offer_id = self.acme_ashby.add_offer(
            self.application_id,
            opening_id,
            startDate=f"{start}T00:00:00.000Z",
            salary=(128000, "USD"),
            acceptanceStatus="WaitingOnResponse",
            customFields={"Job Level": "L5"},
        )


REQ = "ENG-101"
"""The requisition code of the job that the example's candidate is hired into."""


def populate(charthop: ChartHop, ashby: Ashby) -> Example:
    """Fill two empty sandboxes with acme and globex; their keys are `sandbox-charthop-acme` etc."""
    example = Example(
        charthop,
        ashby,
        charthop.add_org("acme", "sandbox-charthop-acme"),
        ashby.add_account("sandbox-ashby-acme"),
        charthop.add_org("globex", "sandbox-charthop-globex"),
        ashby.add_account("sandbox-ashby-globex"),
    )
    _acme(example)
    _globex(example)
    return example


def _acme(example: Example) -> None:
    org, account = example.acme, example.acme_ashby
    for name in ("Engineering", "Design", "Sales", "Finance", "People"):
        account.add_department(name)
    for name in ("New York", "Berlin", "Remote"):
        account.add_location(name)
    for text in ("Closed in ChartHop", "Position cancelled", "Budget withdrawn"):
        account.add_close_reason(text)
    account.add_custom_field("Job Level", "String", objectType="Offer")

    reasons = [("GROWTH", "Growth"), ("REPLACEMENT", "Replacement"), ("PROJECT", "Project")]
    org.add_field("hiringReason", "Hiring Reason", "ENUM", values=reasons)
    org.add_field("budget", "Budget", "MONEY", sensitive="MANAGER")
    org.add_field("hiringNotes", "Hiring Notes", "TEXT")
    org.add_field("seatNumber", "Seat Number", "INTEGER")
    org.add_field("jobLevel", "Job Level", "STRING")

    soon = (example.charthop.now() + timedelta(days=45)).date().isoformat()
    example.jobs["backend"] = org.add_job(
        "Senior Backend Engineer",
        **_place("Engineering", "New York"),
        req=REQ,
        employment="FULL",
        startDatePlanned=soon,
        hiringReason="GROWTH",
        budget={"amount": 150000, "currency": "USD"},
        hiringNotes="Second seat of the platform team.\nStarts with the spring release.",
        seatNumber=12,
    )
    example.jobs["executive"] = org.add_job(
        "Account Executive",
        **_place("Sales", "Berlin"),
        req="SAL-204",
        employment="PART",
        hiringReason="REPLACEMENT",
        backfill=True,
    )
    org.add_job("Robotics Technician", **_place("Robotics", "New York"), employment="CONTRACT")
    org.add_job("Design Intern", **_place("Design", "Remote"), employment="INTERN", seatNumber=7)
    org.add_job("Product Designer", "Passive", **_place("Design", "Berlin"), employment="FULL")
    org.add_job("Data Analyst", "Inactive", **_place("Finance", "Remote"), employment="FULL")
    org.add_job("Office Manager", "Offer", **_place("People", "New York"), employment="TEMP")
    org.add_job(
        "Chief Financial Officer",
        **_place("Finance", "New York"),
        employment="FULL",
        sensitive="HIGH",
    )
    editor = org.add_job("People Partner", None, **_place("People", "New York"), employment="FULL")
    org.add_person("Ines", "Okafor", workEmail="ines.okafor@example.com", job_id=editor)

    candidate = account.add_candidate(
        "Mara Lindqvist", email="mara.lindqvist@example.net", phone="+15555550100"
    )
    example.application_id = account.add_application(candidate)


def _globex(example: Example) -> None:
    org, account = example.globex, example.globex_ashby
    for name in ("Operations", "Legal", "Marketing"):
        account.add_department(name)
    for name in ("Springfield", "Cypress Creek"):
        account.add_location(name)
    account.add_close_reason("No longer needed")

    example.jobs["warehouse"] = org.add_job(
        "Warehouse Lead", **_place("Operations", "Springfield"), req="OPS-7", employment="FULL"
    )
    example.jobs["driver"] = org.add_job(
        "Delivery Driver",
        **_place("Operations", "Cypress Creek"),
        employment="PART",
        startDate="2026-12-14",
    )
    org.add_job("Brand Manager", **_place("Marketing", "Springfield"), req="MKT-3")
    org.add_job("Paralegal", "Passive", **_place("Legal", "Springfield"), employment="TEMP")
    org.add_job("Event Manager", "Inactive", **_place("Marketing", "Cypress Creek"))
    org.add_job("General Counsel", **_place("Legal", "Springfield"), sensitive="PRIVATE")


def _place(department: str, location: str) -> dict[str, str]:
    return {"department.name": department, "location.name": location}
