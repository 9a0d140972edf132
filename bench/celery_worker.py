"""What does `celery -A bench.celery_worker` run? The tasks of bench/queues.py."""

from bench.queues import celery_app

app = celery_app("bench")
