"""Colours that everybody can read, in light and in dark.

https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

import re

import pytest

from control.web.console.app import STATIC

CSS = (STATIC / "console.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", one)) for one in CSS.split("@media")[:2]
)

TEXTS = ("text", "quiet", "link", "warn", "bad", "good")
GROUNDS = ("ground", "raised")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_as_far_apart_as_can_be() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_every_ground(colours: dict[str, str]) -> None:
    assert {*TEXTS, *GROUNDS, "line"} == set(colours)
    for text in TEXTS:
        for ground in GROUNDS:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_no_colour_is_written_elsewhere() -> None:
    rules = re.sub(r"--[a-z]+: #[0-9a-f]{6};", "", CSS)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", rules)
