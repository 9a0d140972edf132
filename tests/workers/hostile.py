"""What anybody may push into a queue."""

import base64
import json
from typing import Any

HOSTILE = [
    b"not json",
    b"[]",
    b"{}",
    b"null",
    b"\xff\xfe\x00",
    b'{"properties": []}',
    b'{"properties": {}}',
    b'{"properties": {"delivery_tag": "t", "body_encoding": "rot13"}, "body": "x"}',
    b'{"properties": {"delivery_tag": "t", "body_encoding": "base64"}, "body": "%"}',
    b'{"properties": {"delivery_tag": "t", "delivery_info": {}}, "body": "x"}',
    b'{"properties": {"delivery_tag": "t", "delivery_info": null}, "body": "x"}',
    b'{"__type__": "decimal", "__value__": "x"}',
    b'{"__type__": "datetime", "__value__": 1}',
    b"[" * 100_000,
]
"""What anybody may push into a queue: not even an envelope."""


def task(**changes: Any) -> bytes:
    """A message in a right envelope, with something wrong in it."""
    envelope: dict[str, Any] = {
        "body": base64.b64encode(b'[["acme"], {}, {}]').decode(),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"task": "tasks.sync_organization", "id": "x", "lang": "py"},
        "properties": {
            "correlation_id": "x",
            "delivery_tag": "t",
            "delivery_info": {"exchange": "", "routing_key": "jobs"},
            "body_encoding": "base64",
        },
    }
    return json.dumps({**envelope, **changes}).encode()


WRONG = [
    task(**{"content-encoding": "utf-99"}),
    task(**{"content-type": "application/x-python-serialize"}),
    task(body=base64.b64encode(b"{").decode()),
    task(body=base64.b64encode(b"5").decode()),
    task(body=base64.b64encode(b"[[1], [2], [3]]").decode()),
    task(headers=None),
    task(headers=[]),
    task(headers={}),
    task(headers={"task": ["x"], "id": "x"}),
    task(headers={"task": "tasks.sync_all"}),
    task(headers={"task": "tasks.sync_all", "id": "x", "eta": "yesterday"}),
    task(headers={"task": "tasks.sync_all", "id": "x", "expires": "never"}),
    task(headers={"task": "tasks.sync_all", "id": "x", "retries": "many", "timelimit": 5}),
    task(properties={"delivery_tag": ["t"], "delivery_info": {}, "body_encoding": "base64"}),
]
"""Messages with an envelope that Celery cannot take."""

UNKNOWN = task(headers={"task": "tasks.nobody", "id": "x"})
