"""Records on which another side, a second run or gold, says something else.

Sides are put together by the keys that the schemas declare, and, where keys differ, by shared evidence: enough to
show a person two records beside each other. How far two sets of records agree is what ``python -m eval`` measures, with
the best assignment and the comparators of its levels.
"""

import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.document.normalise import simplify
from pipeline.records.words import clean
from schemas import AnyRecord, FieldSpec, fields_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A record of ours with the other side's, or one of them alone; ``fields`` are those that differ."""

    ours: AnyRecord | None
    theirs: AnyRecord | None
    fields: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.fields) or self.ours is None or self.theirs is None


def pairs(ours: Sequence[AnyRecord], theirs: Sequence[AnyRecord]) -> tuple[Pair, ...]:
    """All records of both sides: ours in their order, then theirs that are left over."""
    partner = dict[int, int]()
    for likeness, at, other in sorted(_likely(ours, theirs), key=lambda found: (-found[0], *found[1:])):
        if likeness and at not in partner and other not in partner.values():
            partner[at] = other
    found = [
        Pair(one, theirs[partner[at]], _differing(one, theirs[partner[at]]))
        if at in partner
        else Pair(one, None)
        for at, one in enumerate(ours)
    ]
    taken = set(partner.values())
    return (*found, *(Pair(None, one) for at, one in enumerate(theirs) if at not in taken))


def form(spec: FieldSpec, value: Any) -> Hashable:
    """A value without what only spelling adds; lists compare as sets."""
    if isinstance(value, tuple):
        return frozenset(form(spec, item) for item in value) or None
    if isinstance(value, str):
        return _plain(value)
    plain: Hashable = value
    return plain


@lru_cache(1 << 16)
def _plain(text: str) -> str:
    return clean(simplify(unicodedata.normalize("NFKC", text))).casefold()


def _likely(ours: Sequence[AnyRecord], theirs: Sequence[AnyRecord]) -> Iterable[tuple[float, int, int]]:
    """How much speaks for each two of one type being one fact: 0 for nothing, 2 and more for equal keys."""
    for at, one in enumerate(ours):
        for other, two in enumerate(theirs):
            if one.type == two.type:
                yield _likeness(one, two), at, other


def _likeness(one: AnyRecord, two: AnyRecord) -> float:
    specs = fields_of(one.type)
    differing = _differing(one, two)
    shared = sum(spec.name not in differing for spec in specs) / len(specs)
    if not any(spec.key and spec.name in differing for spec in specs):
        return 2 + shared
    overlap = any(
        piece.start < other.end and other.start < piece.end
        for piece in one.evidence
        for other in two.evidence
    )
    return shared if overlap else 0


def _differing(one: AnyRecord, two: AnyRecord) -> tuple[str, ...]:
    return tuple(
        spec.name
        for spec in fields_of(one.type)
        if form(spec, getattr(one, spec.name)) != form(spec, getattr(two, spec.name))
    )
