"""How much change at once is held, and what an approval releases."""

import pytest

from core.brakes import Approval, Held, Limits, Proposal, brake
from core.keys import RecordKey, job_key


def records(count: int, start: int = 0) -> frozenset[RecordKey]:
    return frozenset(job_key(str(number)) for number in range(start, start + count))


def held(
    *,
    closing: int = 0,
    creating: int = 0,
    hiring: int = 0,
    linked: int = 0,
    listed: int = 1,
    limits: Limits | None = None,
    approved: frozenset[Approval] = frozenset(),
) -> list[Held]:
    proposal = Proposal(records(closing), records(creating), records(hiring), linked, listed)
    return brake(proposal, limits or Limits(), "acme", approved)


@pytest.mark.parametrize(
    ("closing", "linked", "holds"),
    [
        (0, 100, False),
        (30, 100, False),
        (31, 100, True),
        (3, 10, False),
        (4, 10, True),
        # Fewer than ten say nothing about a share.
        (9, 9, False),
        (5, 0, False),
    ],
)
def test_closing_more_than_thirty_percent_of_at_least_ten(
    closing: int, linked: int, holds: bool
) -> None:
    found = held(closing=closing, linked=linked)

    assert [(one.kind, one.records) for one in found] == (
        [("close", records(closing))] if holds else []
    )


def test_the_reason_carries_the_arithmetic_and_the_way_out() -> None:
    (found,) = held(closing=31, linked=100)

    assert found.reason.code == "BRAKE_CLOSE"
    assert "31 of 100 linked openings would be closed at once (limit: 30 %)" in str(found.reason)
    assert "charthop-ashby approve acme" in str(found.reason)


@pytest.mark.parametrize(("closing", "holds"), [(0, False), (1, False), (2, True), (50, True)])
def test_a_list_of_open_jobs_that_is_suddenly_empty(closing: int, holds: bool) -> None:
    found = held(closing=closing, linked=5, listed=0)

    assert [one.reason.code for one in found] == (["BRAKE_EMPTY"] if holds else [])


@pytest.mark.parametrize(
    ("creating", "linked", "holds"),
    [(200, 5, False), (201, 5, True), (201, 0, False), (10_000, 0, False)],
)
def test_creating_more_than_two_hundred_where_there_are_links_already(
    creating: int, linked: int, holds: bool
) -> None:
    found = held(creating=creating, linked=linked)

    assert [one.reason.code for one in found] == (["BRAKE_CREATE"] if holds else [])


@pytest.mark.parametrize(("hiring", "holds"), [(25, False), (26, True)])
def test_creating_more_than_twenty_five_persons(hiring: int, holds: bool) -> None:
    found = held(hiring=hiring)

    assert [one.reason.code for one in found] == (["BRAKE_PERSONS"] if holds else [])


def test_the_kinds_are_held_one_by_one() -> None:
    found = held(closing=50, creating=300, hiring=30, linked=100)

    assert [one.kind for one in found] == ["close", "create", "hire"]
    assert [len(one.records) for one in found] == [50, 300, 30]


def test_an_organization_may_have_limits_of_its_own() -> None:
    tight = Limits(close_percent=0, create_openings=0, create_persons=0)
    loose = Limits(close_percent=100, create_openings=9999, create_persons=9999)

    assert len(held(closing=1, creating=1, hiring=1, linked=10, limits=tight)) == 3
    assert held(closing=10, creating=300, hiring=30, linked=10, limits=loose) == []


def test_what_was_approved_is_released_and_nothing_else() -> None:
    approved = frozenset(("close", record) for record in records(31))

    assert held(closing=31, linked=100, approved=approved) == []

    (found,) = held(closing=70, linked=100, approved=approved)
    assert found.records == records(70) - records(31)


@pytest.mark.parametrize("kind", ["close", "create", "hire"])
def test_an_approval_of_one_kind_is_none_of_another(kind: str) -> None:
    tight = Limits(close_percent=0, create_openings=0, create_persons=0)
    approved = frozenset((kind, record) for record in records(10))

    found = held(closing=10, creating=10, hiring=10, linked=10, limits=tight, approved=approved)

    assert [one.kind for one in found] == [
        one for one in ("close", "create", "hire") if one != kind
    ]
