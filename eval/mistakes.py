"""What went wrong in a run, by classes: the same kind of error in the same field of the same type."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from eval.align import Alignment, Canonical, Pair, likenesses
from eval.comparators import explain
from eval.facts import Fact
from eval.levels import Level
from eval.score import DocumentScore
from eval.texts import Text

Kind = Literal["missed record", "spurious record", "wrong value", "missing value", "extra value"]
_CHARGES: Final[dict[Kind, int]] = {"wrong value": 2, "missing value": 1, "extra value": 1}
"""False positives and negatives of one such value; a record left over makes one for each value."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: ``charge`` adds to FP and FN, ``sentence`` is what the document says, ``words`` why."""

    document: str
    type: str
    field: str
    """Empty for a whole record."""
    kind: Kind
    charge: int
    sentence: str
    gold: Any
    predicted: Any
    words: str


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """Errors of one kind in one field of one type."""

    type: str
    field: str
    kind: Kind
    mistakes: tuple[Mistake, ...]

    @property
    def charge(self) -> int:
        """What the class adds to FP and FN."""
        return sum(one.charge for one in self.mistakes)

    @property
    def name(self) -> str:
        """How the class is called and asked for: ``metric.value wrong``."""
        place = f"{self.type}.{self.field}" if self.field else self.type
        return f"{place}: {self.kind}"


def classes(mistakes: Iterable[Mistake]) -> list[ErrorClass]:
    """The classes, those that cost most first."""
    groups: defaultdict[tuple[str, str, Kind], list[Mistake]] = defaultdict(list)
    for one in mistakes:
        groups[one.type, one.field, one.kind].append(one)
    found = [ErrorClass(*key, tuple(group)) for key, group in groups.items()]
    return sorted(found, key=lambda one: (-one.charge, one.name))


def mistakes(score: DocumentScore) -> list[Mistake]:
    """Every error in a document, level ``norm``."""
    name = score.counts.document
    return [
        one
        for alignment in score.alignments.values()
        for one in (*_in_pairs(name, alignment, score.text), *_left_over(name, alignment, score.text))
    ]


def _in_pairs(document: str, alignment: Alignment, text: Text | None) -> list[Mistake]:
    return [
        Mistake(
            document,
            pair.gold.fact.type,
            name,
            kind,
            _CHARGES[kind],
            sentence(pair.predicted.fact if kind == "extra value" else pair.gold.fact, text),
            pair.gold.fact.values[name],
            pair.predicted.fact.values[name],
            words,
        )
        for pair in alignment.pairs
        for name, kind, words in faults(pair)
    ]


def faults(pair: Pair) -> list[tuple[str, Kind, str]]:
    """The fields of a pair that are not right: name, what is wrong, and why."""
    found: list[tuple[str, Kind, str]] = []
    sides = zip(pair.gold.fact.specs, pair.gold.forms, pair.predicted.forms, strict=True)
    for spec, gold_form, predicted_form in sides:
        if gold_form == predicted_form:
            continue
        gold, predicted = pair.gold.fact.values[spec.name], pair.predicted.fact.values[spec.name]
        if predicted_form is None:
            found.append((spec.name, "missing value", "Gold has a value, the prediction none."))
        elif gold_form is None:
            found.append((spec.name, "extra value", "The prediction has a value, gold none."))
        else:
            words = explain(spec, Level.NORM, (gold, gold_form), (predicted, predicted_form))
            found.append((spec.name, "wrong value", words))
    return found


def _left_over(document: str, alignment: Alignment, text: Text | None) -> list[Mistake]:
    missed, spurious = alignment.missed, alignment.spurious
    near = nearest(missed, spurious)
    found = [
        Mistake(
            document,
            one.fact.type,
            "",
            "missed record",
            one.fact.stated,
            sentence(one.fact, text),
            told(one.fact),
            None,
            near[at],
        )
        for at, one in enumerate(missed)
    ]
    near = nearest(spurious, missed)
    return found + [
        Mistake(
            document,
            one.fact.type,
            "",
            "spurious record",
            one.fact.stated,
            sentence(one.fact, text),
            None,
            told(one.fact),
            near[at],
        )
        for at, one in enumerate(spurious)
    ]


def nearest(facts: Sequence[Canonical], others: Sequence[Canonical]) -> list[str]:
    """For each record left over, what is left over on the other side that is most like it."""
    if not facts or not others:
        return ["Nothing of its type is left on the other side."] * len(facts)
    likeness, agree = likenesses(facts, others)
    found = []
    for row in range(len(facts)):
        best = int(likeness[row].argmax())
        bar = "below the gate" if agree[row, best] else "no key field agrees"
        what = in_words(told(others[best].fact))
        found.append(f"Nearest on the other side, at {likeness[row, best]:.2f} ({bar}): {what}.")
    return found


def in_words(value: Any) -> str:
    """A value, a list or a record on one line; a dash for null."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {in_words(each)}" for name, each in value.items())
    if isinstance(value, tuple | list):
        return "、".join(map(str, value))
    return "–" if value is None else str(value)


def told(fact: Fact) -> dict[str, Any]:
    """The values of a record that are not null."""
    return {name: value for name, value in fact.values.items() if value is not None}


def sentence(fact: Fact, text: Text | None) -> str:
    """The sentences that a record cites, as they are read; empty where the article is not at hand."""
    if text is None:
        return ""
    return "".join(text.sentences[number] for number in sorted(text.cited(fact.spans)))
