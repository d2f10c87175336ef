"""Bad input of every kind: one clear message, the next step, the right exit code, and the rest is done."""

import json
import os
import resource
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.config import cache_folder
from pipeline.model.cache import AnswerCache, Entry
from tests.model.client.full_disk import no_more_disk
from tests.run.answering_server import AnsweringServer, Fault
from tests.run.command import CommandLine, Ended, environment, lines
from tests.run.made_up_articles import ALL, write

GOOD = ALL["a-plain.txt"]


def completed(out: Path = Path("out")) -> set[str]:
    """The documents of a run that came through."""
    return {each["document"] for each in lines(out / "articles.jsonl")}


def failures(out: Path = Path("out")) -> list[dict[str, str]]:
    """What failed in a run."""
    return lines(out / "failures.jsonl")


# what is given beside a good article: name, content, words of the message
DOCUMENTS = [
    ("an empty file", "bad.txt", b"", "empty"),
    ("a file of white space", "bad.txt", " \n\u3000\n".encode(), "empty"),
    ("a binary file", "bad.txt", bytes(range(256)) * 40, "not text"),
    ("a file without any Chinese", "bad.txt", b"Nothing to see here.\n", "no Chinese"),
    ("a line of 20 MB", "bad.txt", "院".encode() * 7_000_000, "larger than"),
    ("a broken line of JSON", "bad.jsonl", b'{"id": "x", "text": ', "not valid JSON"),
    ("a line without a text", "bad.jsonl", b'{"id": "x"}', "no id and text"),
    ("a text with half a character", "bad.jsonl", b'{"id": "x", "text": "\\u9662\\ud800"}', "surrogates"),
]


@pytest.mark.parametrize(
    ("name", "content", "words"), [row[1:] for row in DOCUMENTS], ids=[row[0] for row in DOCUMENTS]
)
def test_a_document_that_cannot_be_read_is_named_and_the_others_are_complete(
    name: str, content: bytes, words: str, server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """The file is named once with its reason and a next step; the exit code is 1."""
    (articles / name).write_bytes(content)
    ended = cli("run", str(articles), "--out", "out")
    assert ended.code == 1
    (failure,) = failures()
    assert name in failure["document"] and words in failure["message"] and failure["next_step"]
    assert ended.err.count(failure["message"].partition(": ")[2]) == 1
    assert failure["next_step"] in ended.err
    assert completed() == set(ALL)


def test_good_lines_beside_a_broken_one_are_complete(
    server: AnsweringServer, workplace: Path, cli: CommandLine
) -> None:
    """Of three lines of JSON the broken one is named by its number."""
    good = [json.dumps({"id": name, "text": GOOD}, ensure_ascii=False) for name in ("one", "three")]
    Path("pages.jsonl").write_text("\n".join([good[0], "{", good[1]]), encoding="utf-8")
    ended = cli("run", "pages.jsonl", "--out", "out")
    assert ended.code == 1 and "pages.jsonl:2" in ended.err
    assert completed() == {"one", "three"}


# arguments, exit code, words of the message
USAGE: list[tuple[str, list[str], str]] = [
    ("a path that does not exist", ["missing.txt"], "missing.txt"),
    ("an unknown record type", ["articles", "--types", "metric,weather"], "weather"),
    ("no record type", ["articles", "--types", ","], "no record type"),
    ("an unknown profile", ["articles", "--profile", "huge"], "huge"),
    ("offline and fresh", ["articles", "--offline", "--fresh"], "--offline"),
    ("no question at once", ["articles", "--concurrency", "0"], "concurrency"),
    ("a limit of nothing", ["articles", "--limit", "0"], "limit"),
    ("a number that is none", ["articles", "--limit", "two"], "two"),
    ("an address without a scheme", ["articles", "--base-url", "example.com"], "example.com"),
    ("an address with a password", ["articles", "--base-url", "http://a:b@example.com/v1"], "OPENAI_API_KEY"),
    ("an unknown flag", ["articles", "--wrong"], "--wrong"),
]


@pytest.mark.parametrize(("arguments", "words"), [row[1:] for row in USAGE], ids=[row[0] for row in USAGE])
def test_wrong_usage_ends_before_anything_is_done(
    arguments: list[str], words: str, server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Exit code 2, a message with the wrong word in it, nothing asked and nothing written."""
    ended = cli("run", *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert any(step in ended.err for step in ("--help", "usage:", "Give "))
    assert server.requests == []
    assert not Path("out").exists()


def test_a_missing_path_beside_a_good_one_is_named_and_the_good_one_is_complete(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """One slip among several paths does not keep the others from being read."""
    ended = cli("run", str(articles), "missing.txt", "--out", "out")
    assert ended.code == 1 and "missing.txt" in ended.err
    assert completed() == set(ALL)


def test_an_endpoint_without_a_model_is_wrong_usage(
    articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address alone does not say what to ask; the message names the flag."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    ended = cli("run", str(articles))
    assert ended.code == 2 and "--model" in ended.err


def no_model(ended: Ended, words: str, step: str) -> None:
    """Exit code 3, the cause and the next step, each said once; every document is there, partial."""
    assert ended.code == 3
    assert words in ended.err and step in ended.err
    assert completed() == set(ALL)
    assert ended.err.count(failures()[0]["message"]) == 1
    assert ended.err.count(failures()[0]["next_step"]) == 1
    questions = [line for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question"]
    assert len(failures()) == len(questions)
    assert all(line["state"] == "failed" and line["reason"] for line in questions)


def test_an_endpoint_where_nothing_answers(
    articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port: the address and what to check."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    monkeypatch.setenv("PIPELINE_ATTEMPTS", "1")
    ended = cli("run", str(articles), "--base-url", f"http://127.0.0.1:{port}/v1", "--model", "any")
    no_model(ended, str(port), "Check the")


@pytest.mark.parametrize(
    ("status", "step"), [(401, "OPENAI_API_KEY"), (403, "key"), (404, "model name")], ids=str
)
def test_an_endpoint_that_refuses_is_not_stormed(
    status: int, step: str, server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """A wrong key, model or address ends the asking with the first answers, without retries."""
    server.fault = lambda number, request: Fault(status, "no entry")
    ended = cli("run", str(articles), "--out", "out", "--concurrency", "2")
    no_model(ended, str(status), step)
    assert len(server.requests) <= 2


def test_what_is_recorded_is_used_where_the_endpoint_refuses(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Answers of an earlier run still make their documents complete."""
    assert cli("run", str(articles / "a-plain.txt"), "--out", "out").code == 0
    server.fault = lambda number, request: Fault(401, "no entry")
    assert cli("run", str(articles), "--out", "out").code == 3
    assert "a-plain.txt" not in {each["document"] for each in failures()}
    assert completed() == set(ALL)


def test_a_busy_endpoint_is_asked_again(
    server: AnsweringServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a 429 with ``Retry-After`` the same question is asked again, and the run is complete."""
    monkeypatch.setenv("PIPELINE_ATTEMPTS", "3")
    server.fault = lambda number, request: (
        Fault(429, "slow down", {"Retry-After": "0"}) if number in (1, 2) else None
    )
    assert cli("run", str(articles), "--out", "out", "--concurrency", "1").code == 0
    assert len(server.requests) == 12 + 2


def test_a_model_file_that_is_none(articles: Path, cli: CommandLine) -> None:
    """A file that is no GGUF is refused at once, by its name."""
    Path("text.gguf").write_text("no model", encoding="utf-8")
    ended = cli("run", str(articles), "--model", "text.gguf")
    assert ended.code == 3 and "text.gguf is not a GGUF file" in ended.err


def test_a_model_file_that_is_missing(articles: Path, cli: CommandLine) -> None:
    """A path to no file is refused at once, by its name."""
    ended = cli("run", str(articles), "--model", "missing.gguf")
    assert ended.code == 3 and "missing.gguf" in ended.err


def test_a_model_that_is_not_installed(articles: Path, cli: CommandLine) -> None:
    """The message names the command that installs it."""
    ended = cli("run", str(articles), "--out", "out")
    no_model(ended, "not installed", "python -m pipeline model install")


def test_a_file_stands_where_the_folder_should_be(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Nothing is asked before it is known that results can be written."""
    Path("out").write_text("mine", encoding="utf-8")
    ended = cli("run", str(articles), "--out", "out")
    assert ended.code == 1 and "--out" in ended.err
    assert server.requests == [] and Path("out").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """A folder without write permission is named, and nothing is asked."""
    Path("locked").mkdir(mode=0o555)
    ended = cli("run", str(articles), "--out", "locked/out")
    assert ended.code == 1 and "locked/out" in ended.err and "--out" in ended.err
    assert server.requests == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only where permissions do not hold")
def test_a_file_system_that_is_read_only(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """Where nobody may write, not even root, the folder is named, and nothing is asked."""
    ended = cli("run", str(articles), "--out", "/proc/out")
    assert ended.code == 1 and "/proc/out" in ended.err and "--out" in ended.err
    assert server.requests == []


def limited(size: int, *arguments: str) -> Ended:
    """The command in a process that can write no file beyond ``size`` bytes, as on a full disk."""
    # Not measured: the figures of coverage are files too.
    unmeasured = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    process = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        env=unmeasured,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    assert "Traceback" not in process.stdout + process.stderr
    return Ended(process.returncode, process.stdout, process.stderr)


def test_a_full_disk_under_the_cache(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """Where nothing can be kept nothing is asked: the cache is named, and earlier results stay as they are."""
    ended = limited(20_000, "run", str(articles), "--out", "out")
    assert ended.code == 2
    assert str(cache_folder()) in ended.err and "space" in ended.err
    assert not Path("out").exists() and server.requests == []
    assert cli("run", str(articles), "--out", "out").code == 0


def test_a_disk_that_fills_up_under_the_cache(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """What is answered by then is written, the answer that cannot be kept too; nothing more is asked, and it goes on later."""
    assert cli("run", str(articles / "a-plain.txt"), "--out", "out").code == 0
    server.forget()
    stored = AnswerCache.put

    def full(cache: AnswerCache, key: str, entry: Entry) -> None:
        if len(server.requests) > 2:
            with no_more_disk(1_000):
                stored(cache, key, entry)
        else:
            stored(cache, key, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AnswerCache, "put", full)
        ended = cli("run", str(articles), "--out", "out", "--concurrency", "1")
    assert ended.code == 2
    assert str(cache_folder()) in ended.err and "Free some space" in ended.err
    assert len(server.requests) == 3
    assert completed() == set(ALL)
    assert {each["error"] for each in failures()} == {"CacheError"}
    states = Counter(line["state"] for line in lines(Path("out/ledger.jsonl")) if line["kind"] == "question")
    assert states == {"replayed": 4, "answered": 3, "failed": 5}
    server.forget()
    assert cli("run", str(articles), "--out", "out").code == 0
    assert len(server.requests) == 12 - 4 - 2


def test_a_full_disk_under_the_results(server: AnsweringServer, articles: Path, cli: CommandLine) -> None:
    """Where results cannot be written the earlier ones stay, and the answers are kept for the next run."""
    out = Path("out")
    assert cli("run", str(articles / "b-wrapped.md"), "--out", "out").code == 0
    assert cli("run", str(articles), "--out", "other").code == 0
    before = (out / "records.jsonl").read_bytes()
    big = write(Path("big"), {f"{number}.txt": GOOD for number in range(40)})
    assert cli("run", str(big), "--out", "other").code == 0
    server.forget()
    # Less than the largest file by what two reports may differ in, times and counts.
    most = max(path.stat().st_size for path in Path("other").iterdir()) * 9 // 10
    biggest_of_cache = max(path.stat().st_size for path in cache_folder().iterdir())
    if most <= biggest_of_cache:
        pytest.skip("the cache's files are as large as the results")
    ended = limited(most, "run", str(big), "--out", "out")
    assert ended.code == 1 and "out" in ended.err and "--out" in ended.err
    assert (out / "records.jsonl").read_bytes() == before
    assert server.requests == []
