"""Runs on a Ray cluster that is killed or stopped: what a lost worker costs, and what the user reads."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.cluster.conftest import RECORDS, Nodes, files, here, many
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, program


def test_a_killed_worker_loses_nothing_and_repeats_no_finished_call(
    server: AnsweringServer,
    articles: Path,
    cli: CommandLine,
    cluster: Nodes,
    on_cluster: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its documents go to another, which asks anew only what was on its way, even where all is asked afresh."""
    articles = many(Path("many"))
    here(cli, server, articles, monkeypatch)
    server.hold_from(5)
    with program("run", str(articles), *on_cluster, "--concurrency", "2", "--fresh") as process:
        # Each of two workers has one question on its way; what it asked before is finished.
        server.wait_for(6, seconds=120)
        os.kill(cluster.workers()[0], signal.SIGKILL)
        server.let_go()
        done = cluster.ended(process)
    assert done.code == 0
    assert [count for count in Counter(server.questions()).values() if count > 1] == [2]
    assert files("out", RECORDS) == files("local", RECORDS)


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_so(
    which: signal.Signals,
    server: AnsweringServer,
    articles: Path,
    cluster: Nodes,
    on_cluster: tuple[str, ...],
) -> None:
    """Ctrl-C and a polite kill end with code 130 and one message, also while answers are awaited."""
    server.hold_from(1)
    with program("run", str(articles), *on_cluster) as process:
        server.wait_for(1, seconds=120)
        process.send_signal(which)
        done = cluster.ended(process)
    assert done.code == 130
    assert done.err.count("Interrupted") == 1 and not Path("out").exists()
