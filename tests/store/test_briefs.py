"""What the fan-out leaves for the tasks, how it is kept, and the marks that guard a create."""

from dataclasses import replace

import pytest

from core.keys import job_key
from core.records import CloseReason
from store.briefs import Briefs, Creating, JobBrief
from store.memory import Memory
from store.sealing import FixedKey, Seal
from store.space import Redis
from store.task_results import TaskResults
from tests.core.samples import CATALOGUE, definition, field, job

SECRET = job(
    title="Head of Mergers 🚀",
    fields={"note": "a text", "pay": {"amount": 5, "currency": "USD"}, "many": ["a", 1.5, None]},
)
ONE, TWO, THREE = map(job_key, "123")
BRIEF = JobBrief(job=SECRET, linked=("o1",), namesakes=("o2", "o3"), catalogue="c1")
RICH = replace(
    CATALOGUE,
    fields=[(field("ENUM", options=[("A", "Aa")]), definition("ValueSelect"))],
    close_reasons=[CloseReason("r1", "Cancelled")],
)


@pytest.fixture
def briefs(redis: Redis) -> Briefs:
    return Briefs(redis, Seal(FixedKey("key")), "acme")


def test_a_brief_comes_back_as_it_was_left(briefs: Briefs) -> None:
    gone = replace(BRIEF, job=None)
    briefs.leave({ONE: BRIEF, TWO: gone}, "c1", RICH)

    assert briefs.get(ONE).job() == BRIEF
    assert briefs.get(TWO).job() == gone
    assert briefs.get(THREE).job() is None


def test_a_catalogue_comes_back_as_it_was_left(briefs: Briefs) -> None:
    briefs.leave({}, "c1", RICH)

    found = briefs.catalogue("c1")
    assert found is not None
    assert [tuple(pair) for pair in found.fields] == list(RICH.fields)
    assert found.own == RICH.own
    lookups = {
        lookup: {name: list(entries) for name, entries in named.items()}
        for lookup, named in found.lookups.items()
    }
    assert lookups == RICH.lookups
    assert list(found.close_reasons or ()) == list(RICH.close_reasons or ())
    assert briefs.catalogue("c2") is None


def test_a_brief_is_dropped_when_it_has_served(briefs: Briefs) -> None:
    briefs.leave({ONE: BRIEF}, "c1", CATALOGUE)
    briefs.drop(ONE)

    assert briefs.get(ONE).job() is None


def test_a_brief_outlives_no_catalogue_and_neither_lives_for_ever(
    briefs: Briefs, redis: Redis
) -> None:
    briefs.leave({ONE: BRIEF}, "c1", CATALOGUE)

    brief, catalogue = (
        redis.ttl(redis.key("acme", *name)) for name in (("brief", str(ONE)), ("catalogue", "c1"))
    )
    assert 0 < brief < catalogue


def test_what_another_key_sealed_was_never_written(redis: Redis) -> None:
    Briefs(redis, Seal(FixedKey("old")), "acme").leave({ONE: BRIEF}, "c1", CATALOGUE)
    briefs = Briefs(redis, Seal(FixedKey("new")), "acme")

    assert (briefs.get(ONE).job(), briefs.catalogue("c1")) == (None, None)


# Marks.


def marks(briefs: Briefs) -> tuple[str | None, Creating | None]:
    remembered = briefs.get(ONE)
    return remembered.link, remembered.creating


def test_a_create_is_marked_until_the_opening_is_linked(briefs: Briefs) -> None:
    assert marks(briefs) == (None, None)

    briefs.mark(ONE, Creating("ENG-1", at=5.0))
    assert marks(briefs) == (None, Creating("ENG-1", at=5.0))

    briefs.mark(ONE, Creating("ENG-1", "o1", at=5.0))
    assert marks(briefs) == (None, Creating("ENG-1", "o1", at=5.0))

    briefs.link(ONE, "o1")
    assert marks(briefs) == ("o1", None)


def test_a_create_that_was_refused_leaves_nothing_to_look_for(briefs: Briefs) -> None:
    briefs.mark(ONE, Creating("ENG-1"))
    briefs.mark(ONE, None)

    assert marks(briefs) == (None, None)


def test_a_link_is_remembered_for_longer_than_any_brief(briefs: Briefs, redis: Redis) -> None:
    briefs.leave({ONE: BRIEF}, "c1", CATALOGUE)
    briefs.link(ONE, "o1")

    assert redis.ttl(redis.key("acme", "link", str(ONE))) > redis.ttl(
        redis.key("acme", "brief", str(ONE))
    )


# Sealing.


def test_what_is_sealed_can_be_opened_with_the_same_secret_only() -> None:
    sealed = Seal(FixedKey("secret")).close(b"plain", "acme:x")

    assert b"plain" not in sealed
    assert Seal(FixedKey("secret")).open(sealed, "acme:x") == b"plain"
    assert Seal(FixedKey("other")).open(sealed, "acme:x") is None


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    seal = Seal(FixedKey("secret"))

    assert seal.close(b"plain", "acme:x") != seal.close(b"plain", "acme:x")


@pytest.mark.parametrize("damaged", [None, b"", b"short", b"x" * 12, b"x" * 200])
def test_what_is_damaged_counts_as_never_written(damaged: bytes | None) -> None:
    assert Seal(FixedKey("secret")).open(damaged, "acme:x") is None


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(Seal(FixedKey("secret")).close(b"plain", "acme:x"))
    sealed[-1] ^= 1

    assert Seal(FixedKey("secret")).open(bytes(sealed), "acme:x") is None


@pytest.mark.parametrize(
    "place", [("acme:y", "f"), ("acme:x", "g"), ("globex:x", "f"), ("acme:xf", "")]
)
def test_what_is_sealed_opens_at_its_own_place_only(place: tuple[str, str]) -> None:
    sealed = Seal(FixedKey("secret")).close(b"plain", "acme:x", "f")

    assert Seal(FixedKey("secret")).open(sealed, "acme:x", "f") == b"plain"
    assert Seal(FixedKey("secret")).open(sealed, *place) is None


def test_a_brief_that_was_moved_to_another_job_or_organization_counts_as_never_written(
    redis: Redis, briefs: Briefs
) -> None:
    briefs.leave({ONE: BRIEF, TWO: BRIEF}, "c1", CATALOGUE)
    for source, target in (
        (redis.key("acme", "brief", str(ONE)), redis.key("acme", "brief", str(THREE))),
        (redis.key("acme", "brief", str(ONE)), redis.key("globex", "brief", str(ONE))),
        (redis.key("acme", "catalogue", "c1"), redis.key("acme", "catalogue", "c2")),
    ):
        redis.copy(source, target)

    assert briefs.get(ONE).job() == BRIEF
    assert briefs.get(THREE).job() is None
    assert Briefs(redis, Seal(FixedKey("key")), "globex").get(ONE).job() is None
    assert briefs.catalogue("c2") is None


def test_no_plain_text_of_the_services_stands_in_redis(redis: Redis) -> None:
    memory = Memory(redis, "acme", "key")
    memory.briefs.leave({ONE: BRIEF}, "c1", RICH)

    everything = " ".join(f"{name!r} {redis.dump(name)!r}" for name in redis.scan_iter())
    for word in ("Mergers", "a text", "USD", "Engineering", "Berlin", "Cancelled", "Note"):
        assert word not in everything


# TaskResults.


def test_whoever_waits_for_a_task_learns_how_it_ended(redis: Redis) -> None:
    task_results = TaskResults(redis, "acme")
    task_results.put("t1", "created")

    assert (task_results.get("t1"), task_results.get("t2")) == ("created", None)
    assert 0 < redis.ttl(redis.key("acme", "receipt", "t1")) <= 600
