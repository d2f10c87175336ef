"""The values of the document stage: text that knows where it came from, and what is built of it.

Every offset is a code point of the decoded file, a byte order mark counted as offset 0 and line ends as they
stand. Every span is half open.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

Section = Literal["article", "notice"]
Script = Literal["hans", "hant"]

INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Control and format characters, as the inside of a pattern's brackets: they are read as not there."""

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u2f00-\u2fd5\U00020000-\U000323af"
"""Chinese characters, as the inside of a regular expression's brackets."""

_CHINESE = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Span:
    """Code points ``start`` to ``end`` (not included) of the decoded file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MappedText:
    """Text with the source offset of each of its code points.

    ``origin`` has one entry for each code point. Layout may reorder and drop, so it need not rise.
    """

    text: str
    origin: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.origin):
            raise ValueError(f"{len(self.text)} code points with {len(self.origin)} origins")

    @classmethod
    def from_source(cls, text: str, start: int = 0) -> "MappedText":
        """Text that stands in the source at ``start`` as it is."""
        return cls(text, tuple(range(start, start + len(text))))

    @staticmethod
    def concat(parts: Iterable["MappedText"]) -> "MappedText":
        """The parts one after the other."""
        held = list(parts)
        return MappedText(
            "".join(part.text for part in held), tuple(chain.from_iterable(part.origin for part in held))
        )

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, index: slice) -> "MappedText":
        return MappedText(self.text[index], self.origin[index])

    def pick(self, positions: Sequence[int]) -> "MappedText":
        """The code points at ``positions`` of this text, in that order."""
        return MappedText(
            "".join(self.text[at] for at in positions), tuple(self.origin[at] for at in positions)
        )

    def replaced(self, text: str) -> "MappedText":
        """The same places with other characters; ``ValueError`` where the length differs."""
        return MappedText(text, self.origin)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Where code points ``start`` to ``end`` (not included) of the text stand on a page."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    """Points from the page's top left corner."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of a PDF; ``lines`` stand in reading order, as far as they are on this page."""

    number: int
    """1, 2, … in the file."""
    width: float
    height: float
    """Points, as the page is shown."""
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read, before anything is done to it."""

    document: str
    """Id, unique in a run: the file's name, or the id of the JSONL line."""
    path: str
    """Where it came from, for messages: private numbers masked; ``-`` for standard input."""
    text: str
    """The decoded file as it stands: a byte order mark kept, line ends untranslated; or what was taken out of a
    PDF, HTML or DOCX file."""
    encoding: str
    """``utf-8``, ``utf-8-sig``, ``utf-16``, ``gb18030`` or ``big5``; ``pdf`` or ``docx`` for what is in none."""
    sha256: str
    """Of the file's bytes; for a JSONL line of its text in UTF-8."""
    metadata: Mapping[str, str]
    """What a JSONL line, or the file itself, says of it besides, private numbers masked."""
    pages: tuple[PrintedPage, ...] = ()
    """Where the text of a PDF stands on its pages."""
    whole: bool = False
    """Each line of the text is a paragraph, and they stand in reading order: layout joins and moves none."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, byline or caption, in one piece."""

    text: MappedText
    section: Section
    heading: bool
    doubts: frozenset[int] = frozenset()
    """Source offsets at which layout put the text together without being sure."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Source text that layout left out, and why; ``kept`` is where the copy of a single code point stayed."""

    span: Span
    reason: str
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What layout makes of a source: its blocks in reading order and what it left out."""

    blocks: tuple[Block, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, normalised and redacted: the only form of the text that leaves the document stage."""

    number: int
    """1, 2, … in the document's reading order."""
    text: str
    origin: tuple[int, ...]
    """The source offset of each code point of ``text``."""
    section: Section
    block: int
    """1, 2, …: the paragraph, heading or caption that it stands in."""
    pieces: tuple[Span, ...]
    """Where it stands in the source, in reading order; gaps that belong to no sentence are bridged."""
    heading: bool
    """Part of a short line without closing punctuation: a title, heading, caption or byline."""
    doubtful: bool = False
    """Put together from a page's columns at a seam that may be wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source made ready for questions."""

    source: Source
    public: str
    """The source's text with private numbers, and private persons in its notices, masked, of the same length; only
    this may be written out."""
    script: Script
    sentences: tuple[Sentence, ...]
    dropped: tuple[tuple[Span, str], ...]
    """Visible source text that is in no sentence, with the reason."""
    masked: int
    """How many code points of private numbers were masked."""
    persons: frozenset[str] = frozenset()
    """Private persons named in its notices: a question may show them, what is written may not."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The source's metadata without these persons; only this may be written out."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive sentences of one section that are asked about together."""

    document: str
    number: int
    """1, 2, … in the document."""
    sentences: tuple[Sentence, ...]
    context: tuple[Sentence, ...]
    """The sentences just before in the same section: to be read, not to be cited."""
    section: Section


def pieces(origin: Sequence[int], owned: bytes | bytearray) -> tuple[Span, ...]:
    """The spans of the source that ``origin`` covers, in reading order.

    ``owned`` has a 1 for each source offset that is in some sentence. Two offsets with only unowned ones
    between them fall into one span.
    """
    spans: list[Span] = []
    start = last = -1
    for offset in origin:
        if last >= 0 and (offset == last + 1 or (offset > last and owned.find(1, last + 1, offset) < 0)):
            last = offset
            continue
        if last >= 0:
            spans.append(Span(start, last + 1))
        start = last = offset
    if last >= 0:
        spans.append(Span(start, last + 1))
    return tuple(spans)


def has_chinese(text: str) -> bool:
    """Whether there is a single Chinese character in ``text``."""
    return _CHINESE.search(text) is not None


def left_out(dropped: Iterable[Dropped]) -> tuple[tuple[Span, str], ...]:
    """What was left out in the source's order, neighbours with one reason put together."""
    found: list[tuple[Span, str]] = []
    for piece in sorted(dropped, key=lambda each: each.span.start):
        if found and found[-1][0].end == piece.span.start and found[-1][1] == piece.reason:
            found[-1] = (Span(found[-1][0].start, piece.span.end), piece.reason)
        else:
            found.append((piece.span, piece.reason))
    return tuple(found)
