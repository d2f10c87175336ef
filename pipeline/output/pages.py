"""Where a stretch of a document's text stands on its pages."""

from collections.abc import Iterable, Mapping
from typing import Any

Place = tuple[int, float, float, float, float]
"""A page's number, and left, top, right, bottom in points from that page's top left corner."""


def places(pages: Iterable[Mapping[str, Any]], start: int, end: int) -> list[Place]:
    """The rectangles in which code points ``start`` to ``end`` (not included) stand, one for each printed line.

    ``pages`` is what ``documents.jsonl`` has under that name: nothing is found for a document without pages. Within a line all
    characters count as equally wide, which Chinese ones are.
    """
    found: list[Place] = []
    for page in pages:
        for first, last, x0, y0, x1, y1 in page["lines"]:
            if first < end and start < last:
                wide = (x1 - x0) / (last - first)
                left = x0 + wide * (max(start, first) - first)
                right = x1 - wide * (last - min(end, last))
                found.append((page["page"], round(left, 1), y0, round(right, 1), y1))
    return found
