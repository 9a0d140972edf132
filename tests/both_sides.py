"""What a deployment in one process and one of real processes have in common: what is synced."""

import os
from functools import cached_property
from pathlib import Path

from sandbox.ashby import Account, Ashby
from sandbox.charthop import ChartHop, Org
from sandbox.wire import Call
from store.memory import Memory
from store.space import Redis

TABLE = """
[organizations.{name}]
enabled = true
charthop_api_key = "charthop-{name}"
ashby_api_key = "ashby-{name}"
{more}
"""


class BothSides:
    """A ChartHop and an Ashby, and the file with the organizations that are on both."""

    file: Path
    charthop: ChartHop
    ashby: Ashby
    redis: Redis

    @cached_property
    def orgs(self) -> dict[str, Org]:
        """ChartHop's side of each."""
        return {}

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """Ashby's side of each."""
        return {}

    @cached_property
    def _tables(self) -> dict[str, str]:
        return {}

    def add(self, name: str = "acme", more: str = "") -> tuple[Org, Account]:
        """Add an organization on both sides; `more` are further lines of its table."""
        self.orgs[name] = self.charthop.add_org(name, f"charthop-{name}")
        self.accounts[name] = self.ashby.add_account(f"ashby-{name}")
        self.configure(name, more)
        return self.orgs[name], self.accounts[name]

    def configure(self, name: str, more: str, *, enabled: bool = True) -> None:
        """Write the organization's table anew."""
        table = TABLE.format(name=name, more=more)
        self._tables[name] = table if enabled else table.replace("= true", "= false", 1)
        self.write_file()

    def write_file(self) -> None:
        """Write the tables of all organizations, in one step as an editor does."""
        before = self.file.stat()
        fresh = self.file.with_suffix(".new")
        fresh.write_text("".join(self._tables.values()))
        # However coarse the file system's clock is, the file is a later one.
        later = max(fresh.stat().st_mtime_ns, before.st_mtime_ns + 1)
        os.utime(fresh, ns=(later, later))
        fresh.replace(self.file)

    def memory(self, name: str = "acme") -> Memory:
        """What is remembered of an organization."""
        return Memory(self.redis, name, f"charthop-{name}")

    def forget_calls(self) -> None:
        """Start counting calls anew."""
        for side in (self.charthop, self.ashby):
            side.forget_calls()

    def writes(self) -> list[Call]:
        """The calls since that ask for a change."""
        return [*self.charthop.writes(), *self.ashby.writes()]
