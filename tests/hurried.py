"""The application as it is deployed, with its long timers shortened: `celery -A tests.hurried`.

What a dead worker held is delivered again after `HURRY` seconds instead of ten minutes, and the
other timers keep their order: locks of the dead expire before, lost messages are missed after.
"""

import os

from store import backlog, locks
from workers.application import make_or_exit

HURRY = float(os.environ.get("HURRY", "3"))

locks.HELD_FOR = HURRY * 0.8
backlog.LOST_AFTER = HURRY * 2

app = make_or_exit()
app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": HURRY,
    "unacked_restore_interval": 0.5,
    "unacked_mutex_expire": 2,
}
