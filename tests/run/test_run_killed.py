"""A run that is killed, stopped or locked out: nothing finished is lost, nothing half-written is seen."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, ended, program, visible

SAME = ("records.jsonl", "articles.jsonl", "entities.jsonl", "rejected.jsonl", "failures.jsonl")


def arguments(articles: Path, *more: str) -> tuple[str, ...]:
    """A run of one question after the other, so that a request tells that all before it are finished."""
    return ("run", str(articles), "--out", "out", "--concurrency", "1", *more)


@pytest.fixture
def whole(server: AnsweringServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An undisturbed run, with a cache of its own, to compare with; the server counts from the beginning."""
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        assert cli("run", str(articles), "--out", "whole").code == 0
    server.forget()
    return Path("whole")


def same(out: Path) -> dict[str, bytes]:
    """What a continued run shares with an undisturbed one."""
    return {name: (out / name).read_bytes() for name in SAME}


@pytest.mark.parametrize("finished", [0, 1, 5, 11])
def test_a_killed_run_continues_without_repeating_a_finished_call(
    finished: int, server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Killed after so many answers, the same command asks the rest and gives what an undisturbed run does."""
    server.hold_from(finished + 1)
    with program(*arguments(articles)) as process:
        server.wait_for(finished + 1)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert visible(Path("out")) == {}
    server.let_go()
    assert cli(*arguments(articles)).code == 0
    repeated = [count for count in Counter(server.questions()).values() if count > 1]
    assert repeated == [2]  # the question that was on its way
    assert same(Path("out")) == same(whole)
    assert not [path.name for path in Path("out").iterdir() if path.name.startswith(".")]


def test_a_killed_run_leaves_an_earlier_run_whole(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Until everything new is written, the folder shows the files of the run before."""
    assert cli(*arguments(articles / "a-plain.txt")).code == 0
    before = visible(Path("out"))
    server.forget()
    server.hold_from(3)
    with program(*arguments(articles)) as process:
        server.wait_for(3)
        process.kill()
        process.wait()
    assert before and visible(Path("out")) == before


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_so_and_can_be_continued(
    which: signal.Signals, server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Ctrl-C and a polite kill end with code 130 and one message; the work is kept."""
    server.hold_from(4)
    with program(*arguments(articles)) as process:
        server.wait_for(4)
        process.send_signal(which)
        stopped = ended(process)
    assert stopped.code == 130
    assert "Interrupted" in stopped.err and "continues" in stopped.err
    assert not Path("out").exists()
    server.let_go()
    server.forget()
    assert cli(*arguments(articles)).code == 0
    assert len(server.requests) == 12 - 3
    assert same(Path("out")) == same(whole)


def test_of_two_runs_into_one_folder_the_second_is_told_who_holds_it(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """The second run ends at once with the holder's process; the first one is not disturbed."""
    server.hold_from(1)
    with program(*arguments(articles)) as process:
        server.wait_for(1)
        second = cli(*arguments(articles))
        assert second.code == 2
        assert str(process.pid) in second.err and "--out" in second.err
        assert len(server.requests) == 1
        server.let_go()
        first = ended(process)
    assert first.code == 0
    assert len(visible(Path("out"))) == 8


def test_two_runs_on_one_cache_are_both_right(
    server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Two runs at once that share the cache and not the folder give the same records."""
    with program("run", str(articles), "--out", "other") as process:
        assert cli(*arguments(articles)).code == 0
        assert ended(process).code == 0
    assert same(Path("out")) == same(whole) == same(Path("other"))
