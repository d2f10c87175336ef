"""The bundled articles, whole: spans in their files, sentences in the ledger, no private number outside."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.config import cache_folder
from pipeline.document import prepare, read
from pipeline.document.normalise import normalise
from pipeline.document.redact import find_private
from pipeline.document.text import Document, Source
from pipeline.extract import plan, question
from pipeline.profiles import PROFILES
from pipeline.run import RECORDED, SEEDS
from schemas import RECORD_TYPES
from tests.run.answering_server import MODEL, AnsweringServer
from tests.run.command import CommandLine, lines

FEWEST_DIGITS = 6
"""Digits of the shortest number that is looked for; shorter ones stand in texts by chance."""
HASH = re.compile("(?<![0-9a-f])(?=[0-9]{0,40}[a-f])[0-9a-f]{12,64}(?![0-9a-f])")
"""Keys and ids, in which any six digits can come together."""


@dataclass(frozen=True, slots=True)
class Made:
    """A run over the bundled articles: its folder, what it asked, what it said, and its cache."""

    out: Path
    questions: str
    said: str
    cache: Path


def seeds() -> list[Document]:
    """The bundled articles, read."""
    sources = [each for each in read(sorted(map(str, SEEDS.glob("*.txt")))) if isinstance(each, Source)]
    return [prepare(each) for each in sources]


def private_numbers() -> set[str]:
    """The private numbers of the bundled articles, digits only: those that stand in no masked text."""
    found: set[str] = set()
    for document in seeds():
        text = document.source.text
        found |= set(re.findall(r"(?<!\d)\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)", text))
        found |= {re.sub(r"\D", "", text[start:end]) for start, end in find_private(text)}
    return {number for number in found if len(number) >= FEWEST_DIGITS}


@pytest.fixture(scope="module", params=sorted(PROFILES))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A run of either profile against an endpoint that answers by rule."""
    home = tmp_path_factory.mktemp("seeds")
    with AnsweringServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIPELINE_HOME", str(home / "home"))
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("PIPELINE_ATTEMPTS", "1")
        patch.chdir(home)
        said: list[str] = []
        patch.setattr("sys.stderr.write", said.append, raising=False)
        code = main(["run", "--out", "out", "--model", MODEL, "--profile", request.param])
        cache = cache_folder()
        assert code == 0
        yield Made(home / "out", "\n".join(server.questions()), "".join(said), cache)


def documents(out: Path) -> dict[str, Document]:
    """The bundled articles by name; each is in the run."""
    found = {each.source.document: each for each in seeds()}
    assert {each["document"] for each in lines(out / "articles.jsonl")} == set(found)
    assert len(found) == 5
    return found


def check_spans(out: Path) -> int:
    """Every evidence span is a piece of a sentence, holds its text, and the pieces hold the sentence."""
    found = documents(out)
    records = lines(out / "records.jsonl")
    for record in records:
        document = found[record["document"]]
        assert record["evidence"]
        spans = {(each["start"], each["end"]) for each in record["evidence"]}
        for each in record["evidence"]:
            assert document.public[each["start"] : each["end"]] == each["text"]
        cited = [
            sentence
            for sentence in document.sentences
            if spans.intersection((piece.start, piece.end) for piece in sentence.pieces)
        ]
        assert cited
        for sentence in cited:
            assert {(piece.start, piece.end) for piece in sentence.pieces} <= spans
            check_sentence(document, sentence.text, sentence.origin, spans)
    return len(records)


def check_sentence(
    document: Document, text: str, origin: tuple[int, ...], spans: set[tuple[int, int]]
) -> None:
    """Each character of a sentence stands inside the spans, white space aside."""
    for character, offset in zip(text, origin, strict=True):
        if character.isspace():
            continue
        assert any(start <= offset < end for start, end in spans)
        printed = document.public[offset]
        # A notice is asked about as printed, and written without the names of private persons.
        assert (
            document.script == "hant"
            or printed == "*"
            or character
            in (
                printed,
                normalise(printed),
                chr(ord(printed) + 0xFEE0),
            )
        )


def check_ledger(out: Path, profile: str) -> None:
    """There is a line for every sentence, and one for every question that the profile asks."""
    ledger = lines(out / "ledger.jsonl")
    for name, document in documents(out).items():
        own = [line for line in ledger if line["document"] == name]
        numbers = [line["sentence"] for line in own if line["kind"] == "sentence"]
        assert numbers == [sentence.number for sentence in document.sentences]
        asked = [
            (line["chunk"], line["asked"], line["sentences"]) for line in own if line["kind"] == "question"
        ]
        planned = [
            (each.chunk, list(each.types), [sentence.number for sentence in each.sentences])
            for each in plan(document, PROFILES[profile], tuple(RECORD_TYPES))
        ]
        assert asked == planned


def test_every_span_lies_in_its_file_and_holds_the_cited_sentence(made: Made) -> None:
    """All evidence of all records, character by character."""
    assert check_spans(made.out) > 20


def test_every_sentence_and_every_question_is_in_the_ledger(made: Made) -> None:
    """Nothing of the five articles is lost quietly."""
    profile = json.loads((made.out / "run.json").read_text("utf-8"))["settings"]["profile"]
    check_ledger(made.out, profile)


def test_no_private_number_gets_out(made: Made) -> None:
    """No private number of the articles is in an output, a question, the cache or a message."""
    numbers = private_numbers()
    assert len(numbers) >= 3
    files = [path for folder in (made.out, made.cache) for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 8
    texts = [path.read_bytes().decode("utf-8", "replace") for path in files]
    for text in (made.questions, made.said, *texts):
        searched = re.sub(r"(?<=\d)[\s-](?=\d)", "", HASH.sub("", text))
        assert not [number for number in numbers if number in searched]


def test_no_private_number_is_in_any_question_that_can_be_asked() -> None:
    """The questions of every profile, rendered as they would be sent, hold none of the numbers."""
    numbers = private_numbers()
    for profile in PROFILES.values():
        for document in seeds():
            for asking in plan(document, profile, tuple(RECORD_TYPES)):
                asked = question(asking, profile)
                sent = json.dumps(asked.messages, ensure_ascii=False) + (asked.grammar or "")
                assert not [number for number in numbers if number in sent]


@pytest.fixture
def replayed(own_home: None, tmp_path: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bundled articles from their recorded answers, without a connection: exit code and folder."""
    monkeypatch.chdir(tmp_path)
    if not RECORDED.is_file():
        pytest.skip("seeds/answers.ndjson is not there: no answers are recorded yet")
    return cli("run", "--out", "out", "--offline").code, tmp_path / "out"


def test_the_recorded_answers_are_grounded(replayed: tuple[int, Path]) -> None:
    """Whatever answers are recorded, their records stand in the articles, and the ledger is full."""
    _, out = replayed
    check_spans(out)
    check_ledger(out, "embedded")


def test_the_recorded_answers_hold_no_private_number(replayed: tuple[int, Path]) -> None:
    """Neither the recording nor what is made of it."""
    _, out = replayed
    numbers = private_numbers()
    for path in (RECORDED, *(path for path in out.iterdir() if path.is_file())):
        text = HASH.sub("", path.read_text("utf-8"))
        assert not [number for number in numbers if number in text]


def test_all_articles_replay_without_a_live_call(replayed: tuple[int, Path]) -> None:
    """Every question about the five bundled articles has a recorded answer."""
    code, out = replayed
    summary = json.loads((out / "run.json").read_text("utf-8"))
    assert (code, summary["calls"]["live"], summary["calls"]["failed"]) == (0, 0, 0)
    assert summary["documents"] == {"complete": 5, "partial": 0, "failed": 0}
    assert summary["records"]
