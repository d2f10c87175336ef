"""What endpoints do with files and batches instead of answering: nothing is lost, and nothing is paid twice without need."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from pipeline.batch import steps
from pipeline.batch.remote import Remote
from pipeline.model.cache import AnswerCache, Entry
from tests.batch.batch_server import BatchServer, Work
from tests.chaos import long
from tests.faults.kinds import Waits
from tests.model.client.full_disk import no_more_disk
from tests.run.answering_server import Fault
from tests.run.command import CommandLine, Ended
from tests.run.test_run_killed import QUESTIONS, same

RESET: Final = Fault(sent=0, then="reset")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """The waits between attempts, not waited for; with as many attempts as a user has."""
    monkeypatch.delenv("PIPELINE_ATTEMPTS")
    waits = Waits()
    monkeypatch.setattr(steps, "Remote", partial(Remote, sleep=waits.sleep))
    return waits


def submit_and_collect(cli: CommandLine, articles: Path) -> Ended:
    """One round; what collecting said."""
    cli("batch", "submit", str(articles))
    return cli("batch", "collect", str(articles))


def damaged(lines: list[bytes]) -> list[bytes]:
    """Half a line, bytes that are no text, JSON that is no line, a line about nothing known, and one said twice."""
    unknown = lines[3].replace(lines[3].split(b'"custom_id": "')[1][:64], b"0" * 64)
    return [lines[0][:100], b"\xff" + lines[1], b"[1]", b"", unknown, lines[4], *lines[4:]]


# what batches end with, the questions without an answer then, words of what is told
ENDINGS: Final[dict[str, tuple[Work, int, str]]] = {
    "expired with a part": (Work("expired", 5), 7, "expired: 5 of 12 answered"),
    "expired with nothing": (Work("expired", 0), 12, "12 failed: batch_expired"),
    "cancelled": (Work("cancelled", 3), 9, "cancelled: 3 of 12 answered"),
    "lines that are missing": (Work(spoil=lambda lines: lines[2:]), 2, "2 requests have no line"),
    "lines that are damaged": (Work(spoil=damaged), 4, "3 lines cannot be read"),
}


SHORT: Final = ("expired with a part", "lines that are damaged")


@pytest.mark.parametrize("kind", long(SHORT, tuple(ENDINGS)))
def test_what_a_batch_did_not_answer_is_submitted_again_and_nothing_else(
    kind: str, server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """What came is stored, what is missing is told and goes into the next batch alone."""
    server.work, left, words = ENDINGS[kind]
    told = submit_and_collect(cli, articles)
    assert told.code == 1 and words in told.err and f"0 on their way, {left} in no batch" in told.err
    server.work = Work()
    assert submit_and_collect(cli, articles).code == 0
    first, second = server.ids.values()
    assert len(first) == QUESTIONS and len(second) == left and set(second) <= set(first)
    (line, _) = cli("batch", "status").out.splitlines()
    assert all(word in line for word in words.split(": "))


def test_a_result_that_could_not_be_read_stays_at_the_endpoint(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """Where lines are damaged the files are named and left; strange lines are counted."""
    server.work = Work(spoil=damaged)
    told = submit_and_collect(cli, articles)
    assert f"8 of {QUESTIONS} answered" in told.err
    assert "2 lines are about requests that it does not have" in told.err
    (name,) = [name for name, file in server.files.items() if file.purpose == "batch_output"]
    assert f"stay at the endpoint: {name}" in told.err


FAILING: Final = {
    "1 failed: 400: context length exceeded": Fault(400, "context length exceeded"),
    "1 failed: 429: slow down": Fault(429, "slow down"),
    "1 failed: 500: no": Fault(500),
    "1 without a usable answer: The model refused": Fault(refusal="I cannot help with that."),
    "1 without a usable answer: The answer was cut": Fault(content="{", finish="length"),
    "1 without a usable answer: The endpoint's content filter": Fault(content="", finish="content_filter"),
}
"""By what is told."""


def test_a_request_that_fails_costs_the_others_nothing(
    server: BatchServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Each reason is told and counted, the others are stored, and a live run asks those that failed, nothing else."""
    said = dict(enumerate(FAILING.values()))
    server.fault = lambda number, request: said.get(number // 2) if number % 2 else None
    told = submit_and_collect(cli, articles)
    assert told.code == 1 and all(words in told.err for words in FAILING)
    assert "6 got theirs from a batch" in told.err
    server.fault = None
    server.forget()
    assert cli("run", str(articles), "--out", "out").code == 0
    assert len(server.requests) == 6 and same(Path("out")) == same(whole)


def test_a_batch_that_is_not_valid_is_told_with_the_endpoints_reason(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """A model that does not exist fails the batch; nothing was paid and its questions are in no batch."""
    cli("batch", "submit", str(articles), "--model", "another")
    told = cli("batch", "collect", str(articles), "--model", "another")
    assert told.code == 1 and "failed: 0 of 12 answered" in told.err
    assert "model_not_found: The model another does not exist." in told.err
    assert "0 on their way, 12 in no batch" in told.err and not server.paid


def each_once(*faults: tuple[str, str, Fault, bool]) -> Callable[[str, str], tuple[Fault, bool] | None]:
    """Meets the first call of a method and path with a fault, one after the other; the last value: done all the same or not."""
    left = list(faults)

    def first(called: str, at: str) -> tuple[Fault, bool] | None:
        for fault in left:
            method, path, said, done = fault
            if called == method and at.startswith(path):
                left.remove(fault)
                return said, done
        return None

    return first


PASSING: Final[dict[str, tuple[str, str, Fault, bool]]] = {
    "an upload that breaks off": ("POST", "/files", RESET, False),
    "an upload whose reply is lost": ("POST", "/files", RESET, True),
    "an upload turned away": ("POST", "/files", Fault(429, "slow down", {"Retry-After": "7"}), False),
    "a submission turned away": ("POST", "/batches", Fault(503), False),
    "a submission whose reply is lost": ("POST", "/batches", RESET, True),
    "a submission answered with an error": ("POST", "/batches", Fault(500), True),
    "asking after a batch": ("GET", "/batches/", Fault(502, body=b"<h1>Bad gateway</h1>"), False),
    "a download turned away": ("GET", "/files/", Fault(529), False),
    "a file that is deleted and not said to be": ("DELETE", "/files/", RESET, True),
}


@pytest.mark.parametrize("attempts", [1, 6])
@pytest.mark.parametrize("kinds", long([list(PASSING)], [[kind] for kind in PASSING]), ids=len)
def test_what_passes_neither_submits_twice_nor_loses_a_batch(
    kinds: list[str],
    attempts: int,
    server: BatchServer,
    articles: Path,
    cli: CommandLine,
    waits: Waits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With more attempts the commands do not even notice; with one the same commands given again find what was done."""
    monkeypatch.setenv("PIPELINE_ATTEMPTS", str(attempts))
    server.api_fault = each_once(*(PASSING[kind] for kind in kinds))
    for _ in range(1 if attempts > 1 else 1 + len(kinds)):
        ended = submit_and_collect(cli, articles)
        if ended.code == 0 and not server.files:
            break
    assert ended.code == 0
    assert sorted(server.paid.values()) == [1] * QUESTIONS
    assert not server.files
    if attempts > 1:
        assert waits.now >= (7 if "an upload turned away" in kinds else 0.1)


def test_files_that_cannot_be_deleted_keep_no_answer_back(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """The answers are stored and the files are named; the next collect deletes them."""
    server.api_fault = lambda method, path: (Fault(405), False) if method == "DELETE" else None
    told = submit_and_collect(cli, articles)
    assert told.code == 0 and "12 got theirs from a batch" in told.err
    assert all(name in told.err for name in server.files) and len(server.files) == 2
    server.api_fault = None
    assert cli("batch", "collect", str(articles)).code == 0
    assert not server.files


def test_an_answer_that_cannot_be_stored_is_not_lost(
    server: BatchServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills up under the cache with the last answer, the code is 2; its reply stays, and is stored later."""
    article = str(articles / "a-plain.txt")
    stored, put = [], AnswerCache.put

    def full(cache: AnswerCache, key: str, entry: Entry) -> None:
        stored.append(key)
        with no_more_disk(1_000 if len(stored) == 4 else 1 << 40):
            put(cache, key, entry)

    assert cli("batch", "submit", article).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(AnswerCache, "put", full)
        told = cli("batch", "collect", article)
    assert told.code == 2 and "Free some space" in told.err and len(stored) == 4
    told = cli("batch", "collect", article)
    assert told.code == 0 and "3 have an answer, 1 got theirs from a batch" in told.err


def test_a_download_that_ends_early_is_fetched_again(
    server: BatchServer, articles: Path, cli: CommandLine, waits: Waits
) -> None:
    """Half a file of results is not taken for all of it."""
    assert cli("batch", "submit", str(articles)).code == 0
    assert cli("batch", "status").code == 0
    (results,) = [file.content for file in server.files.values() if file.purpose == "batch_output"]
    server.api_fault = each_once(("GET", "/files/", Fault(body=results, sent=0.5, then="close"), False))
    told = cli("batch", "collect", str(articles))
    assert told.code == 0 and "12 of 12 answered" in told.err
    assert sum(call.endswith("/content") for call in server.calls) == 2


@pytest.mark.parametrize("status", [401, 429])
def test_a_refused_key_ends_with_three_and_the_endpoints_words(
    status: int, server: BatchServer, articles: Path, cli: CommandLine, waits: Waits
) -> None:
    """A wrong key, or one without credit, is told with what to do after one call."""
    body = json.dumps({"error": {"message": "no entry", "code": "insufficient_quota"}}).encode()
    server.api_fault = lambda method, path: (Fault(status, body=body), False)
    told = cli("batch", "submit", str(articles))
    assert told.code == 3 and f"{status}: no entry" in told.err and "OPENAI_API_KEY" in told.err
    assert server.calls == ["POST /files"]


def test_a_batch_that_the_key_does_not_know_is_not_given_up(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """With another account's key its questions stay on their way; with the right one it is collected."""
    assert cli("batch", "submit", str(articles)).code == 0
    batches, server.batches = server.batches, {}
    told = cli("batch", "collect", str(articles))
    assert told.code == 1 and "not known" in told.err and "12 on their way" in told.err
    assert "unknown to this key" in cli("batch", "status").out
    server.batches = batches
    assert cli("batch", "collect", str(articles)).code == 0


@pytest.mark.parametrize(
    "body",
    long(
        [b'{"id": "7"}'],
        [b'{"id": "7"}', b"<html>Welcome</html>", b"[]", b'{"id": 7, "status": [], "data": 3}', b"{", b""],
    ),
    ids=repr,
)
def test_a_reply_that_is_none_ends_with_one_message(
    body: bytes, server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """Whatever a server sends for a file, a list or a batch, there is a message and no traceback, and nothing is paid twice."""
    calls = [
        ("POST", "/files"),
        ("POST", "/batches"),
        ("GET", "/batches"),
        ("GET", "/files"),
        ("GET", "/batches/"),
        ("GET", "/files/"),
    ]
    server.api_fault = each_once(*((method, path, Fault(body=body), True) for method, path in calls))
    codes = [submit_and_collect(cli, articles).code]
    while codes[-1] and len(codes) <= len(calls):
        codes.append(submit_and_collect(cli, articles).code)
    assert codes[-1] == 0 and set(codes) <= {0, 1, 3}
    assert sorted(server.paid.values()) == [1] * QUESTIONS
