"""A corpus as a stream: memory does not grow with it, records come early, an interrupted run finds its place, shards share it."""

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.config import Settings, load
from pipeline.document.text import Source
from pipeline.errors import PipelineError
from pipeline.extract import Answered
from pipeline.run import run, sources
from pipeline.shard import Shard
from tests.bench.corpus import articles as made_up
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, lines
from tests.run.test_run_whole import same, summary


@dataclass
class Watching:
    """Progress that remembers which documents were begun, and ends the run when so many are finished."""

    most: int = 10**9
    begun: list[str] = field(default_factory=list)
    done: int = 0
    measured: tuple[int, ...] = ()
    """At which documents it is measured what is held."""
    held: list[int] = field(default_factory=list)
    """Bytes held then."""

    def planned(self, document: str, questions: int) -> None:
        """A document is begun."""
        self.begun.append(document)

    def answered(self, answered: Answered) -> None:
        """Nothing."""

    def finished(self, document: str, records: int) -> None:
        """A document is through."""
        self.done += 1
        if self.done in self.measured:
            gc.collect()
            self.held.append(tracemalloc.get_traced_memory()[0])
        if self.done > self.most:
            raise PipelineError("enough", next_step="Run again.")


def corpus(place: Path, items: Iterable[Mapping[str, str]]) -> str:
    """A file of JSON lines."""
    place.write_text("".join(json.dumps(each) + "\n" for each in items), "utf-8")
    return str(place)


def settings(out: str, **more: object) -> Settings:
    """A run that asks one question beside the header's of each document."""
    return load({"out": out, "types": "accreditation", "concurrency": 4, **more})


async def test_an_interrupted_run_finds_its_place(server: AnsweringServer, workplace: Path) -> None:
    """What was finished is not even begun again; records and ledger are those of a run that nothing disturbed."""
    path = corpus(workplace / "corpus.jsonl", made_up(40))
    first, second = Watching(most=25), Watching()
    with pytest.raises(PipelineError, match="enough"):
        await run([path], settings("out"), first)
    taken_over = [each["document"] for each in lines(Path("out/documents.jsonl.part"))]
    assert len(taken_over) >= 20 and lines(Path("out/records.jsonl.part"))
    server.forget()
    told, _ = await run([path], settings("out"), second)
    assert sorted(second.begun + taken_over) == [each["id"] for each in made_up(40)]
    assert len(server.requests) <= 2 * len(second.begun)
    assert told.documents.complete == 40
    assert told.calls.replayed + told.calls.live == 80

    await run([path], settings("whole"), Watching())
    assert same(Path("out")) == same(Path("whole"))
    ledgers = [lines(Path(out) / "ledger.jsonl") for out in ("out", "whole")]
    found = [[(each["document"], each["kind"], each.get("sentence")) for each in one] for one in ledgers]
    assert found[0] == found[1]


async def test_memory_does_not_grow_with_the_corpus(server: AnsweringServer, workplace: Path) -> None:
    """From the thirtieth document to the last what is held grows by less than a few hundred bytes for each."""
    path = corpus(workplace / "corpus.jsonl", made_up(90))
    watching = Watching(measured=(30, 36, 84, 90))
    # The endpoint is in this process, and would keep what it is asked.
    server.fault = lambda number, request: server.forget()
    tracemalloc.start()
    try:
        await run([path], settings("out"), watching)
    finally:
        tracemalloc.stop()
    early, late = min(watching.held[:2]), min(watching.held[2:])
    assert late - early < 54 * 1000


def shards(path: str, of: int) -> list[list[Source]]:
    """The documents of each shard."""
    found = [list(sources([path], None, Shard(number, of))) for number in range(1, of + 1)]
    return [[each for each in one if isinstance(each, Source)] for one in found]


def test_shards_are_the_whole_without_overlap_and_balanced(tmp_path: Path) -> None:
    """Of 600 documents each of four shards has about a quarter, and together they have each once."""
    found = shards(corpus(tmp_path / "corpus.jsonl", made_up(600)), 4)
    assert Counter(each.document for one in found for each in one) == Counter(
        each["id"] for each in made_up(600)
    )
    assert all(110 < len(one) < 190 for one in found)


def test_a_shard_is_the_same_whatever_the_order_and_the_names(tmp_path: Path) -> None:
    """The same texts backwards, under other ids in another file, are shared out in the same way."""
    there = shards(corpus(tmp_path / "corpus.jsonl", made_up(60)), 3)
    other = [{"id": f"x{at}", "text": each["text"]} for at, each in enumerate(reversed(list(made_up(60))))]
    back = shards(corpus(tmp_path / "other.jsonl", other), 3)
    assert [{each.text for each in one} for one in there] == [{each.text for each in one} for one in back]


def test_a_run_says_which_shard_it_took(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """Two runs share three articles, ids as in a run over all; what is no shard is refused with an example."""
    seen = []
    for number in (1, 2):
        assert cli("run", str(articles), "--out", f"out{number}", "--shard", f"{number}/2").code == 0
        assert summary(Path(f"out{number}"))["settings"]["shard"] == f"{number}/2"
        seen += [each["document"] for each in lines(Path(f"out{number}/documents.jsonl"))]
    assert sorted(seen) == sorted(
        each.document for each in sources([str(articles)], None) if isinstance(each, Source)
    )
    for wrong in ("3/2", "0/2", "half"):
        ended = cli("run", str(articles), "--shard", wrong)
        assert ended.code == 2 and "1/8" in ended.err
