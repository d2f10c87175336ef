"""Chinese words with how often they occur and their class, which classes like to stand side by side, and what the genre prints.

Two tables are derived from jieba (Copyright 2013 Sun Junyi, MIT: see ``LICENSE`` beside this file):
``words.tsv`` from its dictionary (words of one to four characters that it counts at least twenty times),
``classes.tsv`` from the transitions of its tagger. ``genre.txt`` is the text of the sentences that the embedded model was trained
on, normalised, each number a 0 (``python -m eval.training.genre`` writes it).
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LONGEST = 4
"""Characters of the longest word."""
LONGEST_PHRASE = 6
"""Characters of the longest string that is looked for in the genre's sentences."""

_COUNTED = 60_101_964
"""Occurrences of all words that the dictionary was counted on."""
_UNKNOWN = -15.0
_LATIN = -8.0

NUMBER, SIGN, OTHER = "m", "w", "x"
"""Classes of numbers, of punctuation, and of all that is in no other class."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``logs``: the natural logarithm of each word's share; ``classes``: its class; ``beside``: how much more
    often (as a logarithm) a word of the second class follows one of the first than chance would have it."""

    logs: dict[str, float]
    classes: dict[str, str]
    beside: dict[tuple[str, str], float]

    def log_share(self, word: str) -> float | None:
        """The logarithm of a word's share; None for what is no word. Single characters are always one."""
        known = self.logs.get(word)
        if known is not None:
            return known
        if word.isascii() and word.isalnum():
            return _LATIN
        if len(word) == 1:
            return _UNKNOWN if word.isalnum() else _LATIN
        return None

    def class_of(self, word: str) -> str:
        """The class of a word, number or sign."""
        if word[:1].isdigit() or word[:1] in "%.":
            return NUMBER
        if word in self.classes:
            return self.classes[word]
        return OTHER if word[:1].isalnum() else SIGN

    def fit(self, left: str, right: str) -> float:
        """How well two words stand side by side: above 0 better than chance, below 0 worse."""
        return self.beside.get((self.class_of(left), self.class_of(right)), 0.0)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The strings of two to LONGEST_PHRASE characters that the genre's sentences print.

    ``beginnings``: from each place in a sentence so many characters, in order; ``pairs``: the strings of two.
    """

    beginnings: tuple[str, ...]
    pairs: frozenset[str]

    def __contains__(self, string: str) -> bool:
        if len(string) == 2:
            return string in self.pairs
        at = bisect_left(self.beginnings, string)
        return at < len(self.beginnings) and self.beginnings[at].startswith(string)


@cache
def phrases() -> Phrases:
    """What the genre prints, read once."""
    lines = files(__name__).joinpath("genre.txt").read_text(encoding="utf-8").splitlines()
    found = {line[at : at + LONGEST_PHRASE] for line in lines for at in range(len(line) - 1)}
    return Phrases(tuple(sorted(found)), frozenset(each[:2] for each in found))


@cache
def lexicon() -> Lexicon:
    """The tables of this package, read once."""
    folder = files(__name__)
    rows = [
        line.split("\t") for line in (folder / "words.tsv").read_text(encoding="utf-8").splitlines() if line
    ]
    head, *table = (folder / "classes.tsv").read_text(encoding="utf-8").splitlines()
    columns = head.split("\t")[1:]
    total = math.log(_COUNTED)
    return Lexicon(
        logs={word: math.log(int(count)) - total for word, count, _ in rows},
        classes={word: kind for word, _, kind in rows},
        beside={
            (left, right): float(value)
            for left, *values in (line.split("\t") for line in table)
            for right, value in zip(columns, values, strict=True)
        },
    )
