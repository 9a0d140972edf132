"""`celery -A bench.celery_worker`: the tasks of bench/queues.py."""

from bench.queues import celery_app

app = celery_app("bench")
