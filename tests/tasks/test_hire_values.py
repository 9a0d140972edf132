"""Value by value: what fits arrives in the right form, and what is refused keeps nothing else."""

from typing import Any

import pytest

from core.outcomes import Outcome
from tests.tasks.hire_stage import SETTINGS, Stage


def all_else_arrived(hires: Stage, offer: str) -> bool:
    (person,) = hires.org.persons
    job = hires.org.job(hires.job)
    return (
        job["personId"] == person == hires.person_of(offer) == hires.result(offer).person_id
        and job["recruit"].upper() == "PENDING"
        and hires.pay("2026-12-01") == ("YEARLY", 120000)
        and hires.result(offer).outcome is Outcome.CREATED
    )


# What ChartHop refuses is named and left out


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("code", ["jobLevel", "hiringReason"])
def test_a_refused_value_of_the_job_keeps_nothing_else_away(
    hires: Stage, code: str, named: bool
) -> None:
    hires.org.refuse_value(code, names_field=named)
    values = {"Job Level": "L5", "Reason": "Growth"}
    offer = hires.hire(customFields=values)
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED"
    title = "Job Level" if code == "jobLevel" else "Reason"
    assert f"offer field {title}" in (hires.result(offer).reason or "")
    assert all_else_arrived(hires, offer)
    kept = "hiringReason" if code == "jobLevel" else "jobLevel"
    assert hires.org.job(hires.job)[kept] and not hires.org.job(hires.job).get(code)
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []
    assert hires.told(offer) == "unchanged: VALUE_REFUSED"


def test_a_value_that_is_too_long_or_taken_keeps_nothing_else_away(hires: Stage) -> None:
    hires.org.add_field("nickname", "Nickname", "STRING", isUnique=True)
    hires.org.add_field("motto", "Motto", "STRING", max_length=5)
    hires.org.add_job(title="Another", recruit="Passive", nickname="ace")
    for title in ("Nickname", "Motto"):
        hires.account.add_custom_field(title, "String", "Offer")
    more = '"Nickname" = "nickname"\n"Motto" = "motto"\n'
    hires.deployment.configure("acme", SETTINGS + more)
    offer = hires.hire(customFields={"Nickname": "ace", "Motto": "per aspera", "Job Level": "L5"})
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED, VALUE_REFUSED" or (
        hires.result(offer).codes == ["VALUE_REFUSED"]
    )
    assert hires.org.job(hires.job)["jobLevel"] == "L5"
    assert all_else_arrived(hires, offer)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("code", "what"),
    [("contact.mobilePhone", "the phone number"), ("shirtSize", "offer field Shirt")],
)
def test_a_refused_value_of_the_person_keeps_nobody_from_being_made(
    hires: Stage, code: str, what: str, named: bool
) -> None:
    hires.org.refuse_value(code, names_field=named)
    offer = hires.hire(customFields={"Shirt": "M"})
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED"
    assert what in (hires.result(offer).reason or "")
    assert all_else_arrived(hires, offer)
    (person,) = hires.org.persons.values()
    assert code not in person.values
    other = "shirtSize" if code.startswith("contact") else "contact.mobilePhone"
    assert person.values[other]


def test_a_refused_value_of_a_person_who_was_there_keeps_nothing_else_away(hires: Stage) -> None:
    hires.org.add_person("Jane", "Public", homeEmail="jane@example.net", departed=True)
    hires.org.refuse_value("shirtSize")
    offer = hires.hire(customFields={"Shirt": "M"})
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED"
    assert all_else_arrived(hires, offer)


@pytest.mark.parametrize(("code", "what"), [("recruit", "status"), ("baseComp", "the pay")])
def test_a_refused_status_or_pay_is_named_and_the_link_is_written(
    hires: Stage, code: str, what: str
) -> None:
    hires.org.refuse_value(code)
    offer = hires.hire(customFields={"Job Level": "L5"})
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED"
    assert what in (hires.result(offer).reason or "")
    assert hires.org.job(hires.job)["jobLevel"] == "L5"
    assert hires.person_of(offer) is not None


def test_a_person_whom_charthop_refuses_altogether_is_made_by_no_other_way(hires: Stage) -> None:
    hires.org.refuse_value("name.last")
    offer = hires.hire()
    hires.sync()
    assert hires.told(offer) == "failed: REJECTED"
    assert not hires.org.persons
    hires.org.accept_value("name.last")
    hires.sync()
    assert hires.told(offer) == "created"


def map_more(hires: Stage, *titles: str, lines: str) -> None:
    """Map more offer fields, all of them texts."""
    for title in titles:
        hires.account.add_custom_field(title, "String", "Offer")
    hires.deployment.configure("acme", SETTINGS + lines)


@pytest.mark.parametrize(
    ("code", "title"), [("contact.homeEmail", "Private mail"), ("name.first", "First name")]
)
def test_a_refused_name_or_address_that_is_mapped_gives_way_to_the_candidates(
    hires: Stage, code: str, title: str
) -> None:
    map_more(hires, "Private mail", lines='"Private mail" = "contact.homeEmail"\n')
    hires.org.refuse_value(code, "odd")
    offer = hires.hire(customFields={title: "odd", "Shirt": "M"})
    hires.sync()
    assert hires.told(offer) == "created: VALUE_REFUSED"
    assert f"offer field {title}" in (hires.result(offer).reason or "")
    (person,) = hires.org.persons.values()
    assert person.values["contact.homeEmail"] == "jane@example.net"
    assert (person.values["name.first"], person.values["shirtSize"]) == ("Jane", "M")
    assert all_else_arrived(hires, offer)


def test_a_mapped_name_that_is_too_long_is_cut_like_the_candidates(hires: Stage) -> None:
    offer = hires.hire(customFields={"First name": "J" * 100})
    hires.sync()
    assert hires.told(offer) == "created: NAME_CUT"
    (person,) = hires.org.persons.values()
    assert person.values["name.first"] == "J" * 80


def test_every_part_of_a_name_that_is_mapped_arrives(hires: Stage) -> None:
    parts = {"Preferred": "pref", "Preferred last": "prefLast", "Middle": "middle"}
    lines = "".join(f'"{title}" = "name.{part}"\n' for title, part in parts.items())
    map_more(hires, *parts, lines=lines)
    offer = hires.hire(customFields={title: title for title in parts})
    hires.sync()
    assert hires.told(offer) == "created"
    (person,) = hires.org.persons.values()
    assert {part: person.values[f"name.{part}"] for part in parts.values()} == {
        part: title for title, part in parts.items()
    }


def test_a_mapped_text_of_spaces_writes_nothing(hires: Stage) -> None:
    hires.org.edit_job(hires.job, {"jobLevel": "L4"})
    offer = hires.hire(customFields={"Job Level": "  ", "First name": " \t"})
    hires.sync()
    assert hires.told(offer) == "created"
    assert hires.org.job(hires.job)["jobLevel"] == "L4"
    (person,) = hires.org.persons.values()
    assert person.values["name.first"] == "Jane"


# Forms


def test_a_choice_mapped_to_a_text_or_a_picklist_goes_by_its_label(hires: Stage) -> None:
    hires.account.add_custom_field(
        "Grade",
        "ValueSelect",
        "Offer",
        selectableValues=[{"label": "Senior (L5)", "value": "c9d1"}],
    )
    hires.account.add_custom_field(
        "Why", "ValueSelect", "Offer", selectableValues=[{"label": "Growth", "value": "e5f6"}]
    )
    more = '"Grade" = "jobLevel"\n"Why" = "hiringReason"\n'
    settings = SETTINGS.replace('"Job Level" = "jobLevel"\n', "").replace(
        '"Reason" = "hiringReason"\n', ""
    )
    hires.deployment.configure("acme", settings + more)
    offer = hires.hire(customFields={"Grade": "c9d1", "Why": "e5f6"})
    hires.sync()
    assert hires.told(offer) == "created"
    job = hires.org.job(hires.job)
    assert job["jobLevel"] == "Senior (L5)"
    assert job["hiringReason"] in ("GROWTH", "Growth")


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("Boolean", True, "yes"),
        ("Boolean", False, "no"),
        ("Number", 5.0, "5"),
        ("Number", 2.5, "2.5"),
        ("Date", "2026-12-01T00:00:00.000Z", "2026-12-01"),
    ],
)
def test_a_value_mapped_to_a_text_reads_as_a_person_writes_it(
    hires: Stage, type_: str, value: Any, text: str
) -> None:
    hires.account.add_custom_field("Odd", type_, "Offer")
    settings = SETTINGS.replace('"Job Level" = "jobLevel"', '"Odd" = "jobLevel"')
    hires.deployment.configure("acme", settings)
    hires.hire(customFields={"Odd": value})
    hires.sync()
    assert hires.org.job(hires.job)["jobLevel"] == text


def test_a_corrected_case_of_a_text_is_written_and_of_an_option_is_not(hires: Stage) -> None:
    offer = hires.hire(customFields={"Job Level": "senior IC", "Reason": "growth"})
    hires.sync()
    hires.account.edit_offer(offer, customFields={"Job Level": "Senior IC"})
    hires.sync()
    assert hires.org.job(hires.job)["jobLevel"] == "Senior IC"
    assert hires.told(offer) == "updated"
    hires.account.edit_offer(offer, customFields={"Reason": "GROWTH"})
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Jane\u00a0Public", "Jane", "Public"),
        ("Jane\tvan\u2003Public", "Jane", "van Public"),
        ("  Jane   Public ", "Jane", "Public"),
        ("Cher", None, "Cher"),
    ],
)
def test_a_name_is_split_at_any_white_space(
    hires: Stage, name: str, first: str | None, last: str
) -> None:
    hires.hire(name=name)
    hires.sync()
    (person,) = hires.org.persons.values()
    assert (person.values.get("name.first"), person.values["name.last"]) == (first, last)


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+1 555-555-0100 x123", "+15555550100"),
        ("+1 555", None),
    ],
)
def test_a_phone_number_is_a_valid_one_or_left_out(
    hires: Stage, phone: str, number: str | None
) -> None:
    offer = hires.hire(phone=phone)
    hires.sync()
    (person,) = hires.org.persons.values()
    assert person.values.get("contact.mobilePhone") == number
    assert hires.told(offer) == ("created" if number else "created: NO_COUNTRY_CODE")


def test_a_field_that_is_mapped_before_the_start_arrives_with_the_next_sync(hires: Stage) -> None:
    hires.deployment.configure("acme", SETTINGS.replace('"Job Level" = "jobLevel"\n', ""))
    offer = hires.hire(customFields={"Job Level": "L5"})
    hires.sync()
    assert not hires.org.job(hires.job).get("jobLevel")
    hires.deployment.configure("acme", SETTINGS)
    hires.sync()
    assert hires.told(offer) == "updated"
    assert hires.org.job(hires.job)["jobLevel"] == "L5"


def test_a_field_that_is_mapped_after_the_start_changes_nothing(hires: Stage) -> None:
    hires.deployment.configure("acme", SETTINGS.replace('"Job Level" = "jobLevel"\n', ""))
    hires.hire(startDate=hires.start(-5), customFields={"Job Level": "L5"})
    hires.sync()
    hires.deployment.configure("acme", SETTINGS)
    hires.deployment.forget_calls()
    hires.sync()
    assert hires.written() == []
