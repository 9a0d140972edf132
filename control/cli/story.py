"""The demo's story: what people change, what the sync makes of it, and how soon."""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from control.cli.console import Stop, note, say
from control.cli.scenery import Facts, Scenery, told
from control.cli.words import operator
from control.wording import counts, duration
from core.notes import in_words
from store.deliveries import Deliveries
from store.space import QUEUES

if TYPE_CHECKING:
    import subprocess

    from control.deployment import Deployment, PublicMemory
    from sandbox.examples import Happening
    from store.syncs import Sync

READY_WITHIN = 60.0
"""Seconds that the worker may take to start on a slow machine."""

CALM_WITHIN = 15.0
"""Seconds after which what an event has brought about is not waited for any longer."""

LOOKS_EVERY = 0.05

CALM_LOOKS = 4
"""Looks one after the other at which nothing is under way: a message changes hands unseen."""


class Story:
    """What happens while one watches. `processes` run the sync; their logs are in `logs`."""

    def __init__(
        self,
        deployment: "Deployment",
        scenery: Scenery,
        names: Sequence[str],
        processes: "Iterable[subprocess.Popen[bytes]]",
        logs: Sequence[Path],
    ) -> None:
        self._deployment = deployment
        self._scenery = scenery
        self._names = names
        self._processes = tuple(processes)
        self._logs = logs
        self._trouble: list[str] = []

    def first_syncs(self) -> "dict[str, Sync]":
        """Those that beat asked for when it started, once they are over."""
        deadline = time.monotonic() + READY_WITHIN
        over: dict[str, Sync] = {}
        while len(over) < len(self._names):
            if time.monotonic() > deadline:
                raise Stop(f"nothing was synced. {self.last_words()}", 1)
            self.pause(LOOKS_EVERY)
            syncs = {
                name: self._deployment.public_memory(name).syncs.last() for name in self._names
            }
            over = {name: sync for name, sync in syncs.items() if sync and sync.finished_at}
        return over

    def pause(self, seconds: float) -> None:
        """Wait. Stop where a process has ended meanwhile."""
        time.sleep(seconds)
        if any(process.poll() is not None for process in self._processes):
            raise Stop(f"one of the processes died. {self.last_words()}", 1)

    def tell(self, happening: "Happening") -> None:
        """Let it happen, and tell what the sync makes of it and how soon.

        An event brings it about, as far as there is one; else a sync is asked for.
        """
        say(happening.sentence, "bold")
        sent, began = self._scenery.events_sent, time.monotonic()
        with self._scenery.at_a_standstill():  # or a quick sync would be part of what was before
            happening.happen()
            before = self._scenery.facts()
        changed, took = self._wait_for_calm(began)
        if self._scenery.events_sent > sent:
            by = "by a webhook"
        else:
            syncs = self.sync()
            changed, took = self._scenery.facts(), time.monotonic() - began
            by = "no webhook reports this: by a sync"
            self._note_trouble(_trouble(syncs))
        self._say_what_changed(before, changed, took, by)

    def _say_what_changed(self, before: Facts, now: Facts, took: float, by: str) -> None:
        from rich.text import Text

        lines = list(told(before, now))
        for line in lines:
            note("->", Text(line, style="green"), width=3)
        done = f"{by}, after {duration(took)}" if lines else "nothing to do on the other side"
        note("", Text(done, style="dim"), width=3)

    def _wait_for_calm(self, began: float) -> tuple[Facts, float]:
        """Wait until nothing is under way; what is there then, and when it last changed."""
        facts, at, calm = self._scenery.facts(), began, 0
        while time.monotonic() - began < CALM_WITHIN and calm < CALM_LOOKS:
            self.pause(LOOKS_EVERY)
            calm = calm + 1 if self._is_calm() else 0
            now = self._scenery.facts()
            if now != facts:
                facts, at = now, time.monotonic()
        return facts, at - began

    def _is_calm(self) -> bool:
        """Whether no event is on its way, and nobody is at work or about to be."""
        redis = self._deployment.redis
        held = Deliveries(redis)
        memories = [self._deployment.public_memory(name) for name in self._names]
        return (
            self._scenery.is_calm
            and not any(redis.llen(redis.queue(queue)) for queue in QUEUES)
            and not any(held.held(worker) for worker in self._deployment.workers())
            and not any(memory.backlog.left() or _is_syncing(memory) for memory in memories)
        )

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
            for name in self._names
        ]
        watch(self._deployment, waits, lambda: self.pause(0))
        return {wait.sent.organization: wait.last for wait in waits if wait.last is not None}

    def end(self) -> None:
        """A last sync has nothing to write, and nothing is held."""
        self._wait_for_calm(time.monotonic())
        self._scenery.forget_calls()
        syncs = self.sync()
        calls = sum(sum(sync.calls.values()) for sync in syncs.values())
        writes = self._scenery.writes()
        trouble = [*self._trouble, *_trouble(syncs), *([f"{writes} writes"] if writes else [])]
        if trouble:
            raise Stop(f"something went wrong: {'; '.join(trouble)}. {self.last_words()}", 1)
        say(f"\nBoth sides agree: a last sync made {calls} calls and wrote nothing.", "bold")

    def _note_trouble(self, lines: Iterable[str]) -> None:
        for line in lines:
            say(f"    {line}", "red")
            self._trouble.append(line)

    def last_words(self) -> str:
        """How the logs of the processes end."""
        said = []
        for log in self._logs:
            lines = log.read_text(errors="replace").strip().splitlines()
            said.append(f"{log.name} ends with:\n" + "\n".join(lines[-15:]))
        return "\n".join(said)


def _is_syncing(memory: "PublicMemory") -> bool:
    last = memory.syncs.last()
    return last is not None and last.finished_at is None


def _trouble(syncs: "Mapping[str, Sync]") -> list[str]:
    """What no sync of the examples should say."""
    return [
        f"{name}: {in_words(sync.problems) or counts(dict(sync.outcomes))}"
        for name, sync in syncs.items()
        if sync.problems or sync.outcomes.get("failed") or sync.outcomes.get("held")
    ]
