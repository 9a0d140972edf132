"""The same for gevent, whose tasks share one HTTP client."""

import os

os.environ["BENCH_SHARED"] = "yes"

from bench.queues import celery_app

app = celery_app("bench")
