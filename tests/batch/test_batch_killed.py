"""Submitting and collecting, killed at any moment: no batch is lost, and nothing is paid twice."""

import os
import random
import signal
from pathlib import Path
from typing import Final

import pytest

from tests.batch.batch_server import BatchServer
from tests.chaos import long
from tests.run.answering_server import Fault
from tests.run.command import CommandLine, program
from tests.run.test_run_killed import QUESTIONS, same

CALLS: Final = {"submit": 2, "collect": 6}
"""Calls of the endpoint: an upload and a submission; a look, two results at most, three files deleted."""
EVENTS: Final = {"submit": 3150, "collect": 4100}
"""Events of a command, as :mod:`tests.run.killed_at` counts them; a few more or fewer do no harm."""
ANSWERED: Final = 9
"""Requests that the first batch answers before it expires."""


class Killer:
    """Kills a process when a call of files and batches comes: before or after it is done."""

    def __init__(self, call: int, *, done: bool) -> None:
        self.left, self._done = call, done
        self.process = 0

    def __call__(self, method: str, path: str) -> tuple[Fault, bool] | None:
        """Nothing, or what the dead never hear."""
        self.left -= 1
        if self.left or not self.process:
            return None
        os.kill(self.process, signal.SIGKILL)
        return Fault(sent=0, then="close"), self._done


def killed(action: str, articles: Path, server: BatchServer, draws: random.Random) -> None:
    """A command that is killed at a moment drawn: at a call of the endpoint, or at an event of its own; or that is through before."""
    if draws.randrange(2):
        server.hold_calls()
        killer = server.api_fault = Killer(
            draws.randrange(1, CALLS[action] + 1), done=bool(draws.randrange(2))
        )
        with program("batch", action, str(articles)) as process:
            killer.process = process.pid
            server.let_calls_go()
            process.communicate(timeout=120)
        server.api_fault = None
    else:
        moment = str(draws.randrange(1, EVENTS[action] + 1))
        module = ("tests.run.killed_at", moment, os.getcwd())
        with program("batch", action, str(articles), module=module) as process:
            process.communicate(timeout=120)
    assert process.returncode in (-signal.SIGKILL, 0, 1)


@pytest.mark.parametrize("draw", range(long(1, 60)))
def test_killed_at_any_moment_the_same_commands_finish(
    draw: int, server: BatchServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """A submit and a collect are killed, then both are given until all is answered: each request was paid once, the records are
    those of a live run, and no file of ours is left at the endpoint.
    """
    draws = random.Random(draw)
    server.work.status, server.work.answered = "expired", ANSWERED
    killed("submit", articles, server, draws)
    assert cli("batch", "submit", str(articles)).code == 0
    killed("collect", articles, server, draws)
    for _ in range(3):
        collected = cli("batch", "collect", str(articles))
        assert cli("batch", "submit", str(articles)).code == 0
        server.work.answered = None
    assert collected.code == 0
    assert sorted(server.paid.values()) == [1] * QUESTIONS
    assert not server.files
    assert cli("run", str(articles), "--out", "out").code == 0
    assert server.requests == [] and same(Path("out")) == same(whole)
