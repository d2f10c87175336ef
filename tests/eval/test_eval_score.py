"""Counts, and the identities that hold between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.counts import EvidenceCounts, FieldCounts, RecordCounts, SupportCounts, ratios
from eval.facts import DocumentFacts, Fact, of_gold
from eval.figures import figures
from eval.gold import load
from eval.levels import Level
from eval.score import LEVELS, score
from eval.texts import Text, text_of
from pipeline.document import Source
from schemas import RECORD_TYPES
from schemas.gold import GoldDocument
from tests.eval.eval_facts import document, fact, facts, post


@given(gold=facts, predicted=facts)
def test_the_counts_of_fields_are_those_of_records(gold: list[Fact], predicted: list[Fact]) -> None:
    """FN = missed records' fields + missed fields + wrong values, FP likewise; no value is left out."""
    found = score(document(*gold), document(*predicted))
    for level in LEVELS:
        total = found.counts.total(level)
        assert total.fn == pytest.approx(total.missed + total.missing + total.wrong)
        assert total.fp == pytest.approx(total.spurious + total.extra + total.wrong)
        assert total.tp + total.fn == pytest.approx(sum(one.stated for one in gold))
        assert total.tp + total.fp == pytest.approx(sum(one.stated for one in predicted))
        left = [one for alignment in found.alignments.values() for one in alignment.missed]
        assert total.missed == sum(one.fact.stated for one in left)


@given(gold=facts, predicted=facts)
def test_types_and_fields_add_up(gold: list[Fact], predicted: list[Fact]) -> None:
    """The document is the sum of its types, a type the sum of its fields; the headline is at the gate."""
    counts = score(document(*gold), document(*predicted)).counts
    whole = counts.total()
    assert FieldCounts.total(counts.total(kinds=[kind]) for kind in RECORD_TYPES) == whole
    assert FieldCounts.total(counts.fields[Level.NORM].values()) == whole
    assert counts.gates[0.5] == whole
    records = RecordCounts.total(counts.records.values())
    assert (records.gold, records.predicted) == (len(gold), len(predicted))
    assert records.same <= records.pairs <= min(len(gold), len(predicted))


@given(gold=facts, predicted=facts)
def test_the_counts_of_a_field_are_its_values(gold: list[Fact], predicted: list[Fact]) -> None:
    """Of each field of each type TP + FN is what gold states, TP + FP what is predicted."""
    counts = score(document(*gold), document(*predicted)).counts.fields[Level.NORM]
    for (kind, name), cell in counts.items():
        stated = [
            sum(one.type == kind and one.values[name] is not None for one in side)
            for side in (gold, predicted)
        ]
        assert [cell.tp + cell.fn, cell.tp + cell.fp] == pytest.approx(stated)
        assert cell.support == stated[0]


@given(st.lists(st.tuples(facts, facts), min_size=1, max_size=4))
def test_the_corpus_is_the_sum_of_its_documents(sides: list[tuple[list[Fact], list[Fact]]]) -> None:
    """The headline is made of the documents' counts, and so is every type; the macro F1 is their mean."""
    documents = [
        score(document(*gold, name=f"{at}"), document(*predicted, name=f"{at}")).counts
        for at, (gold, predicted) in enumerate(sides)
    ]
    found = figures(documents, "made-up")
    norm = found["levels"]["norm"]
    for column in ("tp", "fp", "fn"):
        assert norm[column] == sum(one[column] for one in found["per_document"].values())
        assert norm[column] == sum(one[column] for one in found["types"].values())
    assert norm["tp"] + norm["fn"] == sum(one.stated for gold, _ in sides for one in gold)
    assert norm["f1"] == ratios(norm["tp"], norm["fp"], norm["fn"]).f1
    f1s = [one["f1"] for one in found["per_document"].values() if one["f1"] is not None]
    assert found["macro_f1"] == (pytest.approx(sum(f1s) / len(f1s)) if f1s else None)


@given(gold=facts, predicted=facts, data=st.data())
def test_the_order_of_records_changes_no_count(
    gold: list[Fact], predicted: list[Fact], data: st.DataObject
) -> None:
    """Permuting gold and predictions gives the same counts to the last digit."""
    shuffled = data.draw(st.permutations(gold)), data.draw(st.permutations(predicted))
    before = score(document(*gold), document(*predicted)).counts
    assert score(document(*shuffled[0]), document(*shuffled[1])).counts == before


@given(gold=facts, predicted=facts)
def test_a_more_lenient_level_counts_no_less_right(gold: list[Fact], predicted: list[Fact]) -> None:
    """What is right exactly is right in canonical form, and what is that has full credit."""
    counts = score(document(*gold), document(*predicted)).counts
    exact, norm, lenient = (counts.total(level).tp for level in LEVELS)
    assert exact <= norm <= lenient + 1e-9


@given(gold=facts)
def test_gold_against_itself_is_all_right(gold: list[Fact]) -> None:
    """F1 is 1 at every level and gate, or n/a where there is nothing."""
    counts = score(document(*gold), document(*gold)).counts
    expected = 1.0 if gold else None
    assert {counts.total(level).ratios.f1 for level in LEVELS} == {expected}
    assert {at.ratios.f1 for at in counts.gates.values()} == {expected}
    assert RecordCounts.total(counts.records.values()).ratios.f1 == expected


@pytest.mark.parametrize("gold", load().documents, ids=lambda gold: gold.document)
def test_real_gold_against_itself_is_all_right(gold: GoldDocument) -> None:
    """F1 is 1 in every field of every type, in the article and in the evidence, of each gold document."""
    own = of_gold(gold)
    counts = score(own, own, load().text(gold)).counts
    for level in LEVELS:
        assert {one.ratios.f1 for one in counts.fields[level].values()} == {1.0}
    assert {one.ratios.f1 for one in counts.records.values()} == {1.0}
    assert {one.ratios.f1 for one in counts.gates.values()} == {1.0}
    assert counts.evidence is not None
    assert {one.ratios.f1 for one in counts.evidence.values()} == {1.0}
    assert sum(one.values_cited for one in counts.evidence.values()) == counts.total().tp


def test_each_outcome_goes_to_its_column() -> None:
    """Right, wrong, missing and extra values of a pair, and all values of records left over."""
    gold = [
        fact("technique", organization="东海市第一医院", name="微创手术", unit="骨科", date="2023"),
        post("李明芳", "主任"),
    ]
    predicted = [
        fact("technique", organization="东海市第一医院", name="微创手术", unit="外科", novelty="全市首例"),
        post("王小丽", "教授", "西海大学"),
    ]
    total = score(document(*gold), document(*predicted)).counts.total()
    # The appointments are different: 3 values missed, 4 spurious.
    assert total == FieldCounts(right=2, wrong=1, missing=1, extra=1, missed=3, spurious=4)
    assert (total.tp, total.fp, total.fn) == (2, 6, 5)
    assert total.ratios == ratios(2, 6, 5)
    assert total.matched == ratios(2, 2, 2)


@pytest.mark.parametrize(("tp", "fp", "fn"), [(0, 0, 0), (0, 0, 3), (0, 3, 0)])
def test_nothing_to_divide_by_is_no_figure(tp: int, fp: int, fn: int) -> None:
    """An empty denominator gives None, never 0 or 1."""
    found = ratios(tp, fp, fn)
    assert (found.precision is None) is (fp == 0)
    assert (found.recall is None) is (fn == 0)
    assert (found.f1 is None) is (fp == fn == 0)


def test_a_corpus_with_nothing_in_it_has_no_figures() -> None:
    """Neither a ratio nor an interval is made of nothing."""
    found = figures([score(document(), document()).counts] * 2, "made-up")
    assert {level["f1"] for level in found["levels"].values()} == {None}
    assert found["levels"]["norm"].get("interval") is None
    assert (found["macro_f1"], found["records"]["f1"], found["article"]["f1"]) == (None, None, None)


def test_a_failed_document_is_all_missed() -> None:
    """Whatever was written of a document that failed counts for nothing, and the reason stays."""
    gold = document(post("张伟", "主任"))
    counts = score(gold, document(post("张伟", "主任"), failed="unreadable")).counts
    assert counts.failed == "unreadable"
    assert (counts.total().tp, counts.total().fp, counts.total().fn) == (0, 0, 3)


def test_the_article_is_scored_apart() -> None:
    """Title and authors are counted, but not among the records."""
    article = fact("article", title="骨科的故事", authors=("张伟",), script="hans")
    own = DocumentFacts("made-up.txt", article, (post("张伟", "主任"),))
    counts = score(own, own).counts
    assert counts.total().tp == 3
    assert counts.total(kinds=["article"]).tp == 3
    assert "article" not in counts.records


SOURCE = Source(
    document="made-up.txt",
    path="made-up.txt",
    text="东海市第一医院开诊。张伟任东海市第一医院骨科主任。李明芳任副主任。",
    encoding="utf-8",
    sha256="",
    metadata={},
)


def span_of(part: str) -> tuple[tuple[int, int], ...]:
    """Where a part of the made-up article stands."""
    start = SOURCE.text.index(part)
    return ((start, start + len(part)),)


@pytest.fixture(scope="module")
def text() -> Text:
    """The made-up article."""
    return text_of(SOURCE)


def test_spans_are_read_as_sentences(text: Text) -> None:
    """A clause, or a single word, cites its sentence; two sentences are two."""
    assert text.cited(span_of("张伟任")) == {1}
    assert text.cited(span_of("开诊。张伟")) == {0, 1}
    assert text.cited(()) == frozenset()


EVIDENCE = [
    ("张伟任东海市第一医院骨科主任。", EvidenceCounts(1, 0, 0, 5)),
    ("骨科主任", EvidenceCounts(1, 0, 0, 5)),
    ("开诊。张伟任", EvidenceCounts(1, 1, 0, 5)),
    ("李明芳任副主任。", EvidenceCounts(0, 1, 1, 0)),
]


@pytest.mark.parametrize(("cited", "expected"), EVIDENCE)
def test_a_right_value_with_a_wrong_citation_is_not_right(
    text: Text, cited: str, expected: EvidenceCounts
) -> None:
    """Sentences are counted apart from values; a value counts as cited where a gold sentence is."""
    gold, predicted = (
        document(post("张伟", "主任", "东海市第一医院", unit="骨科", spans=spans))
        for spans in (span_of("张伟任东海市第一医院骨科主任。"), span_of(cited))
    )
    counts = score(gold, predicted, text).counts
    assert counts.evidence == {"appointment": expected}
    assert counts.total().ratios.f1 == 1.0


SUPPORT = [
    (
        post("张伟", "主任", "东海市第一医院", unit="骨科", spans=span_of("张伟任东海市第一医院骨科主任。")),
        SupportCounts(4, 0, 0),
    ),
    # The full name is told by another sentence.
    (post("李明芳", "副主任", "东海市第一医院", spans=span_of("李明芳任副主任。")), SupportCounts(3, 1, 0)),
    # No sentence names them.
    (post("张强", "主任", spans=span_of("张伟任东海市第一医院骨科主任。")), SupportCounts(2, 0, 1)),
    (post("张伟", "骨科副主任", spans=span_of("张伟任东海市第一医院骨科主任。")), SupportCounts(2, 0, 1)),
    # Words between two stretches of the evidence are left out.
    (post("张伟", "张伟主任", spans=span_of("张伟任东海市第一医院骨科主任。")), SupportCounts(2, 1, 0)),
]


@pytest.mark.parametrize(("record", "expected"), SUPPORT)
def test_values_are_looked_for_in_their_own_evidence(
    text: Text, record: Fact, expected: SupportCounts
) -> None:
    """A value that only another sentence gives, and one that none gives, are counted apart; so are gold's."""
    counts = score(document(), document(record), text).counts
    assert counts.supported is not None and counts.gold_supported is not None
    assert counts.supported == expected
    assert counts.gold_supported.share is None


def test_without_the_article_nothing_is_said_about_evidence() -> None:
    """No text, no sentences: the evidence is not scored, which is not 0."""
    counts = score(document(post("张伟", "主任")), document(post("张伟", "主任"))).counts
    assert (counts.evidence, counts.supported, counts.gold_supported) == (None, None, None)
