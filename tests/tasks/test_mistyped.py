"""An id that neither service knows makes no record, and no task that looks well."""

import pytest

from core.errors import WrongSetup
from tests.deployment import Deployment


@pytest.mark.parametrize(
    ("task", "id_", "sentence"),
    [
        ("tasks.sync_job", "670405b2c8e3d13247cfef5d", "ChartHop has no job"),
        ("tasks.sync_hire", "0f1f0c52-7a11-4c5e-9d53-0a4c9e2d7b13", "Ashby has no offer"),
    ],
)
def test_a_mistyped_id(deployment: Deployment, task: str, id_: str, sentence: str) -> None:
    deployment.add()
    deployment.send(task, "acme", id_)
    with pytest.raises(WrongSetup, match=sentence):
        deployment.drain()
    assert deployment.memory().results.all() == {}
    deployment.send(task, "acme", id_)
    with pytest.raises(WrongSetup, match=sentence):
        deployment.drain()


def test_a_job_that_is_deleted_before_its_task_runs_is_no_mistake(deployment: Deployment) -> None:
    org, _ = deployment.add()
    job = org.add_job()
    deployment.send("tasks.sync_organization", "acme")
    next(deployment.steps())
    org.delete_job(job)
    deployment.redis.delete(*deployment.redis.keys("*brief*"))
    deployment.drain()
    assert deployment.result(f"job:{job}").codes == ["NO_SUCH_JOB"]
