"""The order in which a page is read: its columns as they are cut, and what stands beside a story.

Frames, and captions under pictures, stand in the way of the cuts and in the middle of a story: they are taken out
first and put behind it.
"""

from collections.abc import Sequence
from typing import Final

from pipeline.document.inputs.column import HEADLINE, Column, breaks_off, indented, is_headline
from pipeline.document.inputs.cuts import columns, rows
from pipeline.document.inputs.page import Area, Piece, Sheet, around, body_size

_MOST_OF_PAGE: Final = 0.6
"""A frame around so much of the page parts nothing."""
_ACROSS: Final = 0.8
"""A frame over so much of the text's width stands in nobody's way."""
_CAPTION_LINES: Final = 3
_CAPTION_NEAR: Final = 2.5
"""Sizes between a picture and its caption, at most."""


def reading_order(sheet: Sheet) -> list[Column]:
    """The columns of a page in the order in which they are read; every piece of the page is in one of them."""
    rest = list(sheet.pieces)
    apart: list[list[Column]] = []
    pictures = [each for each in sheet.pictures if not any(each.holds(piece.area) for piece in rest)]
    for frame in _frames(sheet):
        inside = [piece for piece in rest if frame.holds(piece.area)]
        if not inside:
            pictures.append(frame)
        elif len(inside) < len(rest):
            rest = [piece for piece in rest if not frame.holds(piece.area)]
            apart.append([Column(each.rows, aside=True) for each in columns(inside, sheet.rules)])
    for picture in pictures:
        if caption := _caption(picture, rest):
            rest = [piece for piece in rest if piece not in caption]
            apart.append([Column(rows(caption), aside=True)])
    size = body_size(rest)
    ordered = _whole_stories(columns(rest, sheet.rules), size)
    for each in sorted(apart, key=lambda each: (each[0].area.y0, each[0].area.x0)):
        _put_behind(ordered, each, size)
    return ordered


def _frames(sheet: Sheet) -> list[Area]:
    """The frames that set something apart, the inner before the outer."""
    most = _MOST_OF_PAGE * sheet.width * sheet.height
    wide = around(piece.area for piece in sheet.pieces).width if sheet.pieces else 0.0
    frames = [
        each for each in sheet.frames if each.width * each.height < most and each.width < _ACROSS * wide
    ]
    return sorted(frames, key=lambda each: each.width * each.height)


def _caption(picture: Area, pieces: Sequence[Piece]) -> list[Piece]:
    """The lines below a picture that are of another size than the text, or stand alone there."""
    usual = body_size(pieces)
    below = sorted(
        (each for each in pieces if each.area.y0 >= picture.y1 - each.size and _under(picture, each.area)),
        key=lambda each: each.area.y0,
    )
    found: list[Piece] = []
    bottom = picture.y1
    for piece in below:
        if piece.area.y0 - bottom > (_CAPTION_NEAR if not found else 1) * piece.size:
            return found
        if found and abs(piece.size - found[0].size) > 0.1:
            return found if found[0].size < 0.95 * usual else []
        found.append(piece)
        bottom = max(bottom, piece.area.y1)
        if found[-1].size >= HEADLINE * usual or len(rows(found)) > _CAPTION_LINES:
            return []
    return found


def _under(picture: Area, area: Area) -> bool:
    slack = 0.1 * picture.width
    return picture.x0 - slack <= area.x0 and area.x1 <= picture.x1 + slack


def _whole_stories(ordered: list[Column], size: float) -> list[Column]:
    """The columns, those of a story put together that another story's headline tore apart.

    Where a column breaks off in a sentence and a headline comes next, the story goes on in the first later column
    that begins in the middle of a paragraph.
    """
    for at in range(len(ordered) - 2):
        torn = breaks_off(ordered[at]) and not is_headline(ordered[at], size)
        if not torn or not is_headline(ordered[at + 1], size):
            continue
        on = next((to for to in range(at + 2, len(ordered)) if _goes_on(ordered, at, to, size)), None)
        if on is not None:
            end = _end_of_story(ordered, on, size)
            ordered[at + 1 : end] = [*ordered[on:end], *ordered[at + 1 : on]]
    return ordered


def _goes_on(ordered: Sequence[Column], at: int, to: int, size: float) -> bool:
    """Whether the story of the column ``at`` goes on in the column ``to``."""
    column = ordered[to]
    return (
        not breaks_off(ordered[to - 1])
        and column.area.x0 > ordered[at].area.x0
        and not is_headline(column, size)
        and not indented(column, 0)
    )


def _end_of_story(ordered: Sequence[Column], at: int, size: float) -> int:
    """The place behind the story's last column: at the next headline, or at the end of the page."""
    later = range(at + 1, len(ordered))
    return next(
        (to for to in later if is_headline(ordered[to], size) and not ordered[to].aside), len(ordered)
    )


def _put_behind(ordered: list[Column], apart: list[Column], size: float) -> None:
    """Put a box or caption behind the story that stands nearest to it."""
    area = around(each.area for each in apart)
    flow = [at for at, each in enumerate(ordered) if not each.aside and not is_headline(each, size)]
    nearest = min(flow, key=lambda at: ordered[at].area.distance(area), default=len(ordered) - 1)
    end = _end_of_story(ordered, nearest, size)
    ordered[end:end] = apart
