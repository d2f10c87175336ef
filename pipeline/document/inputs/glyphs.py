"""The pieces of lines on a page, put together from the places of its characters alone.

In which order a file holds its characters says nothing: a newspaper's layout program writes them box by box, as
they were made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline.document.inputs.page import Area, Piece, around

_NEXT: Final = 0.9
"""Sizes between two characters of one line; columns stand farther apart."""
_OVER: Final = 1.1
"""Sizes by which a character may stand over the one before: its own shadow does so in full."""
_WORDS: Final = 0.15
"""Sizes between two words in Latin letters."""
_AGAIN: Final = 0.3
"""Sizes within which the same character stands twice, for bolder type or a shadow."""
_ALIKE: Final = 1.4
"""How many times as large as the other a character of the same piece may be."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its place; ``size`` is the height of its font."""

    character: str
    area: Area
    size: float


def pieces(glyphs: Iterable[Glyph]) -> list[Piece]:
    """The characters as pieces of lines, without white space at their ends."""
    done: list[list[Glyph]] = []
    growing: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (one.area.x0, one.area.y0, one.character)):
        # From left to right: what this one cannot reach any more, no later one can.
        reach = glyph.area.x0 - 2 * _NEXT * glyph.size
        done += [each for each in growing if each[-1].area.x1 < reach]
        growing = [each for each in growing if each[-1].area.x1 >= reach]
        line = next((each for each in growing if _goes_on(each[-1], glyph)), None)
        if line is None:
            growing.append([glyph])
        elif not any(_same(one, glyph) for one in line[-2:]):
            line.append(glyph)
    found = (_piece(each) for each in (*done, *growing))
    return [piece for piece in found if piece is not None]


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    """Whether ``glyph`` stands right of ``last`` in the same line."""
    small, large = sorted((last.size, glyph.size))
    across = -_OVER * large < glyph.area.x0 - last.area.x1 < _NEXT * large
    return across and large < _ALIKE * small and abs(glyph.area.y1 - last.area.y1) < 0.3 * small


def _same(one: Glyph, other: Glyph) -> bool:
    near = _AGAIN * one.size
    return (
        one.character == other.character
        and abs(one.area.x0 - other.area.x0) < near
        and abs(one.area.y0 - other.area.y0) < near
    )


def _piece(line: list[Glyph]) -> Piece | None:
    visible = [at for at, glyph in enumerate(line) if not glyph.character.isspace()]
    if not visible:
        return None
    line = line[visible[0] : visible[-1] + 1]
    text = line[0].character
    for before, glyph in pairwise(line):
        text += (" " if _apart(before, glyph) else "") + glyph.character
    return Piece(text, around(glyph.area for glyph in line), max(glyph.size for glyph in line))


def _apart(before: Glyph, glyph: Glyph) -> bool:
    """Whether two words part here, where the file has no white space."""
    both = before.character + glyph.character
    return both.isascii() and " " not in both and glyph.area.x0 - before.area.x1 > _WORDS * glyph.size
