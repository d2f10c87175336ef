"""An article cut where anything that is to be shown in it begins or ends, so that nothing overlaps."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal

from pipeline.output.labels import TYPES
from pipeline.output.stored import Stored
from schemas import RECORD_TYPES, AnyRecord, Rejected

_ORDER = {name: at for at, name in enumerate(RECORD_TYPES)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A record, or a rejected candidate, as the page knows it."""

    handle: str
    """Its name on the page: ``r1-3`` is record 3 of document 1, ``x1-3`` rejected candidate 3."""
    number: int
    """1, 2, … within its type, as its table shows it."""
    fact: AnyRecord | Rejected


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the article over which nothing begins or ends."""

    start: int
    """Its offset in the article, in code points."""
    text: str
    types: tuple[str, ...]
    """The types of the records that it is evidence of, in the guide's order."""
    handles: tuple[str, ...]
    """Records and rejected candidates that it is evidence of."""
    checks: tuple[str, ...]
    """``handle:field`` of each value that stands here."""
    opening: str
    """The numbers of the records whose evidence begins here, as a short label (``指标1–3``)."""
    state: str
    """``cited``, ``sent``, ``not sent``, ``dropped``; nothing between sentences."""
    reason: str
    doubtful: bool
    """Put together from a page's columns at a seam that may be wrong."""
    page: str
    """The number of the printed page that begins here, else nothing."""


@dataclass(frozen=True, slots=True)
class _Range:
    start: int
    end: int
    layer: Literal["record", "rejected", "check", "sentence", "doubt", "page"]
    name: str
    shown: Shown | None = field(default=None, compare=False)
    reason: str = ""


def records_of(stored: Stored) -> tuple[Shown, ...]:
    """The records of a document, in their order."""
    return _numbered("r", stored.number, stored.records)


def rejected_of(stored: Stored) -> tuple[Shown, ...]:
    """The rejected candidates of a document, in their order."""
    return _numbered("x", stored.number, stored.rejected)


def cut(stored: Stored) -> Iterator[Segment]:
    """The article as it may be written out, in segments; their texts put together are the article."""
    text = stored.text
    opens, closes = defaultdict[int, list[_Range]](list), defaultdict[int, list[_Range]](list)
    for each in _ranges(stored):
        start, end = min(each.start, len(text)), min(each.end, len(text))
        if start < end:
            opens[start].append(each)
            closes[end].append(each)
    active: dict[_Range, None] = {}
    for start, end in pairwise(sorted({0, len(text), *opens, *closes})):
        for each in closes[start]:
            active.pop(each, None)
        active |= dict.fromkeys(opens[start])
        yield _segment(start, text[start:end], tuple(active), opens[start])


def _numbered(
    letter: str, document: int, facts: Sequence[AnyRecord] | Sequence[Rejected]
) -> tuple[Shown, ...]:
    seen: dict[str, int] = defaultdict(int)
    shown = []
    for at, fact in enumerate(facts, 1):
        seen[fact.type] += 1
        shown.append(Shown(f"{letter}{document}-{at}", seen[fact.type], fact))
    return tuple(shown)


def _ranges(stored: Stored) -> Iterator[_Range]:
    """Everything that is to be seen in the article, records before rejected candidates."""
    for record in records_of(stored):
        for piece in record.fact.evidence:
            yield _Range(piece.start, piece.end, "record", record.handle, record)
        for check in getattr(record.fact, "checks", ()):
            if check.start is not None and check.end is not None:
                yield _Range(check.start, check.end, "check", f"{record.handle}:{check.field}")
    for candidate in rejected_of(stored):
        for piece in candidate.fact.evidence:
            yield _Range(piece.start, piece.end, "rejected", candidate.handle, candidate)
    for line in stored.sentences:
        for where in line.pieces:
            yield _Range(where.start, where.end, "sentence", line.state, reason=line.reason)
            if line.doubtful:
                yield _Range(where.start, where.end, "doubt", "")
    for where, reason in stored.dropped:
        yield _Range(where.start, where.end, "sentence", "dropped", reason=reason)
    for page in stored.pages:
        if page.lines:
            first, last = min(line.start for line in page.lines), max(line.end for line in page.lines)
            yield _Range(first, last, "page", str(page.number))


def _segment(start: int, text: str, active: Sequence[_Range], opened: Sequence[_Range]) -> Segment:
    by_layer = defaultdict[str, list[_Range]](list)
    for each in active:
        by_layer[each.layer].append(each)
    records = [each.shown for each in by_layer["record"] if each.shown]
    sentence = by_layer["sentence"][0] if by_layer["sentence"] else None
    return Segment(
        start=start,
        text=text,
        types=tuple(sorted({record.fact.type for record in records}, key=_ORDER.__getitem__)),
        handles=_names(by_layer["record"] + by_layer["rejected"]),
        checks=_names(by_layer["check"]),
        opening=_opening([each.shown for each in opened if each.layer == "record" and each.shown]),
        state=sentence.name if sentence else "",
        reason=sentence.reason if sentence else "",
        doubtful=bool(by_layer["doubt"]),
        page=next((each.name for each in opened if each.layer == "page"), ""),
    )


def _names(ranges: Sequence[_Range]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in ranges))


def _opening(records: Sequence[Shown]) -> str:
    """``认定1–3 指标2``: neighbours of one type put together."""
    parts = []
    ordered = sorted({(_ORDER[each.fact.type], each.number) for each in records})
    # Of numbers that follow each other, number less place is the same.
    for (at, _), run in groupby(enumerate(ordered), key=lambda item: (item[1][0], item[1][1] - item[0])):
        numbers = [number for _, (_, number) in run]
        last = f"–{numbers[-1]}" if len(numbers) > 1 else ""
        parts.append(f"{TYPES[tuple(RECORD_TYPES)[at]]}{numbers[0]}{last}")
    return " ".join(parts)
