"""The report's colours: what is written on what can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

import pipeline.output
from schemas import RECORD_TYPES

STYLE = (Path(pipeline.output.__file__).parent / "templates" / "report.css").read_text("utf-8")
ENOUGH = 4.5
"""The ratio of luminances that WCAG 2.2 asks of text (1.4.3, level AA)."""

Colour = tuple[float, float, float]

PAIRS = [
    *((text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "ground", "sheet", "head")),
    *(("ink", ground) for ground in ("pick", "at", "missed")),
    *((text, ground) for text in ("right", "unsure", "wrong") for ground in ("paper", "head", "pick")),
    ("faint", "sheet"),
    ("faint", "paper"),
    *(("on", name) for name in RECORD_TYPES),
    *((name, "paper") for name in RECORD_TYPES),
]


def themes() -> dict[str, dict[str, str]]:
    """The custom properties of the page, in light and in dark."""
    light, dark = (
        dict(re.findall(r"--([a-z-]+): ([^;]+);", block)) for block in re.findall(r":root \{([^}]*)\}", STYLE)
    )
    return {"light": light, "dark": light | dark}


def colour(text: str) -> Colour:
    """``#rgb`` or ``#rrggbb`` as three shares."""
    digits = text[1:] if len(text) == 7 else "".join(2 * each for each in text[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def luminance(of: Colour) -> float:
    """Relative luminance as WCAG defines it."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(theme: str) -> None:
    """Every pair of colours that the page writes one on the other has a contrast of 4.5 at least."""
    found = themes()[theme]
    weak = [pair for pair in PAIRS if contrast(colour(found[pair[0]]), colour(found[pair[1]])) < ENOUGH]
    assert weak == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_article_can_be_read_where_it_is_marked(theme: str) -> None:
    """On a type's tint, also on the deeper one of a value, the ink keeps a contrast of 4.5."""
    found = themes()[theme]
    ink, paper = colour(found["ink"]), colour(found["sheet"])
    for name in RECORD_TYPES:
        for share in (int(found[each].rstrip("%")) / 100 for each in ("tint", "deep")):
            red, green, blue = (
                share * c + (1 - share) * p for c, p in zip(colour(found[name]), paper, strict=True)
            )
            assert contrast(ink, (red, green, blue)) >= ENOUGH, (name, share)
