"""Blocks cut into sentences. No character is lost: the sentences of a block, put together, are the block."""

import re
from collections.abc import Iterator, Sequence

from pipeline.document.text import Block, Sentence, pieces

_LONGEST = 300
"""Characters after which a sentence is cut at its last comma."""
_SHORT_CALL = 12
"""An exclamation or question quoted in so few characters stays inside the sentence that quotes it."""
_INSIDE = {"《": 60, "〈": 60, "（": 60, "(": 60, "【": 60, "[": 60, "“": 30, "‘": 30, "「": 30, "『": 30}
"""Up to how many characters a stop inside such a pair does not end the sentence around it."""
_CLOSES = {
    "》": "《",
    "〉": "〈",
    "）": "（(",
    ")": "（(",
    "】": "【",
    "]": "[",
    "”": "“",
    "’": "‘",
    "」": "「",
    "』": "『",
}
_QUOTES = "“‘「『"

_STOP = re.compile(r"(?:[。！？!?；;]|…{2,}|\.{6}|(?<=[^\x00-\x7f])\.(?=\s|\Z))(?:[。！？!?；;…])*")
_CLOSERS = re.compile(r"[”’」』）)】》〉\]]*")
_GOES_ON = re.compile(r"\s*[，,、：:。；;的）)]")
_COMMA = re.compile(r"[，,、：:]")


def number_sentences(blocks: Sequence[Block], length: int) -> tuple[Sentence, ...]:
    """The sentences of all blocks, numbered through; ``length`` is that of the source in code points."""
    owned = bytearray(length)
    for block in blocks:
        for character, offset in zip(block.text.text, block.text.origin, strict=True):
            if not character.isspace():
                owned[offset] = 1
    found: list[Sentence] = []
    for number, block in enumerate(blocks, 1):
        start = 0
        for text in cut(block.text.text):
            origin = block.text.origin[start : start + len(text)]
            start += len(text)
            found.append(
                Sentence(
                    number=len(found) + 1,
                    text=text,
                    origin=origin,
                    section=block.section,
                    block=number,
                    pieces=pieces(origin, owned),
                    heading=block.heading,
                    doubtful=not block.doubts.isdisjoint(origin[1:]),
                )
            )
    return tuple(found)


def cut(text: str) -> list[str]:
    """The sentences of one block; ``"".join(cut(text)) == text``."""
    inside = _pairs(text)
    sentences: list[str] = []
    start = 0
    for end in _ends(text, inside):
        if end > start:
            sentences += _shorten(text[start:end])
            start = end
    if start < len(text):
        sentences += _shorten(text[start:])
    return sentences


def _ends(text: str, inside: dict[int, tuple[int, int]]) -> Iterator[int]:
    """Where sentences end, in rising order."""
    start = 0
    match = _STOP.search(text)
    while match:
        end = _end_of(text, start, match, inside)
        if end is not None:
            while end < len(text) and text[end].isspace():
                end += 1
            yield end
            start = end
        match = _STOP.search(text, max(match.end(), end or 0))


def _end_of(text: str, start: int, stop: re.Match[str], inside: dict[int, tuple[int, int]]) -> int | None:
    """Where the sentence that this stop closes ends, quotes and brackets included; None for none."""
    closers = _CLOSERS.match(text, stop.end())
    end = closers.end() if closers else stop.end()
    if text[end : end + 1] == '"' and _closes(text, start, end):
        end += 1
    pair = inside.get(stop.start())
    if pair is None:
        return None if end > stop.end() and _GOES_ON.match(text, end) else end
    opening, closing = pair
    if not stop.end() <= closing < end:
        return None
    if _GOES_ON.match(text, end):
        return None
    if text[opening] in _QUOTES:
        final = stop[0][0] in "。；;…" or closing - opening > _SHORT_CALL
        return end if final else None
    return end if not text[start:opening].strip() else None


def _closes(text: str, start: int, at: int) -> bool:
    """Whether the straight quotation mark at ``at``, behind a stop, closes rather than opens."""
    open_before = text.count('"', max(start, at - _LONGEST), at) % 2 == 1
    return open_before or not text[at + 1 : at + 2].strip() or text.find('"', at + 1) < 0


def _pairs(text: str) -> dict[int, tuple[int, int]]:
    """For each stop inside a short pair of quotes or brackets, the outermost such pair around it."""
    found: dict[int, tuple[int, int]] = {}
    stack: list[int] = []
    for at, character in enumerate(text):
        if character in _INSIDE:
            stack.append(at)
        elif character in _CLOSES:
            for depth in range(1, min(8, len(stack)) + 1):
                if text[stack[-depth]] in _CLOSES[character]:
                    opening = stack[-depth]
                    del stack[-depth:]
                    if at - opening <= _INSIDE[text[opening]]:
                        for match in _STOP.finditer(text, opening, at):
                            found[match.start()] = (opening, at)
                    break
    return found


def _shorten(sentence: str) -> Iterator[str]:
    """The sentence, or its parts where it is over-long: cut at the last comma before the limit."""
    start = 0
    while len(sentence) - start > _LONGEST:
        end = start + _LONGEST
        for match in _COMMA.finditer(sentence, start + 1, end):
            cut_at = match.end()
            end = cut_at
        while end < len(sentence) and sentence[end].isspace():
            end += 1
        yield sentence[start:end]
        start = end
    if start < len(sentence):
        yield sentence[start:]
