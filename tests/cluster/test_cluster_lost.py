"""A run on a Ray cluster that loses a node: after it the cluster has one left, so this file has a cluster of its own."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.cluster.conftest import RECORDS, Nodes, files, here, many
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, program


def test_a_lost_node_loses_nothing_and_repeats_no_finished_call(
    server: AnsweringServer,
    articles: Path,
    cli: CommandLine,
    cluster: Nodes,
    on_cluster: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its documents go to the node that is left, which asks anew only what was on its way."""
    articles = many(Path("many"))
    here(cli, server, articles, monkeypatch)
    server.hold_from(5)
    with program("run", str(articles), *on_cluster, "--concurrency", "2") as process:
        # A worker on each node has one question on its way; what it asked before is finished.
        server.wait_for(6, seconds=120)
        lost = cluster.other_node()
        assert len(lost) == 2
        for pid in lost:
            os.kill(pid, signal.SIGKILL)
        server.let_go()
        done = cluster.ended(process)
    assert done.code == 0
    assert [count for count in Counter(server.questions()).values() if count > 1] == [2]
    assert files("out", RECORDS) == files("local", RECORDS)
