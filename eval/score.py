"""Gold and predictions to counts: per document, type and field. Figures are made of their sums."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from eval.align import GATE, GATES, Alignment, Canonical, Pair, align, in_order
from eval.comparators import credit
from eval.counts import EvidenceCounts, FieldCounts, RecordCounts, SupportCounts
from eval.facts import ARTICLE, DocumentFacts, Fact
from eval.levels import Level
from eval.names import Names
from eval.support import support
from eval.texts import Text, names_in
from schemas import RECORD_TYPES

LEVELS: Final = tuple(Level)
Cell = tuple[str, str]
"""A record type and one of its fields."""


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """The counts of one document.

    ``fields``: per level and cell. ``gates``: at each gate, the fields of all records at level ``norm``.
    ``evidence`` and the two supports are None where the article's text is not at hand.
    """

    document: str
    failed: str = ""
    questions_failed: int = 0
    fields: Mapping[Level, Mapping[Cell, FieldCounts]] = field(default_factory=dict)
    records: Mapping[str, RecordCounts] = field(default_factory=dict)
    gates: Mapping[float, FieldCounts] = field(default_factory=dict)
    evidence: Mapping[str, EvidenceCounts] | None = None
    supported: SupportCounts | None = None
    gold_supported: SupportCounts | None = None

    def total(self, level: Level = Level.NORM, kinds: Sequence[str] = tuple(RECORD_TYPES)) -> FieldCounts:
        """The fields of the record types wanted, together."""
        cells = self.fields[level].items()
        return FieldCounts.total(counts for (kind, _), counts in cells if kind in kinds)


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The counts of one document, and the alignment behind them, type by type."""

    counts: DocumentCounts
    alignments: Mapping[str, Alignment]
    text: Text | None = None


def score(gold: DocumentFacts, predicted: DocumentFacts | None, text: Text | None = None) -> DocumentScore:
    """The score of one document; what is not predicted, or failed, is missed."""
    theirs = predicted or DocumentFacts(gold.document)
    if theirs.failed:
        theirs = DocumentFacts(gold.document, failed=theirs.failed)
    names = names_in(text, gold, theirs)
    at_gates = {
        kind: align(ours, others, GATES) for kind, (ours, others) in _by_type(gold, theirs, names).items()
    }
    if gold.article and theirs.article:
        at_gates[ARTICLE] = (_one_article(gold.article, theirs.article, names),) * len(GATES)
    chosen = {kind: found[GATES.index(GATE)] for kind, found in at_gates.items()}
    counts = DocumentCounts(
        document=gold.document,
        failed=theirs.failed,
        questions_failed=theirs.questions_failed,
        fields={level: _merged(field_counts(one, level) for one in chosen.values()) for level in LEVELS},
        records={kind: _records(one) for kind, one in chosen.items() if kind != ARTICLE},
        gates={
            gate: FieldCounts.total(
                counts
                for kind, found in at_gates.items()
                if kind != ARTICLE
                for counts in field_counts(found[at], Level.NORM).values()
            )
            for at, gate in enumerate(GATES)
        },
        evidence=_cited(chosen, text) if text else None,
        supported=_supported(theirs, text) if text else None,
        gold_supported=_supported(gold, text) if text else None,
    )
    return DocumentScore(counts, chosen, text)


def field_counts(alignment: Alignment, level: Level) -> dict[Cell, FieldCounts]:
    """The counts of one type's fields."""
    sums: defaultdict[Cell, list[float]] = defaultdict(lambda: [0.0] * 6)
    for pair in alignment.pairs:
        for cell, outcome in outcomes(pair, level):
            for at, amount in outcome:
                sums[cell][at] += amount
    for at, left in ((_MISSED, alignment.missed), (_SPURIOUS, alignment.spurious)):
        for one in left:
            for name, value in one.fact.values.items():
                if value is not None:
                    sums[one.fact.type, name][at] += 1
    # Small whole numbers are shared objects, as the cells are: many thousand documents have to fit.
    return {
        _cell(*cell): FieldCounts(*(int(one) if one.is_integer() else one for one in row))
        for cell, row in sums.items()
    }


@cache
def _cell(kind: str, name: str) -> Cell:
    """One object for all documents."""
    return kind, name


_RIGHT, _WRONG, _MISSING, _EXTRA, _MISSED, _SPURIOUS = range(6)


def outcomes(pair: Pair, level: Level) -> list[tuple[Cell, tuple[tuple[int, float], ...]]]:
    """For each field that a side states: its cell, and what it adds to which column of ``FieldCounts``."""
    found: list[tuple[Cell, tuple[tuple[int, float], ...]]] = []
    for at, spec in enumerate(pair.gold.fact.specs):
        gold, predicted = pair.gold.fact.values[spec.name], pair.predicted.fact.values[spec.name]
        if gold is None and predicted is None:
            continue
        cell = pair.gold.fact.type, spec.name
        if predicted is None:
            found.append((cell, ((_MISSING, 1.0),)))
        elif gold is None:
            found.append((cell, ((_EXTRA, 1.0),)))
        else:
            worth = credit(spec, level, (gold, pair.gold.forms[at]), (predicted, pair.predicted.forms[at]))
            found.append((cell, ((_RIGHT, worth), (_WRONG, 1.0 - worth))))
    return found


def _by_type(
    gold: DocumentFacts, predicted: DocumentFacts, names: Names
) -> dict[str, tuple[list[Canonical], list[Canonical]]]:
    sides = [[*one.records, *([one.article] if one.article else [])] for one in (gold, predicted)]
    return {
        kind: (ours, theirs)
        for kind in (*RECORD_TYPES, ARTICLE)
        if (ours := in_order(_of(kind, sides[0]), names)) + (theirs := in_order(_of(kind, sides[1]), names))
    }


def _of(kind: str, facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.type == kind]


def _merged(parts: Iterable[Mapping[Cell, FieldCounts]]) -> dict[Cell, FieldCounts]:
    return {cell: counts for part in parts for cell, counts in part.items()}


def _records(alignment: Alignment) -> RecordCounts:
    pairs = len(alignment.pairs)
    return RecordCounts(
        gold=pairs + len(alignment.missed),
        predicted=pairs + len(alignment.spurious),
        pairs=pairs,
        same=sum(pair.keys_equal for pair in alignment.pairs),
    )


def _one_article(gold: Fact, predicted: Fact, names: Names) -> Alignment:
    """A document has one article: the two belong together, whatever they say."""
    (one,), (other,) = in_order([gold], names), in_order([predicted], names)
    return Alignment((Pair(one, other, 1.0),), (), ())


def _cited(alignments: Mapping[str, Alignment], text: Text) -> dict[str, EvidenceCounts]:
    return {
        kind: EvidenceCounts.total(_pair_evidence(pair, text) for pair in one.pairs)
        for kind, one in alignments.items()
        if kind != ARTICLE
    }


def _supported(facts: DocumentFacts, text: Text) -> SupportCounts:
    return SupportCounts.total(support(fact, text) for fact in facts.records)


def _pair_evidence(pair: Pair, text: Text) -> EvidenceCounts:
    gold, predicted = text.cited(pair.gold.fact.spans), text.cited(pair.predicted.fact.spans)
    right = sum(
        gold_form is not None and gold_form == predicted_form
        for gold_form, predicted_form in zip(pair.gold.forms, pair.predicted.forms, strict=True)
    )
    return EvidenceCounts(
        len(gold & predicted), len(predicted - gold), len(gold - predicted), right if gold & predicted else 0
    )
