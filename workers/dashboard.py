"""Flower: its options and its access control.

`celery -A workers flower` takes its options from the environment after loading the application.
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial

from core.errors import WrongSetup
from workers.settings import Settings, is_loopback

DEFAULTS = {
    # It is read-only: nothing can be revoked or shut down with it.
    "FLOWER_READ_ONLY": "true",
    # The task's arguments and result, which say more than its id.
    "FLOWER_TASKS_COLUMNS": "name,args,result,state,received,runtime,uuid",
    # 100,000, its own default, would be some 300 MB.
    "FLOWER_MAX_TASKS": "10000",
    # A replaced container is of no interest an hour later.
    "FLOWER_PURGE_OFFLINE_WORKERS": "3600",
}

PASSWORDS = {"--basic-auth", "--auth"}


def set_up(settings: Settings, words: Sequence[str] = sys.argv) -> None:
    """Set up Flower if this process is one; it requires a password unless on loopback.

    Raises WrongSetup if the command line makes it listen elsewhere without one.
    """
    if not is_flower(words):
        return
    from workers import logs

    logs.set_up()
    logs.announce()
    _clear_environment()
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    from flower import command

    from workers.guarded_flower import GuardedFlower

    # Its command reads the last options, then creates one of these.
    command.Flower = GuardedFlower
    command.apply_env_options = partial(_read_environment, command.apply_env_options)
    given = dict(_options(words))
    if settings.flower_basic_auth is not None or PASSWORDS & given.keys():
        return
    address = given.get("--address", os.environ.get("FLOWER_ADDRESS"))
    if "--address" in given and not is_loopback(address):
        raise WrongSetup(
            f"Flower would listen on {address or 'every address'} without a password; set "
            "FLOWER_BASIC_AUTH to user:password, or leave --address out."
        )
    if not is_loopback(address):
        os.environ["FLOWER_ADDRESS"] = "127.0.0.1"


def _clear_environment() -> None:
    """Remove Flower's variables that are empty, or no option at all."""
    for name, value in list(os.environ.items()):
        is_unset = name.startswith("FLOWER_") and not value
        if is_unset or (name == "FLOWER_PORT" and is_injected(value)):
            del os.environ[name]


def _read_environment(read: Callable[[], None]) -> None:
    """Flower's own reading of its variables; one that it cannot read ends it with a sentence."""
    try:
        read()
    except ValueError as error:
        print(  # noqa: T201
            f"charthop-ashby: a variable FLOWER_... has no value that Flower can read ({error}); "
            "fix or unset it.",
            file=sys.stderr,
        )
        raise SystemExit(2) from None


def is_injected(port: str) -> bool:
    """True for Kubernetes' variable of a Service named `flower`, which is not a port."""
    return "://" in port


def is_flower(words: Sequence[str] = sys.argv) -> bool:
    """True if this process is Flower."""
    return "flower" in words[1:]


def _options(words: Sequence[str]) -> list[tuple[str, str]]:
    """The `--name=value` options of the command line, with dashes as underscores like in Flower."""
    pairs = (word.partition("=") for word in words if word.startswith("--"))
    return [(name.replace("_", "-"), value) for name, _, value in pairs]
