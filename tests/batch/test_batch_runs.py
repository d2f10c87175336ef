"""Submit, collect, run: what batches answer is what a live run gets, at half the price."""

import json
from pathlib import Path

from tests.batch.batch_server import BatchServer
from tests.run.command import CommandLine, lines
from tests.run.test_run_killed import QUESTIONS, same


def ledger(out: Path) -> list[dict[str, object]]:
    """The ledger up to who answered, the cache or the endpoint."""
    return [
        {**line, "state": line["state"].replace("replayed", "answered")}
        for line in lines(out / "ledger.jsonl")
    ]


def test_what_batches_answer_is_what_a_live_run_gets(
    server: BatchServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """After submit and collect a run replays everything, asks nothing, and gives a live run's files, byte for byte."""
    submitted = cli("batch", "submit", str(articles))
    assert submitted.code == 0 and f"{QUESTIONS} requests." in submitted.err
    told = cli("batch", "status")
    collected = cli("batch", "collect", str(articles))
    assert collected.code == 0
    assert cli("run", str(articles), "--out", "out").code == 0
    assert server.requests == []
    assert same(Path("out")) == same(whole)
    assert ledger(Path("out")) == ledger(whole)
    calls = json.loads(Path("out/run.json").read_text("utf-8"))["calls"]
    assert calls == {"replayed": QUESTIONS, "live": 0, "failed": 0}
    assert not server.files
