"""`dramatiq bench.dramatiq_worker`: the tasks of bench/queues.py."""

import os

from bench.queues import dramatiq_actor

actor = dramatiq_actor(os.environ["BENCH_REDIS"])
