"""The records of one document as the report shows them: gold beside one run or two, and why they differ."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from eval.align import Alignment, Canonical, Pair
from eval.comparators import explain
from eval.facts import ARTICLE, Fact, Spans
from eval.levels import Level
from eval.mistakes import faults, in_words, nearest, told
from eval.score import DocumentScore
from eval.support import support
from eval.texts import Text
from pipeline.document.redact import hide
from schemas import RECORD_TYPES, FieldSpec

TYPES: Final = (*RECORD_TYPES, ARTICLE)


class Side(StrEnum):
    """Whose word it is; the order is that of the columns."""

    GOLD = "gold"
    AGAINST = "against"
    RUN = "run"


class Mark(StrEnum):
    """What a run makes of one value."""

    NONE = ""
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    EXTRA = "extra"


class Outcome(StrEnum):
    """What became of a record in the run, and what changed against the other run."""

    RIGHT = "right"
    DIFFERS = "differs"
    MISSED = "missed"
    SPURIOUS = "spurious"
    FIXED = "fixed"
    BROKEN = "broken"
    NEW = "new"
    GONE = "gone"
    UNPLACED = "unplaced"


GROUPS: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "matched": (Outcome.RIGHT, Outcome.DIFFERS),
    "missed": (Outcome.MISSED,),
    "spurious": (Outcome.SPURIOUS,),
    "gone": (Outcome.GONE,),
}
"""The lists of a document's page, by the first outcome of a record."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as one side has it."""

    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the sides of which it is true."""

    sides: tuple[Side, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field: a cell for each side that has the record, and the comparator's words."""

    name: str
    key: bool
    cells: Mapping[Side, Cell]
    words: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One record of gold with what the runs make of it, or one that gold has not.

    ``spans`` has every side on which the record is; ``number`` counts from 1 in the document's page.
    """

    type: str
    outcomes: tuple[Outcome, ...]
    rows: tuple[Row, ...]
    notes: tuple[Said, ...]
    spans: Mapping[Side, Spans]
    number: int = 0

    @property
    def group(self) -> str:
        """Which list of the page it stands in."""
        return next(name for name, first in GROUPS.items() if self.outcomes[0] in first)

    @property
    def start(self) -> float:
        """Where the first of its evidence stands; infinite where it has none."""
        return min((start for spans in self.spans.values() for start, _ in spans), default=float("inf"))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a run has for one gold record: the pair, or the words about the nearest record."""

    gold: Canonical
    pair: Pair | None
    words: str

    @property
    def right(self) -> frozenset[str]:
        """The gold values that the run has right."""
        if self.pair is None:
            return frozenset()
        return frozenset(told(self.gold.fact)) - {name for name, _, _ in faults(self.pair)}


def items(run: DocumentScore, against: DocumentScore | None = None) -> tuple[Item, ...]:
    """Every record of a document, list by list and within each in reading order; private numbers masked."""
    found: list[Item] = []
    for kind in TYPES:
        after, before = (_alignment(score, kind) for score in (run, against))
        found += _of_gold(after, before if against else None, run.text)
        found += _left_over(after, before if against else None, run.text)
    order = tuple(GROUPS)
    found.sort(key=lambda one: (order.index(one.group), one.start, TYPES.index(one.type)))
    return tuple(replace(one, number=number) for number, one in enumerate(found, 1))


def _alignment(score: DocumentScore | None, kind: str) -> Alignment:
    return (score.alignments.get(kind) if score else None) or Alignment((), (), ())


def _of_gold(after: Alignment, before: Alignment | None, text: Text | None) -> Iterator[Item]:
    others = _by_gold(before) if before else {}
    for key, found in _by_gold(after).items():
        sides = {Side.AGAINST: others[key], Side.RUN: found} if before else {Side.RUN: found}
        yield _gold_item(found, sides, text)


def _by_gold(alignment: Alignment) -> dict[tuple[str, int], _Found]:
    """By the gold record and which of several equal ones it is: the same key in every run."""
    near = nearest(alignment.missed, alignment.spurious)
    found = [_Found(pair.gold, pair, "") for pair in alignment.pairs]
    found += [_Found(one, None, near[at]) for at, one in enumerate(alignment.missed)]
    seen: Counter[str] = Counter()
    keyed = {}
    for one in sorted(found, key=lambda each: each.gold.fact.order()):
        order = one.gold.fact.order()
        keyed[order, seen[order]] = one
        seen[order] += 1
    return keyed


def _gold_item(found: _Found, sides: Mapping[Side, _Found], text: Text | None) -> Item:
    fact = found.gold.fact
    outcomes = [_outcome(found)]
    if before := sides.get(Side.AGAINST):
        outcomes += [Outcome.FIXED] if found.right - before.right else []
        outcomes += [Outcome.BROKEN] if before.right - found.right else []
    present = {side: one.pair.predicted.fact for side, one in sides.items() if one.pair}
    notes = ((side, note) for side, one in sides.items() for note in _notes(one, text))
    rows = tuple(_row(at, spec, fact, sides) for at, spec in enumerate(fact.specs))
    return _placed(
        Item(
            fact.type,
            tuple(outcomes),
            tuple(row for row in rows if any(cell.text or cell.mark for cell in row.cells.values())),
            _said(notes),
            {Side.GOLD: fact.spans, **{side: one.spans for side, one in present.items()}},
        ),
        text,
    )


def _outcome(found: _Found) -> Outcome:
    if found.pair is None:
        return Outcome.MISSED
    return Outcome.DIFFERS if faults(found.pair) else Outcome.RIGHT


def _notes(found: _Found, text: Text | None) -> Iterator[str]:
    """What is to be said about the record as a whole."""
    if found.pair is None:
        yield f"Missed. {found.words}"
        return
    gold, predicted = found.gold.fact, found.pair.predicted.fact
    if found.pair.likeness < 1:
        yield f"Paired at a likeness of {found.pair.likeness:.2f}."
    if text and gold.spans and predicted.spans and not text.cited(gold.spans) & text.cited(predicted.spans):
        yield "It cites none of the sentences that gold cites."
    yield from _unsupported(predicted, text)


def _unsupported(fact: Fact, text: Text | None) -> Iterator[str]:
    if text and fact.type != ARTICLE and (count := support(fact, text)).unsupported:
        yield f"{count.unsupported} of {count.values} values stand neither in what it cites nor, as the guide allows, elsewhere."


def _said(told: Iterable[tuple[Side, str]]) -> tuple[Said, ...]:
    """What is said of each side, the same of several sides once; private numbers masked."""
    sides: defaultdict[str, list[Side]] = defaultdict(list)
    for side, words in told:
        if words:
            sides[hide(words)].append(side)
    return tuple(Said(tuple(whose), words) for words, whose in sides.items())


def _row(at: int, spec: FieldSpec, gold: Fact, sides: Mapping[Side, _Found]) -> Row:
    cells, words = {Side.GOLD: Cell(shown(gold.values[spec.name]))}, dict[Side, str]()
    for side, found in sides.items():
        if found.pair:
            cells[side], words[side] = _judged(at, spec, found.pair)
    return Row(spec.name, spec.key, cells, _said(words.items()))


def _judged(at: int, spec: FieldSpec, pair: Pair) -> tuple[Cell, str]:
    """The predicted value, and the comparator's words where there is something to say."""
    gold, predicted = (one.fact.values[spec.name] for one in (pair.gold, pair.predicted))
    gold_form, predicted_form = pair.gold.forms[at], pair.predicted.forms[at]
    if gold is None and predicted is None:
        return Cell(""), ""
    if predicted is None:
        return Cell("", Mark.MISSING), ""
    if gold is None:
        return Cell(shown(predicted), Mark.EXTRA), ""
    mark = Mark.RIGHT if gold_form == predicted_form else Mark.WRONG
    alike = gold == predicted and mark is Mark.RIGHT
    words = "" if alike else explain(spec, Level.NORM, (gold, gold_form), (predicted, predicted_form))
    return Cell(shown(predicted), mark), words


def _left_over(after: Alignment, before: Alignment | None, text: Text | None) -> Iterator[Item]:
    """Records that answer to nothing in gold; what both runs have is one item."""
    olds: defaultdict[tuple[Any, ...], list[Canonical]] = defaultdict(list)
    for one in before.spurious if before else ():
        olds[one.forms].append(one)
    for one, words in zip(after.spurious, nearest(after.spurious, after.missed), strict=True):
        same = olds[one.forms].pop(0).fact if olds[one.forms] else None
        outcomes = (Outcome.SPURIOUS,) if same or before is None else (Outcome.SPURIOUS, Outcome.NEW)
        sides = {Side.AGAINST: same, Side.RUN: one.fact} if same else {Side.RUN: one.fact}
        yield _spurious_item(outcomes, sides, words, text)
    for rest in olds.values():
        for one in rest:
            yield _spurious_item((Outcome.GONE,), {Side.AGAINST: one.fact}, "", text)


def _spurious_item(
    outcomes: tuple[Outcome, ...], sides: Mapping[Side, Fact], words: str, text: Text | None
) -> Item:
    side, fact = list(sides.items())[-1]
    rows = tuple(
        Row(
            spec.name,
            spec.key,
            {side: Cell(shown(one.values[spec.name]), Mark.EXTRA) for side, one in sides.items()},
            (),
        )
        for spec in fact.specs
        if fact.values[spec.name] is not None
    )
    notes = _said((side, each) for each in (words, *_unsupported(fact, text)))
    spans = {side: one.spans for side, one in sides.items()}
    return _placed(Item(fact.type, outcomes, rows, notes, spans), text)


def _placed(item: Item, text: Text | None) -> Item:
    """The item, marked where a side of it has no place in the text."""
    if text is None:
        return item
    length = len(text.source)
    spans = {
        side: tuple((max(0, start), min(end, length)) for start, end in given if start < min(end, length))
        for side, given in item.spans.items()
    }
    bare = [side for side, given in spans.items() if not given]
    if not bare:
        return replace(item, spans=spans)
    notes = (*item.notes, Said(tuple(bare), "It has no place in the text."))
    return replace(item, spans=spans, notes=notes, outcomes=(*item.outcomes, Outcome.UNPLACED))


def shown(value: Any) -> str:
    """A value as the page writes it, private numbers masked; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return hide(in_words(value)) if isinstance(value, str | tuple | list) else in_words(value)
