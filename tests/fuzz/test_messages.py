"""Any webhook is an event or is refused; any queue message is read or has a fault."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from systems.ashby import webhooks as ashby
from systems.charthop import webhooks as charthop
from systems.parsing import is_id
from systems.webhooks import KIND, NotTaken
from workers.envelope import unreadable

settings.load_profile("fuzz")

SECRET = b"0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_NAMES = """
    action data webhookActionId application offer opening id applicationId status acceptanceStatus
    deletedCandidate mergedCandidate latestVersion customFields title value identifier
    code entitytype entity_type type subtype payload jobId job_id entityid userId fields
    body content-type content-encoding headers properties delivery_tag delivery_info exchange
    routing_key body_encoding task eta expires retries timelimit stamps group_index
"""
NAMES = st.sampled_from(_NAMES.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=20)
    | st.sampled_from(
        ["670405b2c8e3d13247cfef5d", "JOB", "ping", "candidateHire", "ChartHop Job ID"]
    )
    | st.sampled_from(["3b1f6f0e-7b3e-4d1c-9a55-0d6d3f2b8c11", "..", "Hired", "application/json"])
)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
CONTENTS = BODIES.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=200)


def ids_of(event: ashby.AshbyEvent | charthop.ChartHopEvent) -> list[str | None]:
    if isinstance(event, charthop.ChartHopEvent):
        return [event.job_id, event.user_id]
    single = (event.application_id, event.offer_id, event.opening_id, event.job_id)
    return [*single, *event.candidate_ids]


@given(content=CONTENTS)
def test_any_signed_body_is_an_event_of_ids_or_refused(content: bytes) -> None:
    signature = hmac.new(SECRET, content, hashlib.sha256).hexdigest()
    headers = {
        "ashby-signature": f"sha256={signature}",
        "authorization": f"Bearer {SECRET.decode()}",
    }
    for read_event in (ashby.read_event, charthop.read_event):
        with suppress(NotTaken):
            event: Any = read_event(headers, content, [SECRET])
            assert KIND.fullmatch(event.kind)
            assert all(one is None or is_id(one) for one in ids_of(event))


@given(content=CONTENTS, header=st.text(max_size=100))
def test_any_other_signature_is_refused(content: bytes, header: str) -> None:
    for read_event in (ashby.read_event, charthop.read_event):
        try:
            read_event({"ashby-signature": header, "authorization": header}, content, [SECRET])
        except NotTaken as error:
            assert error.status == 401  # noqa: PT017
        else:
            raise AssertionError(header)


@given(message=BODIES, arguments=CONTENTS)
def test_any_message_is_read_or_has_a_fault(message: Any, arguments: bytes) -> None:
    if isinstance(message, dict):
        message["body"] = base64.b64encode(arguments).decode()
    why = unreadable(message)
    assert why is None or 0 < len(why) < 100
