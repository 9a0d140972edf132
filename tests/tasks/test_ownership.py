"""Openings in which somebody else has a hand are left to a person."""

from core.keys import job_key
from core.outcomes import Outcome
from sandbox.ashby import Account
from sandbox.charthop import Org
from tests.deployment import Deployment

FOREIGN = "670405b2c8e3d13247cfef5d"


def states(account: Account) -> list[str]:
    return sorted(account.opening(id_)["openingState"] for id_ in account.openings)


def told(deployment: Deployment, job: str, name: str = "acme") -> str:
    result = deployment.result(f"job:{job}", name)
    return f"{result.outcome}: {', '.join(result.codes)}"


TABLE = """
[organizations.{name}]
enabled = true
charthop_api_key = "charthop-{name}"
ashby_api_key = "ashby-acme"
"""


def test_two_deployments_with_one_account_do_not_close_each_others_openings(
    deployment: Deployment,
) -> None:
    acme, account = deployment.add("acme")
    globex, _ = deployment.add("globex")
    mine, theirs = acme.add_job("Engineer"), globex.add_job("Analyst")
    for name in ("acme", "globex") * 3:
        deployment.file.write_text(TABLE.format(name=name))
        deployment.sync(name)
    assert states(account) == ["Approved", "Approved"]
    assert told(deployment, theirs, "acme") == "held: NOT_LINKED_HERE"
    assert told(deployment, mine, "globex") == "held: NOT_LINKED_HERE"


def test_a_deleted_job_that_was_linked_here_closes_its_opening(deployment: Deployment) -> None:
    org, account = deployment.add()
    job = org.add_job()
    deployment.sync()
    org.delete_job(job)
    deployment.sync()
    assert states(account) == ["Closed"]


def test_after_redis_was_emptied_a_deleted_job_is_held_and_a_closed_one_is_closed(
    deployment: Deployment,
) -> None:
    org, account = deployment.add()
    deleted, passive, other = org.add_job(), org.add_job(), org.add_job()
    deployment.sync()
    deployment.redis.flushdb()
    org.delete_job(deleted)
    org.edit_job(passive, recruit="Passive")
    deployment.sync()
    assert told(deployment, deleted) == "held: NOT_LINKED_HERE"
    assert told(deployment, passive) == "closed: NOT_ACTIVE"
    # What has been seen listed once since is this deployment's again.
    org.delete_job(other)
    deployment.sync()
    assert told(deployment, other).startswith("closed")
    assert states(account) == ["Approved", "Closed", "Closed"]


def test_an_opening_linked_to_a_job_of_nobody_is_never_closed(deployment: Deployment) -> None:
    org, account = deployment.add()
    org.add_job()
    deployment.sync()
    opening = account.add_opening("FOREIGN-1")
    account.set_opening_field(opening, "ChartHop Job ID", FOREIGN)
    for _ in range(3):
        deployment.sync()
        assert told(deployment, FOREIGN) == "held: NOT_LINKED_HERE"
    deployment.sync(full=True)
    assert account.opening(opening)["openingState"] != "Closed"


def ended(deployment: Deployment) -> tuple[Org, Account, str]:
    """A job that has its opening and is not recruited for any more, as the next sync will see."""
    org, account = deployment.add()
    job = org.add_job()
    deployment.sync()
    org.edit_job(job, recruit="Passive")
    return org, account, job


def test_a_state_that_somebody_sets_back_is_held_after_three_syncs(deployment: Deployment) -> None:
    org, account, job = ended(deployment)
    (opening,) = account.openings
    for _ in range(3):
        deployment.sync()
        assert told(deployment, job) == "closed: NOT_ACTIVE"
        account.set_state(opening, "Approved")
    for _ in range(2):
        deployment.sync()
        assert told(deployment, job) == "held: CONTESTED"
    assert states(account) == ["Approved"]
    # Once the job changes, it is followed again.
    org.edit_job(job, title="Another title")
    deployment.sync()
    assert told(deployment, job) == "closed: NOT_ACTIVE"


def test_a_state_that_stays_for_one_sync_begins_anew(deployment: Deployment) -> None:
    _, account, job = ended(deployment)
    (opening,) = account.openings
    for _ in range(5):
        deployment.sync()
        assert told(deployment, job) == "closed: NOT_ACTIVE"
        deployment.sync()
        deployment.sync()
        account.set_state(opening, "Approved")


def test_a_job_that_changes_each_time_is_followed(deployment: Deployment) -> None:
    org, _ = deployment.add()
    job = org.add_job()
    deployment.sync()
    for _ in range(3):
        org.edit_job(job, recruit="Passive")
        deployment.sync()
        org.edit_job(job, recruit="Active")
        deployment.sync()
    assert told(deployment, job).startswith("reopened")
    assert deployment.memory().results.get(job_key(job)) is not None
    assert deployment.result(f"job:{job}").outcome is Outcome.REOPENED


def test_the_key_of_another_account_makes_no_second_openings(deployment: Deployment) -> None:
    org, account = deployment.add()
    jobs = [org.add_job() for _ in range(3)]
    deployment.sync()
    elsewhere = deployment.ashby.add_account("elsewhere")
    right = deployment.file.read_text()
    deployment.file.write_text(right.replace("ashby-acme", "elsewhere"))
    for full in (False, True):
        deployment.sync(full=full)
        assert told(deployment, jobs[0]) == "held: BRAKE_ELSEWHERE"
    assert not elsewhere.openings
    deployment.file.write_text(right)
    deployment.sync(full=True)
    assert told(deployment, jobs[0]) == "unchanged: "
    assert len(account.openings) == 3
    # Whoever means it, like after a move to another account, says so.
    deployment.file.write_text(right.replace("ashby-acme", "elsewhere"))
    deployment.sync()
    deployment.memory().switches.approve()
    deployment.sync()
    assert len(elsewhere.openings) == 3
