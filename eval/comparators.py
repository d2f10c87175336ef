"""What a predicted value is worth against a gold one, and why, in a sentence.

The schemas declare the comparator of each field; :func:`credit` and :func:`explain` carry it out. Null is no
value: who calls sees to it. Names are equal or they are not: no edit distance makes 张伟 of 张强.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from eval.canonical import canonical_field, canonical_text
from eval.levels import Level
from eval.names import NO_NAMES, Names
from schemas import Comparator, FieldSpec

LEAST_LIKENESS: Final = 0.5
"""Texts less alike than this earn nothing at level ``lenient``."""
PREFIX_CREDIT: Final = 0.5
"""What a date earns at level ``lenient`` that is right as far as it goes."""

_NUMERALS: Final = re.compile("[0-9.零〇一二三四五六七八九十百千万亿两]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``credit``: 0 different, 1 equal, in between at level ``lenient`` only; ``reason``: a sentence."""

    credit: float
    reason: str

    @property
    def equal(self) -> bool:
        """Whether the values are the same."""
        return self.credit == 1.0


def compare(
    spec: FieldSpec, gold: Any, predicted: Any, level: Level = Level.NORM, names: Names = NO_NAMES
) -> Verdict:
    """The verdict on two values of a field, neither of them null."""
    one, other = canonical_field(spec, gold, names), canonical_field(spec, predicted, names)
    worth = credit(spec, level, (gold, one), (predicted, other))
    return Verdict(worth, explain(spec, level, (gold, one), (predicted, other)))


def credit(
    spec: FieldSpec, level: Level, gold: tuple[Any, Hashable], predicted: tuple[Any, Hashable]
) -> float:
    """The credit of a predicted value; each side is the value with its canonical form."""
    if level is Level.EXACT:
        return float(_same(gold[0], predicted[0]))
    if gold[1] == predicted[1]:
        return 1.0
    return soft(spec, gold[1], predicted[1]) if level is Level.LENIENT else 0.0


def soft(spec: FieldSpec, gold: Any, predicted: Any) -> float:
    """The part credit of two canonical values that differ."""
    if spec.many:
        return 2 * len(gold & predicted) / (len(gold) + len(predicted))
    if spec.comparator is Comparator.TEXT:
        return likeness(gold, predicted)
    if spec.comparator is Comparator.DATE:
        return PREFIX_CREDIT if _same_as_far(gold, predicted) else 0.0
    return 0.0


def likeness(one: str, other: str) -> float:
    """Dice's coefficient of two texts' character pairs; 0 below a half or where a numeral differs."""
    pairs, others = _pairs(one), _pairs(other)
    dice = 2 * len(pairs & others) / (len(pairs) + len(others))
    return dice if dice >= LEAST_LIKENESS and _numerals(one) == _numerals(other) else 0.0


def explain(
    spec: FieldSpec, level: Level, gold: tuple[Any, Hashable], predicted: tuple[Any, Hashable]
) -> str:
    """Why two values earn what they earn."""
    if _same(gold[0], predicted[0]):
        return f"Both are {_shown(gold[0])}."
    if level is Level.EXACT:
        return f"As written, {_shown(gold[0])} and {_shown(predicted[0])} are not the same."
    if gold[1] == predicted[1]:
        return _why_equal(spec, gold, predicted)
    told = (
        _lists_differ(gold[1], predicted[1]) if spec.many else _WORDS[spec.comparator](gold[1], predicted[1])
    )
    worth = credit(spec, level, gold, predicted)
    return f"{told} It earns {worth:.2f}." if worth else told


def _same(gold: Any, predicted: Any) -> bool:
    if isinstance(gold, tuple | list) and isinstance(predicted, tuple | list):
        return set(gold) == set(predicted)
    return bool(gold == predicted) and isinstance(gold, bool) == isinstance(predicted, bool)


def _why_equal(spec: FieldSpec, gold: tuple[Any, Hashable], predicted: tuple[Any, Hashable]) -> str:
    one, other = _shown(gold[0]), _shown(predicted[0])
    if spec.many:
        return f"{one} and {other} name the same."
    if spec.comparator in (Comparator.ORGANIZATION, Comparator.PERSON_OR_ORGANIZATION) and canonical_text(
        gold[0]
    ) != canonical_text(predicted[0]):
        return f"The document declares {one} and {other} to be names of one body."
    return f"{one} and {other} differ in spelling only: both mean {_shown(gold[1])}."


def _persons_differ(gold: Any, predicted: Any) -> str:
    if len(gold) == len(predicted) and sum(a != b for a, b in zip(gold, predicted, strict=True)) == 1:
        return f"{gold} and {predicted} are two names: one character apart is another person."
    return f"{gold} and {predicted} are two names."


def _organizations_differ(gold: Any, predicted: Any) -> str:
    if predicted in gold or gold in predicted:
        return (
            f"{predicted} is not the full name {gold}, and the document does not declare them to be one body."
        )
    return f"{gold} and {predicted} are two bodies: no likeness makes them one."


def _dates_differ(gold: Any, predicted: Any) -> str:
    if _same_as_far(gold, predicted):
        side = "less" if len(predicted) < len(gold) else "more"
        return f"{predicted} is {side} precise than {gold}."
    return f"{gold} and {predicted} are different dates."


def _numbers_differ(gold: Any, predicted: Any) -> str:
    try:
        ratio = float(predicted) / float(gold)
    except (ValueError, ZeroDivisionError):
        return f"{gold} and {predicted} are different numbers."
    powers = {10.0**power for power in range(-12, 13) if power}
    if any(abs(ratio / power - 1) < 1e-9 for power in powers):
        return f"{predicted} is {gold} on another scale: a factor of {ratio:g}."
    return f"{gold} and {predicted} are different numbers."


def _texts_differ(gold: Any, predicted: Any) -> str:
    if _numerals(gold) != _numerals(predicted):
        return f"{gold} and {predicted} differ in a numeral."
    pairs, others = _pairs(gold), _pairs(predicted)
    return f"{gold} and {predicted} share {len(pairs & others)} of {len(pairs | others)} character pairs."


def _choices_differ(gold: Any, predicted: Any) -> str:
    return f"Gold says {gold}, the prediction {predicted}."


def _lists_differ(gold: Any, predicted: Any) -> str:
    missing = "、".join(sorted(map(str, gold - predicted))) or "nothing"
    extra = "、".join(sorted(map(str, predicted - gold))) or "nothing"
    return f"Of the list {missing} is missing, and {extra} is too much."


_WORDS: Final[Mapping[Comparator, Callable[[Any, Any], str]]] = {
    Comparator.PERSON: _persons_differ,
    Comparator.ORGANIZATION: _organizations_differ,
    Comparator.PERSON_OR_ORGANIZATION: _organizations_differ,
    Comparator.TEXT: _texts_differ,
    Comparator.DATE: _dates_differ,
    Comparator.NUMBER: _numbers_differ,
    Comparator.BOOLEAN: _choices_differ,
    Comparator.ENUM: _choices_differ,
}


def _same_as_far(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if short.startswith("--"):
        return len(long) == 10 and long[4:] == short[1:]
    return long.startswith((f"{short}-", f"{short}/"))


@lru_cache(1 << 13)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))


@lru_cache(1 << 13)
def _numerals(text: str) -> tuple[str, ...]:
    return tuple(_NUMERALS.findall(text))


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list | frozenset):
        return "、".join(sorted(map(str, value)))
    return str(value)
