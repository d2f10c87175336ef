"""Private numbers found and masked: national IDs, phones, cards, numbers of contracts, receipts and seals.

What is looked at is a view of the text: digits and letters in half width, characters simplified, each stretch
of white space one character. Numbers are found in it by their own form (check digit, date, region, grouping)
or by the word before them, and mapped back. Only digits and letters are masked, one ``*`` each, so no length
changes.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.document.cues import by_cue
from pipeline.document.normalise import simplify
from pipeline.document.numbers import by_form
from pipeline.document.text import INVISIBLE, MappedText

_TABLE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    code: str(unicodedata.decimal(chr(code))) for code in range(0x80, 0x20000) if chr(code).isdecimal()
}
_TABLE |= {ord(dash): "-" for dash in "‐‑‒–—―−﹣"}
_BLANK = re.compile(rf"[\s{INVISIBLE}]+")
_VISIBLE_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class _View:
    """The text as the patterns see it, with the way back."""

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def source(self, at: int) -> int:
        """The offset in the text of what stands at ``at`` of the view."""
        run = bisect_right(self.starts, at) - 1
        return self.offsets[run] + at - self.starts[run]


def _view(text: str) -> _View:
    folded = simplify(text.translate(_TABLE))
    parts: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    length = at = 0
    for match in _BLANK.finditer(folded):
        blank = _blank(match[0])
        for part, offset in ((folded[at : match.start()], at), (blank, match.start())):
            if part:
                parts.append(part)
                starts.append(length)
                offsets.append(offset)
                length += len(part)
        at = match.end()
    parts.append(folded[at:])
    starts.append(length)
    offsets.append(at)
    return _View("".join(parts), tuple(starts), tuple(offsets))


def _blank(run: str) -> str:
    if "\n" in run or "\r" in run:
        return "\n"
    return " " if _VISIBLE_BLANK.search(run) else ""


def find_private(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each private number in ``text``, in rising order, none inside another.

    A span may hold blanks, line ends and hyphens between the digits.
    """
    view = _view(text)
    spans = sorted({*by_form(view.text), *by_cue(view.text)})
    found: list[tuple[int, int]] = []
    for start, end in spans:
        place = (view.source(start), view.source(end - 1) + 1)
        if found and place[0] < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], place[1]))
        else:
            found.append(place)
    return tuple(found)


def private_offsets(text: str) -> Iterator[int]:
    """The offsets of the digits and letters that are to be masked in ``text``."""
    for start, end in find_private(text):
        for at, character in enumerate(text[start:end].translate(_TABLE), start):
            if character.isascii() and character.isalnum():
                yield at


def mask(text: str, hidden: Iterable[int]) -> str:
    """``text`` with a ``*`` at each of the offsets."""
    characters = list(text)
    for at in hidden:
        characters[at] = "*"
    return "".join(characters)


def hide(text: str) -> str:
    """``text`` with its private numbers masked, of the same length."""
    return mask(text, private_offsets(text))


def redact(text: MappedText, hidden: frozenset[int] | set[int]) -> MappedText:
    """``text`` with a ``*`` for each code point whose source offset is in ``hidden``."""
    if hidden.isdisjoint(text.origin):
        return text
    return text.replaced(mask(text.text, (at for at, offset in enumerate(text.origin) if offset in hidden)))
