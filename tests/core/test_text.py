"""Other people's words do nothing where they are shown."""

import pytest

from core import reasons
from core.messages import what_to_say
from core.outcomes import Outcome, Result
from core.text import MAX_SHOWN, for_assistant, for_log, for_message, for_terminal

HOSTILE = [
    ("\x1b[2J", "\\x1b[2J"),
    ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
    ("\x1b]8;;https://evil.example\x1b\\", "\\x1b]8;;https://evil.example\\x1b\\"),
    ("\x9b31m", "\\x9b31m"),
    ("\x9d0;x\x9c", "\\x9d0;x\\x9c"),
    ("\u202egnp.exe", "\\u202egnp.exe"),
    ("\u2066a\u2069", "\\u2066a\\u2069"),
    ("a\u200fb\u061c", "a\\u200fb\\u061c"),
    ("one\ntwo\r\nthree\u2028four\u2029", "one\\ntwo\\r\\nthree\\u2028four\\u2029"),
    ("\v\f\x85\x00\x7f", "\\x0b\\x0c\\x85\\x00\\x7f"),
    ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
    ("\U000e0041tag", "\\U000e0041tag"),
    ("\ud83d", "\\ud83d"),
    ("no\u00a0break", "no break"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_what_a_terminal_or_a_reader_would_obey_becomes_visible(text: str, shown: str) -> None:
    assert for_terminal(text) == for_log(text) == shown
    assert for_message(text).isprintable() or "\u200b" in for_message(text)


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Müller",
        "开发者",
        "מפתח",
        "👩\u200d💻 Engineer",
        "می\u200cخواهم",
        "R&D (Berlin)",
        "a\\b",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert for_terminal(text) == for_log(text) == for_message(text) == text


def test_what_is_shown_is_cut() -> None:
    assert for_terminal("x" * 300_000) == "x" * MAX_SHOWN + "..."
    assert len(for_log("\n" * 300_000)) < 5000
    assert len(for_message("@" * 300_000)) < 1000


MARKUP = [
    ("@everyone", "@everyone"),
    ("<!channel>", "<!channel>"),
    ("<@U123>", "<@"),
    ("[Approve](https://evil.example)", "]("),
    ("[Approve](https://evil.example)", "https://"),
    ("HTTP://evil.example", "HTTP://"),
    ("www.evil.example", "www.evil"),
    ("noor@example.com", "noor"),
    ("mailto://x", "mailto://"),
    ("`code` *bold*", "`"),
    ("<https://evil.example|Approve>", "|"),
]


@pytest.mark.parametrize(("text", "live"), MARKUP)
def test_mentions_links_and_markup_are_dead_in_a_message(text: str, live: str) -> None:
    assert live not in for_message(text)


def test_a_department_s_name_is_dead_in_the_message_about_it() -> None:
    name = "@everyone\n[Approve](https://evil.example)"
    result = Result(Outcome.HELD, (reasons.NO_DEPARTMENT(name=name),))

    message = what_to_say("acme", set(), {"job:1": result})

    assert message is not None
    assert "@everyone" not in message.body
    assert "](" not in message.body
    assert "Ashby has no department" in message.body
    assert len(message.body.splitlines()) == 3


def test_a_reason_holds_no_more_than_a_part_of_a_long_name() -> None:
    assert len(str(reasons.NO_DEPARTMENT(name="x" * 300_000))) < 3000


UNSEEN = [
    ("a\x1b[2Jb\x07\x00\x9b", "a[2Jb"),
    ("\u202egnp.exe\u2066\u200f\u061c", "gnp.exe"),
    ("zero\u200b\u200c\u200d\u2060\ufeffwidth", "zerowidth"),
    ("tag\U000e0041\U000e0042", "tag"),
    ("selected\ufe0f\U000e0100\u180b", "selected"),
    ("fill\u3164\u115f\uffa0\u034fed", "filled"),
    ("one\ntwo\r\n three\u2028four\u00a0five\x85", "one two three four five"),
    ("\ud83d half", "half"),
    ("private \ue000 use", "private use"),
    ("Zoë Müller, 开发者, מפתח (R&D)", "Zoë Müller, 开发者, מפתח (R&D)"),
    (
        "write to noor.h+x@mail.example.com, or <ada@example.net>",
        "write to (address), or <(address)>",
    ),
    ("noor@localhost", "(address)"),
    ("@everyone 5 @ 3", "@everyone 5 @ 3"),
]


@pytest.mark.parametrize(("text", "shown"), UNSEEN)
def test_an_assistant_reads_what_a_person_would_see(text: str, shown: str) -> None:
    assert for_assistant(text) == shown


@pytest.mark.parametrize("letter", ["x", "\u200b", "@", "\n", "a@", "\U000e0041"])
def test_an_assistant_reads_no_more_than_a_part(letter: str) -> None:
    assert len(for_assistant(letter * 300_000)) <= MAX_SHOWN
    assert for_assistant("x" * 201) == "x" * 199 + "\u2026"
    assert for_assistant("x" * 200) == "x" * 200
