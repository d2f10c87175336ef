"""From copied strings to a candidate: the fields of its type, where they stand, and what already speaks against it."""

import re
from collections.abc import Sequence
from typing import Any

from pipeline.document.text import Document, Sentence
from pipeline.records.builders import BUILDERS, PRIVATE
from pipeline.records.candidate import Candidate
from pipeline.records.draft import Draft, Reading
from prompts.asked import Asked
from schemas import Evidence, fields_of


def ground(kind: str, fact: Asked, sentences: Sequence[Sentence], reading: Reading, chunk: int) -> Candidate:
    """The candidate of one fact; ``sentences`` are the chunk's, which the fact cites by number from 1."""
    cited = tuple(sentences[number - 1] for number in sorted(set(fact.sentences)))
    required = frozenset(spec.name for spec in fields_of(kind) if spec.required)
    draft = Draft(reading, cited, required)
    BUILDERS[kind](fact, draft)
    cited = draft.cited
    copied = {**fact.model_dump(), "sentences": [sentence.number for sentence in cited]}
    if draft.values.get("declarant") == PRIVATE:
        copied["declarant"] = PRIVATE
    # A page's title may be that of its notice.
    persons = reading.document.persons if kind in ("notice", "article") else frozenset()
    return Candidate(
        document=reading.document.source.document,
        chunk=chunk,
        type=kind,
        values=_withheld(draft.values, persons),
        copied=_withheld(copied, persons),
        sentences=tuple(sentence.number for sentence in cited),
        text=draft.text,
        evidence=evidence_of(cited, reading.document),
        checks=tuple(draft.checks),
        reasons=tuple(_withheld(draft.reasons, persons)),
        dropped=tuple(_withheld(draft.dropped, persons)),
    )


def _withheld(value: Any, persons: frozenset[str]) -> Any:
    """A value, or what it holds, with asterisks for the names of private persons: the page's notices name them."""
    if isinstance(value, str):
        for name in persons:
            # A short name is printed with a blank inside.
            value = re.sub(r"\s*".join(name), lambda found: "*" * len(found[0]), value)
        return value
    if isinstance(value, dict):
        return {key: _withheld(item, persons) for key, item in value.items()}
    return (
        type(value)(_withheld(item, persons) for item in value) if isinstance(value, list | tuple) else value
    )


def evidence_of(sentences: Sequence[Sentence], document: Document) -> tuple[Evidence, ...]:
    """The pieces of the source in which sentences stand, in reading order, with private numbers masked."""
    return tuple(
        Evidence(start=piece.start, end=piece.end, text=document.public[piece.start : piece.end])
        for sentence in sentences
        for piece in sentence.pieces
    )
