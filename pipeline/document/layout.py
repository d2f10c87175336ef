"""From the lines of a page to its paragraphs: what was broken for the column's width is put together again.

A line goes on in the next where it fills its column and does not close a sentence; so does a block, across
empty lines. Headings, bylines and captions stay alone. The rules look at widths, closing punctuation and the
few forms that never end a line (``2021年12月`` / ``30日``, an open bracket); they know no language model.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document.columns import reordered
from pipeline.document.lines import Line, groups, read_lines
from pipeline.document.notices import is_notice_title, sections
from pipeline.document.text import HAN, Block, MappedText, Page

_WIDEST = 160
"""No newspaper column is wider; a longer line is a whole paragraph."""
_NARROWEST = 16
_WINDOW = 6
_HEADING_LONGEST = 60
"""Characters of a heading, over all its lines."""

_OPEN_LONGEST = 80
"""Characters for which an open bracket holds lines together."""

_ENTRY = re.compile(rf"[{HAN}\s]{{2,12}}[：:]\s*[0-9０-９*]{{4,}}")
"""A line such as ``收据号码：123456``, which is complete."""

_INNER_STOP = re.compile("[，。；、,;]")
_HANGING = "，。、；：！？"
_OPENERS = "“‘《〈（(【「『"
_CLOSERS = "”’」』）)】》〉]\"' "
_CLOSING = "。！？!?；;…"
_GOES_ON = "，、,（(“‘《〈【「『—·"
_PAIRS = (
    ("（", "）"),
    ("(", ")"),
    ("“", "”"),
    ("‘", "’"),
    ("《", "》"),
    ("【", "】"),
    ("「", "」"),
    ("『", "』"),
)

_SEAMS = (
    (
        re.compile(r"[0-9０-９]\Z"),
        re.compile(r"(?:年|月|日|时|分|元|万|亿|例|%|％|人|名|个|项|张|亩|平方米)"),
    ),
    (re.compile(r"年\Z"), re.compile(r"\d{1,2}\s?月")),
    (re.compile(r"月\Z"), re.compile(r"\d{1,2}\s?日")),
    (re.compile(r"[号號码碼编編]\s?[：:]\s?\Z"), re.compile(r"[0-9０-９A-Za-z]")),
)
"""Ends and beginnings of lines that belong together whatever the width."""

_NAMES = rf"[{HAN}·]{{1,4}}(?:[\s、]+[{HAN}·]{{1,4}})*"
_BYLINE = re.compile(
    rf"[□■◆●]?\s*[{HAN}\s/]{{0,14}}(?:记者|記者|通讯员|通訊員|作者|摄影|攝影|编辑|編輯|责编|文/图|图/文|文|图)"
    rf"[\s:：/]+{_NAMES}(?:\s*文?/?[图圖摄攝影]*)?"
    rf"|[□■].{{1,30}}|[（(].{{0,40}}(?:摄|攝|供图|供圖|资料图|資料圖|文/图)[）)]"
)
_CREDIT = re.compile(
    r"(?:来源|來源|稿源|供稿|撰稿|报道|報道|报导|報導|责编|責編|责任编辑|責任編輯|审核|審核|校对|校對|初审|复审|终审|审稿|监制"
    r"|发布时间|发布日期|发表时间|更新时间|發布時間|發布日期)\s?[:：].{1,60}"
)
"""A line of a site's imprint: where a piece comes from, who made it, when it appeared."""
_STAMP = re.compile(
    r"(?=.*[-/.:：])(?:\w{0,4}(?:时间|時間|日期)\s?[:：]\s*)?[12]\d{3}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?"
    r"(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
"""A line that says nothing but when a site put a piece up; ``2022年11月30日`` alone signs a notice."""
_STARTS = re.compile(r"——|[●■□◆◇★☆▲△▶►①-⑳]|【[^】]{1,12}】")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, while they are collected."""

    lines: list[Line]


def lay_out(text: str, *, whole: bool = False) -> Page:
    """The blocks of a page in reading order and what was left out; ``text`` is the source as it stands.

    Where its lines are ``whole`` paragraphs in order, they stay as they are.
    """
    lines, dropped = read_lines(text)
    found = [_Paragraph([line]) for line in lines] if whole else _paragraphs(reordered(lines))
    paragraphs = [_joined(paragraph) for paragraph in found]
    marks = sections([block.text.text for block in paragraphs])
    blocks = tuple(
        Block(block.text, section, block.heading, block.doubts)
        for block, section in zip(paragraphs, marks, strict=True)
    )
    return Page(blocks, tuple(dropped))


def _paragraphs(lines: list[Line]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    places = _places(lines)
    for at, line in enumerate(lines):
        if at and _continues(found[-1], places[at - 1], line, places[at]):
            found[-1].lines.append(line)
        else:
            found.append(_Paragraph([line]))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands on the page."""

    width: int
    usual: int
    """The usual width of its column, in columns of a half-width letter."""
    widest: int
    """The widest line of its group."""
    size: int
    """Lines in its group."""
    double_spaced: bool
    """It and the lines around stand alone between empty lines, most of them as wide as the column."""


def _fills(width: int, usual: int, *, first: bool = False) -> bool:
    """Whether a line reaches the end of its column.

    It may fall short by a character pushed to the next line and some half widths, the first of a paragraph
    also by an indent of two characters that is lost in the file.
    """
    slack = usual // 7 + 1 + (3 if first else 0)
    return _NARROWEST <= usual <= _WIDEST and usual - slack <= width <= usual + 4


def _places(lines: list[Line]) -> list[_Place]:
    widths = [_set_width(line) for line in lines]
    found: list[_Place] = []
    for group in groups(lines):
        start = len(found)
        inside = widths[start : start + len(group)]
        widest = max(inside)
        usual = _measure(inside) if len(group) > 2 else 0
        for at in range(start, start + len(group)):
            near = slice(max(0, at - _WINDOW), at + _WINDOW + 1)
            column = usual or _measure(widths[near]) or widest
            column = _beside(widths, at, column)
            alone = len(group) == 1 and all(line.gap for line in lines[near])
            full = sum(_fills(width, column, first=True) for width in widths[near]) if alone else 0
            found.append(
                _Place(widths[at], column, widest, len(group), alone and 3 * full > 2 * len(lines[near]))
            )
    return found


def _set_width(line: Line) -> int:
    """The width of a line; punctuation at its end may hang over the column's edge and is not counted."""
    return line.width - (2 if line.text.text[-1] in _HANGING else 0)


def _beside(widths: Sequence[int], at: int, usual: int) -> int:
    """The usual width at a line that is wider than ``usual``: that of a neighbour which is nearly as wide."""
    if widths[at] <= usual + 4:
        return usual
    near = widths[max(0, at - 2) : at + 3]
    alike = [width for width in near if abs(width - widths[at]) <= widths[at] // 5]
    return max(alike) if len(alike) > 1 else usual


def _measure(widths: Sequence[int]) -> int:
    """The largest width that has company: some lines of at most four columns less. 0 where there is none."""
    ordered = sorted((width for width in widths if width <= _WIDEST), reverse=True)
    company = 1 if len(ordered) < 4 else 2
    for at, width in enumerate(ordered[: len(ordered) - company]):
        if width - ordered[at + company] <= 4:
            return width
    return 0


def _continues(paragraph: _Paragraph, before: _Place, line: Line, here: _Place) -> bool:
    """Whether ``line`` goes on where the paragraph's last line stops."""
    last = paragraph.lines[-1]
    if line.whole or last.whole or _begins(line, last) or _stands_alone(last):
        return False
    tail = last.text.text
    if any(end.search(tail[-8:]) and start.match(line.text.text) for end, start in _SEAMS):
        return True
    if _ENTRY.fullmatch(tail) and not line.text.text[0].isdigit():
        return False
    # A quote or bracket that opens the next line could not stand at the end of this one.
    width = before.width + (2 if line.text.text[0] in _OPENERS else 0)
    # A column has no line that is wider than any column: behind two headings of one width stands a whole paragraph.
    full = _fills(width, before.usual, first=len(paragraph.lines) == 1) and here.width <= _WIDEST
    if line.gap:
        return _crosses(paragraph, before, line, here, full)
    if _closed(tail):
        return full
    beside = here.size == 2 and _fills(width, before.widest)
    return full or beside or tail[-1] in _GOES_ON or (width <= _WIDEST and _open(paragraph))


def _crosses(paragraph: _Paragraph, before: _Place, line: Line, here: _Place, full: bool) -> bool:
    """Whether the paragraph goes on behind the empty line before ``line``."""
    tail = paragraph.lines[-1].text.text
    if _closed(tail) or here.width > before.usual + 4:
        return False
    return (full or tail[-1] in "，、,") and _runs(paragraph, here) and not _is_caption(line, before, here)


def _begins(line: Line, last: Line) -> bool:
    """Whether ``line`` starts something new by its looks alone."""
    return bool(
        line.mark
        or line.indent > last.indent + 2
        or _STARTS.match(line.text.text)
        or is_notice_title(line.text.text)
        or _is_byline(line.text.text)
    )


def _stands_alone(line: Line) -> bool:
    return line.mark == "heading" or is_notice_title(line.text.text) or _is_byline(line.text.text)


def _is_byline(text: str) -> bool:
    short = len(text) <= 50 and (_BYLINE.fullmatch(text) or _STAMP.fullmatch(text))
    return bool(short or _CREDIT.fullmatch(text))


def _closed(text: str) -> bool:
    """Whether ``text`` ends with closing punctuation, behind which quotes and brackets may close."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(_CLOSING)


def _open(paragraph: _Paragraph) -> bool:
    """Whether a bracket or quotation mark is open at the end of the paragraph."""
    text = "".join(line.text.text for line in paragraph.lines[-4:])[-_OPEN_LONGEST:]
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in _PAIRS)


def _runs(paragraph: _Paragraph, here: _Place) -> bool:
    """Whether the paragraph is running text, so that it may go on behind an empty line.

    A line alone between empty lines is a heading, unless it holds a comma or stop and lines stand below, or
    all around stand alone: then the file has an empty line after each.
    """
    first = paragraph.lines[0]
    if len(paragraph.lines) > 1 or not first.gap or here.double_spaced:
        return True
    return here.size > 1 and _INNER_STOP.search(first.text.text) is not None


def _is_caption(line: Line, before: _Place, here: _Place) -> bool:
    """Whether ``line`` is a heading or caption between columns of text: alone, short and without a stop."""
    if here.size > 1 or _closed(line.text.text) or _INNER_STOP.search(line.text.text):
        return False
    return not _fills(here.width, before.usual)


@dataclass(frozen=True, slots=True)
class _Joined:
    text: MappedText
    heading: bool
    doubts: frozenset[int]


def _joined(paragraph: _Paragraph) -> _Joined:
    """The paragraph in one piece. A blank stands between two lines only where both sides are Latin words."""
    parts = [paragraph.lines[0].text]
    for before, line in zip(paragraph.lines, paragraph.lines[1:], strict=False):
        if _latin(before.text.text[-1]) and _latin(line.text.text[0]):
            # The blank stands for the line end just behind the line's last character.
            parts.append(MappedText(" ", (before.text.origin[-1] + 1,)))
        parts.append(line.text)
    text = MappedText.concat(parts)
    first = paragraph.lines[0]
    heading = first.mark == "heading" or (not first.whole and _is_heading(text.text))
    return _Joined(text, heading, first.doubts)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_heading(text: str) -> bool:
    return len(text) <= _HEADING_LONGEST and not _closed(text) and "。" not in text
