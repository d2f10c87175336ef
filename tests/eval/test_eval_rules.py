"""The rules over answers, held against gold: what people annotated is not what form refuses."""

from collections.abc import Iterator

import pytest

from eval.gold import Gold, load
from pipeline.document import Document, prepare, read
from pipeline.errors import DocumentError
from pipeline.records.candidate import Candidate
from pipeline.records.rules import reasons_against
from schemas.gold import GoldRecord

REFUSED = 0.025
"""The share of gold records that rules may be wrong about."""


def candidates(gold: Gold) -> Iterator[Candidate]:
    """Every gold record as it would come from an answer that copied each value as it is."""
    for one in gold.documents:
        (source,) = read([str(gold.path(one))])
        assert not isinstance(source, DocumentError)
        document = prepare(source)
        yield from (candidate(each, document) for each in one.records)


def candidate(gold: GoldRecord, document: Document) -> Candidate:
    """A gold record with the sentences in which its evidence lies."""
    cited = [
        sentence
        for sentence in document.sentences
        if any(
            piece.start < end and start < piece.end
            for piece in sentence.pieces
            for start, end in gold.evidence
        )
    ]
    values = gold.record.facts()
    return Candidate(
        document=document.source.document,
        chunk=1,
        type=gold.record.type,
        values=values,
        copied=dict(values),
        sentences=tuple(sentence.number for sentence in cited),
        text="".join(sentence.text for sentence in cited),
        evidence=(),
    )


@pytest.mark.parametrize("split", ["all", "dev"])
def test_rules_refuse_next_to_nothing_of_gold(split: str) -> None:
    """A rule that speaks against what people annotated is wrong about the genre, whatever it does for a score."""
    found = [(each.values, reasons_against(each)) for each in candidates(load(split=split))]
    refused = [one for one in found if one[1]]
    assert len(refused) <= REFUSED * len(found), refused
