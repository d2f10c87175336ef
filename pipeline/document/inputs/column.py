"""A column of a page, and what its lines say of the paragraphs in it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

from pipeline.document.inputs.page import Area, Row, around

HEADLINE: Final = 1.25
"""Times the size of running text, at least."""

_FULL: Final = 1.6
_RAGGED: Final = 3.5
"""Sizes by which a line that goes on may fall short: punctuation that must not end or begin a line goes down."""


@dataclass(frozen=True)
class Column:
    """Lines of one width below each other: a column, a headline, a box or a caption."""

    rows: tuple[Row, ...]
    aside: bool = False
    """A box or caption: the story around it does not go on in it."""

    @cached_property
    def area(self) -> Area:
        """What the lines cover."""
        return around(row.area for row in self.rows)

    @cached_property
    def usual_gap(self) -> float:
        """The usual distance from the foot of one line to the head of the next; 0 where there is one line."""
        gaps = [after.area.y0 - before.area.y1 for before, after in pairwise(self.rows)]
        return max(0.0, median(gaps)) if gaps else 0.0

    @cached_property
    def indents(self) -> bool:
        """Whether its paragraphs begin with white space, so that no short line need say where one ends."""
        return any(indented(self, at) for at in range(len(self.rows)))


def is_headline(column: Column, size: float) -> bool:
    """Whether a column begins with a headline, where running text has that size."""
    return column.rows[0].size >= HEADLINE * size


def indented(column: Column, at: int) -> bool:
    """Whether a line begins as a paragraph does, with two characters of white space."""
    row = column.rows[at]
    return row.area.x0 - column.area.x0 > 1.2 * row.size


def full(column: Column, at: int) -> bool:
    """Whether a line reaches the end of its column: nearly so, where lines are not justified and it ends in a sentence."""
    row = column.rows[at]
    slack = _RAGGED if column.indents and not closed(row.text) else _FULL
    return column.area.x1 - row.area.x1 < slack * row.size


def breaks_off(column: Column) -> bool:
    """Whether a column's last line stops in the middle of a sentence; what has one line only is a heading or byline."""
    return len(column.rows) > 1 and full(column, -1) and not closed(column.rows[-1].text)


def closed(text: str) -> bool:
    """Whether ``text`` ends with closing punctuation, behind which quotes and brackets may close."""
    return text.rstrip("”’」』）)】》〉\"' ")[-1:] in tuple("。！？!?；;…")
