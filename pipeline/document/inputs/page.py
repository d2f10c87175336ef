"""What stands on a page of a PDF: pieces of lines, pictures, frames and rules, with their places.

Coordinates are points from the page's top left corner; ``y`` grows downwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0

    def holds(self, other: "Area") -> bool:
        """Whether the other's centre is in it."""
        x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def distance(self, other: "Area") -> float:
        """The gap between the two, across and down together; 0 where they touch."""
        across = max(self.x0 - other.x1, other.x0 - self.x1, 0.0)
        return across + max(self.y0 - other.y1, other.y0 - self.y1, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand in one line of one column."""

    text: str
    area: Area
    size: float
    """The height of its characters."""


@dataclass(frozen=True)
class Row:
    """The pieces of one line, from left to right: more than one where it has wide gaps."""

    pieces: tuple[Piece, ...]

    @cached_property
    def area(self) -> Area:
        """What the line covers."""
        return around(piece.area for piece in self.pieces)

    @cached_property
    def size(self) -> float:
        """The height of its characters, those of the longest piece."""
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def text(self) -> str:
        """The line as it is printed."""
        return " ".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page before anything is put in order."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    pictures: tuple[Area, ...] = ()
    frames: tuple[Area, ...] = ()
    """Rectangles, drawn or filled, smaller than the page."""
    rules: tuple[Area, ...] = ()
    """Lines, across or down."""


def around(areas: Iterable[Area]) -> Area:
    """The smallest area that has all of them."""
    held = list(areas)
    return Area(
        min(each.x0 for each in held),
        min(each.y0 for each in held),
        max(each.x1 for each in held),
        max(each.y1 for each in held),
    )


def body_size(pieces: Iterable[Piece]) -> float:
    """The usual height of characters: that of running text."""
    sizes = [piece.size for piece in pieces for _ in range(len(piece.text))]
    return median(sizes) if sizes else 0.0
