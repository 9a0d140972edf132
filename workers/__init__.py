"""The worker processes: the Celery application, its settings, logs and metrics.

`celery -A workers ...` finds the application here; it is created on first use, so that importing a
part of this package stays cheap.
"""


def __getattr__(name: str) -> object:
    if name == "app":
        from workers.application import make_or_exit

        made = make_or_exit()
        globals()["app"] = made
        return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
