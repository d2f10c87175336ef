"""A run whose surroundings go wrong: a clock set back, a cache that is damaged or may not be written."""

import time
from itertools import count
from pathlib import Path

import pytest

from pipeline.config import cache_folder
from pipeline.model.mending import DATABASE
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, ended, program
from tests.run.test_run_killed import QUESTIONS, same


@pytest.fixture
def finished(server: AnsweringServer, articles: Path, cli: CommandLine) -> tuple[str, ...]:
    """A run that is done, and its command without a folder; the server counts from the beginning."""
    assert cli("run", str(articles), "--out", "one").code == 0
    server.forget()
    return ("run", str(articles), "--out")


def test_a_clock_that_goes_backwards_changes_nothing(
    server: AnsweringServer, finished: tuple[str, ...], cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock that was set back and goes on going back every answer is found, and every new one is stored."""
    hours = count(1)
    monkeypatch.setattr(time, "time", lambda: 1e9 - 3600 * next(hours))
    assert cli(*finished, "two").code == 0
    assert server.requests == []
    assert cli(*finished, "three", "--fresh").code == 0
    assert len(server.requests) == QUESTIONS
    assert same(Path("one")) == same(Path("two")) == same(Path("three"))


def test_a_damaged_cache_is_told_and_what_is_whole_in_it_is_not_paid_again(
    server: AnsweringServer, finished: tuple[str, ...]
) -> None:
    """Where the beginning of the database is gone the answers are still in it: the run says so, and asks nothing."""
    path = cache_folder() / DATABASE
    path.write_bytes(b"\xff" * 200 + path.read_bytes()[200:])
    with program(*finished, "two") as process:
        told = ended(process)
    assert told.code == 0 and server.requests == []
    assert f"{QUESTIONS} answers in it are whole" in told.err and "answers.damaged-1" in told.err
    assert same(Path("one")) == same(Path("two"))


def test_a_cache_that_cannot_be_written_to_is_read(
    server: AnsweringServer, finished: tuple[str, ...], articles: Path, cli: CommandLine
) -> None:
    """In a folder without a place for a journal answers are replayed; for a new one the cache is named, and nothing is asked."""
    # What a read-only folder is to the database, for any user.
    (cache_folder() / f"{DATABASE}-wal").mkdir()
    assert cli(*finished, "two").code == 0
    assert server.requests == []
    assert same(Path("one")) == same(Path("two"))
    (articles / "d-new.txt").write_text("白石湾供销社遗失手章，声明作废。\n", encoding="utf-8")
    new = cli(*finished, "three")
    assert new.code == 2 and str(cache_folder()) in new.err and server.requests == []
