"""Lines in reading order as text, one paragraph a line, and where each piece of it stands on its page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.document.inputs.column import HEADLINE, Column, breaks_off, closed, full, indented
from pipeline.document.inputs.page import Row
from pipeline.document.text import PrintedLine

_SAME_SIZE: Final = 1.12
"""How many times as large as the other a line of the same paragraph may be."""
_TITLE_LINES: Final = 3
_WORD: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its page's number and its column."""

    page: int
    column: Column
    at: int

    @property
    def row(self) -> Row:
        """The line itself."""
        return self.column.rows[self.at]


def written(paragraphs: Iterable[list[Line]]) -> tuple[str, dict[int, list[PrintedLine]]]:
    """The text, a line for each paragraph, and for each page's number where the pieces of its lines stand in it."""
    parts: list[str] = []
    lines: dict[int, list[PrintedLine]] = {}
    length = 0
    for paragraph in paragraphs:
        tail = ""
        for line in paragraph:
            for at, piece in enumerate(line.row.pieces):
                parts += [_between(tail, piece.text, apart=at > 0), piece.text]
                start = length + len(parts[-2])
                length = start + len(piece.text)
                area = piece.area
                places = (round(each, 1) for each in (area.x0, area.y0, area.x1, area.y1))
                lines.setdefault(line.page, []).append(PrintedLine(start, length, *places))
                tail = piece.text
        parts.append("\n")
        length += 1
    return "".join(parts), lines


def _between(before: str, after: str, *, apart: bool) -> str:
    """What parts two pieces: a blank within a line, and where two Latin words meet at a line's end."""
    words = f"{before[-1:]}{after[:1]}"
    return " " if apart or (len(words) == 2 and words.isascii() and words.isalnum()) else ""


def paragraphs(columns: Iterable[tuple[int, Column]], size: float) -> Iterator[list[Line]]:
    """The lines of the paragraphs of columns in reading order, each column with its page's number.

    ``size`` is that of running text. A paragraph may go on in the next column or on the next page; a box or caption
    that comes between waits for its end.
    """
    paragraph: list[Line] = []
    aside: list[Line] = []
    for page, column in columns:
        lines = [Line(page, column, at) for at in range(len(column.rows))]
        if column.aside:
            aside += lines
            continue
        if aside and not (paragraph and _continues(paragraph, lines[0], size)):
            yield from _cut([*paragraph, *aside], size)
            paragraph, aside = [], []
        for line in lines:
            if paragraph and not _continues(paragraph, line, size):
                yield from _cut([*paragraph, *aside], size)
                paragraph, aside = [], []
            paragraph.append(line)
    yield from _cut([*paragraph, *aside], size)


def _cut(lines: Iterable[Line], size: float) -> Iterator[list[Line]]:
    """The paragraphs of some lines."""
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _continues(paragraph, line, size):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _continues(paragraph: list[Line], line: Line, size: float) -> bool:
    before = paragraph[-1]
    small, large = sorted((before.row.size, line.row.size))
    if large > _SAME_SIZE * small:
        return False
    if before.column is not line.column:
        aside = before.column.aside or line.column.aside
        return (
            not aside
            and large < HEADLINE * size
            and breaks_off(before.column)
            and not indented(line.column, 0)
        )
    if _gap(line) > 1.6 * line.column.usual_gap + 0.3 * large:
        return False
    if small >= HEADLINE * size:
        return len(paragraph) < _TITLE_LINES and not closed(before.row.text)
    if indented(line.column, line.at) or not _reaches(before, line):
        return False
    heading = closed(before.row.text) and not full(line.column, line.at) and not closed(line.row.text)
    return not heading


def _reaches(before: Line, line: Line) -> bool:
    """Whether a line is so full that the next one's first word had no room in it."""
    word = _WORD.match(line.row.text)
    room = before.column.area.x1 - before.row.area.x1
    return full(before.column, before.at) or (
        word is not None and room < 0.6 * before.row.size * (len(word[0]) + 2)
    )


def _gap(line: Line) -> float:
    return line.row.area.y0 - line.column.rows[line.at - 1].area.y1
