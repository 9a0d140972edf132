"""Which worker does `celery -A workers worker` start?"""

from typing import Any

from celery.apps.worker import Worker


class QuietWorker(Worker):
    """A worker that neither greets nor gossips.

    Workers of this system have nothing to tell one another, and with every container more the
    chatter grows by its square. The flags for it exist on the command line only.
    """

    def prepare_args(self, **kwargs: Any) -> dict[str, Any]:
        """The arguments as if both flags had been given."""
        return {**kwargs, "without_mingle": True, "without_gossip": True}
