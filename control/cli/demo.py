"""demo: the sync at work on this machine, without any account.

`run` as one process, small copies of both services in this one, and a story: people change
something, the sync follows, and what it changed on the other side is told.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, note, say, show
from control.cli.run import end_like_ctrl_c, place_flower
from control.cli.scenery import Scenery, told
from control.cli.words import operator
from control.wording import counts, duration
from core.notes import in_words

if TYPE_CHECKING:
    from control.deployment import Deployment
    from sandbox.examples import Example
    from store.syncs import Sync

ORGANIZATIONS = ("acme", "globex")

CHANGES = 11
"""How many changes `--once` makes: the examples' whole story."""

PAUSE, SHORT_PAUSE = 5.0, 0.5
"""Seconds between two changes, and with `--once`."""

LATENCY = 0.03
"""Seconds that the copies of the services take to answer."""

READY_WITHIN = 60.0
"""Seconds that the worker may take to start on a slow machine."""

TABLES = """\
[organizations.acme]
enabled = true
charthop_api_key = "file:keys/acme_charthop"
ashby_api_key = "file:keys/acme_ashby"
synced_fields = ["hiringReason", "seatNumber"]
hires_since = {since}

[organizations.acme.offer_fields]
"Job Level" = "jobLevel"

[organizations.globex]
enabled = true
charthop_api_key = "file:keys/globex_charthop"
ashby_api_key = "file:keys/globex_ashby"
hires_since = {since}
"""


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End by itself, when everything agrees.")
    ] = False,
) -> None:
    """Watch the sync at work, without an account.

    Starts worker, beat and Flower against small copies of ChartHop and Ashby on this machine, with
    two example organizations in which something changes every few seconds. Everything is
    kept in a temporary directory that is removed at the end. Ctrl-C ends it.
    """
    end_like_ctrl_c()
    try:
        with ExitStack() as stack:
            _play(stack, once)
    except KeyboardInterrupt:
        say("\nThe demo is over; everything it started has ended.")


def _play(stack: ExitStack, once: bool) -> None:
    say("The sync at work: a worker, a scheduler and Flower as processes of their own, against")
    say("small copies of ChartHop and Ashby on this machine. Nothing leaves it.\n")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="charthop-ashby-")))
    example = _open_services(stack, folder)
    scenery = Scenery(example)
    for name in ORGANIZATIONS:
        show(*scenery.table(name), title=f"{name} before the first sync")
        say()
    flower = _set_up(stack, folder)
    process = stack.enter_context(_running(folder))
    from control.deployment import Deployment

    deployment = stack.enter_context(Deployment())
    story = Story(deployment, scenery, process, folder / "run.log")
    for name, sync in story.first_syncs().items():
        took = f"{counts(dict(sync.outcomes))}, in {_seconds(sync)}"
        show(*scenery.table(name), title=f"{name} after the first sync: {took}")
        say()
    say("Jobs that are Active get an opening; confidential ones only where it is asked for.\n")
    say(f"Every task is to be seen in Flower:  {flower}")
    say(f"The processes write their log to:    {folder / 'run.log'}")
    if not once:
        say("What to try in another terminal:")
        say(f"    source {folder / 'environment'}")
        for line in ("status", "explain acme ENG-101", "plan acme", "fields acme", "sync --wait"):
            say(f"    charthop-ashby {line}")
        say("Ctrl-C ends the demo.")
    say("\nNow people change things on either side, and the sync follows.\n")
    happenings = example.happenings()
    for happening in islice(happenings, CHANGES) if once else happenings:
        story.pause(SHORT_PAUSE if once else PAUSE)
        say(happening.sentence, "bold")
        happening.happen()
        story.follow()
    story.end()


class Story:
    """What happens while one watches."""

    def __init__(
        self,
        deployment: "Deployment",
        scenery: Scenery,
        process: "subprocess.Popen[bytes]",
        log: Path,
    ) -> None:
        self._deployment = deployment
        self._scenery = scenery
        self._process = process
        self._log = log
        self._trouble: list[str] = []

    def first_syncs(self) -> "dict[str, Sync]":
        """Those that beat asked for when it started, once they are over."""
        deadline = time.monotonic() + READY_WITHIN
        over: dict[str, Sync] = {}
        while len(over) < len(ORGANIZATIONS):
            if time.monotonic() > deadline:
                raise Stop(f"nothing is synced. {self._last_words()}", 1)
            self.pause(0.05)
            syncs = {
                name: self._deployment.public_memory(name).syncs.last() for name in ORGANIZATIONS
            }
            over = {name: sync for name, sync in syncs.items() if sync and sync.finished_at}
        return over

    def pause(self, seconds: float) -> None:
        """Wait. Stop where the processes have ended meanwhile."""
        time.sleep(seconds)
        if self._process.poll() is not None:
            raise Stop(f"worker, beat and Flower have ended. {self._last_words()}", 1)

    def sync(self) -> "dict[str, Sync]":
        """A sync of every organization, to its end."""
        from control import orders
        from control.cli.sync import watch
        from control.progress import SyncProgress

        waits = [
            SyncProgress(
                orders.sync(self._deployment, name, operator()),
                self._deployment.public_memory(name),
            )
            for name in ORGANIZATIONS
        ]
        watch(self._deployment, waits, lambda: self.pause(0))
        return {wait.sent.organization: wait.last for wait in waits if wait.last is not None}

    def follow(self) -> None:
        """Sync, and tell what that changed."""
        from rich.text import Text

        before = self._scenery.facts()
        began = time.monotonic()
        syncs = self.sync()
        lines = list(told(before, self._scenery.facts()))
        took = duration(time.monotonic() - began)
        for line in lines:
            note("->", Text(line, style="green"), width=3)
        done = "synced" if lines else "nothing to do on the other side"
        note("", Text(f"{done}, {took}", style="dim"), width=3)
        for line in _trouble(syncs):
            say(f"    {line}", "red")
            self._trouble.append(line)

    def end(self) -> None:
        """A last sync has nothing to write, and nothing is held."""
        self._scenery.forget_calls()
        syncs = self.sync()
        calls = sum(sum(sync.calls.values()) for sync in syncs.values())
        writes = self._scenery.writes()
        trouble = [*self._trouble, *_trouble(syncs), *([f"{writes} writes"] if writes else [])]
        if trouble:
            raise Stop(f"not all went well: {'; '.join(trouble)}. {self._last_words()}", 1)
        say(f"\nBoth sides agree: a last sync made {calls} calls and wrote nothing.", "bold")

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return "The log ends with:\n" + "\n".join(lines[-15:])


def _trouble(syncs: "Mapping[str, Sync]") -> list[str]:
    """What no sync of the examples should say."""
    return [
        f"{name}: {in_words(sync.problems) or counts(dict(sync.outcomes))}"
        for name, sync in syncs.items()
        if sync.problems or sync.outcomes.get("failed") or sync.outcomes.get("held")
    ]


def _seconds(sync: "Sync") -> str:
    return duration((sync.finished_at or time.time()) - sync.started_at)


def _open_services(stack: ExitStack, folder: Path) -> "Example":
    """Serve both copies on free ports, and put where they are into the environment."""
    from sandbox.ashby import Ashby
    from sandbox.charthop import ChartHop
    from sandbox.examples import populate
    from sandbox.server import serve

    charthop, ashby = ChartHop(), Ashby()
    charthop.latency = ashby.latency = LATENCY
    example = populate(charthop, ashby)
    since = (datetime.now(UTC) - timedelta(days=7)).date().isoformat()
    (folder / "organizations.toml").write_text(TABLES.format(since=since))
    (folder / "keys").mkdir()
    for name in ORGANIZATIONS:
        for system in ("charthop", "ashby"):
            (folder / "keys" / f"{name}_{system}").write_text(f"sandbox-{system}-{name}\n")
    os.environ["CHARTHOP_API_URL"] = stack.enter_context(serve(charthop)).url
    os.environ["ASHBY_API_URL"] = stack.enter_context(serve(ashby)).url
    return example


def _set_up(stack: ExitStack, folder: Path) -> str:
    """The rest of the environment, also as a file for other terminals; Flower's address."""
    from workers.embedded import EmbeddedServer
    from workers.settings import Settings

    os.environ.pop("SENTRY_DSN", None)
    os.environ["ORGANIZATIONS_FILE"] = str(folder / "organizations.toml")
    os.environ["SYNC_INTERVAL"] = "10"
    if os.environ.get("REDIS_URL"):
        _refuse_company()
    else:
        server = EmbeddedServer(folder)
        # No other demo will ever have this folder, so nothing is kept for the next one.
        socket_folder = Path(server.url.removeprefix("unix://")).parent
        stack.callback(shutil.rmtree, socket_folder, ignore_errors=True)
        os.environ["REDIS_URL"] = stack.enter_context(server).url
    names = ("REDIS_URL", "ORGANIZATIONS_FILE", "CHARTHOP_API_URL", "ASHBY_API_URL")
    lines = [f"export {name}={shlex.quote(os.environ[name])}\n" for name in names]
    lines.append(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH\n")
    commands = shlex.quote(str(Path(sys.executable).parent))
    (folder / "environment").write_text("".join([*lines, f'export PATH={commands}:"$PATH"\n']))
    environment: dict[str, str] = {}
    flower = place_flower(Settings.load(), environment)
    os.environ.update(environment)
    return flower


def _refuse_company() -> None:
    """Real workers would take the demo's tasks, and the demo's worker theirs."""
    from control.deployment import Deployment

    with Deployment() as deployment:
        others = deployment.heartbeats.alive()
    if others:
        raise Stop(
            "REDIS_URL names a Redis that other workers are using; unset it for the demo, which "
            "then starts one of its own.",
            2,
        )


@contextmanager
def _running(folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """`run` in that directory, in a session of its own: Ctrl-C is for the demo to handle."""
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "control.cli", "run"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
