"""Both sandboxes under both settings, and clients that speak to them in process."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.ashby import Account, Ashby, AshbyOddities
from sandbox.charthop import ChartHop, ChartHopOddities, Org
from tests.sandbox.sides import Clock, Make, Side, client


@pytest.fixture
def make_ashby() -> Iterator[Make]:
    """Make an Ashby with the given oddities, besides those of the setting `one`."""
    clients = []

    def make(oddities: AshbyOddities | None = None, **switches: Any) -> Side:
        clock = Clock()
        sandbox = Ashby(oddities or AshbyOddities(**switches), random.Random(7), clock)
        account: Account = sandbox.add_account("ashby-key")
        side = Side(sandbox, account, client(sandbox, auth=("ashby-key", "")), clock)
        clients.append(side.client)
        return side

    yield make
    for made in clients:
        made.close()


@pytest.fixture
def make_charthop() -> Iterator[Make]:
    """Make a ChartHop with the given oddities, besides those of the setting `one`."""
    clients = []

    def make(oddities: ChartHopOddities | None = None, access: str = "PRIMARY", **s: Any) -> Side:
        clock = Clock()
        sandbox = ChartHop(oddities or ChartHopOddities(**s), random.Random(7), clock)
        org: Org = sandbox.add_org("acme", "charthop-key", access)
        headers = {"Authorization": "Bearer charthop-key"}
        side = Side(sandbox, org, client(sandbox, headers=headers), clock)
        clients.append(side.client)
        return side

    yield make
    for made in clients:
        made.close()


@pytest.fixture
def ashby(make_ashby: Make) -> Side:
    """An Ashby under the first setting."""
    return make_ashby()


@pytest.fixture
def charthop(make_charthop: Make) -> Side:
    """A ChartHop under the first setting."""
    return make_charthop()
