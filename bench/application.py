"""The application of measures without any allowance: the product's own at a rate that is never met.

`celery -A bench.application worker`. The fastest pace that the product itself takes
(ASHBY_CALLS_PER_MINUTE=10000) is 83 new jobs a second, less than one worker makes. The script that
counts the calls is asked all the same, so that its cost is measured, too. Every other measure runs
the product's own application.
"""

from functools import cached_property

from store.allowances import Rate
from workers.application import Application, make
from workers.settings import Settings
from workers.wiring import Wiring

NEVER_MET = Rate(per_minute=6_000_000, burst=100_000)


class Unpaced(Application):
    """The application, at no pace."""

    @cached_property
    def wiring(self) -> Wiring:
        """The product's own wiring, but for the rates."""
        made = super().wiring
        made.ashby_rate = made.charthop_rate = NEVER_MET
        return made


app = make(Settings.load(), Unpaced)
