"""The deployment that a command works with: its environment, its organizations file, its Redis."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from control.errors import RedisAway
from core import reasons
from core.errors import WrongSetup
from organizations import Organizations, Problem
from store.backlog import Backlog
from store.connection import RedisFailure, connect
from store.events import Events
from store.heartbeats import Heartbeats
from store.journal import Journal
from store.registrations import Registrations
from store.results import Results
from store.space import Redis
from store.switches import Switches
from store.syncs import Syncs
from store.task_results import TaskResults
from workers.backend import server
from workers.settings import Settings

if TYPE_CHECKING:
    from store.memory import Memory
    from tasks.context import OrgContext
    from workers.application import Application
    from workers.wiring import Wiring


@dataclass(frozen=True)
class PublicMemory:
    """The data of one organization in Redis that is not sealed and needs no key."""

    organization: str
    redis: Redis

    @cached_property
    def syncs(self) -> Syncs:
        """The syncs."""
        return Syncs(self.redis, self.organization)

    @cached_property
    def results(self) -> Results:
        """The results of its records."""
        return Results(self.redis, self.organization)

    @cached_property
    def switches(self) -> Switches:
        """The switches."""
        return Switches(self.redis, self.organization)

    @cached_property
    def backlog(self) -> Backlog:
        """The backlog."""
        return Backlog(self.redis, self.organization)

    @cached_property
    def journal(self) -> Journal:
        """The journal of orders."""
        return Journal(self.redis, self.organization)

    @cached_property
    def events(self) -> Events:
        """The received webhook events."""
        return Events(self.redis, self.organization)

    @cached_property
    def registrations(self) -> Registrations:
        """The webhooks that the sync set up."""
        return Registrations(self.redis, self.organization)

    @cached_property
    def task_results(self) -> TaskResults:
        """The results of single tasks."""
        return TaskResults(self.redis, self.organization)


class Deployment:
    """The deployment of this process's environment; a context manager that closes connections.

    `has_keys`: whether it may use the organizations' keys; a process that serves others may not.
    Raises WrongSetup if the environment or the organizations file is wrong.
    """

    def __init__(self, *, has_keys: bool = True) -> None:
        self._has_keys = has_keys
        self.settings = Settings.load()
        self.organizations = Organizations(self.settings.organizations_file)
        self._opened = ExitStack()
        self._memories: dict[tuple[str, ...], Memory] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @cached_property
    def redis(self) -> Redis:
        """Its Redis. RedisAway if it does not answer; nothing is retried."""
        client = connect(server(self.settings), patience=0.0)
        self._opened.callback(client.close)
        try:
            client.ping()
        except RedisFailure as error:
            raise RedisAway(self._no_redis(error)) from None
        return client

    @cached_property
    def heartbeats(self) -> Heartbeats:
        """The heartbeats of its workers."""
        return Heartbeats(self.redis)

    def workers(self) -> list[str]:
        """The living workers; none if there is no Redis yet."""
        try:
            return self.heartbeats.alive()
        except RedisAway:
            return []

    @cached_property
    def app(self) -> "Application":
        """The Celery application, to send tasks."""
        from workers import application

        return application.make(self.settings)

    @cached_property
    def wiring(self) -> "Wiring":
        """The wiring to the two services."""
        from workers.wiring import Wiring

        wiring = Wiring(self.settings, self._redis_to_read, self.organizations)
        self._opened.callback(wiring.sessions.close)
        return wiring

    def context(self, organization: str) -> "OrgContext":
        """The context of an organization, enabled or not; leaves no trace.

        If REDIS_URL is not set and nothing runs yet, the stored state is empty. Raises WrongSetup
        if this process may not use keys.
        """
        if not self._has_keys:
            raise WrongSetup("Only workers hold the organizations' keys.")
        return self.wiring.any_context(self.organizations.get(organization), leave_no_trace=True)

    def memory(self, organization: str) -> "Memory":
        """The stored state of an organization; sealed data only if its key is available."""
        from store.memory import Memory

        known = (organization, *self._secrets(organization))
        if known not in self._memories:
            self._memories[known] = Memory(self._redis_to_read, *known)
        return self._memories[known]

    def _secrets(self, organization: str) -> Sequence[str]:
        if not self._has_keys:
            return ()
        try:
            return self.organizations.get(organization).secrets
        except WrongSetup:
            return ()

    def public_memory(self, organization: str) -> PublicMemory:
        """The unsealed data of an organization."""
        return PublicMemory(organization, self.redis)

    def named(self, organization: str | None) -> Sequence[str]:
        """That organization, or all with a valid table. WrongSetup for an unknown one."""
        names = self.organizations.names()
        if organization is None:
            return names
        if organization not in names:
            self.organizations.get(organization)  # raises with the mistake
        return (organization,)

    def mistakes(self) -> list[Problem]:
        """The mistakes in the file, except secrets that only the workers can see."""
        right = self.organizations.names()
        problems = self.organizations.read().problems
        return [problem for problem in problems if problem.organization not in right]

    def enabled(self, organization: str | None) -> Sequence[str]:
        """That organization, or all enabled ones; WrongSetup if there is none."""
        names = self.named(organization)
        enabled = [name for name in names if name in self.organizations.enabled()]
        if organization is not None and not enabled:
            raise WrongSetup(f"{organization}: {reasons.SWITCHED_OFF()}")
        if not enabled and (mistakes := self.mistakes()):
            raise WrongSetup(mistakes[0].sentence)
        if not enabled:
            raise WrongSetup(
                f"{self.organizations.path}: no organization is enabled; set enabled = true in one."
            )
        return enabled

    def forget(self) -> None:
        """Continue with empty stored state, for commands that only read while Redis is away."""
        self.redis = self._empty_redis()

    def read_only(self) -> None:
        """Continue with empty stored state if REDIS_URL is not set and nothing runs yet.

        For tools that only read. Raises RedisAway if a Redis is set but does not answer.
        """
        self.redis = self._redis_to_read

    @cached_property
    def _redis_to_read(self) -> Redis:
        try:
            return self.redis
        except RedisAway:
            if self.settings.redis_url is not None:
                raise
        return self._empty_redis()

    def _empty_redis(self) -> Redis:
        from workers.embedded import ephemeral

        client = connect(self._opened.enter_context(ephemeral()).url, patience=0.0)
        self._opened.callback(client.close)
        return client

    def _no_redis(self, error: RedisFailure) -> str:
        if self.settings.redis_url is None:
            return (
                "There is no Redis: REDIS_URL is not set, and `charthop-ashby run` is not running "
                "in this directory; start it here, or set REDIS_URL."
            )
        return f"The Redis at REDIS_URL does not answer ({_brief(error)})."


def _brief(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
