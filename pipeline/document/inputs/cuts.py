"""A page's pieces cut into columns: a recursive XY-cut.

A region is cut across where a band or a rule parts it, else down where a gutter does; what cannot be cut is
a column, read line by line.
"""

from collections.abc import Iterator, Sequence
from statistics import mean, median
from typing import Final

from pipeline.document.inputs.column import HEADLINE, Column
from pipeline.document.inputs.page import Area, Piece, Row, around, body_size

_GUTTER: Final = 0.8
"""Sizes of running text between two columns, at least."""
_BAND: Final = 0.8
"""Sizes of running text between two parts of a page, at least; and more than the lines' usual distance."""

_FEWEST_LINES: Final = 5
_NARROWEST: Final = 6
"""Lines, and characters of each, of columns beside each other; fewer are a table."""


def columns(pieces: Sequence[Piece], rules: Sequence[Area]) -> list[Column]:
    """The columns of a region in the order of the cuts: above before below, left before right."""
    return list(_cut(pieces, rules, body_size(pieces))) if pieces else []


def rows(pieces: Sequence[Piece]) -> tuple[Row, ...]:
    """The pieces line by line."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.area.y1):
        if found and piece.area.y1 - found[-1][0].area.y1 < 0.5 * min(piece.size, found[-1][0].size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return tuple(Row(tuple(sorted(row, key=lambda each: each.area.x0))) for row in found)


def _cut(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> Iterator[Column]:
    """The columns of a region."""
    lines = rows(pieces)
    # The last ways are for gutters that a rule closes or other columns end: what is not cut at all is read across.
    for cut, known in ((_stories, rules), (_bands, rules), (_beside, rules), (_beside, ()), (_abutting, ())):
        parts = cut(pieces, known, size)
        if len(parts) > 1 and (len(lines) > 1 or cut is _stories):
            for part in parts:
                yield from _cut(part, rules, size)
            return
    yield Column(lines)


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
        ruled = gap > -0.2 * size and any(
            bottom - 0.2 * size <= line <= piece.area.y0 + 0.2 * size for line in lines
        )
        if ruled or (gap >= least and not _twins(ordered[:at], above, size)):
            headed = piece.size >= HEADLINE * size > above.size
            best, cut = max((best, cut), ((ruled, headed, gap), at))
        if piece.area.y1 > bottom:
            bottom, above = piece.area.y1, piece
    return [ordered[:cut], ordered[cut:]] if cut else [ordered]


def _twins(pieces: Sequence[Piece], last: Piece, size: float) -> bool:
    """Whether the last line of some pieces is headlines beside each other: each goes with what stands below it."""
    line = [each for each in pieces if abs(each.area.y1 - last.area.y1) < 0.5 * each.size]
    return len(line) > 1 and all(each.size >= HEADLINE * size for each in line)


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


def _abutting(pieces: Sequence[Piece], rules: Sequence[Area], size: float) -> list[list[Piece]]:
    """The region cut across where its gutters end, as other columns begin without a band between: most lines that have one."""
    lines = rows(pieces)
    for at in range(len(lines) - 1, _FEWEST_LINES - 1, -1):
        head = [piece for row in lines[:at] for piece in row.pieces]
        if len(_beside(head, rules, size)) > 1 and mean(len(piece.text) for piece in head) > _NARROWEST:
            return [head, [piece for row in lines[at:] for piece in row.pieces]]
    return [list(pieces)]
