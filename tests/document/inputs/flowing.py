"""Pages with columns that a style sheet makes, as web pages are printed."""

from collections.abc import Sequence
from typing import Final

from tests.document.inputs.printed_pages import prose, sentences

_ONE: Final = prose(61, 30)
_TWO: Final = prose(62, 24)
_THREE: Final = prose(63, 3, 3)
_STYLE: Final = """
@page { size: 1000px 1400px; margin: 30px }
body { font: 13px/1.6 'Noto Serif CJK SC' }
p { margin: 0; text-indent: 2em; text-align: justify }
h2 { column-span: all; font-family: 'Noto Sans CJK SC' }
h4 { margin: 8px 0; font-family: 'Noto Sans CJK SC' }
figure { margin: 8px 0; break-inside: avoid }
figure div { height: 120px; background: #9ab }
"""
_FIGURE: Final = "<figure><div></div><figcaption>图为医护人员在病房　通讯员供图</figcaption></figure>"


def _text(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{each}</p>" for each in paragraphs)


def _page(body: str, *more: str) -> str:
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}{''.join(more)}</style>{body}"


_STORIES: Final = [["医联体下沉", *sentences(_ONE)], ["血站搬了新家", *sentences(_TWO)]]
FLOWING: Final[dict[str, tuple[str, list[list[str]]]]] = {
    "a picture in the first of four columns": (
        _page(
            f"<section style='columns: 4'><h2>医联体下沉</h2>{_text(_ONE[:3])}{_FIGURE}{_text(_ONE[3:])}</section>"
            f"<section style='columns: 3'><h2>血站搬了新家</h2>{_text(_TWO)}</section>"
        ),
        _STORIES,
    ),
    "lines that are not justified": (
        _page(
            f"<section style='columns: 3'><h2>医联体下沉</h2>{_text(_ONE)}</section>"
            f"<section style='columns: 2'><h2>血站搬了新家</h2>{_text(_TWO)}</section>",
            "p { text-align: left }",
        ),
        _STORIES,
    ),
    "paragraphs parted by space": (
        _page(
            f"<section style='columns: 3'><h2>医联体下沉</h2>{_text(_ONE)}</section>",
            "p { text-indent: 0; margin-bottom: .8em }",
        ),
        _STORIES[:1],
    ),
    "two stories side by side, briefs below": (
        _page(
            "<div style='display: grid; grid-template-columns: 2fr 1fr; gap: 24px'>"
            f"<section style='columns: 2'><h2>医联体下沉</h2>{_text(_ONE)}</section>"
            f"<section><h2>血站搬了新家</h2>{_text(_TWO[:4])}</section></div>"
            f"<section style='columns: 4'><h4>其一</h4>{_text(_THREE)}<h4>其二</h4>{_text(_TWO[4:])}</section>"
        ),
        [
            _STORIES[0],
            ["血站搬了新家", *sentences(_TWO[:4])],
            ["其一", *sentences(_THREE)],
            ["其二", *sentences(_TWO[4:])],
        ],
    ),
}
"""The pages, and what belongs together in reading order on each."""
