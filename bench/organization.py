"""The organizations that are measured, and what is in them.

Invented jobs with a department, a location, a start date and three ticked fields of different
types, and as many candidates as wanted.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from core.fields import LINK_TITLE, PERSON_TITLE, STATUS_TITLE
from sandbox.ashby import Account, Ashby
from sandbox.ashby.records import Opening
from sandbox.charthop import ChartHop, Org

DEPARTMENTS = ("Engineering", "Design", "Sales", "Finance", "People", "Operations")
LOCATIONS = ("New York", "Berlin", "Remote", "Lisbon")
REASONS = (("GROWTH", "Growth"), ("REPLACEMENT", "Replacement"), ("PROJECT", "Project"))
TICKED = ("hiringReason", "budget", "hiringNotes")
ROLES = ("Engineer", "Designer", "Analyst", "Manager", "Partner", "Coordinator")

TABLE = """
[organizations.{name}]
enabled = true
charthop_api_key = "{name}-charthop"
ashby_api_key = "{name}-ashby"
synced_fields = [{ticked}]
hires_since = 2020-01-01
brake = {{ close_percent = 100, create_openings = 100000, create_persons = 100000 }}
"""


@dataclass
class Organization:
    """One organization in both sandboxes."""

    name: str
    org: Org
    account: Account
    ticked: tuple[str, ...] = TICKED
    webhook_secret: str = ""
    jobs: list[str] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(6))

    @property
    def table(self) -> str:
        """Its part of the organizations file."""
        written = TABLE.format(
            name=self.name, ticked=", ".join(f'"{code}"' for code in self.ticked)
        )
        if self.webhook_secret:
            for system in ("ashby", "charthop"):
                written += f'{system}_webhook_secret = "{self.webhook_secret}"\n'
        return written

    def add_jobs(self, count: int) -> None:
        """That many more open jobs with recruiting status Active."""
        for _ in range(count):
            values: dict[str, Any] = {
                "department.name": self.random.choice(DEPARTMENTS),
                "location.name": self.random.choice(LOCATIONS),
                "hiringReason": self.random.choice(REASONS)[0],
                "budget": {"amount": self.random.randrange(60, 200) * 1000, "currency": "USD"},
                "hiringNotes": f"Seat {self.random.randrange(1000)} of the plan for next year.",
            }
            number = len(self.jobs)
            self.jobs.append(
                self.org.add_job(
                    f"{self.random.choice(ROLES)} {number}",
                    req=f"REQ-{number}",
                    employment="FULL",
                    startDatePlanned="2027-03-01",
                    **{
                        code: value
                        for code, value in values.items()
                        if "." in code or code in self.ticked
                    },
                )
            )

    def edit_jobs(self, count: int) -> None:
        """Give that many jobs, taken by chance, another title."""
        for job_id in self.random.sample(self.jobs, count):
            self.org.edit_job(job_id, title=f"{self.org.job(job_id)['title']}, senior")

    def link_openings(self) -> None:
        """Make the opening of each job as an earlier sync would have left it."""
        account = self.account
        for title, holder in (
            (LINK_TITLE, "Opening"),
            (STATUS_TITLE, "Opening"),
            (PERSON_TITLE, "Application"),
        ):
            account.add_custom_field(title, "String", objectType=holder)
        teams = {one.name: one.id for one in account.departments.values()}
        places = {one.name: one.id for one in account.locations.values()}
        for job_id in self.jobs:
            job = self.org.job(job_id)
            opening_id = account.add_opening(
                job["req"],
                state="Approved",
                description=job["title"],
                teamId=teams[job["department.name"]],
                locationIds=[places[job["location.name"]]],
                targetStartDate="2027-03-01",
            )
            account.set_opening_field(opening_id, LINK_TITLE, job_id)
            account.set_opening_field(opening_id, STATUS_TITLE, "Active")

    def offer_next(self) -> str:
        """One candidate accepts an offer for an opening without any; the application."""
        taken = {one.latest.opening_id for one in self.account.offers.values()}
        return self._offer(next(one for one in self._free() if one.id not in taken))

    def hire(self, count: int) -> None:
        """That many candidates are hired into openings that are linked and free."""
        for opening in self._free()[:count]:
            self.account.set_application_status(self._offer(opening), "Hired")

    def _free(self) -> list[Opening]:
        return [one for one in self.account.openings.values() if one.state == "Approved"]

    def _offer(self, opening: Opening) -> str:
        """The application of a new candidate who has accepted an offer for that opening."""
        start = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        number = len(self.account.candidates)
        candidate = self.account.add_candidate(
            f"Robin Example{number}",
            email=f"robin{number}@example.net",
            phone=f"+155555{number:05}",
        )
        application = self.account.add_application(candidate)
        self.account.add_offer(
            application,
            opening.id,
            startDate=f"{start}T00:00:00.000Z",
            salary=(120000, "USD"),
            acceptanceStatus="Accepted",
        )
        return application


def make(
    charthop: ChartHop, ashby: Ashby, name: str, jobs: int, ticked: tuple[str, ...] = TICKED
) -> Organization:
    """A new organization in both, with that many jobs and no opening."""
    org = charthop.add_org(name, f"{name}-charthop")
    account = ashby.add_account(f"{name}-ashby")
    for department in DEPARTMENTS:
        account.add_department(department)
    for location in LOCATIONS:
        account.add_location(location)
    account.add_close_reason("Closed in ChartHop")
    org.add_field("hiringReason", "Hiring Reason", "ENUM", values=REASONS)
    org.add_field("budget", "Budget", "MONEY")
    org.add_field("hiringNotes", "Hiring Notes", "TEXT")
    made = Organization(name, org, account, ticked)
    made.add_jobs(jobs)
    return made
