"""What was measured, as figures: each a ratio to something run in turn with it, with its spread."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
_BAR: Final = 22
_LEFT: Final = 170
_COLOURS: Final = ("#1f6f8b", "#9aa5b1")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ours, and what was run beside it, in words; the ratios of their times, one for each repeat."""

    name: str
    ours: str
    beside: str
    ratios: Sequence[float]

    @property
    def ratio(self) -> str:
        """The median with the least and the most."""
        return spread(self.ratios)

    @property
    def row(self) -> tuple[str, str, str, str]:
        """As the table has it."""
        return self.name, self.ours, self.beside, self.ratio


@dataclass(frozen=True, slots=True)
class Loop:
    """How long a way of calling took, over the ideal time, once for each repeat."""

    name: str
    over_ideal: Sequence[float]


def spread(values: Sequence[float]) -> str:
    """``1.04 (1.03 to 1.06)``: median, least, most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def markdown(figures: Sequence[Figure]) -> str:
    """The figures as a table."""
    rows = [("figure", "ours", "beside it", "ratio (least to most)"), ("---",) * 4]
    return "\n".join(f"| {' | '.join(row)} |" for row in (*rows, *(each.row for each in figures)))


def bars(title: str, loops: Sequence[Loop]) -> str:
    """A plot as SVG: a bar for each way of calling, with a line from its least to its most; 1 is marked."""
    most = max(max(each.over_ideal) for each in loops) * 1.1
    scale = (WIDTH - _LEFT - 60) / most
    height = 50 + len(loops) * (_BAR + 12)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="22" font-weight="bold">{title}</text>',
    ]
    for number, each in enumerate(loops):
        top = 38 + number * (_BAR + 12)
        median = statistics.median(each.over_ideal)
        low, high = (_LEFT + scale * value for value in (min(each.over_ideal), max(each.over_ideal)))
        middle = top + _BAR / 2
        parts += [
            f'<text x="{_LEFT - 8}" y="{middle + 5}" text-anchor="end">{each.name}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{scale * median:.1f}" height="{_BAR}" fill="{_COLOURS[number > 0]}"/>',
            f'<line x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}" stroke="#000000"/>',
            f'<text x="{high + 8:.1f}" y="{middle + 5}">{median:.2f}</text>',
        ]
    ideal = _LEFT + scale
    parts.append(
        f'<line x1="{ideal:.1f}" y1="32" x2="{ideal:.1f}" y2="{height - 8}" stroke="#c0392b" stroke-dasharray="4 3"/>'
    )
    return "\n".join((*parts, "</svg>", ""))
