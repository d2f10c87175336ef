"""The order in which a page is read: a recursive XY-cut over its lines.

A region is cut across where a band or a rule parts it, else down where a gutter does; what cannot be cut is
a column, read line by line. Frames, and captions under pictures, stand in the way of both cuts, and in the middle of
a story: they are taken out first and put behind it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from pipeline.document.inputs.page import Area, Piece, Row, Sheet, around, body_size

_GUTTER: Final = 0.8
"""Sizes of running text between two columns, at least."""
_BAND: Final = 0.8
"""Sizes of running text between two parts of a page, at least; and more than the lines' usual distance."""
HEADLINE: Final = 1.25
"""Times the size of running text, at least."""
_MOST_OF_PAGE: Final = 0.6
"""A frame around so much of the page parts nothing."""
_CAPTION_LINES: Final = 3
_CAPTION_NEAR: Final = 2.5
"""Sizes between a picture and its caption, at most."""


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of one width below each other: a column, a headline, a box or a caption."""

    rows: tuple[Row, ...]
    aside: bool = False
    """A box or caption: the story around it does not go on in it."""

    @property
    def area(self) -> Area:
        """What the lines cover."""
        return around(row.area for row in self.rows)


def aside(piece: Piece) -> Column:
    """A line that belongs to no story."""
    return Column((Row((piece,)),), aside=True)


def reading_order(sheet: Sheet) -> list[Column]:
    """The columns of a page in the order in which they are read; every piece of the page is in one of them."""
    rest = list(sheet.pieces)
    asides: list[list[Column]] = []
    pictures = list(sheet.pictures)
    for frame in _frames(sheet):
        inside = [piece for piece in rest if frame.holds(piece.area)]
        if not inside:
            pictures.append(frame)
        elif len(inside) < len(rest):
            rest = [piece for piece in rest if not frame.holds(piece.area)]
            asides.append([Column(each.rows, aside=True) for each in _columns(inside, sheet.rules)])
    for picture in pictures:
        caption = _caption(picture, rest)
        rest = [piece for piece in rest if piece not in caption]
        asides += [[Column(tuple(_rows(caption)), aside=True)]] if caption else []
    columns = _whole_stories(_columns(rest, sheet.rules), body_size(rest))
    for each in asides:
        _put_behind(columns, each, body_size(rest))
    return columns


def _frames(sheet: Sheet) -> list[Area]:
    """The frames that set something apart, the inner before the outer."""
    most = _MOST_OF_PAGE * sheet.width * sheet.height
    frames = [each for each in sheet.frames if each.width * each.height < most]
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
        if found[-1].size >= HEADLINE * usual or len(_rows(found)) > _CAPTION_LINES:
            return []
    return found


def _under(picture: Area, area: Area) -> bool:
    slack = 0.1 * picture.width
    return picture.x0 - slack <= area.x0 and area.x1 <= picture.x1 + slack


def _columns(pieces: Sequence[Piece], rules: Sequence[Area]) -> list[Column]:
    return list(_cut(pieces, rules, body_size(pieces))) if pieces else []


def _cut(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> Iterator[Column]:
    """The columns of a region."""
    rows = _rows(pieces)
    # The last way is for gutters that a rule closes: what is not cut at all would be read across.
    for cut, known in ((_stories, rules), (_bands, rules), (_beside, rules), (_beside, ())):
        parts = cut(pieces, known, size)
        if len(parts) > 1 and (len(rows) > 1 or cut is _stories):
            for part in parts:
                yield from _cut(part, rules, size)
            return
    yield Column(tuple(rows))


def _stories(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> list[list[Piece]]:
    """The region cut down between stories, where each begins with a headline, or where a rule goes all down."""
    whole = around(piece.area for piece in pieces)
    down = [rule.x0 for rule in rules if rule.height > max(rule.width, 0.9 * whole.height)]
    ruled: list[list[Piece]] = []
    headed: list[list[Piece]] = []
    right = 0.0
    for part in _beside(pieces, rules, size):
        area = around(piece.area for piece in part)
        if not ruled or any(right <= line <= area.x0 for line in down):
            ruled.append([])
        if not headed or min(part, key=lambda each: each.area.y0).size >= HEADLINE * size:
            headed.append([])
        ruled[-1] += part
        headed[-1] += part
        right = area.x1
    if len(ruled) > 1:
        return ruled
    first = min(headed[0], key=lambda each: each.area.y0)
    return headed if first.size >= HEADLINE * size else [list(pieces)]


def _bands(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> list[list[Piece]]:
    """The region cut across in two: best at a rule that goes all through it, else above a headline, else at the widest gap."""
    whole = around(piece.area for piece in pieces)
    lines = [
        rule.y0
        for rule in rules
        if rule.width > rule.height and min(rule.x1, whole.x1) - max(rule.x0, whole.x0) > 0.6 * whole.width
    ]
    least = max(_BAND * size, 1.6 * _usual_gap(pieces) + 0.2 * size)
    ordered = sorted(pieces, key=lambda each: each.area.y0)
    best, cut = (False, False, 0.0), 0
    bottom, above = ordered[0].area.y1, ordered[0]
    for at, piece in enumerate(ordered):
        gap = piece.area.y0 - bottom
        ruled = any(bottom - 0.2 * size <= line <= piece.area.y0 + 0.2 * size for line in lines)
        if gap >= least or (ruled and gap > -0.2 * size):
            headed = piece.size >= HEADLINE * size > above.size
            best, cut = max((best, cut), ((ruled, headed, gap), at))
        if piece.area.y1 > bottom:
            bottom, above = piece.area.y1, piece
    return [ordered[:cut], ordered[cut:]] if cut else [ordered]


def _usual_gap(pieces: Sequence[Piece]) -> float:
    """The usual distance between two lines of a column, from the foot of one to the head of the next."""
    gaps: list[float] = []
    ordered = sorted(pieces, key=lambda each: each.area.y0)
    for at, piece in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.area.y0 > piece.area.y1 + 2 * piece.size:
                break
            if other.area.y0 >= piece.area.y1 - 0.3 * piece.size and _overlap(piece.area, other.area):
                gaps.append(other.area.y0 - piece.area.y1)
                break
    return median(gaps) if gaps else 0.0


def _overlap(one: Area, other: Area) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0)


def _beside(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> list[list[Piece]]:
    """The region cut down, at its gutters; a rule across a gutter closes it."""
    whole = around(piece.area for piece in pieces)
    across = [rule for rule in rules if rule.width > rule.height and whole.y0 < rule.y0 < whole.y1]
    parts: list[list[Piece]] = []
    right = 0.0
    for piece in sorted(pieces, key=lambda each: each.area.x0):
        left = piece.area.x0
        closed = any(rule.x0 < right and left < rule.x1 for rule in across)
        if not parts or (left - right >= _GUTTER * size and not closed):
            parts.append([])
        parts[-1].append(piece)
        right = max(right, piece.area.x1)
    return parts


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """The pieces line by line."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.area.y1):
        if rows and piece.area.y1 - rows[-1][0].area.y1 < 0.5 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [Row(tuple(sorted(row, key=lambda each: each.area.x0))) for row in rows]


def _whole_stories(columns: list[Column], size: float) -> list[Column]:
    """The columns, those of a story put together that another story's headline tore apart.

    Where a column breaks off in a sentence and a headline comes next, the story goes on in the first later column
    that begins in the middle of a paragraph.
    """
    ordered = list(columns)
    for at in range(len(ordered) - 2):
        torn = breaks_off(ordered[at]) and not is_headline(ordered[at], size)
        if not torn or not is_headline(ordered[at + 1], size):
            continue
        on = next((to for to in range(at + 2, len(ordered)) if _goes_on(ordered, at, to, size)), None)
        if on is not None:
            end = _end_of_story(ordered, on, size)
            ordered[at + 1 : end] = [*ordered[on:end], *ordered[at + 1 : on]]
    return ordered


def _goes_on(columns: Sequence[Column], at: int, to: int, size: float) -> bool:
    """Whether the story of the column ``at`` goes on in the column ``to``."""
    column = columns[to]
    return (
        not breaks_off(columns[to - 1])
        and column.area.x0 > columns[at].area.x0
        and not is_headline(column, size)
        and not indented(column, 0)
    )


def _end_of_story(columns: Sequence[Column], at: int, size: float) -> int:
    """The place behind the story's last column: at the next headline, or at the end of the page."""
    return next((to for to in range(at + 1, len(columns)) if is_headline(columns[to], size)), len(columns))


def _put_behind(columns: list[Column], apart: list[Column], size: float) -> None:
    """Put a box or caption behind the story that stands nearest to it."""
    area = around(each.area for each in apart)
    flow = [at for at, each in enumerate(columns) if not each.aside and not is_headline(each, size)]
    nearest = min(flow, key=lambda at: columns[at].area.distance(area), default=len(columns) - 1)
    end = _end_of_story(columns, nearest, size)
    columns[end:end] = apart


def is_headline(column: Column, size: float) -> bool:
    """Whether a column begins with a headline, where running text has that size."""
    return column.rows[0].size >= HEADLINE * size


def indented(column: Column, at: int) -> bool:
    """Whether a line begins as a paragraph does, with two characters of white space."""
    row = column.rows[at]
    return row.area.x0 - column.area.x0 > 1.2 * row.size


def full(column: Column, at: int) -> bool:
    """Whether a line reaches the end of its column."""
    row = column.rows[at]
    return column.area.x1 - row.area.x1 < 1.6 * row.size


def breaks_off(column: Column) -> bool:
    """Whether a column's last line stops in the middle of a sentence; what has one line only is a heading or byline."""
    return len(column.rows) > 1 and full(column, -1) and not closed(column.rows[-1].text)


def closed(text: str) -> bool:
    """Whether ``text`` ends with closing punctuation, behind which quotes and brackets may close."""
    return text.rstrip("”’」』）)】》〉\"' ")[-1:] in tuple("。！？!?；;…")
