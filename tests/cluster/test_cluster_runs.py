"""Runs on a Ray cluster of two nodes: what comes out, what is asked, and what a lost worker costs."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.conftest import Nodes
from tests.run.answering_server import AnsweringServer, Fault
from tests.run.command import KEY, CommandLine, ended, program
from tests.run.made_up_articles import PLAIN, write

LINES = (
    "records.jsonl",
    "articles.jsonl",
    "entities.jsonl",
    "rejected.jsonl",
    "failures.jsonl",
    "ledger.jsonl",
)
RECORDS = LINES[:-1]
"""Without the ledger, which tells replayed answers from live ones."""
PRICES = "[price]\nprompt = 0.5\ncompletion = 2.0\n"


def files(out: str, names: tuple[str, ...] = LINES) -> dict[str, bytes]:
    """What two runs share to the last byte."""
    return {name: Path(out, name).read_bytes() for name in names}


def summary(out: str) -> Any:
    """``run.json``."""
    return json.loads(Path(out, "run.json").read_text("utf-8"))


def here(
    cli: CommandLine, server: AnsweringServer, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """A run on this machine into ``local``, with a cache of its own; the server counts from the beginning."""
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        done = cli("run", str(articles), "--out", "local")
    server.forget()
    return done.code, done.err


def many(folder: Path) -> Path:
    """A dozen articles of which no two ask the same."""
    return write(folder, {f"{number:02}.txt": f"第{number}篇：{PLAIN}" for number in range(12)})


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
    with program("run", str(articles), *on_cluster) as process:
        done = ended(process)
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
        done = ended(process)
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
        done = ended(process)
    assert done.code == 130
    assert done.err.count("Interrupted") == 1 and not Path("out").exists()


def test_an_error_in_a_worker_is_the_error_of_the_run(
    articles: Path, cli: CommandLine, on_cluster: tuple[str, ...]
) -> None:
    """Without a model on its node a worker ends the run with the message and the code of one machine."""
    local = cli("run", str(articles), "--out", "local", "--model", "missing.gguf")
    with program("run", str(articles), *on_cluster, "--model", "missing.gguf") as process:
        done = ended(process)
    assert done.code == local.code == 3
    assert done.err.splitlines()[-1] == local.err.splitlines()[-1]
    assert not Path("out").exists()
