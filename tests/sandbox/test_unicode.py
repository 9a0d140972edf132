"""Names are stored exactly as they are given, whatever their Unicode form or spaces."""

import unicodedata

import pytest

from tests.sandbox.sides import Make, Side

NAMES = [
    unicodedata.normalize("NFC", "Zoë Café"),
    unicodedata.normalize("NFD", "Zoë Café"),
    "Sales  and\u00a0Support",
    "Sales and Support",
    "Sales\u2003and Support",
    "Sales\tand Support ",
]


def test_departments_and_locations_keep_their_spelling(ashby: Side) -> None:
    for name in NAMES:
        ashby.home.add_department(name)
        ashby.home.add_location(name)
    for path in ("/department.list", "/location.list"):
        assert [row["name"] for row in ashby.results(path)] == NAMES


def test_groups_of_different_spelling_are_different_groups(charthop: Side) -> None:
    for name in NAMES:
        charthop.home.add_job(**{"department.name": name})
    query = {"fields": "department.name"}
    data = charthop.client.get("/v2/org/acme/job", params=query).json()["data"]
    assert [row["department.name"] for row in data] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_texts_keep_their_spelling(
    ashby: Side, charthop: Side, make_ashby: Make, name: str
) -> None:
    body = {"identifier": name, "description": name}
    made = ashby.results("/opening.create", **body)["latestVersion"]
    assert (made["identifier"], made["description"]) == (name, name)
    assert len(ashby.results("/opening.search", identifier=name)) == 1
    create = {"objectType": "Opening_Version", "fieldType": "ValueSelect", "title": name}
    options = [{"label": name, "value": name}]
    field = ashby.results("/customField.create", **create, selectableValues=options)
    assert (field["title"], field["selectableValues"][0]["label"]) == (name, name)
    candidate = ashby.home.add_candidate(name)
    assert ashby.results("/candidate.info", id=candidate)["name"] == name
    person = {"name": {"first": name, "last": name}}
    posted = charthop.client.post("/v2/org/acme/person", json=person).json()["id"]
    assert charthop.home.person(posted)["name"] == person["name"]
    trimming = make_ashby(trims_text=True).results("/opening.create", **body)["latestVersion"]
    assert trimming["description"] == name.strip()
