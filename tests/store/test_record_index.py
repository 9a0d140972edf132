"""From Ashby's ids to the offers that are ours."""

import pytest

from core.records import Acceptance, ApplicationTrace, OfferTrace
from store.record_index import RecordIndex
from store.space import Redis


@pytest.fixture
def index(redis: Redis) -> RecordIndex:
    return RecordIndex(redis, "acme")


def offer(id_: str, application: str, acceptance: Acceptance = Acceptance.ACCEPTED) -> OfferTrace:
    return OfferTrace(id_, application, acceptance, None, None, None, "")


def test_an_accepted_offer_is_found_by_its_application_and_others_are_not(
    index: RecordIndex,
) -> None:
    pending = offer("o2", "a2", Acceptance.OVER)
    index.learn({"o1": offer("o1", "a1"), "o2": pending}, {})
    assert index.offer_of("a1") == "o1"
    assert index.offer_of("a2") is None


def test_the_offer_that_was_accepted_last_counts(index: RecordIndex) -> None:
    index.learn({"o1": offer("o1", "a1")}, {})
    index.learn({"o3": offer("o3", "a1")}, {})
    assert index.offer_of("a1") == "o3"


def test_candidates_lead_to_the_offers_of_their_applications(index: RecordIndex) -> None:
    applications = {
        id_: ApplicationTrace(id_, is_hired=True, candidate_id=candidate)
        for id_, candidate in (("a1", "c1"), ("a2", "c2"), ("a3", ""))
    }
    index.learn({"o1": offer("o1", "a1")}, applications)
    assert index.offers_of_candidates(["c1", "c2", "c3"]) == ["o1"]
    assert index.offers_of_candidates([]) == []


def test_what_is_gone_is_no_reason_to_forget(index: RecordIndex) -> None:
    """A hint about an offer that is gone is how its task hears of it."""
    index.learn({"o1": offer("o1", "a1")}, {})
    index.learn({"o1": None}, {"a1": None})
    assert index.offer_of("a1") == "o1"


def test_more_than_one_command_can_carry_is_learned(index: RecordIndex) -> None:
    index.learn({f"o{n}": offer(f"o{n}", f"a{n}") for n in range(3000)}, {})
    assert [index.offer_of("a0"), index.offer_of("a2999")] == ["o0", "o2999"]
