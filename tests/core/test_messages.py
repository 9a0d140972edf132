"""What an organization's channel is told, as a table of what it knows and what is the matter."""

import pytest

from core.messages import SYNC, Message, what_to_say
from core.outcomes import Outcome, Result
from tests.notes import said


def failed(reason: str | None = "it broke") -> Result:
    return Result(Outcome.FAILED, (said(reason),) if reason else ())


def held(reason: str = "two of them") -> Result:
    return Result(Outcome.HELD, (said(reason),))


def message_of(told: set[str], trouble: dict[str, Result]) -> Message:
    message = what_to_say("acme", told, trouble)
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("told", "trouble", "title"),
    [
        # Nothing is the matter, or nothing has changed.
        (set(), {}, None),
        ({"job:1"}, {"job:1": held()}, None),
        ({"job:1", "job:2"}, {"job:1": held()}, None),  # better, but not well
        ({"job:1"}, {"job:1": failed("another reason")}, None),
        # Something starts.
        (set(), {"job:1": failed()}, "acme: 1 failed"),
        (set(), {"job:1": held(), "offer:2": failed()}, "acme: 1 failed, 1 held"),
        ({"job:1"}, {"job:1": held(), "job:2": held()}, "acme: 1 held"),
        ({"job:1"}, {"job:2": held()}, "acme: 1 held"),
        (set(), {SYNC: failed(), "job:1": held()}, "acme: the sync stopped, 1 held"),
        ({"job:1"}, {"job:1": held(), SYNC: failed()}, "acme: the sync stopped"),
        # All is well again.
        ({"job:1"}, {}, "acme: all is well again"),
        ({SYNC}, {}, "acme: all is well again"),
    ],
)
def test_when_a_message_is_due(
    told: set[str], trouble: dict[str, Result], title: str | None
) -> None:
    message = what_to_say("acme", told, trouble)

    assert (message.title if message is not None else None) == title
    if message is not None:
        assert message.is_good is (not trouble)


def test_the_first_five_are_named_and_those_alike_together() -> None:
    trouble = {
        **{f"job:{number}": held() for number in range(3)},
        "offer:9": held("waits to be pushed: `charthop-ashby push acme 9`"),
        "job:7": failed("it broke"),
        "job:8": failed("it burned"),
        SYNC: failed("the key was refused"),
    }

    assert message_of({"job:2"}, trouble).body.splitlines() == [
        "the sync stopped: the key was refused",
        "failed job:7: it broke",
        "failed job:8: it burned",
        "held job:0, job:1: two of them",
        "and 1 more",
        "(1 held or failed before)",
        "",
        "See all: charthop-ashby status acme",
    ]


def test_five_are_all_named() -> None:
    trouble = {f"job:{number}": held() for number in range(5)}

    assert message_of(set(), trouble).body.splitlines() == [
        "held job:0, job:1, job:2, job:3, job:4: two of them",
        "",
        "See all: charthop-ashby status acme",
    ]


def test_a_record_without_a_reason_is_named_all_the_same() -> None:
    assert message_of(set(), {"job:1": failed(None)}).body.startswith("failed job:1\n")
