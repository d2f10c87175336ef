"""How likely one fragment of text goes on in another, by what stands on both sides of the seam.

A word that begins in the one and ends in the other says most. Besides: strings that the page or the genre prints elsewhere
without a seam, word classes that like to stand side by side, numbers and what they count, quotes and brackets.
Scores are differences of natural logarithms: 0 says nothing, 5 and more is nearly certain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lexicon import LONGEST, LONGEST_PHRASE, Lexicon, lexicon, phrases

_KEPT = 7
"""Characters on either side of a seam that are looked at."""
_BY_REPEAT = (0.0, 0.0, 1.0, 2.2, 3.2, 4.0, 4.5)
"""What a string of so many characters, printed elsewhere on the page or in the genre, says for a seam inside it."""
_CLASSES = 0.8
_CLOSED = -1.0
_BAD_START = -4.0
_QUOTES = 1.2

_STARTS_NOTHING = frozenset("，。、；：！？）》〉】」』”’,.;:!?)%")
_STOPS = frozenset("。！？!?")
_COUNTED = re.compile("[年月日时分元万亿例%人名个项张亩平余层级家场次倍台床]")
NUMBER = re.compile("[0-9]+")
"""Any number is as good as another in a string that is printed elsewhere."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d\Z")
_OPENS = "“‘（(《〈【「『"
_CLOSES = dict(zip("”’）)》〉】」』", _OPENS, strict=True))


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a fragment, ready to be joined.

    ``shares``: for each number of characters given to a word across the seam, the logarithm of the likeliest
    reading of the rest. ``word``: the word at the seam in the likeliest reading.
    """

    text: str
    shares: tuple[float, ...]
    word: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Quotes and brackets that stay open at a fragment's end, and those closed that it did not open."""

    opened: str
    closed: str


class Seams:
    """The seams between the fragments of one region; ``fragments`` are normalised and hold something."""

    def __init__(self, fragments: Sequence[str]) -> None:
        self.fragments = tuple(fragments)
        self._words = lexicon()
        self._genre = phrases()
        self._tails = [tail(each, self._words) for each in self.fragments]
        self._heads = [head(each, self._words) for each in self.fragments]
        self._marks = [marks(each) for each in self.fragments]
        self._patterns = [NUMBER.sub("0", each) for each in self.fragments]
        self._printed = {
            each[at : at + length]
            for each in self._patterns
            for length in range(2, LONGEST_PHRASE + 1)
            for at in range(len(each) - length + 1)
        }

    def score(self, left: int, right: int) -> float:
        """How likely fragment ``left`` goes on in fragment ``right``."""
        before, after = self.fragments[left], self.fragments[right]
        counts = before[-1].isdigit()
        if counts and after[0].isdigit():
            return _BAD_START
        value = self.inside(self._tails[left], self._heads[right])
        value += _BY_REPEAT[self._longest_repeat(left, right)]
        value += _QUOTES * _pairing(self._marks[left], self._marks[right])
        if after[0] in _STARTS_NOTHING:
            value += _BAD_START
        if before[-1] in _STOPS:
            value += _CLOSED
        if counts:
            value += 1.0 if _COUNTED.match(after) else -2.0
        if _YEAR.search(before):
            value += 3.0 if after[0] == "年" else -2.0
        return value

    def inside(self, left: Edge, right: Edge) -> float:
        """What a word across the seam gains over none; without one, how well the words beside it fit."""
        gain = _across(left, right, self._words)
        return min(gain, 10.0) if gain > 0 else _CLASSES * self._words.fit(left.word, right.word)

    def partners(self, left: Edge, right: Edge) -> float:
        """How much the best word says that ends ``left`` in some fragment, and that begins ``right`` in one."""
        onward = max(_across(left, each, self._words) for each in self._heads)
        back = max(_across(each, right, self._words) for each in self._tails)
        if _COUNTED.match(right.text) and any(_counts(each) for each in self.fragments):
            back = max(back, 4.0)
        return min(max(onward, 0.0), 6.0) + min(max(back, 0.0), 6.0)

    def _longest_repeat(self, left: int, right: int) -> int:
        before, after = self._patterns[left][-LONGEST_PHRASE:], self._patterns[right][:LONGEST_PHRASE]
        # Every longer one has the two characters at the seam.
        if not self._is_printed(before[-1] + after[0]):
            return 0
        for length in range(LONGEST_PHRASE, 1, -1):
            for taken in range(max(1, length - len(after)), min(length - 1, len(before)) + 1):
                if self._is_printed(before[-taken:] + after[: length - taken]):
                    return length
        return 0

    def _is_printed(self, string: str) -> bool:
        return string in self._printed or string in self._genre


def closes(text: str) -> bool:
    """Whether ``text`` ends a sentence, quotes behind its stop included."""
    return text.rstrip("”’」』）)\"'")[-1:] in _STOPS


def tail(text: str, words: Lexicon) -> Edge:
    """The end of a fragment."""
    kept = text[-_KEPT:]
    best, start = [0.0], [0]
    for end in range(1, len(kept) + 1):
        value, at = max(
            (best[at] + share, at)
            for at in range(max(0, end - LONGEST), end)
            if (share := words.log_share(kept[at:end])) is not None
        )
        best.append(value)
        start.append(at)
    return Edge(kept, tuple(reversed(best)), kept[start[-1] :])


def head(text: str, words: Lexicon) -> Edge:
    """The beginning of a fragment."""
    kept = text[:_KEPT]
    best, ends = {len(kept): 0.0}, {}
    for at in range(len(kept) - 1, -1, -1):
        best[at], ends[at] = max(
            (best[end] + share, end)
            for end in range(at + 1, min(len(kept), at + LONGEST) + 1)
            if (share := words.log_share(kept[at:end])) is not None
        )
    return Edge(kept, tuple(best[at] for at in range(len(kept) + 1)), kept[: ends[0]])


def _across(left: Edge, right: Edge, words: Lexicon) -> float:
    """What the best word across the seam gains over a seam between words; below any score for none."""
    apart = left.shares[0] + right.shares[0]
    best = -99.0
    for taken in range(1, min(LONGEST - 1, len(left.text)) + 1):
        begun = left.text[-taken:]
        for given in range(1, min(LONGEST - taken, len(right.text)) + 1):
            share = words.logs.get(begun + right.text[:given])
            if share is not None:
                best = max(best, left.shares[taken] + share + right.shares[given] - apart)
    return best


def marks(text: str) -> Marks:
    """The quotes and brackets of a fragment that have no partner in it.

    A straight quotation mark opens behind punctuation and closes before it; one between two words is taken
    for what the marks before it leave open.
    """
    opened: list[str] = []
    closed: list[str] = []
    for at, sign in enumerate(text):
        if sign in _OPENS:
            opened.append(sign)
        elif sign in _CLOSES:
            _close(_CLOSES[sign], opened, closed)
        elif sign == '"':
            around = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
            if opened[-1:] == ['"']:
                opened.pop()
            elif _is_closing(*around):
                closed.append('"')
            elif not around[0] or around[0] in "，。、；：（的“":
                opened.append('"')
            else:
                (opened if closed else closed).append("?" if not closed else '"')
    return Marks("".join(opened), "".join(closed))


def _close(opening: str, opened: list[str], closed: list[str]) -> None:
    if opened and opened[-1] == opening:
        opened.pop()
    else:
        closed.append(opening)


def _is_closing(before: str, after: str) -> bool:
    return after in tuple("，。、；：的”") or (not after and before in tuple("。！？"))


def _pairing(left: Marks, right: Marks) -> float:
    """Whether what is open on the left is closed on the right: from -1 to 2."""
    if "?" in left.opened + left.closed + right.opened + right.closed:
        return 0.0
    if left.opened and right.closed:
        if left.opened[-1] != right.closed[0]:
            return -1.0
        return 1.0 if right.closed[0] == '"' else 2.0
    if left.opened:
        return -1.0 if right.opened[:1] == left.opened[-1] else -0.2
    if right.closed:
        return -0.7 if left.closed else -0.3
    return 0.0


def _counts(text: str) -> bool:
    return text[-1].isdigit() and not _YEAR.search(text)
