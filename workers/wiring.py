"""Wiring: assembles the context of each task.

The only place where an organization's rules, its keys, both clients and its stored state are
combined.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from core import reasons
from core.errors import WrongSetup
from organizations import Organization, Organizations
from store.allowances import CHARTHOP, Rate, RedisAllowance, Unlimited, ashby_rate
from store.heartbeats import Heartbeats
from store.key_choice import KeyChoice, key_id
from store.memory import Memory
from store.space import Redis
from systems.ashby import client as ashby
from systems.ashby.ats import AshbyAts
from systems.charthop import client as charthop
from systems.charthop.hris import ChartHopHris
from systems.credentials import Allowance, Credential, Credentials
from systems.http import Kind, Wire
from systems.redaction import Redaction
from systems.sessions import Sessions
from tasks.context import Messenger, OrgContext, WriteGate
from tasks.together import Together, one_after_another
from workers import telemetry
from workers.messages import addresses
from workers.settings import Settings

if TYPE_CHECKING:
    import httpx

WINDOW = 24
"""Messages of one organization in the queue per living worker: fewer than its 32 threads, so that
the largest backlog leaves threads for the other organizations."""

MEMORIES = 256
"""Organizations whose state objects a worker caches, at most 0.1 MB each: beyond these, each task
makes its organization's again, in 0.1 ms."""


@dataclass
class Wiring:
    """The wiring of one process. `transport` and `sleep` replace network and waiting in tests."""

    settings: Settings
    redis: Redis
    organizations: Organizations
    ashby_rate: Rate | None = None
    charthop_rate: Rate = CHARTHOP
    transport: "httpx.BaseTransport | None" = None
    sleep: Callable[[float], None] = time.sleep
    together: Together = one_after_another
    worker: str = ""
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.transport)
        self._remembering = lru_cache(MEMORIES)(partial(Memory, self.redis, worker=self.worker))
        self._heartbeats = Heartbeats(self.redis)

    @property
    def window(self) -> int:
        """Maximum number of messages of one organization in the queue."""
        return WINDOW * self._heartbeats.size()

    def enabled(self) -> Sequence[str]:
        """The organizations to sync, in the file's order."""
        return self.organizations.enabled()

    def broken(self) -> Mapping[str, str]:
        """The organizations that should be synced but cannot be, each with the reason."""
        return self.organizations.broken()

    def messengers(self, organization: str) -> Sequence[Messenger]:
        """The messengers named in the organization's table, even if the table is wrong."""
        return addresses(self.organizations.addresses(organization))

    def context(self, organization: str) -> OrgContext:
        """The context of an enabled organization; WrongSetup if there is none with that name."""
        found = self.organizations.get(organization)
        if not found.enabled:
            raise WrongSetup(f"{organization}: {reasons.SWITCHED_OFF()}")
        return self.any_context(found)

    def memory(self, organization: str) -> Memory:
        """The stored state of an organization, without its key: sealed data cannot be opened."""
        return self._remembering(organization)

    def any_context(
        self,
        organization: Organization,
        *,
        leave_no_trace: bool = False,
        even_if_disabled: bool = False,
    ) -> OrgContext:
        """The context of an organization, enabled or not.

        `leave_no_trace` stores no allowance in Redis, for reads that must not write anything.
        `even_if_disabled` allows writes although the organization is not enabled.
        """
        name = organization.name
        memory = self._remembering(name, *organization.secrets)

        def switched_off() -> str | None:
            return None if even_if_disabled else self._switched_off(name)

        gate = WriteGate(name, switched_off, memory.switches.write_gate)
        calls: Counter[tuple[str, int]] = Counter()

        def before_call(kind: Kind) -> None:
            if kind is Kind.READ:
                gate.to_read()
            else:
                gate.to_write()

        to_charthop, to_ashby = self.wires(
            organization, before_call, calls, leave_no_trace=leave_no_trace
        )
        return OrgContext(
            rules=organization.rules,
            hris=ChartHopHris(charthop.Client(to_charthop, organization.charthop_org)),
            ats=AshbyAts(ashby.Client(to_ashby)),
            memory=memory,
            gate=gate,
            calls=calls,
            messengers=addresses(organization.notify),
            together=self.together,
        )

    def wires(
        self,
        organization: Organization,
        before_call: Callable[[Kind], None],
        calls: Counter[tuple[str, int]],
        *,
        leave_no_trace: bool,
    ) -> tuple[Wire, Wire]:
        """Connections to ChartHop and Ashby with the organization's keys; `calls` counts calls."""
        settings = self.settings
        services = (
            _Service(
                "ChartHop",
                settings.charthop_api_url,
                charthop.headers,
                self.charthop_rate,
                _plain(organization.charthop_api_keys),
            ),
            _Service(
                "Ashby",
                settings.ashby_api_url,
                ashby.headers,
                self.ashby_rate or ashby_rate(settings.ashby_calls_per_minute),
                _plain(organization.ashby_api_keys),
            ),
        )
        to_charthop, to_ashby = (
            Wire(
                system=service.name,
                base_url=service.url,
                credentials=self._credentials(
                    organization.name, service, leave_no_trace=leave_no_trace
                ),
                sessions=self.sessions,
                before_call=before_call,
                tally=calls,
                sleep=self.sleep,
                redaction=Redaction(*service.keys),
                watch=telemetry.watch,
            )
            for service in services
        )
        return to_charthop, to_ashby

    def _credentials(
        self, organization: str, service: "_Service", *, leave_no_trace: bool
    ) -> Credentials:
        """The keys, each with its allowance, and which of two was chosen last."""

        def allowance(key: str) -> Allowance:
            if leave_no_trace:
                return Unlimited()
            return RedisAllowance(self.redis, service.name, key, service.rate, self.sleep)

        return Credentials(
            [Credential(key_id(key), service.headers(key), allowance(key)) for key in service.keys],
            None if leave_no_trace else KeyChoice(self.redis, organization, service.name),
        )

    def _switched_off(self, organization: str) -> str | None:
        return None if self.organizations.is_enabled(organization) else "not enabled"


@dataclass(frozen=True)
class _Service:
    """What differs between the connections to the two services. `headers` are made from a key."""

    name: str
    url: str
    headers: Callable[[str], dict[str, str]]
    rate: Rate
    keys: Sequence[str] = field(repr=False)


def _plain(keys: Sequence[SecretStr]) -> list[str]:
    return [key.get_secret_value() for key in keys]
