"""A run that is killed, stopped or locked out: nothing finished is lost, nothing half-written is seen."""

import json
import os
import random
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pytest

from pipeline.config import cache_folder
from pipeline.model.mending import readable
from pipeline.output.report import REPORT
from pipeline.output.stored import SUMMARY
from pipeline.output.write import FILES
from tests.chaos import long
from tests.run.answering_server import AnsweringServer
from tests.run.command import SAME, CommandLine, ended, lines, program, visible

QUESTIONS: Final = 12
"""Questions about all articles."""
EVENTS: Final = 2900
"""Events of a run over all articles, as :mod:`tests.run.killed_at` counts them; a few more or fewer do no harm."""


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


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: while the answer to a request is waited for, or at an event of its own."""

    request: int = 0
    event: int = 0

    @classmethod
    def draw(cls, draws: random.Random) -> Self:
        """A moment of a run over all articles: every third is a request, the others are events from the start to the end."""
        if draws.randrange(3) == 0:
            return cls(request=draws.randrange(1, QUESTIONS + 1))
        return cls(event=draws.randrange(1, EVENTS + 1))


def killed(moment: Moment, server: AnsweringServer, run: Sequence[str]) -> None:
    """A run that is killed at a moment; one that has fewer moments ends by itself."""
    if moment.request:
        server.hold_from(moment.request)
    module = () if moment.request else ("tests.run.killed_at", str(moment.event), os.getcwd())
    with program(*run, module=module) as process:
        if moment.request and has_come(moment.request, server, process):
            process.kill()
        process.communicate(timeout=120)
        assert process.returncode in (-signal.SIGKILL, 0)
    server.let_go()


def has_come(request: int, server: AnsweringServer, process: subprocess.Popen[str]) -> bool:
    """Whether a request comes before the process ends."""
    while process.poll() is None:
        with suppress(TimeoutError):
            server.wait_for(request, seconds=0.2)
            return True
    return False


def finished() -> int:
    """Answers in the cache."""
    return sum(1 for _ in readable(cache_folder())) if cache_folder().is_dir() else 0


def check_nothing_is_half_written(before: Mapping[str, bytes], whole: Path) -> None:
    """Every file that a user sees is the one of before, or has all that an undisturbed run writes into it."""
    for name, content in visible(Path("out")).items():
        if content == before.get(name):
            continue
        if name in SAME:
            assert content == (whole / name).read_bytes()
        elif name == REPORT:
            assert content.rstrip().endswith(b"</html>")
        elif name == SUMMARY:
            assert json.loads(content)["records"]
        else:
            assert len(lines(Path("out") / name)) == len(lines(whole / name))


@pytest.mark.parametrize("draw", range(long(4, 50)))
def test_a_run_killed_at_any_moment_goes_on_where_it_was(
    draw: int, server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Killed once or twice, with or without an earlier run's files in the folder, nothing half-written is seen; the same
    command then asks what has no answer yet, nothing else, and gives what an undisturbed run does.
    """
    draws = random.Random(draw)
    at_once = draws.choice((1, 4))
    run = ("run", str(articles), "--out", "out", "--concurrency", str(at_once))
    if draws.randrange(2):
        assert cli("run", str(articles / "a-plain.txt"), "--out", "out").code == 0
    before = visible(Path("out"))
    for _ in range(draws.randrange(1, 3)):
        known = finished()
        server.forget()
        killed(Moment.draw(draws), server, run)
        check_nothing_is_half_written(before, whole)
        assert 0 <= len(server.requests) - (finished() - known) <= at_once
    known = finished()
    server.forget()
    assert cli(*run).code == 0
    assert len(server.requests) == QUESTIONS - known and finished() == QUESTIONS
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


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_run_says_so_and_can_be_continued(
    which: signal.Signals, server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Ctrl-C, a polite kill and a terminal that is closed end with code 130 and one message; the work is kept."""
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
    server: AnsweringServer, articles: Path
) -> None:
    """The second run ends at once with the holder's process; the first one is not disturbed."""
    server.hold_from(1)
    with program(*arguments(articles)) as process:
        server.wait_for(1)
        with program(*arguments(articles)) as other:
            second = ended(other)
        assert second.code == 2
        assert f"process {process.pid}" in second.err and "--out" in second.err
        assert len(server.requests) == 1
        server.let_go()
        first = ended(process)
    assert first.code == 0
    assert set(visible(Path("out"))) == set(FILES)


def test_two_runs_on_one_cache_are_both_right(
    server: AnsweringServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """Two runs at once that share the cache and not the folder give the same records."""
    with program("run", str(articles), "--out", "other") as process:
        assert cli(*arguments(articles)).code == 0
        assert ended(process).code == 0
    assert same(Path("out")) == same(whole) == same(Path("other"))
