"""Whatever a service answers, a verb gives a value or raises one of the planned errors."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.actions import CreateField
from core.errors import NeedsHuman, TryLater
from core.openings import OpeningDetails
from core.records import Field, Lookup, State
from systems.ashby import permissions as ashby_permissions
from systems.ashby.ats import AshbyAts
from systems.ashby.client import Client as Ashby
from systems.charthop.client import Client as ChartHop
from systems.charthop.hris import ChartHopHris
from systems.credentials import Credential, Credentials
from systems.http import Wire
from systems.parsing import read_json
from systems.redaction import Redaction, without_what_was_sent
from systems.sessions import Sessions

settings.load_profile("fuzz")

ID = "670405b2c8e3d13247cfef5d"
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

_NAMES = """
    id jobId personId title recruit state data next results success errorInfo errors code message
    moreDataAvailable nextCursor syncToken latestVersion customFields value values status candidate
    applicationId startDate salary currencyCode openingId department.name name label type
    contact.workEmail selectableValues locationIds openingState identifier scopes
"""
NAMES = st.sampled_from(_NAMES.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from([ID, "..", ".", "2026-12-01", "Hired", "Accepted", "ENUM", "\x1b[2J", KEY])
)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
ENVELOPES = BODIES | st.builds(
    lambda inner, rows: {"success": True, "results": inner if rows is None else rows, "data": rows},
    BODIES,
    st.none() | st.lists(st.dictionaries(NAMES, BODIES, max_size=6), max_size=3),
)
NOTE = Field("note", "Note", "STRING", "SINGLE", "JOB", "ORG", False, False, ())


class Free:
    """An allowance without a limit."""

    def take(self) -> None:
        """Go on."""

    def slow_down(self, seconds: float, *, everyone: bool) -> None:
        """Nothing."""

    def failed(self) -> None:
        """Nothing."""

    def succeeded(self) -> None:
        """Nothing."""


def wire(system: str, status: int, content: bytes) -> Wire:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=content)

    return Wire(
        system,
        "https://api.example.com",
        Credentials([Credential("id", {}, Free())]),
        Sessions(httpx.MockTransport(answer)),
        lambda _: None,
        sleep=lambda _: None,
        redaction=Redaction(KEY),
    )


ATS: dict[str, Callable[[AshbyAts], Any]] = {
    "openings": lambda ats: ats.openings("token"),
    "definitions": lambda ats: ats.definitions(None),
    "departments": lambda ats: [ats.entries(one, None) for one in Lookup],
    "close reasons": lambda ats: ats.close_reasons(),
    "search": lambda ats: ats.find_openings("ENG-1"),
    "opening": lambda ats: ats.opening(ID),
    "create": lambda ats: ats.create_opening(OpeningDetails(title="x"), State.DRAFT),
    "state": lambda ats: ats.set_state(ID, "Closed", None),
    "values": lambda ats: ats.set_opening_values(ID, {"f": "x"}),
    "applications": lambda ats: ats.applications(None, "f"),
    "application": lambda ats: ats.application(ID, "f"),
    "candidate": lambda ats: ats.candidate(ID),
    "offers": lambda ats: ats.offers(None),
    "offer": lambda ats: ats.offer(ID),
    "field": lambda ats: ats.create_field(CreateField("T", "String", "Opening", "m", (), False)),
    "try": lambda ats: ats.try_read("/opening.list"),
}
HRIS: dict[str, Callable[[ChartHopHris], Any]] = {
    "open jobs": lambda hris: hris.open_jobs([NOTE]),
    "job": lambda hris: hris.job(ID, [NOTE]),
    "fields": lambda hris: hris.custom_fields(),
    "built in": lambda hris: hris.built_in_fields(),
    "persons": lambda hris: hris.persons_by_email(["a@example.com"]),
    "create": lambda hris: hris.create_person({"name.first": "A"}),
    "changes": lambda hris: hris.hire_changes_of_job(ID),
    "zone": lambda hris: hris.time_zone(),
    "hire": lambda hris: hris.hire(ID, ID, "2026-12-01", "2026-11-01", ID, ID),
    "values": lambda hris: hris.job_values(ID, ["note"], "2026-12-01"),
    "try": lambda hris: hris.try_read("/v2/org/acme/job"),
}
STATUS = st.sampled_from([200, 200, 200, 200, 202, 204, 301, 400, 401, 403, 404, 429, 500])


def planned(do: Callable[[], object]) -> None:
    try:
        do()
    except (TryLater, NeedsHuman) as error:
        assert KEY not in str(error)  # noqa: PT017


@pytest.mark.parametrize("verb", ATS.values(), ids=ATS.keys())
@given(body=ENVELOPES, status=STATUS)
def test_any_answer_of_ashby(verb: Callable[[AshbyAts], Any], body: object, status: int) -> None:
    content = json.dumps(body).encode()

    planned(lambda: verb(AshbyAts(Ashby(wire("Ashby", status, content)))))


@pytest.mark.parametrize("verb", HRIS.values(), ids=HRIS.keys())
@given(body=ENVELOPES, status=STATUS)
def test_any_answer_of_charthop(
    verb: Callable[[ChartHopHris], Any], body: object, status: int
) -> None:
    content = json.dumps(body).encode()

    planned(lambda: verb(ChartHopHris(ChartHop(wire("ChartHop", status, content), "acme"))))


@given(body=ENVELOPES, status=STATUS)
def test_any_answer_about_permissions(body: object, status: int) -> None:
    content = json.dumps(body).encode()

    planned(lambda: ashby_permissions.permissions(Ashby(wire("Ashby", status, content))))


@given(content=st.binary(max_size=200), status=STATUS)
def test_any_bytes(content: bytes, status: int) -> None:
    planned(lambda: AshbyAts(Ashby(wire("Ashby", status, content))).openings(None))


@given(text=st.text(max_size=3000), value=st.text(min_size=4, max_size=30))
def test_no_error_text_repeats_what_was_sent(text: str, value: str) -> None:
    told = without_what_was_sent(Redaction(KEY).text(f"{text}{value}{text}{KEY}"), {"v": value})

    assert len(told) <= 300
    assert KEY not in told


@given(body=BODIES)
def test_data_without_the_key_stay_as_they_are(body: object) -> None:
    data = read_json(json.dumps(body).replace(KEY, "x").encode())

    assert Redaction(KEY).data(data) is data
