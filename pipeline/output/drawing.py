"""The figures as shapes: where each cell, bar and mark stands, in units of the drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.output.figures import Column, Counts, Dated
from pipeline.output.labels import TYPES

NAMES: Final = 210
"""Width of the column of names."""
_BAR: Final = 370
_YEARS: Final = 360
_MARK: Final = 12
"""Room of one mark of the timeline, in both directions."""
_LONGEST: Final = 15
"""Characters of a name that fit."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Records of one type in one stretch of time; ``depth`` is their number's share of the largest, 0 to 1."""

    type: str
    column: int
    count: int
    when: str
    told: str
    depth: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Records of one type of one organization: a stretch of its bar."""

    type: str
    left: float
    width: float
    count: int


@dataclass(frozen=True, slots=True)
class Body:
    """An organization with its bar."""

    name: str
    short: str
    total: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An accreditation: its middle, and how far its time may be off to either side."""

    x: float
    y: float
    spread: float
    dated: Dated


@dataclass(frozen=True, slots=True)
class Lane:
    """An organization with its accreditations; ``undated`` have no year, ``more`` have one and are not drawn."""

    name: str
    short: str
    top: float
    height: float
    marks: tuple[Mark, ...]
    undated: int
    more: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Accreditations in time: ``years`` as ``(year, x)``, the lanes from the top down."""

    years: tuple[tuple[int, float], ...]
    lanes: tuple[Lane, ...]
    width: float
    height: float


def cells(counts: Counts, columns: Sequence[Column], kind: str) -> Iterator[Cell]:
    """The row of a type, empty stretches left out."""
    most = max((counts.count(name, column) for name in counts.types() for column in columns), default=1)
    for at, column in enumerate(columns):
        if count := counts.count(kind, column):
            yield Cell(kind, at, count, column.when, _time(column), (count / most) ** 0.5)


def bodies(counts: Counts) -> tuple[Body, ...]:
    """The organizations with most records, the longest bar as wide as there is room."""
    found = counts.bodies()
    step = _BAR / max((own.total() for _, own in found), default=1)
    return tuple(Body(name, _short(name), own.total(), tuple(_bars(own, step))) for name, own in found)


def timeline(counts: Counts) -> Timeline | None:
    """The organizations with most dated accreditations; None where there is none."""
    found = counts.accredited()
    if not found:
        return None
    years = [int(mark.at) for _, marks in found for mark in marks]
    first, last = min(years), max(years) + 1
    year = _YEARS / (last - first)
    lanes, top = [], 24.0
    for name, marks in found:
        placed = tuple(_placed(marks, first, year, top))
        height = max(mark.y for mark in placed) - top + _MARK
        lanes.append(Lane(name, _short(name), top, height, placed, counts.undated[name], counts.more[name]))
        top += height + 4
    every = -(-(last - first) // 12)
    ticks = tuple((at, NAMES + (at - first) * year) for at in range(first, last + 1, every))
    return Timeline(ticks, tuple(lanes), NAMES + _YEARS + 90, top + 4)


def _bars(own: dict[str, int], step: float) -> Iterator[Bar]:
    left = float(NAMES)
    for kind in TYPES:
        if count := own.get(kind, 0):
            yield Bar(kind, round(left, 1), round(count * step, 1), count)
            left += count * step


def _placed(marks: Sequence[Dated], first: int, year: float, top: float) -> Iterator[Mark]:
    """Marks from left to right; one that would touch another goes below it."""
    ends: list[float] = []
    for mark in marks:
        x = NAMES + (mark.at - first) * year
        row = next((at for at, end in enumerate(ends) if end <= x - _MARK / 2), len(ends))
        ends[row : row + 1] = [x + _MARK / 2]
        yield Mark(round(x, 1), top + _MARK * (row + 0.5), 0 if mark.exact else round(year / 2 - 1, 1), mark)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _time(column: Column) -> str:
    return f"{column.year}-{column.month}" if column.month not in ("", "–") else column.year
