"""An error in one line: its kind and our places, and none of its words."""

import json
import re

import pytest

from core.fields import plan_fields
from core.traces import trace


def test_it_names_where_it_was_raised_and_then_the_places_of_ours() -> None:
    with pytest.raises(AttributeError) as caught:
        plan_fields([{"Mara": "Lindqvist"}], [])  # type: ignore[list-item]

    line = trace(caught.value)
    kind, _, places = line.partition(" at ")
    assert kind == "AttributeError"
    assert len(places.split(" <- ")) > 1
    for place in places.split(" <- "):
        assert re.fullmatch(r"fields\.py:\d+ <?\w+>?", place)


def test_what_others_were_doing_in_between_is_left_out() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads("Mara Lindqvist")

    assert re.fullmatch(r"JSONDecodeError at decoder\.py:\d+ raw_decode", trace(caught.value))


def test_an_error_that_was_never_raised_has_its_kind_only() -> None:
    assert trace(KeyError("Mara Lindqvist")) == "KeyError"
