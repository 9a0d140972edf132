"""run: the whole sync on this machine, in the foreground."""

import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from control.cli.console import complain, is_plain, is_terminal, say
from core.errors import WrongSetup
from core.version import version

if TYPE_CHECKING:
    from organizations import Organizations
    from workers.processes import Processes
    from workers.settings import Settings

FLOWER_PORT = "5555"


def run() -> None:
    """Run worker, beat and Flower in the foreground.

    If REDIS_URL is not set, it also runs an embedded Redis, restarts it when it dies, and keeps its
    data in .charthop-ashby in the working directory. Ctrl-C stops everything once the running tasks
    have finished (150 seconds at most); a second Ctrl-C does not wait. If one of the processes
    dies, the others stop as well, with exit status 1. Only one `run` is allowed per directory.
    """
    from organizations import Organizations
    from workers.embedded import EmbeddedServer, claimed
    from workers.processes import Processes
    from workers.settings import Settings

    end_like_ctrl_c()
    say(f"charthop-ashby {version()}")
    settings = Settings.load()
    file = Organizations(settings.organizations_file)
    for problem in (*file.read().problems, *file.read().warnings):
        complain(problem.sentence)
    with ExitStack() as stack:
        home = stack.enter_context(claimed(Path.cwd()))
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        redis = stack.enter_context(EmbeddedServer(home)) if settings.redis_url is None else None
        if redis is not None:
            environment["REDIS_URL"] = redis.url
            say(f"Redis          embedded, data in {redis.data_dir}")
        say(f"Organizations  {_switches(file)}")
        say(f"{'Flower':14} {place_flower(settings, environment)}")
        processes = Processes(redis.tend if redis is not None else None)
        say("Log            below. Ctrl-C stops everything; a second one does not wait for tasks.")
        _add_celery(processes, environment)
        was_asked = processes.run()
    if not was_asked:
        complain("one of the processes died, so the others were stopped.")
        raise typer.Exit(1)


def _switches(file: "Organizations") -> str:
    """Which organizations are enabled, and which are not."""
    enabled = file.enabled()
    disabled = [name for name in file.names() if name not in enabled]
    groups = (("enabled", enabled), ("disabled", disabled))
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in groups if names) or "none"


def _add_celery(processes: "Processes", environment: dict[str, str]) -> None:
    from workers.ports import ONE_OF_SEVERAL

    if is_terminal():
        # The children write to a pipe, and yet a person reads them.
        environment["TTY_COMPATIBLE"] = "1"
        environment.update({"NO_COLOR": "1"} if is_plain() else {})
    for name in ("worker", "beat", "flower"):
        # -P: the working directory is none of the places that modules come from.
        command = (sys.executable, "-P", "-m", "celery", "-A", "workers", name)
        processes.add(name, command, {**environment, ONE_OF_SEVERAL: name})


def end_like_ctrl_c() -> None:
    """Let SIGTERM and a terminal that was closed end this process in good order, too."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.default_int_handler)


def place_flower(settings: "Settings", environment: dict[str, str]) -> str:
    """Choose Flower's port and put it into the environment of the processes; its address."""
    address = environment.get("FLOWER_ADDRESS", "")
    if settings.flower_basic_auth is None and not address:
        address = "127.0.0.1"
    from workers.dashboard import is_injected

    asked = environment.get("FLOWER_PORT") or FLOWER_PORT
    if is_injected(asked):
        asked = FLOWER_PORT
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 65536):
        raise WrongSetup(
            f"FLOWER_PORT is {asked!r}, but must be a port number such as {FLOWER_PORT}."
        )
    wanted = int(asked)
    port = free_port(address, wanted)
    environment["FLOWER_PORT"] = str(port)
    shown = f"http://{address if address.strip('0.') else 'localhost'}:{port}"
    return shown if port == wanted else f"{shown} (port {wanted} is taken)"


def free_port(address: str, wanted: int) -> int:
    """That port, or any free one where it is taken."""
    for port in (wanted, 0):
        try:
            with socket.create_server((address, port)) as server:
                found: int = server.getsockname()[1]
                return found
        except OSError:
            continue
    return wanted
