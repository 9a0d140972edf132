"""What an operator, a brake or a refused key has switched off."""

import pytest

from core.keys import Direction, job_key
from store.space import Redis
from store.switches import Switches
from tests.notes import said


@pytest.fixture
def switches(redis: Redis) -> Switches:
    return Switches(redis, "acme")


def test_a_pause_and_its_end(switches: Switches) -> None:
    assert switches.paused() is None
    switches.pause("by hand")
    assert switches.paused() == "by hand"
    switches.resume()
    assert switches.paused() is None


def test_a_refused_key_is_news_once(switches: Switches) -> None:
    assert switches.refuse(Direction.OUTBOUND, said("wrong key")) is True
    assert switches.refuse(Direction.OUTBOUND, said("wrong key")) is False
    assert switches.refused() == {Direction.OUTBOUND: said("wrong key")}


def test_directions_are_refused_each_for_itself(switches: Switches) -> None:
    switches.refuse(Direction.OUTBOUND, said("wrong key"))
    switches.refuse(Direction.INBOUND, said("no permission"))
    switches.accept(Direction.OUTBOUND)

    assert switches.refused() == {Direction.INBOUND: said("no permission")}


@pytest.mark.parametrize("then", ["refused otherwise", "accepted"])
def test_the_read_that_was_refused_is_that_of_the_last_refusal(
    switches: Switches, then: str
) -> None:
    switches.refuse(Direction.OUTBOUND, said("wrong key"), "/opening.list")
    assert switches.refused_read(Direction.OUTBOUND) == "/opening.list"

    if then == "accepted":
        switches.accept(Direction.OUTBOUND)
    else:
        switches.refuse(Direction.OUTBOUND, said("wrong key"))
    assert switches.refused_read(Direction.OUTBOUND) is None


def test_what_is_wrong_with_a_table_is_news_once_and_so_is_that_it_is_right(
    switches: Switches,
) -> None:
    told = [switches.break_table(wrong) for wrong in ("no key", "no key", "no id", None, None)]

    assert told == [True, False, True, True, False]


def test_a_key_that_works_again_is_news_when_it_is_refused_again(switches: Switches) -> None:
    switches.refuse(Direction.OUTBOUND, said("wrong key"))
    switches.accept(Direction.OUTBOUND)

    assert switches.refuse(Direction.OUTBOUND, said("wrong key")) is True


HELD = {
    "close": (said("too many"), {job_key("2"), job_key("1")}),
    "create": (said("far too many"), {job_key("9")}),
}


def test_the_brake_holds_what_the_last_sync_found(switches: Switches) -> None:
    switches.hold(HELD)
    assert switches.held() == {
        "close": (said("too many"), [job_key("1"), job_key("2")]),
        "create": (said("far too many"), [job_key("9")]),
    }

    switches.hold({"close": (said("still too many"), {job_key("3")})})
    assert switches.held() == {"close": (said("still too many"), [job_key("3")])}

    switches.hold({})
    assert switches.held() == {}


def test_an_approval_releases_exactly_what_is_held(switches: Switches) -> None:
    switches.hold(HELD)

    assert switches.approve() == 3
    assert switches.approved() == {
        ("close", job_key("1")),
        ("close", job_key("2")),
        ("create", job_key("9")),
    }
    assert switches.held() == {}


def test_without_anything_held_an_approval_releases_nothing(switches: Switches) -> None:
    assert switches.approve() == 0
    assert switches.approved() == frozenset()


def test_an_approval_is_good_for_once_and_not_for_ever(switches: Switches, redis: Redis) -> None:
    switches.hold(HELD)
    switches.approve()
    switches.done(job_key("1"))

    assert switches.approved() == {("close", job_key("2")), ("create", job_key("9"))}
    assert 0 < redis.ttl("charthop-ashby:acme:approved") <= 24 * 3600


def test_organizations_have_switches_of_their_own(redis: Redis) -> None:
    Switches(redis, "acme").pause("by hand")

    assert Switches(redis, "globex").paused() is None
