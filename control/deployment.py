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
    """What Redis keeps of one organization that is no secret: it needs no key to be read."""

    organization: str
    redis: Redis

    @cached_property
    def syncs(self) -> Syncs:
        """Its syncs."""
        return Syncs(self.redis, self.organization)

    @cached_property
    def results(self) -> Results:
        """How its records ended."""
        return Results(self.redis, self.organization)

    @cached_property
    def switches(self) -> Switches:
        """What is switched off."""
        return Switches(self.redis, self.organization)

    @cached_property
    def backlog(self) -> Backlog:
        """What waits."""
        return Backlog(self.redis, self.organization)

    @cached_property
    def journal(self) -> Journal:
        """Who ordered what."""
        return Journal(self.redis, self.organization)

    @cached_property
    def events(self) -> Events:
        """Which events came."""
        return Events(self.redis, self.organization)

    @cached_property
    def registrations(self) -> Registrations:
        """The webhooks that were set up."""
        return Registrations(self.redis, self.organization)

    @cached_property
    def task_results(self) -> TaskResults:
        """What single tasks answered."""
        return TaskResults(self.redis, self.organization)


class Deployment:
    """The deployment of this process's environment; `with` closes what was opened of it.

    `has_keys`: whether it may use the keys of the organizations; a process that serves others may
    not. Raises WrongSetup where the environment or the organizations file is wrong.
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
        """Its Redis. RedisAway where it does not answer; nothing is tried twice."""
        client = connect(server(self.settings), patience=0.0)
        self._opened.callback(client.close)
        try:
            client.ping()
        except RedisFailure as error:
            raise RedisAway(self._no_redis(error)) from None
        return client

    @cached_property
    def heartbeats(self) -> Heartbeats:
        """Its workers."""
        return Heartbeats(self.redis)

    def workers(self) -> list[str]:
        """The workers that are alive; none where there is no Redis yet."""
        try:
            return self.heartbeats.alive()
        except RedisAway:
            return []

    @cached_property
    def app(self) -> "Application":
        """What tasks are sent with."""
        from workers import application

        return application.make(self.settings)

    @cached_property
    def wiring(self) -> "Wiring":
        """What speaks to the two services."""
        from workers.wiring import Wiring

        wiring = Wiring(self.settings, self._redis_to_read, self.organizations)
        self._opened.callback(wiring.sessions.close)
        return wiring

    def context(self, organization: str) -> "OrgContext":
        """Both services as the organization's keys see them, enabled or not; leaves no trace.

        Where REDIS_URL is not set and nothing runs yet, it is as if nothing were remembered.
        WrongSetup where this process is to use no keys.
        """
        if not self._has_keys:
            raise WrongSetup("Only workers hold the organizations' keys.")
        return self.wiring.any_context(self.organizations.get(organization), leave_no_trace=True)

    def memory(self, organization: str) -> "Memory":
        """All that is kept of an organization; what is sealed only where its key is at hand."""
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
        """What is kept of an organization."""
        return PublicMemory(organization, self.redis)

    def named(self, organization: str | None) -> Sequence[str]:
        """That organization, or all whose table is right. WrongSetup for an unknown one."""
        names = self.organizations.names()
        if organization is None:
            return names
        if organization not in names:
            self.organizations.get(organization)  # says what is wrong with it
        return (organization,)

    def mistakes(self) -> list[Problem]:
        """What is wrong with the file; a secret that only the workers can see is not."""
        right = self.organizations.names()
        problems = self.organizations.read().problems
        return [problem for problem in problems if problem.organization not in right]

    def enabled(self, organization: str | None) -> Sequence[str]:
        """That organization, or all that are enabled; WrongSetup where that is none."""
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
        """Go on as if nothing were remembered: for whoever only reads while Redis is away."""
        self.redis = self._empty_redis()

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
