"""Newspaper columns that the file holds interleaved, line by line, put back into reading order.

A region lies between two headings. Its lines are cut into fragments, each one printed line of one column; where
the fragments do not go on in the order of the file, but do in another one, they are put into that one. A page
in order is left as it is, and so is one of which no better order can be found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import mean, median

from pipeline.document.chains import Link, links
from pipeline.document.lines import Line
from pipeline.document.normalise import normalise
from pipeline.document.seams import Seams, closes, head, tail
from pipeline.document.text import MappedText
from pipeline.lexicon import lexicon

FEWEST = 12
"""Fragments of a region; with fewer there is too little to tell columns from a list."""
_REGIONS_KEPT = 32
_MOST = 240
"""Fragments looked at together."""
_MOST_OF_A_FILE = 2400
"""Fragments of a file; no page of a newspaper has more, and the work grows with their number."""
_SHORTEST = 8
_LONGEST = 40
"""Characters of a column's line."""
_SHORT = 5
"""Characters of a fragment that is a caption, unless it ends a sentence."""
_WIDER = 1.6
"""So many times the usual width, and two fragments stand together without a blank."""
_SLACK = 3
_PIECE = 4.0
_AHEAD = 5
_GAIN = 1.5
"""By how much the seams of an order must be better than chance, and better than those of the file."""
_SURE = 0.85
"""Below this belief a seam is doubtful."""
_LIKELY = 0.5
"""At least half of the open ends must go on with this belief."""

_FRAGMENT = re.compile(r"\S+")
_ENTRY = re.compile(r"[:：]")
_OPENERS = tuple('“"‘《（(')


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line that one column printed; ``block`` numbers the stretch of lines it stands in."""

    text: MappedText
    plain: str
    """The same normalised."""
    block: int
    line: int


def reordered(lines: Sequence[Line]) -> list[Line]:
    """The lines, those of interleaved columns replaced by the columns' paragraphs (``Line.whole``)."""
    regions = list(_regions(lines))
    if sum(len(region) for region in regions) > _MOST_OF_A_FILE:
        return list(lines)
    found: dict[int, tuple[Line, ...]] = {}
    gone: set[int] = set()
    for region in regions:
        for window in _windows(region):
            paragraphs = repaired(tuple(window))
            if paragraphs:
                found[min(each.line for each in window)] = paragraphs
                gone |= {each.line for each in window}
    out: list[Line] = []
    for at, line in enumerate(lines):
        out += found.get(at, [])
        if at not in gone:
            out.append(line)
    return out


def _regions(lines: Sequence[Line]) -> Iterator[list[Fragment]]:
    """The fragments between two headings, where there are enough."""
    region: list[Fragment] = []
    block = 0
    for at, line in enumerate(lines):
        if line.mark == "heading":
            yield from _enough(region)
            region = []
        block += line.gap
        region += _fragments(line, at, block)
    yield from _enough(region)


def _enough(region: list[Fragment]) -> Iterator[list[Fragment]]:
    """The region, where it has columns: lines of several fragments, or narrow lines of one."""
    rows = {each.line for each in region}
    if len(region) >= FEWEST and median(len(each.plain) for each in region) <= _LONGEST:
        yield region if len(rows) < len(region) else [each for each in region if len(each.plain) <= _LONGEST]


def _windows(region: list[Fragment]) -> Iterator[list[Fragment]]:
    """The region in parts that are looked at together; a line is in one part only."""
    start = 0
    for at in range(1, len(region) + 1):
        if at == len(region) or (at - start >= _MOST and region[at].line != region[at - 1].line):
            yield region[start:at]
            start = at


def _fragments(line: Line, at: int, block: int) -> list[Fragment]:
    """The fragments of one line: cut at its blanks where these part columns, else the line as it is."""
    text = line.text.text
    spans = [match.span() for match in _FRAGMENT.finditer(text)]
    widths = [end - start for start, end in spans]
    if len(spans) == 1 or median(widths) < _SHORTEST:
        spans = [(0, len(text))]
    entries = len(_ENTRY.findall(text))
    if line.mark or 2 * entries >= len(spans) > 1:
        return []
    pieces = [line.text[start:end] for start, end in spans]
    found = [Fragment(piece, normalise(piece.text), block, at) for piece in pieces]
    return (
        [each for each in found if len(each.plain) >= _SHORT or closes(each.plain)] if _whole(found) else []
    )


def _whole(found: list[Fragment]) -> bool:
    """Whether no fragment of the line would be left behind."""
    return all(len(each.plain) >= _SHORT or closes(each.plain) for each in found)


@lru_cache(maxsize=_REGIONS_KEPT)
def repaired(window: tuple[Fragment, ...]) -> tuple[Line, ...]:
    """The paragraphs of a region in reading order; none where the file's order is no worse.

    The latest regions are kept: it is the dearest step, and the harness reads each article once more to score it.
    """
    fragments = list(window)
    seams = Seams([each.plain for each in fragments])
    before = _order(seams)
    if before is None or before[0] - before[1] >= _GAIN:
        return ()
    fragments = list(_cut(fragments, seams))
    seams = Seams([each.plain for each in fragments])
    places = range(len(fragments))
    scores = [[seams.score(row, column) if row != column else 0.0 for column in places] for row in places]
    closed = [closes(each.plain) for each in fragments]
    found = links(scores, [each.block for each in fragments], closed)
    open_links = [link for link in found if not closed[link.before] and link.belief >= _LIKELY]
    if 2 * len(open_links) < len(fragments) - sum(closed):
        return ()
    if mean(scores[link.before][link.after] for link in open_links) < before[0] + _GAIN:
        return ()
    return tuple(_line(each, found) for each in _paragraphs(fragments, found, closed))


def _order(seams: Seams) -> tuple[float, float] | None:
    """The mean score of the seams as the file has them, and of the ones that it does not have."""
    texts = seams.fragments
    open_ends = [at for at in range(len(texts) - 1) if not closes(texts[at])]
    if len(open_ends) < FEWEST // 2:
        return None
    here = mean(min(seams.score(at, at + 1), 8.0) for at in open_ends)
    others = [
        min(seams.score(at, to), 8.0)
        for at in open_ends
        for to in range(at + 2, min(at + 2 + _AHEAD, len(texts)))
    ]
    return here, mean(others) if others else 0.0


def _cut(fragments: list[Fragment], seams: Seams) -> Iterator[Fragment]:
    """The fragments, those cut in which two or more columns stand without a blank between them."""
    usual = median(len(each.plain) for each in fragments)
    for each in fragments:
        beside = [len(other.plain) for other in fragments if other.line == each.line]
        width = round(median(beside) if len(beside) > 3 else usual)
        bounds = _bounds(each.plain, width, seams) if len(each.plain) > _WIDER * width else []
        ends = [*bounds, len(each.plain)]
        for start, end in zip([0, *bounds], ends, strict=True):
            yield Fragment(each.text[start:end], each.plain[start:end], each.block, each.line)


def _bounds(text: str, width: int, seams: Seams) -> list[int]:
    """Where to cut ``text`` into fragments about as wide as the column; nowhere if that cannot be done."""
    best: dict[int, tuple[float, int]] = {0: (0.0, 0)}
    for end in range(_SHORT, len(text) + 1):
        least = _SHORT if text[end - 1] == "。" else width - _SLACK
        starts = [start for start in best if least <= end - start <= width + _SLACK + 1]
        if starts:
            cut = _cut_here(text, end, seams) if end < len(text) else 0.0
            best[end] = max(
                (best[start][0] + cut - _PIECE - min(0.8 * abs(end - start - width), 2.4), start)
                for start in starts
            )
    if len(text) not in best:
        return []
    bounds: list[int] = []
    at = best[len(text)][1]
    while at:
        bounds.append(at)
        at = best[at][1]
    return bounds[::-1]


def _cut_here(text: str, at: int, seams: Seams) -> float:
    """How likely one column's line ends at ``at`` and another one's begins."""
    left, right = tail(text[:at], lexicon()), head(text[at:], lexicon())
    value = 0.5 * seams.partners(left, right) - min(seams.inside(left, right), 8.0)
    if text[at - 1] in "，。、；":
        value += 4.5
    if text[at] in _OPENERS:
        value += 1.5
    if text[at] in "，。、；：）》”" or text[at - 1] in "“（《":
        value -= 10.0
    return value - 8.0 * (text[at - 1].isdigit() and text[at].isdigit())


def _paragraphs(
    fragments: list[Fragment], found: Iterable[Link], closed: Sequence[bool]
) -> list[list[tuple[int, Fragment]]]:
    """The chains, each cut behind a line that ends a sentence short of the column's width."""
    ahead = {link.before: link.after for link in found}
    firsts = sorted(set(range(len(fragments))) - set(ahead.values()))
    usual = median(len(each.plain) for each in fragments)
    paragraphs: list[list[tuple[int, Fragment]]] = []
    for first in firsts:
        paragraphs.append([])
        at: int | None = first
        while at is not None:
            paragraphs[-1].append((at, fragments[at]))
            if closed[at] and at in ahead and len(fragments[at].plain) < usual - 1:
                paragraphs.append([])
            at = ahead.get(at)
    return paragraphs


def _line(paragraph: list[tuple[int, Fragment]], found: Iterable[Link]) -> Line:
    """The paragraph as one line, and where its order is doubtful."""
    unsure = {link.after for link in found if link.belief < _SURE}
    text = MappedText.concat(each.text for _, each in paragraph)
    doubts = frozenset(each.text.origin[0] for at, each in paragraph[1:] if at in unsure)
    return Line(text, "", 0, True, whole=True, doubts=doubts)
