"""Whatever somebody wrote, it is one harmless line; whatever the file holds, it is read."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import WrongSetup
from core.text import for_assistant, for_log, for_message, for_terminal
from organizations import read_organizations

settings.load_profile("fuzz")

ANY = st.text(st.characters(), max_size=500) | st.binary(max_size=300).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
)


@given(text=ANY)
def test_any_text_is_one_harmless_line(text: str) -> None:
    for shown in (for_terminal(text), for_log(text)):
        assert all(letter.isprintable() or letter in "\u200c\u200d" for letter in shown)
    assert "\n" not in for_message(text)
    read = for_assistant(text)
    assert len(read) <= 200
    assert all(letter.isprintable() for letter in read)


_KEYS = """
    enabled charthop_org charthop_api_key ashby_api_key synced_fields hires_since push_hires
    close_reason notify brake offer_fields brake.close_percent colour
"""
_VALUES = """
    true True 1 "x" 'x' [ [] ["a"] { {} 2026-11-01 2026-02-30 "${NONE}" "file:/nowhere" "$X" \u201cx
    ''' \"\"\" ftp://user:PASSWORD@
"""
KEYS = st.sampled_from(_KEYS.split())
VALUES = st.sampled_from(_VALUES.split())
LINES = (
    st.builds(lambda key, value: f"{key} = {value}", KEYS, VALUES)
    | st.sampled_from(["[organizations.a]", "[organizations.b]", "[organizations.a.offer_fields]"])
    | st.sampled_from(["[organizations", "[a]", "organizations = 3", "[[organizations.a]]", "a: b"])
    | st.text(max_size=40)
)


@given(lines=st.lists(LINES, max_size=25))
def test_any_organizations_file_is_read(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "organizations.toml"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        file = read_organizations(path)
    except WrongSetup as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    for one in (*file.problems, *file.warnings):
        assert "\n" not in one.sentence
        assert one.line is None or one.line >= 1
