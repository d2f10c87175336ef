"""An article cut where evidence of gold or of a run begins or ends, so that nothing overlaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.report_records import Item, Side


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the article over which no evidence begins or ends.

    ``numbers``: for each side, the records whose evidence on that side holds this stretch.
    """

    text: str
    numbers: Mapping[Side, tuple[int, ...]]


def cut(text: str, items: Sequence[Item]) -> Iterator[Segment]:
    """The article in segments; their texts put together are ``text``. Spans lie within it."""
    opens, closes = (defaultdict[int, set[tuple[Side, int]]](set) for _ in range(2))
    edges = {0, len(text)}
    for item in items:
        for side, spans in item.spans.items():
            for start, end in _apart(spans):
                opens[start].add((side, item.number))
                closes[end].add((side, item.number))
                edges |= {start, end}
    active: set[tuple[Side, int]] = set()
    for start, end in pairwise(sorted(edges)):
        active = (active - closes[start]) | opens[start]
        numbers = {side: tuple(sorted(number for whose, number in active if whose is side)) for side in Side}
        yield Segment(text[start:end], {side: found for side, found in numbers.items() if found})


def _apart(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans of one record, those that overlap or touch put together."""
    last: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if last and start <= last[1]:
            last = last[0], max(last[1], end)
        else:
            if last:
                yield last
            last = start, end
    if last:
        yield last
