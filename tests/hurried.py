"""The application as it is deployed, with its long timers shortened: `celery -A tests.hurried`.

A heartbeat expires after `HURRY` seconds instead of 18, and the other timers keep their order: a
message whose acknowledgement was lost is delivered again after, lost messages are missed after.
"""

import os

from store import backlog, heartbeats
from workers.application import make_or_exit

HURRY = float(os.environ.get("HURRY", "3"))

heartbeats.EXPIRES_AFTER = HURRY
heartbeats.GAP = HURRY / 2
heartbeats.EVERY = HURRY / 5
backlog.LOST_AFTER = HURRY

app = make_or_exit()
app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": HURRY * 4,
    "unacked_restore_interval": 0.5,
    "unacked_mutex_expire": 2,
}
