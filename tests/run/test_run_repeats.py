"""What is printed twice is asked once."""

import asyncio
from pathlib import Path

from pipeline.document.text import Source
from pipeline.errors import AnswerError
from pipeline.extract import Answered, extract
from pipeline.model.cache import AnswerCache, Usage
from pipeline.model.client import Client, Decoding, Question, Reply
from pipeline.model.replies import Meter
from pipeline.profiles import PROFILES

TEXT = "江北镇卫生院院长甘一鸣出席。\n\n天气很好，大家都很高兴。\n\n江北镇卫生院院长甘一鸣出席。\n"


class Counting(Client):
    """A client that counts what it is asked and answers with nothing."""

    def __init__(self, cache: AnswerCache) -> None:
        async def nowhere() -> None:
            raise AnswerError("never called")

        super().__init__({}, nowhere, cache, decoding=Decoding(), concurrency=2)  # type: ignore[arg-type]
        self.asked: list[str] = []

    async def ask(self, question: Question, meter: Meter | None = None, *, key: str | None = None) -> Reply:
        """An empty answer, live."""
        assert meter is not None
        meter.attempts.append(Usage(1, 0, 1))
        meter.answered = True
        self.asked.append(self.key(question))
        empty = {field.alias: () for field in question.answer.model_fields.values()}
        return Reply(question.answer.model_validate(empty), Usage(1, 0, 1), 0.0, replayed=False)


class Silent:
    """Progress that nobody sees."""

    def planned(self, document: str, questions: int) -> None:
        """Nothing."""

    def answered(self, answered: Answered) -> None:
        """Nothing."""

    def finished(self, document: str, records: int) -> None:
        """Nothing."""


def test_a_sentence_that_stands_twice_is_asked_about_once(tmp_path: Path) -> None:
    """One call answers both places; the second counts as a replay, and both have their line in the ledger."""
    source = Source("a.txt", "a.txt", TEXT, "utf-8", "0" * 64, {})
    with AnswerCache(tmp_path) as cache:
        client = Counting(cache)
        result = asyncio.run(
            extract(
                source,
                client=client,
                profile=PROFILES["embedded"],
                types=("appointment",),
                progress=Silent(),
            )
        )
    assert len(client.asked) == len(set(client.asked))
    lines = [line for line in result.chunks if line.asked == ("appointment",)]
    assert [line.state for line in lines] == ["answered", "replayed"]
    assert lines[0].key == lines[1].key
    assert result.usage == Usage(len(client.asked), 0, len(client.asked)) and result.wasted == Usage()
