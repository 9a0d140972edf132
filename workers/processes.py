"""Runs several processes as one: prefixed lines, ended together, nothing left behind."""

import multiprocessing
import os
import queue
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import honcho.manager
import honcho.process
from honcho.printer import Printer

GRACE: Final = 155
"""Seconds between asking and killing: a task may take 150. What is killed is not lost: another
worker does it, within half a minute (store/heartbeats.py)."""

START_WITHIN: Final = 5
"""Seconds for which one that says nothing of its start is waited for at the end."""

honcho.manager.KILL_WAIT = GRACE

HANG_UP: Final = getattr(signal, "SIGHUP", signal.SIGTERM)


class Processes(honcho.manager.Manager):
    """honcho's manager with a separate session for each process, and two fixes.

    A signal ends them from the moment on in which it is made, also while they are still being
    started, and one that does not end when it is asked to is killed even where all of them hang on.
    A second signal does not wait for what is under way. Where this process is killed, they are
    asked to end as well.

    `tend` is called ten times a second for whatever else has to be looked after; what it returns is
    printed.
    """

    def __init__(self, tend: Callable[[], str | None] | None = None) -> None:
        super().__init__(Printer(sys.stdout, colour=not os.environ.get("NO_COLOR")))
        self._process_ctor = Child
        self._tend = tend
        self.was_asked = False
        self._was_heard = self._is_urgent = False
        self._listen()

    def _listen(self) -> None:
        # Not by an exception: one that is raised while Python tidies up is lost.
        for number in (signal.SIGTERM, signal.SIGINT, HANG_UP):
            signal.signal(number, lambda *_: self._hear())

    def _hear(self) -> None:
        """Only record the signal: the loop ends the processes in its next round."""
        self._is_urgent = self._was_heard
        self._was_heard = True
        self.was_asked = self.was_asked or not super()._any_stopped()

    def _start(self) -> None:
        """Called by honcho after it has replaced our signal handlers with its own."""
        self._listen()
        super()._start()

    def add(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Add a process to start; it gets only `environment`."""
        # exec: the process itself ends, not a shell around it.
        self.add_process(name, f"exec {shlex.join(command)}", env=environment)

    def run(self) -> bool:
        """Run the processes until one ends or a signal arrives; True after a signal."""
        try:
            self.loop()
        finally:
            self._leave_none()
        return self.was_asked

    def _leave_none(self) -> None:
        """End all processes whatever stopped the loop, including a closed output pipe."""
        self._learn_pids()
        for process in self._processes.values():
            if "pid" in process and "returncode" not in process:
                self._procmgr.kill(process["pid"])
            elif _is_starting(process):
                process["process"].kill()  # Python would wait for it before it ends

    def _learn_pids(self) -> None:
        """Read what the loop has not read: of some it may not have heard that they have started."""
        ends = time.monotonic() + START_WITHIN
        while time.monotonic() < ends and any(map(_is_starting, self._processes.values())):
            with suppress(queue.Empty):
                message = self.events.get(timeout=0.1)
                if message.type in ("start", "stop"):
                    self._processes[message.name].update(message.data)

    def terminate(self) -> None:
        """End all of them; honcho calls this in its loop, and on a signal until it hears ours."""
        if self._all_started():
            super().terminate()
        else:
            self._hear()

    def _all_stopped(self) -> Any:
        """Honcho asks this in each round of its loop, once all of them have started."""
        if self._is_urgent:
            self._is_urgent = False
            self.kill()
        if self._tend is not None and (line := self._tend()):
            self._system_print(f"{line}\n")
        return super()._all_stopped()

    def _any_stopped(self) -> Any:
        return self._was_heard or super()._any_stopped()


def _is_starting(process: dict[str, Any]) -> bool:
    """True if nothing has been heard of it, although what starts it lives."""
    return "pid" not in process and "process" in process and process["process"].is_alive()


class Child(honcho.process.Process):
    """One process, and beside it the one that reads its lines: honcho runs this there."""

    def run(self, *arguments: Any, **options: Any) -> None:
        """Run it to its end."""
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        super().run(*arguments, **options)

    def _end_with_parent(self) -> None:
        """End the process if the parent is killed, as nothing else would."""
        parent = multiprocessing.parent_process()
        assert parent is not None
        parent.join()
        while self._child is None:  # it is just being started
            time.sleep(0.01)
        self._child.terminate()
