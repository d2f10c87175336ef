"""The articles behind gold: their text, their sentences, the names that they declare to be one."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eval.canonical import canonical_text
from eval.errors import GoldError
from eval.facts import DocumentFacts, Spans, strings
from eval.names import NO_NAMES, Names, declared
from pipeline.document import Source, prepare, read
from pipeline.errors import DocumentError
from schemas import Comparator

_BODIES = (Comparator.ORGANIZATION, Comparator.PERSON_OR_ORGANIZATION)


@dataclass(frozen=True, slots=True)
class Text:
    """``source`` as it stands, ``canonical`` in reading order, ``pieces`` of each sentence in the source."""

    document: str
    source: str
    canonical: str
    pieces: tuple[Spans, ...]
    sentences: tuple[str, ...]
    origin: tuple[int, ...] = ()
    """The source offset of each code point of the sentences, in reading order."""

    def cited(self, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The numbers (from 0) of the sentences in which the spans hold something visible."""
        spans = tuple(spans)
        return frozenset(
            number
            for number, pieces in enumerate(self.pieces)
            if any(self._meet(piece, span) for piece in pieces for span in spans)
        )

    def cut(self, spans: Sequence[tuple[int, int]]) -> str:
        """What stands in the spans."""
        return "".join(self.source[start:end] for start, end in spans)

    def names(self, *sides: DocumentFacts) -> Names:
        """Which names in the facts of this document are one by its own words."""
        named = {
            canonical_text(value)
            for side in sides
            for fact in (*side.records, *([side.article] if side.article else []))
            for spec, value in strings(fact)
            if spec.comparator in _BODIES
        }
        return declared(self.canonical, named)

    def _meet(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        start, end = max(one[0], other[0]), min(one[1], other[1])
        return start < end and bool(self.source[start:end].strip())


def load_text(path: Path, sha256: str) -> Text | None:
    """The article at ``path``; None where there is none.

    Raises:
        GoldError: the file is not the one that was annotated, or cannot be read.
    """
    if not path.is_file():
        return None
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise GoldError(
            f"{path} is not the file that was annotated: its hash differs.",
            next_step="Restore it, or annotate it anew.",
        )
    return _prepared(path, sha256)


@lru_cache(64)
def _prepared(path: Path, sha256: str) -> Text:
    source = next(iter(read([str(path)])))
    if isinstance(source, DocumentError):
        raise GoldError(str(source))
    return text_of(source)


def text_of(source: Source) -> Text:
    """The article as evaluation needs it. Raises DocumentError where there is nothing to read."""
    sentences = prepare(source).sentences
    return Text(
        document=source.document,
        source=source.text,
        canonical=canonical_text("".join(sentence.text for sentence in sentences)),
        pieces=tuple(tuple((piece.start, piece.end) for piece in one.pieces) for one in sentences),
        sentences=tuple(one.text for one in sentences),
        origin=tuple(offset for one in sentences for offset in one.origin),
    )


def names_in(text: Text | None, *sides: DocumentFacts) -> Names:
    """The names that are one; none where there is no text to declare them."""
    return text.names(*sides) if text else NO_NAMES
