"""The application that measured workers run: the product's own, at the measure's rate.

`celery -A bench.application worker`; BENCH_CALLS_PER_MINUTE in the environment names another rate
than the product's, `0` for none that is ever met. The script that counts the calls is asked all
the same, so that its cost is measured, too.
"""

import os
from functools import cached_property

from store.allowances import ASHBY, CHARTHOP, Rate
from workers.application import Application, make
from workers.settings import Settings
from workers.wiring import Wiring

RATE = "BENCH_CALLS_PER_MINUTE"
NEVER_MET = Rate(per_minute=6_000_000, burst=100_000)


class Measured(Application):
    """The application, with the rate that the environment names."""

    @cached_property
    def wiring(self) -> Wiring:
        """The product's own wiring, but for the rates."""
        made = super().wiring
        asked = int(os.environ.get(RATE, "0"))
        made.ashby_rate = Rate(asked * ASHBY.per_minute / 1000, ASHBY.burst) if asked else NEVER_MET
        made.charthop_rate = CHARTHOP if asked else NEVER_MET
        return made


app = make(Settings.load(), Measured)
