"""demo: the sync at work on this machine, without any account.

`run` and `web` as processes, small copies of both services in this one, which send events, and a
story: people change something, the sync follows, and what it changed on the other side is told.
"""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from control.cli.console import Stop, say, show
from control.cli.run import end_like_ctrl_c, free_port, place_flower
from control.cli.scenery import Scenery
from control.cli.web import PORT
from control.cli.words import operator
from control.wording import counts, duration

if TYPE_CHECKING:
    from control.cli.story import Story
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

RUN_LOG, WEB_LOG = "run.log", "web.log"

TABLES = """\
[organizations.acme]
enabled = true
charthop_api_key = "file:keys/acme_charthop"
ashby_api_key = "file:keys/acme_ashby"
ashby_webhook_secret = "file:keys/acme_ashby_webhook"
charthop_webhook_secret = "file:keys/acme_charthop_webhook"
synced_fields = ["hiringReason", "seatNumber"]
hires_since = {since}

[organizations.acme.offer_fields]
"Job Level" = "jobLevel"

[organizations.globex]
enabled = true
charthop_api_key = "file:keys/globex_charthop"
ashby_api_key = "file:keys/globex_ashby"
ashby_webhook_secret = "file:keys/globex_ashby_webhook"
charthop_webhook_secret = "file:keys/globex_charthop_webhook"
hires_since = {since}
"""


def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit once both sides agree.")] = False,
) -> None:
    """See the sync at work, without any account.

    Starts worker, beat, Flower and web against small copies of ChartHop and Ashby on this machine,
    with two example organizations in which something changes every few seconds. Both copies send
    webhooks, so the sync follows immediately. All data is kept in a temporary directory and removed
    at the end. Ctrl-C ends the demo.
    """
    end_like_ctrl_c()
    try:
        with ExitStack() as stack:
            _play(stack, once)
    except KeyboardInterrupt:
        say("\nThe demo is over; everything it started has stopped.")


def _play(stack: ExitStack, once: bool) -> None:
    say("The sync at work: worker, scheduler, Flower and web run as separate processes against")
    say("small copies of ChartHop and Ashby on this machine. Nothing leaves it.\n")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="charthop-ashby-")))
    example = _open_services(stack, folder)
    scenery = Scenery(example)
    for name in ORGANIZATIONS:
        show(*scenery.table(name), title=f"{name} before the first sync")
        say()
    flower = _set_up(stack, folder)
    processes = [stack.enter_context(_running(folder, RUN_LOG, "run")), _serve_web(stack, folder)]
    _write_environment(folder)
    from control.cli.story import Story
    from control.deployment import Deployment

    deployment = stack.enter_context(Deployment())
    story = Story(
        deployment, scenery, ORGANIZATIONS, processes, [folder / RUN_LOG, folder / WEB_LOG]
    )
    for name, sync in story.first_syncs().items():
        took = f"{counts(dict(sync.outcomes))}, in {_seconds(sync)}"
        show(*scenery.table(name), title=f"{name} after the first sync: {took}")
        say()
    say("Active jobs get an opening; confidential ones only if the organization opts in.\n")
    _set_up_webhooks(stack, deployment, example, story)
    _introduce(folder, flower, once)
    happenings = example.happenings()
    for happening in islice(happenings, CHANGES) if once else happenings:
        story.pause(SHORT_PAUSE if once else PAUSE)
        story.tell(happening)
    story.end()


def _introduce(folder: Path, flower: str, once: bool) -> None:
    """Say where to look, and what to try meanwhile."""
    say(f"Flower shows every task:             {flower}")
    say(f"The console, for use in a browser:   {os.environ['WEB_URL']}")
    say(f"The processes write their logs to:   {folder}")
    if not once:
        say("Try this in another terminal:")
        say(f"    source {folder / 'environment'}")
        for line in ("status", "explain acme ENG-101", "plan acme", "webhooks acme", "sync --wait"):
            say(f"    charthop-ashby {line}")
        say("Ctrl-C ends the demo.")
    say("\nNow people change things on both sides. The services send webhooks; the sync follows.")
    say("The next sync finds whatever no webhook reports; here it is started immediately.\n")


def _set_up_webhooks(
    stack: ExitStack, deployment: "Deployment", example: "Example", story: "Story"
) -> None:
    """Let both services send events from now on, as an operator would."""
    from control import registering
    from control.cli.story import READY_WITHIN
    from control.webhooks import address

    deadline = time.monotonic() + READY_WITHIN
    while not _answers(f"{os.environ['WEB_URL']}/readyz"):
        if time.monotonic() > deadline:
            raise Stop(f"web does not answer. {story.last_words()}", 1)
        story.pause(0.05)
    for name, org in (("acme", example.acme), ("globex", example.globex)):
        steps = registering.register(deployment, name, operator())
        if any(step.done is not registering.Done.MADE for step in steps):
            raise Stop(f"the webhooks of {name} are not set up. {story.last_words()}", 1)
        secret = deployment.organizations.webhook_secrets(name, "charthop_webhook_secret")[0]
        org.send_events(address(deployment, "charthop", name), secret.get_secret_value())
    for sandbox in (example.charthop, example.ashby):
        stack.enter_context(sandbox.outbox.running())


def _answers(url: str) -> bool:
    import httpx

    try:
        return httpx.get(url, timeout=1.0).is_success
    except httpx.HTTPError:
        return False


def _seconds(sync: "Sync") -> str:
    return duration((sync.finished_at or time.time()) - sync.started_at)


def _open_services(stack: ExitStack, folder: Path) -> "Example":
    """Serve both copies on free ports, and put where they are into the environment."""
    import secrets

    from sandbox.ashby import Ashby, AshbyOddities
    from sandbox.charthop import ChartHop
    from sandbox.examples import populate
    from sandbox.server import serve

    charthop, ashby = ChartHop(), Ashby(AshbyOddities(webhook_types="all"))
    charthop.latency = ashby.latency = LATENCY
    example = populate(charthop, ashby)
    since = (datetime.now(UTC) - timedelta(days=7)).date().isoformat()
    (folder / "organizations.toml").write_text(TABLES.format(since=since))
    (folder / "keys").mkdir()
    for name in ORGANIZATIONS:
        for system in ("charthop", "ashby"):
            (folder / "keys" / f"{name}_{system}").write_text(f"sandbox-{system}-{name}\n")
            secret = folder / "keys" / f"{name}_{system}_webhook"
            secret.write_text(f"{secrets.token_hex(32)}\n")
    os.environ["CHARTHOP_API_URL"] = stack.enter_context(serve(charthop)).url
    os.environ["ASHBY_API_URL"] = stack.enter_context(serve(ashby)).url
    return example


def _set_up(stack: ExitStack, folder: Path) -> str:
    """The environment of the processes, without WEB_URL; Flower's address."""
    from workers.embedded import ephemeral
    from workers.settings import Settings

    os.environ.pop("SENTRY_DSN", None)
    os.environ["ORGANIZATIONS_FILE"] = str(folder / "organizations.toml")
    os.environ.pop("SYNC_INTERVAL", None)
    os.environ.pop("WEB_URL", None)
    if os.environ.get("REDIS_URL"):
        _refuse_company()
    else:
        os.environ["REDIS_URL"] = stack.enter_context(ephemeral()).url
    environment: dict[str, str] = {}
    flower = place_flower(Settings.load(), environment)
    os.environ.update(environment)
    return flower


def _write_environment(folder: Path) -> None:
    """The environment as a file for other terminals."""
    services = ("CHARTHOP_API_URL", "ASHBY_API_URL", "WEB_URL")
    names = ("REDIS_URL", "ORGANIZATIONS_FILE", *services)
    lines = [f"export {name}={shlex.quote(os.environ[name])}\n" for name in names]
    commands = shlex.quote(str(Path(sys.executable).parent))
    (folder / "environment").write_text("".join([*lines, f'export PATH={commands}:"$PATH"\n']))


def _refuse_company() -> None:
    """Real workers would take the demo's tasks, and the demo's worker theirs."""
    from control.deployment import Deployment

    with Deployment() as deployment:
        others = deployment.heartbeats.alive()
    if others:
        raise Stop(
            "other workers use the Redis in REDIS_URL; unset it, and the demo starts its own.",
            2,
        )


def _serve_web(stack: ExitStack, folder: Path) -> "subprocess.Popen[bytes]":
    """`web`, with its address in WEB_URL.

    Somebody else may listen on the port between the moment in which it was found free and the
    moment in which `web` takes it: then `web` ends, and is started on another one.
    """
    while True:
        port = free_port("127.0.0.1", PORT)
        os.environ["WEB_URL"] = f"http://127.0.0.1:{port}"
        # It has no API key to hold: those are in files that it never reads.
        web = stack.enter_context(_running(folder, WEB_LOG, "web", "--port", str(port)))
        while web.poll() is None and os.environ["WEB_URL"] not in (folder / WEB_LOG).read_text():
            time.sleep(0.05)
        if web.poll() is None or free_port("127.0.0.1", port) == port:
            return web


@contextmanager
def _running(folder: Path, log: str, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A command in that directory, in a session of its own: Ctrl-C is for the demo to handle."""
    with (folder / log).open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "control.cli", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait()
            except KeyboardInterrupt:  # `run` does not wait for tasks when it is asked twice
                process.terminate()
                process.wait()
                raise
