"""What the workers take their tasks and queues from: the kinds of records."""

import pytest

from core.keys import Route, routes
from tests.deployment import Deployment


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.task)
def test_workers_know_the_task_of_each_kind_and_listen_to_its_queue(
    deployment: Deployment, route: Route
) -> None:
    app = deployment.app
    app.loader.import_default_modules()

    assert app.tasks[route.task].__module__ == route.module
    assert app.amqp.router.route({}, route.task)["queue"].name == route.queue
    assert route.queue in app.amqp.queues
