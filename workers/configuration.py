"""Celery's settings.

Every figure was measured (docs/decisions.md, "The queue"). Together they guarantee that a task is
delivered at least once, whatever dies, and that no task runs forever.
"""

from typing import Any

from core.optional import without

with without("yaml"):  # only JSON is used here
    from kombu import Queue

from core.keys import routes
from store.space import FAN_OUT, HIRES, JOBS, QUEUES
from workers.backend import broker_options, broker_url, server
from workers.settings import Settings

THREADS = 32
"""Tasks wait on the network, so threads fit: 288 to 302 tasks a second of two 50 ms calls each
from 32 threads at 98 MiB, against 75 from eight processes at 240 MiB. More threads only queue for
the interpreter."""

VISIBILITY_TIMEOUT = 600
"""Seconds after which a message that was taken but not acknowledged is delivered again although its
worker is alive: the acknowledgement was lost. Well above the longest task (its calls and waits end
within 150 s, a fan-out within 480 s) and the longest retry pause (90 s): a shorter timeout would
run tasks twice. A dead worker's messages do not wait for it (store/heartbeats.py)."""

TASK_MODULES = (
    "tasks.fan_out",
    *(route.module for route in routes()),
    "tasks.lookups",
    "control.answering",
    "control.reporting",
)

TASK_QUEUES = {
    "tasks.sync_all": FAN_OUT,
    "tasks.sync_organization": FAN_OUT,
    "tasks.answer": FAN_OUT,  # Somebody is waiting for it at a page.
    "tasks.find_offer": HIRES,
    **{route.task: route.queue.value for route in routes()},
}

DELIVERY = {
    # Only JSON, and no results: the sync stores outcomes itself, and a result backend costs 30 % of
    # the throughput.
    "task_serializer": "json",
    "accept_content": ["json"],
    "result_backend": None,
    "task_ignore_result": True,
    # A message is acknowledged after its task has ended: a killed worker loses nothing.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_acks_on_failure": True,
    "task_default_queue": JOBS,
    "timezone": "UTC",
    "enable_utc": True,
}

WORKER = {
    "worker_prefetch_multiplier": 1,
    "worker_pool": "threads",
    "worker_concurrency": THREADS,
    # True loses tasks when a connection breaks: 6 of 6 in three runs.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_send_task_events": True,
    "worker_consumer": "workers.broker:CalmConsumer",
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
}

BROKER = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 30,
    # Fan-outs first, then hires, then jobs.
    "queue_order_strategy": "priority",
}

CONNECTION = {
    # Without these a worker hangs forever on a dead connection after a failover; with them it takes
    # tasks again after 42 s.
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
}


def configuration(settings: Settings) -> dict[str, Any]:
    """All of Celery's settings. Raises WrongSetup if a file that `settings` name is not there."""
    found = server(settings)
    return {
        **DELIVERY,
        **WORKER,
        "imports": TASK_MODULES,
        "task_queues": tuple(map(Queue, QUEUES)),
        "task_routes": {task: {"queue": queue} for task, queue in TASK_QUEUES.items()},
        "broker_url": broker_url(found),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {**BROKER, **broker_options(found), **CONNECTION},
        # A schedule of one interval needs no file; a sync is also sent when beat starts.
        "beat_scheduler": "workers.schedule:OneAtATime",
        # However long the interval: each round is a sign of life.
        "beat_max_loop_interval": 10,
        "beat_schedule": {
            "sync-all": {
                "task": "tasks.sync_all",
                "schedule": settings.sync_interval,
                "options": {"headers": {"trigger": "schedule"}},
            }
        },
    }
