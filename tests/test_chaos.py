"""A short bad day; the long one is `make chaos`."""

import pytest

from tools import chaos


@pytest.mark.timeout(170)
def test_a_short_bad_day_is_survived(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["chaos", "--seconds", "8", "--jobs", "12", "--hires", "3", "--seed", "7", "--hurry"]
    monkeypatch.setattr("sys.argv", words)
    assert chaos.main() == 0, capsys.readouterr().out
    assert "survived" in capsys.readouterr().out
