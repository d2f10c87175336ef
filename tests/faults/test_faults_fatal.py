"""What ends a run's asking: told once, with what to do; nobody storms, and nothing is kept of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.config import cache_folder
from pipeline.model.cache import AnswerCache
from pipeline.model.client import ATTEMPTS
from tests.faults.kinds import hurry
from tests.run.answering_server import MODEL, AnsweringServer, Fault
from tests.run.command import CommandLine, lines
from tests.run.test_run_whole import summary

NO_CREDIT: Final = json.dumps({"error": {"message": "quota", "code": "insufficient_quota"}}).encode()

# what the endpoint says or does, the model asked for, requests sent, words of the message, words of the next step
FATAL: Final[dict[str, tuple[Fault | None, str, int, str, str]]] = {
    "a wrong key": (Fault(401, "no entry"), MODEL, 1, "401: no entry", "OPENAI_API_KEY"),
    "no credit": (Fault(429, body=NO_CREDIT), MODEL, 1, "429: quota", "no credit"),
    "not allowed": (Fault(403, "no entry"), MODEL, 1, "403: no entry", "may not use"),
    "a wrong address": (Fault(404, "no entry"), MODEL, 1, "404: no entry", "address"),
    "a wrong model name": (None, "another", 1, "The model another does not exist", "model name (another)"),
    "overloaded for good": (Fault(503), MODEL, ATTEMPTS, "503", "Try again later"),
    "resets for good": (Fault(sent=0, then="reset"), MODEL, ATTEMPTS, "Nothing answers", "Check the network"),
}


@pytest.mark.parametrize(("fault", "model", "sent", "words", "step"), FATAL.values(), ids=FATAL.keys())
def test_what_holds_for_all_questions_ends_the_asking(
    fault: Fault | None,
    model: str,
    sent: int,
    words: str,
    step: str,
    server: AnsweringServer,
    articles: Path,
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit code 3 after one question; every question failed by the ledger, for one reason; the cache is empty."""

    def always(number: int, request: Mapping[str, Any]) -> Fault | None:
        return fault

    monkeypatch.delenv("PIPELINE_ATTEMPTS")
    waits = hurry(monkeypatch)
    server.fault = always
    ended = cli("run", str(articles), "--out", "out", "--concurrency", "1", "--model", model)
    assert ended.code == 3 and len(server.requests) == sent
    assert waits.now <= 60
    questions = [line for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question"]
    assert {line["state"] for line in questions} == {"failed"} and len(questions) == 12
    (reason,) = {line["reason"] for line in questions}
    assert words in reason and step in reason
    (failure,) = {(each["message"], each["next_step"]) for each in lines(Path("out/failures.jsonl"))}
    assert all(ended.err.count(part) == 1 for part in failure)
    assert set(summary(Path("out"))["tokens"].values()) == {0}
    with AnswerCache(cache_folder()) as cache:
        assert not any(cache.get(line["key"]) for line in questions)
