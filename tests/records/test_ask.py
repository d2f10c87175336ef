"""Which questions a document gives: by cue words, by section, and one about its header."""

from collections.abc import Sequence

import pytest

from pipeline.document import chunk
from pipeline.document.text import Document
from pipeline.records.ask import HEADER, MOST_FACTS, Asking, askings
from prompts.catalog import CURRENT
from schemas import RECORD_TYPES
from tests.records.answered import document

ALONE = [(kind,) for kind in RECORD_TYPES]
TEXT = (
    "夜间门诊开到家门口\n\n本报记者 石一鸣\n\n"
    "柳塘市第五医院院长顾长宁参加会议。天气晴好。医院通过国家级胸痛中心验收。"
    "\n\n柳塘市丰禾商行遗失公章一枚，编号不详，声明作废。\n"
)


def asked(
    read: Document, groups: Sequence[tuple[str, ...]], *, sentences: int = 1, header: bool = True
) -> list[Asking]:
    """The questions of a document in small chunks."""
    chunks = chunk(read, sentences=sentences, characters=600, context=1)
    return list(askings(read, chunks, groups=groups, header=header))


@pytest.mark.parametrize(
    ("kind", "part"),
    [("appointment", "顾长宁"), ("accreditation", "胸痛中心"), ("event", "会议"), ("notice", "公章")],
)
def test_a_type_is_asked_where_its_cue_words_stand(kind: str, part: str) -> None:
    """Of sentences one by one, those with a type's words are asked about it, the others are not."""
    found = [each.sentences[0].text for each in asked(document(TEXT), [(kind,)], header=False)]
    assert any(part in text for text in found)
    assert not any("天气" in text for text in found)


def test_notices_are_asked_for_notices_alone() -> None:
    """No other type is asked of the notices of a page, whatever words stand there."""
    types = {
        kind
        for each in asked(document(TEXT), ALONE)
        for kind in each.types
        if each.sentences[0].section == "notice"
    }
    assert types == {"notice"}


def test_a_group_is_asked_whole_or_not_at_all() -> None:
    """Where a word of one of its types stands, all are asked: what is said of the task is one prefix for all chunks."""
    groups = [("appointment", "accreditation"), ("technique", "case")]
    found = asked(document("柳塘市第五医院院长顾长宁在家。"), groups, header=False)
    assert [each.types for each in found] == [("appointment", "accreditation")]


def test_questions_with_one_beginning_follow_each_other() -> None:
    """Questions come group by group, chunk by chunk, the header first."""
    header, *found = asked(document(TEXT), ALONE)
    order = [(list(RECORD_TYPES).index(each.types[0]), each.chunk) for each in found]
    assert order == sorted(order)
    assert (header.types, header.chunk, header.most) == ((HEADER,), 0, 1)


def test_the_header_is_asked_of_headings() -> None:
    """Title and byline are among the lines asked about, plain sentences from the middle are not."""
    texts = [each.text for each in asked(document(TEXT), [])[0].sentences]
    assert texts[:2] == ["夜间门诊开到家门口", "本报记者 石一鸣"]
    assert not any("天气" in text or "公章" in text for text in texts)


def test_a_header_is_asked_of_a_few_lines() -> None:
    """A document of many headings gives the first and the last ones, in the document's order."""
    text = "\n\n".join(f"第{number}个小标题" for number in range(100, 160))
    (header,) = asked(document(text), [])
    numbers = [each.number for each in header.sentences]
    assert numbers == sorted(set(numbers)) and len(numbers) == 20
    assert (numbers[0], numbers[-1]) == (1, 60)


def test_without_a_header_none_is_asked() -> None:
    """``header=False`` asks of the chunks alone."""
    assert HEADER not in {kind for each in asked(document(TEXT), ALONE, header=False) for kind in each.types}


def test_context_goes_along_and_is_not_asked_about() -> None:
    """The sentence before a chunk stands beside it."""
    found = next(each for each in asked(document(TEXT), [("accreditation",)]) if each.chunk)
    assert [each.text for each in found.context] == ["天气晴好。"]


def test_the_bound_on_facts_grows_with_the_text_to_a_limit() -> None:
    """One cue gives one fact, a list many, and a loop ends."""
    one, many = (
        asked(document(text), [("appointment",)], header=False)[0].most
        for text in ("院长顾长宁在家。", "院长顾长宁、" * 20 + "都在家。")
    )
    assert (one, many) == (1, MOST_FACTS)


def test_every_type_has_a_question() -> None:
    """Each of the twelve types, and the header, has a template in force."""
    assert set(CURRENT) == {*RECORD_TYPES, HEADER}
