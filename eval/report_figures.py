"""The first page of the report: verdict, headline, table by type and field, heat map, costs, signature."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eval.comparison import Comparison
from eval.counts import FieldCounts
from eval.facts import ARTICLE
from eval.figures import Figures
from eval.levels import Level
from eval.score import DocumentCounts
from eval.tables import number, share
from pipeline.output.labels import TYPES

_SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A type, or with ``field`` one of its fields. ``support``: how many values gold has."""

    type: str
    field: str
    key: bool
    figures: Figures
    support: float
    before: Figures | None
    p: float | None
    verdict: str

    @property
    def change(self) -> float | None:
        """How much higher the F1 is than in the other run; None where one of them is none."""
        return _change(self.figures["f1"], self.before["f1"] if self.before else None)


@dataclass(frozen=True, slots=True)
class Square:
    """A document's F1 in one type, or in all; ``shade`` is 0 to 4, None where there is nothing to score."""

    type: str
    f1: float | None
    support: float
    found: float
    change: float | None

    @property
    def shade(self) -> int | None:
        """The fifth of the scale in which the F1 lies."""
        return None if self.f1 is None else min(int(self.f1 * _SHADES), _SHADES - 1)


def verdict(found: Figures, compared: Comparison | None) -> tuple[str, str]:
    """The verdict in a word (none for a run alone), and the sentence that says why."""
    if compared:
        whole = compared.whole
        told = (
            f"F1 {whole.first:.3f} → {whole.second:.3f} ({whole.change:+.3f}), "
            f"95 % interval of the change {whole.low:+.3f} … {whole.high:+.3f}, p = {whole.p:.3f}. {whole.why}"
        )
        return str(whole.verdict), told
    norm = found["levels"][str(Level.NORM)]
    right, stated, predicted = norm["tp"], norm["tp"] + norm["fn"], norm["tp"] + norm["fp"]
    told = (
        f"F1 {number(norm['f1'])}, 95 % interval {_interval(found)}: of {stated:g} values in gold {right:g} are "
        f"found, of {predicted:g} that are predicted {norm['fp']:g} are false. No second run is beside it, so "
        "nothing is said about better or worse."
    )
    return "", told


def headline(found: Figures, before: Figures | None) -> Iterator[tuple[str, str, str]]:
    """The figures at the top: name, value, and that of the other run (empty where there is none)."""
    for name, get in _HEADLINE.items():
        yield name, get(found), get(before) if before else ""


def _interval(found: Figures) -> str:
    bounds = found["levels"][str(Level.NORM)].get("interval")
    return f"{bounds[0]:.3f} … {bounds[1]:.3f}" if bounds else "n/a"


def _evidence(found: Figures, *path: str) -> Any:
    value: Any = found["evidence"]
    for step in path:
        value = None if value is None else value[step]
    return value


_HEADLINE: Final[Mapping[str, Callable[[Figures], str]]] = {
    "F1": lambda found: number(found["levels"]["norm"]["f1"]),
    "95 % interval": _interval,
    "precision": lambda found: number(found["levels"]["norm"]["precision"]),
    "recall": lambda found: number(found["levels"]["norm"]["recall"]),
    "record F1": lambda found: number(found["records"]["f1"]),
    "mean F1 of the documents": lambda found: number(found["macro_f1"]),
    "F1 with right evidence": lambda found: number(_evidence(found, "values_with_evidence", "f1")),
    "supported by nothing": lambda found: share(_evidence(found, "unsupported")),
    "F1, exact": lambda found: number(found["levels"]["exact"]["f1"]),
    "F1, lenient": lambda found: number(found["levels"]["lenient"]["f1"]),
    "F1 at gates": lambda found: " · ".join(f"{gate}: {number(f1)}" for gate, f1 in found["gates"].items()),
}


def lines(found: Figures, before: Figures | None, compared: Comparison | None) -> Iterator[Line]:
    """The table: each type followed by its fields, the article last."""
    for kind, of_kind, other in _types(found, before):
        difference, p = compared.types.get(kind, (None, None)) if compared else (None, None)
        said = str(difference.verdict) if difference else ""
        yield Line(kind, "", False, of_kind, of_kind["tp"] + of_kind["fn"], other, p, said)
        old = other["fields"] if other else {}
        for name, one in of_kind["fields"].items():
            yield Line(kind, name, one["key"], one, one["support"], old.get(name), None, "")


def _types(found: Figures, before: Figures | None) -> Iterator[tuple[str, Figures, Figures | None]]:
    for kind, one in found["types"].items():
        yield kind, one, before["types"].get(kind) if before else None
    yield ARTICLE, found["article"], before["article"] if before else None


def squares(
    documents: Sequence[DocumentCounts], before: Sequence[DocumentCounts] | None
) -> Iterator[tuple[str, tuple[Square, ...]]]:
    """The heat map: of each document its name, the square of all records, those of the types."""
    olds = {one.document: one for one in before or ()}
    kinds = [kind for kind in TYPES if kind == ARTICLE or any(kind in one.records for one in documents)]
    for one in documents:
        old = olds.get(one.document)
        yield one.document, (_square(one, old, ""), *(_square(one, old, kind) for kind in kinds))


def _square(one: DocumentCounts, before: DocumentCounts | None, kind: str) -> Square:
    counts = _total(one, kind)
    found = counts.ratios.f1
    old = _total(before, kind).ratios.f1 if before else None
    return Square(kind, found, counts.support, counts.tp + counts.fp, _change(found, old))


def _total(one: DocumentCounts, kind: str) -> FieldCounts:
    return one.total(Level.NORM, [kind]) if kind else one.total()


def _change(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def costs(cost: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, str]]:
    """What a run took, as name and value."""
    calls, tokens = cost.get("calls") or {}, cost.get("tokens") or {}
    yield "answers replayed", _count(calls.get("replayed"))
    yield "answers live", _count(calls.get("live"))
    yield "answers failed", _count(calls.get("failed"))
    yield "tokens in", _count(tokens.get("prompt"))
    yield "of these cached", _count(tokens.get("cached"))
    yield "tokens out", _count(tokens.get("completion"))
    yield "money", "n/a" if cost.get("cost") is None else f"${cost['cost']:.4f}"
    yield "seconds of the pipeline", "n/a" if cost.get("seconds") is None else f"{cost['seconds']:.1f}"
    yield "seconds with scoring", f"{seconds:.1f}"


def _count(value: int | None) -> str:
    return "n/a" if value is None else f"{value:,}"


def parts(signature: str, other: str | None) -> list[tuple[str, bool]]:
    """A signature in its parts, and whether each is another in the other run's."""
    theirs = set(other.split("|")) if other else None
    return [(part, theirs is not None and part not in theirs) for part in signature.split("|")]
