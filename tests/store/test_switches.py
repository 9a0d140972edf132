"""What an operator, a brake or a refused key has switched off."""

import pytest

from store.space import Redis
from store.switches import Switches


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
    assert switches.refuse("outbound", "wrong key") is True
    assert switches.refuse("outbound", "wrong key") is False
    assert switches.refused() == {"outbound": "wrong key"}


def test_directions_are_refused_each_for_itself(switches: Switches) -> None:
    switches.refuse("outbound", "wrong key")
    switches.refuse("inbound", "no permission")
    switches.accept("outbound")

    assert switches.refused() == {"inbound": "no permission"}


def test_a_key_that_works_again_is_news_when_it_is_refused_again(switches: Switches) -> None:
    switches.refuse("outbound", "wrong key")
    switches.accept("outbound")

    assert switches.refuse("outbound", "wrong key") is True


HELD = {"close": ("too many", {"job:2", "job:1"}), "create": ("far too many", {"job:9"})}


def test_the_brake_holds_what_the_last_sync_found(switches: Switches) -> None:
    switches.hold(HELD)
    assert switches.held() == {
        "close": ("too many", ["job:1", "job:2"]),
        "create": ("far too many", ["job:9"]),
    }

    switches.hold({"close": ("still too many", {"job:3"})})
    assert switches.held() == {"close": ("still too many", ["job:3"])}

    switches.hold({})
    assert switches.held() == {}


def test_an_approval_releases_exactly_what_is_held(switches: Switches) -> None:
    switches.hold(HELD)

    assert switches.approve() == 3
    assert switches.approved() == {"close job:1", "close job:2", "create job:9"}
    assert switches.held() == {}


def test_without_anything_held_an_approval_releases_nothing(switches: Switches) -> None:
    assert switches.approve() == 0
    assert switches.approved() == frozenset()


def test_an_approval_is_good_for_once_and_not_for_ever(switches: Switches, redis: Redis) -> None:
    switches.hold(HELD)
    switches.approve()
    switches.done("job:1")

    assert switches.approved() == {"close job:2", "create job:9"}
    assert 0 < redis.ttl("charthop-ashby:acme:approved") <= 24 * 3600


def test_organizations_have_switches_of_their_own(redis: Redis) -> None:
    Switches(redis, "acme").pause("by hand")

    assert Switches(redis, "globex").paused() is None
