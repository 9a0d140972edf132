"""Openings that were there before, and those that were archived, copied or deleted."""

from tests.tasks.stage import LINK, Stage


def test_an_opening_of_the_same_identifier_is_adopted(stage: Stage) -> None:
    made = stage.account.add_opening("ENG-1", "Open", description="By hand")
    job = stage.opened(req="ENG-1")

    (opening,) = stage.openings()
    assert (opening["id"], opening["openingState"]) == (made, "Open")
    assert opening["latestVersion"]["description"] == "Engineer"
    assert stage.field(opening, LINK) == job
    assert stage.told(job) == "adopted"
    stage.sync_quietly()


def test_an_opening_whose_identifier_only_resembles_is_not(stage: Stage) -> None:
    for identifier in ("ENG-11", "XENG-1", "ENG1"):
        stage.account.add_opening(identifier, "Open")
    job = stage.opened(req="ENG-1")

    assert len(stage.openings()) == 4
    assert stage.told(job) == "created"


def test_of_two_openings_of_the_identifier_none_is_guessed(stage: Stage) -> None:
    openings = [stage.account.add_opening("ENG-1", "Open") for _ in range(2)]
    job = stage.opened(req="ENG-1")

    assert stage.told(job) == "held: NAMESAKES"
    assert all(opening in (stage.result(job).reason or "") for opening in openings)
    assert [stage.field(one, LINK) for one in stage.openings()] == [None, None]

    stage.account.set_opening_field(openings[1], LINK, job)
    stage.sync()
    assert stage.opening(job)["id"] == openings[1]
    assert stage.told(job) == "updated"


def test_an_opening_that_is_linked_to_another_job_is_not_taken_from_it(stage: Stage) -> None:
    other = stage.job("Other", req="OLD-1")
    stage.sync()
    stage.account.add_opening("ENG-1", "Open")
    free = next(one["id"] for one in stage.openings() if stage.field(one, LINK) is None)
    stage.account.set_opening_field(free, LINK, "670405b2c8e3d13247cfef5d")
    job = stage.opened(req="ENG-1")

    assert stage.told(job) == "held: NAMESAKE_TAKEN"
    assert stage.told(other) == "unchanged"
    assert stage.openings(job) == []


def test_an_archived_opening_of_the_identifier_is_not_adopted(stage: Stage) -> None:
    stage.account.archive_opening(stage.account.add_opening("ENG-1", "Open"))
    job = stage.opened(req="ENG-1")

    assert stage.told(job) == "held: NAMESAKE_PUT_AWAY"
    assert len(stage.openings()) == 1


def test_an_archived_opening_of_the_job_is_held(stage: Stage) -> None:
    job = stage.opened()
    stage.account.archive_opening(stage.opening(job)["id"])
    stage.sync()

    assert stage.told(job) == "held: LINKED_ARCHIVED"
    assert len(stage.openings()) == 1
    stage.sync_quietly()


def test_a_deleted_opening_of_the_job_is_held_and_one_made_in_its_place_adopted(
    stage: Stage,
) -> None:
    job = stage.opened(req="ENG-1")
    stage.account.delete_opening(stage.opening(job)["id"])
    stage.sync(full="yes")

    assert stage.told(job) == "held: LINKED_GONE"
    assert stage.openings() == []
    stage.sync_quietly()

    made = stage.account.add_opening("ENG-1", "Draft")
    stage.sync()
    assert stage.told(job) == "adopted"
    assert stage.opening(job)["id"] == made
    stage.sync_quietly()


def test_an_opening_that_was_copied_with_its_link_holds_the_job(stage: Stage) -> None:
    job = stage.opened()
    copy = stage.account.add_opening("COPY-1", "Open", description="Copy")
    stage.account.set_opening_field(copy, LINK, job)
    stage.edit(job, title="Edited")
    stage.sync()

    assert stage.told(job) == "held: LINKED_TWICE"
    assert {one["latestVersion"]["description"] for one in stage.openings()} == {"Engineer", "Copy"}

    stage.account.set_opening_field(copy, LINK, None)
    stage.sync()
    assert stage.told(job) == "updated"
