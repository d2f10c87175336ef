"""Printed pages as small drawings: their lines, and the boxes of what the records cite."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.document.text import PrintedLine, PrintedPage
from pipeline.output.labels import TYPES
from pipeline.output.segments import Shown, records_of
from pipeline.output.stored import Stored
from schemas import Evidence


@dataclass(frozen=True, slots=True)
class Box:
    """The evidence of one record on one page: ``outline`` is a path of SVG, in points."""

    handle: str
    type: str
    label: str
    """What the article calls the record beside its evidence (``指标3``)."""
    outline: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its size in points, and as paths of SVG all its lines and the evidence on it."""

    number: int
    width: float
    height: float
    lines: str
    boxes: tuple[Box, ...]


def sheets(stored: Stored) -> Iterator[Sheet]:
    """The pages of a document that has pages, each with the records that cite it."""
    records = records_of(stored)
    for page in stored.pages:
        yield Sheet(
            number=page.number,
            width=page.width,
            height=page.height,
            lines="".join(_rectangle(line.x0, line) for line in page.lines),
            boxes=tuple(_boxes(page, records)),
        )


def pages_of(stored: Stored, evidence: Sequence[Evidence]) -> tuple[int, ...]:
    """The numbers of the pages that ``evidence`` stands on."""
    return tuple(page.number for page in stored.pages if any(_cited(page, evidence)))


def _boxes(page: PrintedPage, records: Iterable[Shown]) -> Iterator[Box]:
    for record in records:
        outline = "".join(_cited(page, record.fact.evidence))
        if outline:
            kind = record.fact.type
            yield Box(record.handle, kind, f"{TYPES[kind]}{record.number}", outline)


def _cited(page: PrintedPage, evidence: Sequence[Evidence]) -> Iterator[str]:
    """An outline for each stretch of a line that is evidence."""
    for line in page.lines:
        for piece in evidence:
            start, end = max(line.start, piece.start), min(line.end, piece.end)
            if start < end:
                yield _stretch(line, start, end)


def _stretch(line: PrintedLine, start: int, end: int) -> str:
    """The box of ``[start, end)`` of a line, its characters taken as equally wide; whole where it runs downwards."""
    if line.x1 - line.x0 < line.y1 - line.y0:
        return _rectangle(line.x0, line)
    step = (line.x1 - line.x0) / (line.end - line.start)
    left = line.x0 + (start - line.start) * step
    return _rectangle(left, line, left + (end - start) * step)


def _rectangle(left: float, line: PrintedLine, right: float | None = None) -> str:
    end = line.x1 if right is None else right
    return f"M{left:.0f} {line.y0:.0f}H{end:.0f}V{line.y1:.0f}H{left:.0f}Z"
