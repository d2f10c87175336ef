"""Runs on a Ray cluster that is killed or stopped: what a lost worker costs, and what the user reads."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.conftest import Nodes
from tests.run.answering_server import AnsweringServer
from tests.run.command import program


def test_a_killed_worker_loses_nothing_and_repeats_no_finished_call(
    cluster: Nodes, killed_in_mid_run: Callable[..., None]
) -> None:
    """Its documents go to another, which asks anew only what was on its way, even where all is asked afresh."""
    killed_in_mid_run(lambda: cluster.workers()[:1], "--fresh")


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
