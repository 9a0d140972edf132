"""One law: left alone, both sides agree, nothing is doubled, and the next sync writes nothing."""

from collections import Counter
from pathlib import Path

import pytest

from core.outcomes import Outcome
from tests.convergence.world import World

HISTORIES = 240
TOGETHER = 12
"""Histories in one test, so that they share its set-up."""

IN_STEP = (Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REOPENED, Outcome.UNCHANGED)


@pytest.mark.parametrize("first", range(0, HISTORIES, TOGETHER))
def test_left_alone_both_sides_agree(
    first: int, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.hires.SETTLING", 0.0)
    for seed in range(first, first + TOGETHER):
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = World(folder, redis_url, seed)
        world.live(45)
        world.calm_down()
        broken = [*jobs_out_of_step(world), *doubled(world), *still_writing(world)]
        assert not broken, f"seed {seed}: {broken}\n{' '.join(world.story)}"


def jobs_out_of_step(world: World) -> list[str]:
    """Jobs that are not in step with their opening although nothing holds them."""
    wrong = []
    endings = world.deployment.memory().endings.all()
    for job_id in world.org.jobs:
        job = world.org.job(job_id)
        recruit = str(job.get("recruit") or "").casefold()
        wanted = recruit == "active" and job["state"] == "OPEN" and job.get("sensitive") != "HIGH"
        kept = endings.get(f"job:{job_id}")
        live = [
            one
            for one in world.account.openings.values()
            if one.archived_at is None
            and world.account.opening_field(one.id, "ChartHop Job ID") == job_id
        ]
        if not wanted:
            if kept is None or kept.ending.outcome is not Outcome.HELD:
                open_ = [one.state for one in live if one.state in ("Approved", "Open", "Draft")]
                if open_ and recruit in ("passive", "inactive", "closed"):
                    wrong.append(f"{job_id} is {recruit}, its opening {open_}")
            continue
        if kept is None:
            wrong.append(f"{job_id} was not looked at")
        elif kept.ending.outcome is Outcome.FAILED:
            wrong.append(f"{job_id} failed: {kept.ending.reason}")
        elif "a recruiter closed" in (kept.ending.reason or ""):
            if kept.ending.opening_id not in world.closed_by_hand:
                wrong.append(f"{job_id}: no recruiter ever closed its opening")
        elif kept.ending.outcome in IN_STEP:
            if len(live) != 1:
                wrong.append(f"{job_id} has {len(live)} openings")
            elif live[0].version["description"].strip() != str(job["title"]).strip():
                wrong.append(f"{job_id} has another title in Ashby")
    return wrong


def doubled(world: World) -> list[str]:
    """What was made twice."""
    wrong = []
    account, org = world.account, world.org
    links = Counter(
        str(account.opening_field(one.id, "ChartHop Job ID"))
        for one in account.openings.values()
        if one.archived_at is None and one.id not in world.by_hand
    )
    wrong += [f"{job}: {n} openings" for job, n in links.items() if n > 1 and job != "None"]
    # One that was made and not linked before its job was given up, or before a recruiter filled
    # it, stays as it is. One whose job has another opening by now was made twice.
    served = {
        one.version["identifier"]
        for one in account.openings.values()
        if account.opening_field(one.id, "ChartHop Job ID") is not None
    }
    wrong += [
        f"opening {one.id} was made and is nobody's"
        for one in account.openings.values()
        if one.id not in world.by_hand
        and account.opening_field(one.id, "ChartHop Job ID") is None
        and one.version["identifier"] in served
    ]
    emails = Counter(one.values.get("contact.homeEmail") for one in org.persons.values())
    wrong += [f"{n} persons {email}" for email, n in emails.items() if n > 1]
    jobs = Counter(change.job_id for change in org.changes.values())
    wrong += [f"{n} hires into {job}" for job, n in jobs.items() if n > 1]
    persons = Counter(change.person_id for change in org.changes.values())
    wrong += [f"person {person} hired {n} times" for person, n in persons.items() if n > 1]
    titles = Counter((one.title, one.object_type) for one in account.custom_fields.values())
    wrong += [f"{n} fields {title}" for title, n in titles.items() if n > 1]
    return wrong


def still_writing(world: World) -> list[str]:
    """What one more sync writes."""
    world.deployment.forget_calls()
    world.deployment.sync()
    return [f"{call.method} {call.path} {call.body}" for call in world.deployment.writes()]
