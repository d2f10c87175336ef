"""Runs on a Ray cluster of two nodes: what comes out, and what is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.conftest import Nodes, files, here
from tests.run.answering_server import AnsweringServer, Fault
from tests.run.command import KEY, CommandLine

PRICES = "[price]\nprompt = 0.5\ncompletion = 2.0\n"


def summary(out: str) -> Any:
    """``run.json``."""
    return json.loads(Path(out, "run.json").read_text("utf-8"))


def test_a_cluster_gives_what_one_machine_gives(
    server: AnsweringServer,
    articles: Path,
    cli: CommandLine,
    cluster: Nodes,
    on_cluster: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same files to the last byte, in the same order, with the same counts, cost, messages and exit code."""
    (articles / "bad.txt").write_bytes(b"")
    Path("pipeline.toml").write_text(PRICES, encoding="utf-8")
    server.fault = lambda _, request: Fault(content="好的。") if "云岭县中医院获批" in str(request) else None
    code, said = here(cli, server, articles, monkeypatch)
    done = cluster.run("run", str(articles), *on_cluster)
    assert (done.code, code) == (1, 1)
    assert files("out") == files("local")
    one, other = summary("local"), summary("out")
    for name in ("documents", "records", "rejected", "calls", "tokens", "hashes"):
        assert one[name] == other[name]
    assert one["cost"] == pytest.approx(other["cost"]) and one["cost"] > 0
    for line in said.splitlines():
        # The cost is compared above: added up in another order it may round otherwise.
        assert line in done.err or line.startswith(("Time: ", "Results: ", "Tokens: "))
    assert set(server.keys) == {f"Bearer {KEY}"}
    left = [path for path in cluster.folder.rglob("*") if path.is_file()]
    assert left and not [path for path in left if KEY.encode() in path.read_bytes()]


def test_an_error_in_a_worker_is_the_error_of_the_run(
    articles: Path, cli: CommandLine, cluster: Nodes, on_cluster: tuple[str, ...]
) -> None:
    """Without a model on its node a worker ends the run with the message and the code of one machine."""
    local = cli("run", str(articles), "--out", "local", "--model", "missing.gguf")
    done = cluster.run("run", str(articles), *on_cluster, "--model", "missing.gguf")
    assert done.code == local.code == 3
    assert done.err.splitlines()[-1] == local.err.splitlines()[-1]
    assert not Path("out").exists()
