"""Viewers and operators: the right to see an organization in the console and give orders."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ENTRY = re.compile(r"[^@\s]*@[^@\s]+")


def check_entry(entry: str) -> str:
    """An address (`ana@acme.example`) or a domain (`@acme.example`); ValueError for others."""
    if not _ENTRY.fullmatch(entry):
        raise ValueError("neither an address nor a domain")
    return entry


@dataclass(frozen=True)
class Access:
    """The addresses and domains of one organization's table."""

    viewers: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    def may_order(self, address: str) -> bool:
        """True if that address may sync, tick, pause, approve and push."""
        return _is_named(address, self.operators)

    def may_see(self, address: str) -> bool:
        """True if that address may see the organization."""
        return self.may_order(address) or _is_named(address, self.viewers)


def _is_named(address: str, entries: Iterable[str]) -> bool:
    address = address.casefold()
    _, at, domain = address.rpartition("@")
    return any(entry.casefold() in (address, f"{at}{domain}") for entry in entries)
