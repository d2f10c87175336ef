"""The ledger accounts for every sentence and every question of any document."""

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import prepare
from pipeline.document.text import Document, Source
from pipeline.errors import AnswerError
from pipeline.extract import Answered, assemble, plan, question
from pipeline.model.cache import Usage
from pipeline.model.client import Question, Reply
from pipeline.profiles import PROFILES
from prompts.asked import LABELS
from schemas import RECORD_TYPES
from tests.run.answering_server import facts_of, sentences_of
from tests.run.made_up_articles import ALL

SENTENCES = [
    *(sentence for text in ALL.values() for sentence in text.splitlines()),
    "天气晴好。",
    "他说：“好！”",
    "（本文照片由石一鸣摄）",
    "柳塘市丰禾商行遗失公章，声明作废。",
]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents made of sentences of the genre, in any order, on one line or on several."""
    picked = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12))
    breaks = draw(st.lists(st.sampled_from(["", "\n", "\n\n", "\u3000"]), min_size=12, max_size=12))
    text = "院" + "".join(one + gap for one, gap in zip(picked, breaks, strict=False))
    return prepare(Source("a.txt", "a.txt", text, "utf-8", "0" * 64, {}))


def reply(asked: Question, types: tuple[str, ...]) -> Reply:
    """The answer that the endpoint by rule gives."""
    sentences = sentences_of({"messages": asked.messages})
    facts = {LABELS[kind]: list(facts_of(LABELS[kind], sentences)) for kind in types}
    return Reply(asked.answer.model_validate_json(json.dumps(facts)), Usage(1, 0, 1), 0.0, replayed=False)


@settings(max_examples=60)
@given(read=documents(), profile=st.sampled_from(sorted(PROFILES)), data=st.data())
def test_the_ledger_has_a_line_for_every_sentence_and_every_question(
    read: Document, profile: str, data: st.DataObject
) -> None:
    """Each sentence is cited, sent or left out with a reason; each question answered or failed with one."""
    types = data.draw(st.sets(st.sampled_from(sorted(RECORD_TYPES)), min_size=1))
    asked = plan(read, PROFILES[profile], tuple(types))
    answered = []
    for each in asked:
        sent = question(each, PROFILES[profile])
        failed = data.draw(st.integers(0, 4)) == 0
        error = AnswerError("cut off.") if failed else None
        answered.append(Answered(each, "key", None if failed else reply(sent, each.types), error))
    result = assemble(read, answered)

    assert [line.sentence for line in result.sentences] == [each.number for each in read.sentences]
    for line, sentence in zip(result.sentences, read.sentences, strict=True):
        kinds = {kind for each in asked if sentence in each.sentences for kind in each.types}
        assert line.pieces == sentence.pieces
        assert set(line.asked) == kinds
        answers = [each.reply for each in answered if sentence in each.asking.sentences]
        assert (line.state == "not sent") == (not any(answers))
        assert bool(line.reason) == (not kinds or not all(answers))
    assert len(result.chunks) == len(asked)
    states = Counter(line.state for line in result.chunks)
    assert states["failed"] == len(result.failures) == sum(each.error is not None for each in answered)
    assert all(bool(line.reason) == (line.state == "failed") for line in result.chunks)

    cited = {piece for line in result.sentences if line.state == "cited" for piece in line.pieces}
    evidence = {(each.start, each.end) for record in result.records for each in record.evidence}
    assert evidence == {(piece.start, piece.end) for piece in cited}
    facts = sum(line.facts for line in result.chunks if line.asked != ("article",))
    assert facts >= len(result.records) + len(result.rejected)
