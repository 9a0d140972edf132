"""Records that are walked while somebody adds to them."""

from collections.abc import Callable

import pytest

from sandbox.ashby import Account, Ashby
from sandbox.charthop import ChartHop
from sandbox.collection import Collection
from tests.sandbox.sides import Side


@pytest.mark.parametrize(
    "walk",
    [
        lambda account: iter(account.openings),
        lambda account: account.openings.keys(),
        lambda account: account.openings.values(),
        lambda account: account.openings.items(),
    ],
)
def test_a_walk_goes_on_when_an_opening_is_added(
    ashby: Side, walk: Callable[[Account], object]
) -> None:
    first = ashby.home.add_opening("ENG-1")
    walked = 0
    for _ in walk(ashby.home):  # type: ignore[attr-defined]
        ashby.home.add_opening(None)
        walked += 1
    assert walked == 1
    assert next(iter(ashby.home.openings)) == first
    assert len(ashby.home.openings) == 2


def test_all_records_can_be_walked_so() -> None:
    charthop, ashby = ChartHop(), Ashby()
    org, account = charthop.add_org("acme", "c"), ashby.add_account("a")
    for rows in (charthop.orgs, org.jobs, org.persons, org.changes, org.fields, org.groups):
        assert isinstance(rows, Collection)
    assert len(account.collections) > 5
    for name, records in account.collections.items():
        assert isinstance(records, Collection), name
