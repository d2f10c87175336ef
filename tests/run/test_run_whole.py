"""A whole run against an endpoint that answers by rule: what it writes, asks, repeats and leaves out."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import cache_folder
from pipeline.output.write import FILES
from schemas import parse_record
from tests.run.answering_server import AnsweringServer, Fault, labels_of, sentences_of
from tests.run.command import KEY, SAME, CommandLine, lines, visible
from tests.run.made_up_articles import ALL, HOSPITAL


def same(out: Path) -> dict[str, bytes]:
    """What two runs over the same answers share to the last byte."""
    return {name: (out / name).read_bytes() for name in SAME}


def summary(out: Path) -> Any:
    """``run.json``."""
    return json.loads((out / "run.json").read_text("utf-8"))


_connections: list[object] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _connections is not None:
        _connections.append(arguments[1])


sys.addaudithook(_watch)


@pytest.fixture
def connections() -> Iterator[list[object]]:
    """Every connection that this process opens while the test runs."""
    global _connections
    _connections = []
    yield _connections
    _connections = None


def test_articles_become_records(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """Articles in several forms give records of many types, and exit code 0."""
    ended = cli("run", str(articles), "--out", "out")
    assert ended.code == 0 and ended.out == ""
    assert set(visible(Path("out"))) == set(FILES)
    records = [parse_record(line) for line in Path("out/records.jsonl").read_text("utf-8").splitlines()]
    assert {record.type for record in records} >= {"appointment", "accreditation", "metric", "notice", "case"}
    assert {record.document for record in records} == set(ALL)
    assert len({(record.document, record.id) for record in records}) == len(records)
    assert [each["document"] for each in lines(Path("out/articles.jsonl"))] == sorted(ALL)


def test_the_values_are_those_of_the_articles(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """A post named with a word for the hospital, a wrapped one and a traditional one come out in full."""
    cli("run", str(articles), "--out", "out", "--types", "appointment")
    posts = {
        (each["document"][0], each["person"], each["position"], each["organization"])
        for each in lines(Path("out/records.jsonl"))
    }
    assert posts == {
        ("a", "石一鸣", "院长", HOSPITAL),
        ("a", "秦可心", "党委书记", HOSPITAL),
        ("b", "顾长宁", "副院长", "云岭县中医院"),
        ("c", "罗以宁", "党委书记", "云岭县中医院"),
    }


@pytest.mark.parametrize("profile", ["embedded", "frontier"])
def test_every_span_lies_in_the_file_and_holds_what_it_says(
    profile: str, server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """In either profile, evidence is the file's own text, and every checked value lies inside evidence."""
    assert cli("run", str(articles), "--out", "out", "--profile", profile).code == 0
    found = lines(Path("out/records.jsonl"))
    assert len(found) > 15
    for record in found:
        text = (articles / record["document"]).read_text("utf-8")
        assert record["evidence"]
        for each in record["evidence"]:
            assert text[each["start"] : each["end"]] == each["text"]
        for check in record["checks"]:
            inside = [
                each for each in record["evidence"] if each["start"] <= (check["start"] or 0) < each["end"]
            ]
            assert check["start"] is None or inside


def test_the_embedded_profile_sends_a_grammar_for_one_sentence(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """One sentence and one type a question, strings held to the sentence; the header apart."""
    cli("run", str(articles), "--profile", "embedded", "--types-together", "1")
    assert all("grammar" in request for request in server.requests)
    assert all(len(labels_of(request)) == 1 for request in server.requests)
    assert all(
        len(sentences_of(request)) == 1 for request in server.requests if labels_of(request) != ["篇头"]
    )


def test_a_second_run_asks_nothing_and_says_the_same(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Every answer is replayed, and the records are the same to the last byte."""
    cli("run", str(articles), "--out", "one")
    asked = len(server.requests)
    server.forget()
    assert cli("run", str(articles), "--out", "two").code == 0
    assert server.requests == []
    assert same(Path("one")) == same(Path("two"))
    assert summary(Path("two"))["calls"] == {"replayed": asked, "live": 0, "failed": 0}
    assert summary(Path("two"))["tokens"] == dict.fromkeys(("prompt", "cached", "completion", "wasted"), 0)
    assert summary(Path("one"))["calls"] == {"replayed": 0, "live": asked, "failed": 0}


def test_how_many_are_asked_at_once_changes_nothing(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """One question after the other, or sixteen at once: the same records."""
    cli("run", str(articles), "--out", "one", "--concurrency", "1")
    cli("run", str(articles), "--out", "two", "--concurrency", "16", "--fresh")
    assert same(Path("one")) == same(Path("two"))


def test_fresh_asks_everything_again(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """``--fresh`` looks up no answer; what it is told is kept all the same."""
    cli("run", str(articles))
    first = sorted(server.questions())
    server.forget()
    assert cli("run", str(articles), "--fresh").code == 0
    assert sorted(server.questions()) == first


def test_offline_answers_from_the_cache_without_a_connection(
    server: AnsweringServer, articles: Path, cli: CommandLine, connections: list[object]
) -> None:
    """``--offline`` gives the same records as the run before, and opens no connection whatever."""
    cli("run", str(articles), "--out", "one")
    assert connections and server.connections
    server.forget()
    connections.clear()
    assert cli("run", str(articles), "--out", "two", "--offline").code == 0
    assert connections == [] and server.connections == 0
    assert same(Path("one")) == same(Path("two"))


def test_offline_without_answers_says_so_for_each_question(
    server: AnsweringServer, articles: Path, cli: CommandLine, connections: list[object]
) -> None:
    """What has no recorded answer fails with the next step, and still nothing is connected to."""
    ended = cli("run", str(articles), "--out", "out", "--offline")
    assert ended.code == 1 and "--offline" in ended.err
    failures = lines(Path("out/failures.jsonl"))
    questions = [line for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question"]
    assert len(failures) == len(questions) > 0
    assert all(each["next_step"] for each in failures)
    assert connections == [] and server.connections == 0


def test_a_limit_reads_no_more_documents(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """``--limit 2`` reads the first two documents."""
    assert cli("run", str(articles), "--out", "out", "--limit", "2").code == 0
    assert [each["document"] for each in lines(Path("out/articles.jsonl"))] == sorted(ALL)[:2]


def test_types_narrow_what_is_asked(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """``--types`` asks for these types alone, and for the header."""
    assert cli("run", str(articles), "--out", "out", "--types", "metric,notice").code == 0
    assert {label for request in server.requests for label in labels_of(request)} == {"指标", "声明", "篇头"}
    assert {each["type"] for each in lines(Path("out/records.jsonl"))} == {"metric", "notice"}


def test_the_key_is_in_the_request_and_nowhere_else(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """The endpoint gets the key; outputs, cache and messages do not."""
    ended = cli("run", str(articles), "--out", "out")
    assert set(server.keys) == {f"Bearer {KEY}"}
    written = b"".join(
        path.read_bytes()
        for folder in (Path("out"), cache_folder())
        for path in folder.rglob("*")
        if path.is_file()
    )
    assert written and KEY.encode() not in written
    assert KEY not in ended.err + "".join(server.questions())
    assert summary(Path("out"))["settings"]["api_key"] == "set"


def test_documents_come_from_standard_input(
    server: AnsweringServer, workplace: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-`` reads JSON lines from standard input, with the ids and titles that they give."""
    line = json.dumps({"id": "first", "text": ALL["a-plain.txt"], "title": "标题"}, ensure_ascii=False)
    Path("input.jsonl").write_text(line + "\n", encoding="utf-8")
    with Path("input.jsonl").open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert cli("run", "-", "--out", "out").code == 0
    (article,) = lines(Path("out/articles.jsonl"))
    assert (article["document"], article["title"]) == ("first", "标题")


def test_an_answer_that_fails_leaves_the_rest(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """A question without a usable answer is named; its document is partial, all others are complete."""
    good = cli("run", str(articles / "b-wrapped.md"), str(articles / "c-traditional.txt"), "--out", "good")
    assert good.code == 0
    server.forget()
    server.fault = refuse_posts
    ended = cli("run", str(articles), "--out", "out")
    assert ended.code == 1
    assert summary(Path("out"))["documents"] == {"complete": 2, "partial": 1, "failed": 0}
    (failure,) = lines(Path("out/failures.jsonl"))
    assert (failure["document"], failure["error"]) == ("a-plain.txt", "AnswerError")
    assert "appointment" in failure["type"] and failure["type"] in ended.err
    others = [each for each in lines(Path("out/records.jsonl")) if each["document"] != "a-plain.txt"]
    assert others == lines(Path("good/records.jsonl"))
    assert any(each["document"] == "a-plain.txt" for each in lines(Path("out/records.jsonl")))
    server.fault = None
    server.forget()
    assert cli("run", str(articles), "--out", "out").code == 0
    assert len(server.requests) == 1


def refuse_posts(number: int, request: Mapping[str, Any]) -> Fault | None:
    """Prose instead of an answer, whenever posts are asked for."""
    return Fault(content="好的。") if "任职" in labels_of(request) else None
