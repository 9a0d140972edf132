"""What a job is called that was read by its id alone."""

import pytest

from core.matching import OpeningIndex
from tasks.late_jobs import identified
from tests.core.samples import CATALOGUE, LINK, job, opening


@pytest.mark.parametrize("code", ["ENG-1", "eng-1", "ENG-1 "])
def test_a_code_that_anothers_opening_has_is_not_taken(code: str) -> None:
    mine = job(requisition=code)
    others = opening(id="o9", identifier="ENG-1", values={LINK.id: "another"})
    assert identified(mine, OpeningIndex([others], CATALOGUE)).requisition is None
    assert identified(mine, OpeningIndex([], CATALOGUE)).requisition == code
