"""From counts to the figures that are shown: one plain value for table, ``--json`` and stored run."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from eval.align import GATE, GATES
from eval.counts import EvidenceCounts, FieldCounts, Ratios, RecordCounts, SupportCounts, ratios
from eval.facts import ARTICLE
from eval.levels import Level
from eval.score import LEVELS, DocumentCounts
from eval.stats import DRAWS, SEED, Counts, interval, pooled_f1
from schemas import RECORD_TYPES, fields_of

Figures = Mapping[str, Any]
_TYPES: Final = tuple(RECORD_TYPES)


def figures(documents: Sequence[DocumentCounts], signature: str) -> Figures:
    """Every figure of a scored set of documents. What has nothing to divide by is None."""
    kinds = [kind for kind in _TYPES if any(kind in one.records for one in documents)]
    return {
        "signature": signature,
        "documents": len(documents),
        "failed": {one.document: one.failed for one in documents if one.failed},
        "questions_failed": {one.document: one.questions_failed for one in documents if one.questions_failed},
        "levels": {str(level): _level(documents, level) for level in LEVELS},
        "gates": {str(gate): _total_at(documents, gate).ratios.f1 for gate in GATES},
        "records": _records(documents, _TYPES),
        "macro_f1": _macro(documents),
        "per_document": {one.document: _outcome(one.total()) for one in documents},
        "types": {kind: _type(documents, kind) for kind in kinds},
        "article": _article(documents),
        "evidence": _evidence(documents),
        "draws": DRAWS,
        "seed": SEED,
    }


def vectors(documents: Sequence[DocumentCounts], kinds: Sequence[str] = _TYPES) -> Counts:
    """TP, FP and FN of each document at level ``norm``, shape (documents, 3)."""
    totals = [one.total(Level.NORM, kinds) for one in documents]
    return np.array([(each.tp, each.fp, each.fn) for each in totals], dtype=np.float64).reshape(-1, 3)


def cell_counts(documents: Sequence[DocumentCounts], level: Level, kind: str, name: str) -> FieldCounts:
    """One field of one type over all documents."""
    cells = (one.fields[level].get((kind, name)) for one in documents)
    return FieldCounts.total(cell for cell in cells if cell is not None)


def _level(documents: Sequence[DocumentCounts], level: Level) -> Figures:
    found = dict(_outcome(FieldCounts.total(one.total(level) for one in documents)))
    if level is Level.NORM and found["f1"] is not None:
        found["interval"] = interval(vectors(documents))
    return found


def _total_at(documents: Sequence[DocumentCounts], gate: float) -> FieldCounts:
    return FieldCounts.total(one.gates[gate] for one in documents)


def _outcome(counts: FieldCounts) -> dict[str, Any]:
    return {**_ratios(counts.ratios), "tp": counts.tp, "fp": counts.fp, "fn": counts.fn}


def _ratios(found: Ratios) -> dict[str, float | None]:
    return {"precision": found.precision, "recall": found.recall, "f1": found.f1}


def _records(documents: Sequence[DocumentCounts], kinds: Sequence[str]) -> Figures:
    found = [counts for one in documents for kind, counts in one.records.items() if kind in kinds]
    total = RecordCounts.total(found)
    return {
        **_ratios(total.ratios),
        "gold": total.gold,
        "predicted": total.predicted,
        "pairs": total.pairs,
        "same": total.same,
    }


def _macro(documents: Sequence[DocumentCounts]) -> float | None:
    """The mean of the documents' F1; documents with nothing in gold and nothing predicted have none."""
    found = [f1 for one in documents if (f1 := one.total().ratios.f1) is not None]
    return sum(found) / len(found) if found else None


def _type(documents: Sequence[DocumentCounts], kind: str) -> Figures:
    return {
        **_outcome(FieldCounts.total(one.total(Level.NORM, [kind]) for one in documents)),
        "records": _records(documents, [kind]),
        "fields": _fields(documents, kind),
    }


def _fields(documents: Sequence[DocumentCounts], kind: str) -> Figures:
    found = {}
    for spec in fields_of(kind):
        counts = cell_counts(documents, Level.NORM, kind, spec.name)
        if counts != FieldCounts():
            found[spec.name] = {
                **_outcome(counts),
                "key": spec.key,
                "support": counts.support,
                "given_a_match": _ratios(counts.matched),
            }
    return found


def _article(documents: Sequence[DocumentCounts]) -> Figures:
    return {
        **_outcome(FieldCounts.total(one.total(Level.NORM, [ARTICLE]) for one in documents)),
        "fields": _fields(documents, ARTICLE),
    }


def _evidence(documents: Sequence[DocumentCounts]) -> Figures | None:
    """None unless the articles of all documents were at hand."""
    if not documents or any(one.evidence is None for one in documents):
        return None
    sums = EvidenceCounts.total(part for one in documents for part in (one.evidence or {}).values())
    total = FieldCounts.total(one.total() for one in documents)
    uncited = total.tp - sums.values_cited
    predicted = SupportCounts.total(one.supported for one in documents if one.supported)
    gold = SupportCounts.total(one.gold_supported for one in documents if one.gold_supported)
    return {
        "sentences": _ratios(sums.ratios),
        "values_with_evidence": _ratios(ratios(sums.values_cited, total.fp + uncited, total.fn + uncited)),
        "unsupported": predicted.share,
        "unsupported_in_gold": gold.share,
        "elsewhere": predicted.elsewhere_share,
        "elsewhere_in_gold": gold.elsewhere_share,
    }


def headline(documents: Sequence[DocumentCounts]) -> float:
    """The F1 that decisions use: micro, over fields, level ``norm``."""
    return float(pooled_f1(vectors(documents).sum(axis=0)))


def signature(gold_hash: str, documents: int, **parts: str) -> str:
    """What a figure was made with, in one line: with another signature it is another figure."""
    known = {"f1": "micro-fields", "level": str(Level.NORM), "gate": str(GATE)}
    whole = {**known, "gold": f"{gold_hash[:8]}/{documents}", **parts}
    return "|".join(f"{name}:{value}" for name, value in whole.items())
