"""Records of any source as plain facts: a type, its values, and the spans that are said to state them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from eval.canonical import base_units, canonical_field
from eval.names import Names
from schemas import AnyRecord, Article, FieldSpec, fields_of
from schemas.gold import GoldDocument

ARTICLE: Final = "article"
"""The type name of what is known of the article itself; scored apart from the records."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One record, or the article.

    ``values`` has every field of the type; null and empty lists are None. ``spans`` are code points of the
    file, half open.
    ``id`` is what the source calls the record; nothing that is counted depends on it.
    """

    type: str
    values: Mapping[str, Any]
    spans: Spans = ()
    id: str = ""

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        """The fields of the type."""
        return fields_of(self.type)

    @property
    def stated(self) -> int:
        """How many fields are not null."""
        return sum(value is not None for value in self.values.values())

    def canonical(self, names: Names) -> tuple[Any, ...]:
        """The canonical form of each field, in their order; None for null."""
        values = base_units(self.values)
        return tuple(canonical_field(spec, values[spec.name], names) for spec in self.specs)

    def order(self) -> str:
        """What facts are sorted by, so that the order in which a source gives them changes nothing."""
        return json.dumps([self.type, self.values, self.spans], ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """All that one source says of one document; ``failed`` says why it could not be read at all."""

    document: str
    article: Fact | None = None
    records: tuple[Fact, ...] = ()
    failed: str = ""
    questions_failed: int = field(default=0, compare=False)


def of_record(record: AnyRecord, spans: Sequence[tuple[int, int]] | None = None) -> Fact:
    """A record as a fact; its own evidence unless ``spans`` are given."""
    own = tuple((piece.start, piece.end) for piece in record.evidence)
    return Fact(record.type, _stated(record.facts()), own if spans is None else tuple(spans), record.id or "")


def of_article(article: Article) -> Fact:
    """The article as a fact."""
    return Fact(ARTICLE, _stated(article.facts()))


def of_gold(gold: GoldDocument) -> DocumentFacts:
    """A gold document as facts."""
    records = tuple(of_record(one.record, one.evidence) for one in gold.records)
    return DocumentFacts(gold.document, of_article(gold.article), records)


def strings(fact: Fact) -> Iterator[tuple[FieldSpec, str]]:
    """Every text in the values of a fact, items of lists one by one."""
    for spec in fact.specs:
        value = fact.values[spec.name]
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, str):
                yield spec, item


def _stated(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: None if value == () else value for name, value in values.items()}
