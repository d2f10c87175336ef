"""The lines of a source, without marks, invisible characters and second copies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.document.doubles import split_double
from pipeline.document.text import HAN, INVISIBLE, Dropped, MappedText, Span

Mark = Literal["", "heading", "item"]

_LINE = re.compile("[^\n\r\x0b\x0c\x85\u2028\u2029]+|\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_HEADING = re.compile(rf"#{{1,6}}(?:\s+|(?=[{HAN}]))")
_QUOTE = re.compile(r">(?:\s*>)*\s*")
_ITEM = re.compile(r"[-*+]\s+(?=\S)")
_RULE = re.compile(r"(?:[-*_=—]\s*){3,}|`{3,}\w*")
_STRONG = re.compile(r"\*\*")

TWICE = "printed twice"
MARK = "markdown mark"
UNSEEN = "invisible character"

_GROUP_OF_COPIES = 4
"""A caption that is doubled as a whole is wrapped over at most so many lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds visible text."""

    text: MappedText
    mark: Mark
    indent: int
    """Columns of white space before the text."""
    gap: bool
    """An empty line, or the file's beginning, stands before it."""
    whole: bool = False
    """A paragraph already, put together from the lines of a column."""
    doubts: frozenset[int] = frozenset()
    """Source offsets at which it is doubtful that the text goes on there."""

    @property
    def width(self) -> int:
        """Columns on the page: two for all that is not ASCII."""
        return columns(self.text.text)


def columns(text: str) -> int:
    """The width of ``text`` in columns of a half-width letter."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def read_lines(text: str) -> tuple[list[Line], list[Dropped]]:
    """The lines of ``text`` that hold something, in order, and what was left out of them."""
    dropped: list[Dropped] = []
    lines: list[Line] = []
    gap = True
    for start, end in _bounds(text):
        line = _line(text, start, end, gap, dropped)
        gap = line is None
        if line is not None:
            lines.append(_single(line, dropped))
    return _single_groups(lines, dropped), dropped


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, line ends left out; an empty line has start == end."""
    ended = True
    for match in _LINE.finditer(text):
        if match[0][0] in "\n\r\x0b\x0c\x85\u2028\u2029":
            if ended:
                yield match.start(), match.start()
            ended = True
        else:
            ended = False
            yield match.span()


def _line(text: str, start: int, end: int, gap: bool, dropped: list[Dropped]) -> Line | None:
    content = _without_invisible(text, start, end, dropped)
    bare = content.text.strip()
    if not bare:
        return None
    head = len(content.text) - len(content.text.lstrip())
    indent = columns(content.text[:head].expandtabs(4))
    content = content[head : head + len(bare)]
    mark: Mark = ""
    if _RULE.fullmatch(bare):
        _drop(content, MARK, dropped)
        return None
    for pattern, name in ((_QUOTE, ""), (_HEADING, "heading"), (_ITEM, "item")):
        if (match := pattern.match(content.text)) and match.end() < len(content):
            _drop(content[: match.end()], MARK, dropped)
            content = content[match.end() :]
            mark = "heading" if name == "heading" else "item" if name == "item" else mark
    content = _without_strong(content, dropped)
    return Line(content, mark, indent, gap) if content.text.strip() else None


def _without_invisible(text: str, start: int, end: int, dropped: list[Dropped]) -> MappedText:
    parts: list[MappedText] = []
    at = start
    for match in _INVISIBLE.finditer(text, start, end):
        dropped.append(Dropped(Span(*match.span()), UNSEEN))
        parts.append(MappedText.from_source(text[at : match.start()], at))
        at = match.end()
    rest = MappedText.from_source(text[at:end], at)
    return MappedText.concat([*parts, rest]) if parts else rest


def _without_strong(content: MappedText, dropped: list[Dropped]) -> MappedText:
    """The line without the pairs of asterisks that set bold type."""
    marks = [match.start() for match in _STRONG.finditer(content.text)]
    marks = marks[: len(marks) // 2 * 2]
    if not marks:
        return content
    for at in marks:
        _drop(content[at : at + 2], MARK, dropped)
    bounds = [0, *(at + 2 for at in marks)]
    parts = [content[a:b] for a, b in zip(bounds, [*marks, len(content)], strict=True)]
    return MappedText.concat(parts)


def _drop(content: MappedText, reason: str, dropped: list[Dropped]) -> None:
    for character, offset in zip(content.text, content.origin, strict=True):
        if not character.isspace():
            dropped.append(Dropped(Span(offset, offset + 1), reason))


def _single(line: Line, dropped: list[Dropped]) -> Line:
    """The line, read once where all of it is printed twice."""
    text = _undoubled(line.text, dropped)
    return line if text is None else replace(line, text=text)


def _undoubled(text: MappedText, dropped: list[Dropped]) -> MappedText | None:
    copies = split_double(text.text)
    if copies is None:
        return None
    kept, twice = copies
    for keep, drop in zip(kept, twice, strict=True):
        offset = text.origin[drop]
        dropped.append(Dropped(Span(offset, offset + 1), TWICE, text.origin[keep]))
    return text.pick(kept)


def _single_groups(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Groups of a few lines that are doubled as a whole, read once and as one line."""
    out: list[Line] = []
    for group in groups(lines):
        joined = None
        if 1 < len(group) <= _GROUP_OF_COPIES:
            joined = _undoubled(MappedText.concat(line.text for line in group), dropped)
        out += group if joined is None else [replace(group[0], text=joined)]
    return out


def groups(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines between two empty lines, for each such stretch."""
    group: list[Line] = []
    for line in lines:
        if line.gap and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group
