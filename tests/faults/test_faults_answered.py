"""One run that meets every fault an endpoint has, one article each: what it does, keeps and tells."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.cli import main
from pipeline.config import cache_folder
from pipeline.model.cache import AnswerCache
from tests.faults.kinds import FINAL, INVALID, PASSING, hurry, question_of
from tests.run.answering_server import MODEL, AnsweringServer, Fault, labels_of
from tests.run.command import Ended, lines
from tests.run.test_run_whole import same, summary

KINDS: Final = {**PASSING, **INVALID, **FINAL}
FILES: Final = {kind: f"{number:02}.txt" for number, kind in enumerate(KINDS)}
PERSONS: Final = {kind: f"石一{chr(ord('丁') + number)}" for number, kind in enumerate(KINDS)}
"""Whom an article is about: by this the endpoint knows it."""

WORDS: Final = {
    "half a JSON object for a body": "not JSON",
    "invalid UTF-8": "not JSON",
    "a web page": "not JSON",
    "a citation of no sentence": "句",
    "a wrong type": "人",
    "another schema": "任职",
    "a refusal": "refused",
    "an answer cut at the token limit": "token limit",
    "a content filter": "content filter",
    "an answer of 5 MB": "characters",
    "prose of 5 MB": "characters",
    "a question too long": "400: context length exceeded",
}
"""What the user reads, beyond the number of attempts."""


@dataclass(frozen=True, slots=True)
class Met:
    """The runs: undisturbed, with every fault, and healed; how often each article's posts were asked for."""

    whole: Path
    faulty: Path
    healed: Path
    ended: Ended
    asked: Mapping[str, int]
    asked_healed: int
    kept: frozenset[str]
    """The keys of the ledger under which the cache holds an answer after the faults."""


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """The three runs."""
    home = tmp_path_factory.mktemp("faults")
    (home / "articles").mkdir()
    for kind, name in FILES.items():
        text = f"{PERSONS[kind]}出席会议\n\n柳塘市第五医院院长{PERSONS[kind]}出席。\n"
        (home / "articles" / name).write_text(text, encoding="utf-8")
    with AnsweringServer() as server, pytest.MonkeyPatch.context() as patch:
        yield _met(home, server, patch)


def _met(home: Path, server: AnsweringServer, patch: pytest.MonkeyPatch) -> Met:
    asked: Counter[str] = Counter()
    patch.chdir(home)
    patch.setenv("COLUMNS", "400")
    patch.setenv("OPENAI_BASE_URL", server.url)
    hurry(patch)
    with patch.context() as elsewhere:
        elsewhere.setenv("PIPELINE_HOME", str(home / "elsewhere"))
        assert _run("whole").code == 0
    patch.setenv("PIPELINE_HOME", str(home / "home"))

    def fault(number: int, request: Mapping[str, Any]) -> Fault | None:
        if labels_of(request) == ["篇头"]:
            return None
        (kind,) = (kind for kind, person in PERSONS.items() if person in question_of(request))
        asked[kind] += 1
        return None if kind in PASSING and asked[kind] > 1 else KINDS[kind](request)

    server.fault = fault
    ended = _run("faulty")
    with AnswerCache(cache_folder()) as cache:
        keys = [line["key"] for line in lines(Path("faulty/ledger.jsonl")) if line["kind"] == "question"]
        kept = frozenset(key for key in keys if cache.get(key))
    server.fault = None
    server.forget()
    assert _run("healed").code == 0
    return Met(home / "whole", home / "faulty", home / "healed", ended, asked, len(server.requests), kept)


def _run(out: str) -> Ended:
    said = io.StringIO()
    with redirect_stderr(said):
        code = main(["run", "articles", "--out", out, "--model", MODEL, "--types", "appointment"])
    assert "Traceback" not in said.getvalue()
    return Ended(code, "", said.getvalue())


def _of(out: Path, name: str, kind: str) -> list[dict[str, Any]]:
    """The lines of a file that are about the article of a kind of fault."""
    return [each for each in lines(out / name) if each["document"] == FILES[kind]]


def _question(met: Met, kind: str) -> dict[str, Any]:
    """The ledger's line for the question that met a kind of fault."""
    (line,) = (
        each
        for each in _of(met.faulty, "ledger.jsonl", kind)
        if each["kind"] == "question" and each["asked"] == ["appointment"]
    )
    return line


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_costs_an_attempt_and_nothing_else(met: Met, kind: str) -> None:
    """The question is sent twice, the ledger says answered, the answer is kept, the records are those of a calm run."""
    assert met.asked[kind] == 2
    line = _question(met, kind)
    assert line["state"] == "answered" and line["key"] in met.kept
    assert not _of(met.faulty, "failures.jsonl", kind)
    (record,) = _of(met.faulty, "records.jsonl", kind)
    assert record["person"] == PERSONS[kind]
    assert [record] == _of(met.whole, "records.jsonl", kind)


@pytest.mark.parametrize("kind", [*INVALID, *FINAL])
def test_what_is_no_answer_fails_one_question_by_name_and_is_not_kept(met: Met, kind: str) -> None:
    """Sent three times where asking again may help, else once; told with a next step; nothing is in the cache."""
    assert met.asked[kind] == (3 if kind in INVALID else 1)
    line = _question(met, kind)
    assert line["state"] == "failed" and line["key"] not in met.kept
    (failure,) = _of(met.faulty, "failures.jsonl", kind)
    assert failure["error"] == "AnswerError" and failure["next_step"]
    assert line["reason"] == f"{failure['message']} {failure['next_step']}"
    assert WORDS.get(kind, "3 attempts") in failure["message"] and len(failure["message"]) < 300
    assert ("3 attempts" in failure["message"]) == (kind in INVALID)
    assert not _of(met.faulty, "records.jsonl", kind)
    assert _of(met.faulty, "articles.jsonl", kind)


def test_the_user_reads_what_failed_and_what_to_do(met: Met) -> None:
    """Exit code 1; the counts; each reason once with its next step, as far as they go, and where the rest stands."""
    failures = lines(met.faulty / "failures.jsonl")
    assert met.ended.code == 1
    bad = len(INVALID) + len(FINAL)
    assert f"Documents: {len(PASSING)} complete, {bad} partial, 0 failed" in met.ended.err
    assert f"Answers: 0 replayed, {len(KINDS) + len(PASSING)} live, {bad} failed" in met.ended.err
    reasons = {(each["message"], each["next_step"]) for each in failures}
    told = {
        (message, step) for message, step in reasons if message in met.ended.err and step in met.ended.err
    }
    assert len(told) == min(10, len(reasons))
    assert told == reasons or "more failures, all in failures.jsonl" in met.ended.err


def test_the_tokens_of_attempts_without_an_answer_are_counted(met: Met) -> None:
    """What the endpoint told of its bad replies is in the sum, and told apart."""
    counted = [*(kind for kind in INVALID if WORDS.get(kind) != "not JSON"), *FINAL]
    bad = sum(met.asked[kind] for kind in counted if kind != "a question too long")
    good = len(KINDS) + len(PASSING)
    tokens = summary(met.faulty)["tokens"]
    assert tokens == {
        "prompt": 100 * (good + bad),
        "cached": 0,
        "completion": 10 * (good + bad),
        "wasted": 110 * bad,
    }
    assert f"{110 * bad} of them for attempts without an answer" in met.ended.err


def test_the_same_command_asks_what_failed_and_nothing_else(met: Met) -> None:
    """With an endpoint that answers again, only failed questions are asked, and all is as if nothing had been."""
    assert met.asked_healed == len(INVALID) + len(FINAL)
    assert same(met.healed) == same(met.whole)
